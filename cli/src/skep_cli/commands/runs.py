"""`skep runs`: what ran, what runs, and how to stop it."""

import sys
from urllib.parse import quote

import click

from skep_cli import debugging, run_waits
from skep_cli.api import TERMINAL_EVENTS, connect
from skep_cli.output import print_json, print_json_line, print_table, run_async
from skep_cli.run_view import RunView


@click.group()
def runs() -> None:
    """List, show, follow, answer, pause, cancel, fork, replay, compare and verify runs."""


for _command in (run_waits.waits, run_waits.answer, run_waits.pause, run_waits.resume):
    runs.add_command(_command)
for _command in debugging.COMMANDS:
    runs.add_command(_command)


@runs.command("list")
@click.option("--app", default=None, help="Only of this app.")
@click.option("--status", default=None, help="queued, running, succeeded, failed, cancelled …")
@click.option("--origin", default=None, help="Only forks and replays of this run.")
@click.option("--limit", default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_runs(
    *, app: str | None, status: str | None, origin: str | None, limit: int, as_json: bool
) -> None:
    """List runs, newest first."""
    wanted = {"app": app, "status": status, "origin": origin}
    params = {key: value for key, value in wanted.items() if value}
    run_async(_list(params, limit, as_json=as_json))


async def _list(params: dict[str, str], limit: int, *, as_json: bool) -> None:
    async with connect() as api:
        items = await api.pages("/api/v1/runs", limit=limit, params=params)
    if as_json:
        print_json(items)
        return
    columns = ("id", "status", "started_at", "elapsed_s", "nodes_done", "output_tokens")
    print_table(items, columns)


@runs.command()
@click.argument("run_id")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def show(*, run_id: str, as_json: bool) -> None:
    """Show a run and what each of its nodes did."""
    run_async(_show(run_id, as_json=as_json))


async def _show(run_id: str, *, as_json: bool) -> None:
    async with connect() as api:
        run = await api.request("GET", f"/api/v1/runs/{quote(run_id, safe='')}")
    if as_json:
        print_json(run)
        return
    click.echo(f"{run['id']}  {run['status']}  {run.get('elapsed_s') or 0:.2f} s")
    if origin := run.get("origin_run_id"):
        click.echo(f"{run['reused_effects']} results from the record of {origin}")
    if problem := run.get("problem"):
        click.secho(problem["detail"], fg="red")
    columns = ("node", "node_type", "status", "elapsed_s", "port", "output_tokens")
    print_table(run["nodes"], columns)
    if run.get("answer"):
        click.echo(f"\n{run['answer']}")


@runs.command()
@click.argument("run_id")
@click.option("--json", "as_json", is_flag=True, help="Print each event as a line of JSON.")
def tail(*, run_id: str, as_json: bool) -> None:
    """Follow a run from its first event to its end; survives restarts of the gateway."""
    sys.exit(run_async(_tail(run_id, as_json=as_json)))


async def _tail(run_id: str, *, as_json: bool) -> int:
    view = RunView(show_nodes=True)
    async with connect() as api:
        if not as_json:
            return await view.follow(api.follow_run(run_id))
        async for event in api.follow_run(run_id):
            print_json_line({"id": event.id, "event": event.event, "data": event.data})
            if event.event in TERMINAL_EVENTS:
                view.show(event)
    return view.exit_code


@runs.command()
@click.argument("run_id")
@click.option("--reason", default=None, help="Kept with the run.")
def cancel(*, run_id: str, reason: str | None) -> None:
    """Stop a run."""
    run_async(_cancel(run_id, reason))


async def _cancel(run_id: str, reason: str | None) -> None:
    body = {"reason": reason} if reason else {}
    async with connect() as api:
        await api.request("POST", f"/api/v1/runs/{quote(run_id, safe='')}/cancellations", body)
    click.echo("cancellation accepted")
