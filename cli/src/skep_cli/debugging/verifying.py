"""`skep runs verify`: whether logs keep the rules that every log keeps."""

import asyncio
import sys
from typing import Any, Final
from urllib.parse import quote

import click
import msgspec

from skep_cli.api import EXIT_FAILED, Api, ApiProblem, connect
from skep_cli.output import counted, print_json, run_async

_AT_A_TIME: Final = 8
_EXPIRED: Final = 410


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What became of verifying one run. `found` is None when its log has expired."""

    run_id: str
    found: dict[str, Any] | None

    @property
    def faults(self) -> list[dict[str, Any]]:
        """The rules it breaks."""
        return list((self.found or {}).get("faults", ()))


@click.command()
@click.argument("run_ids", nargs=-1, metavar="[RUN_ID]...")
@click.option("--all", "every", is_flag=True, help="All runs, newest first.")
@click.option("--app", default=None, help="All runs of this app.")
@click.option("--limit", default=10_000, show_default=True, help="Of --all and --app.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def verify(
    *, run_ids: tuple[str, ...], every: bool, app: str | None, limit: int, as_json: bool
) -> None:
    """Hold the logs of runs against the rules that every log keeps.

    The exit code is 1 when a rule is broken.
    """
    if bool(run_ids) == (every or app is not None):
        raise click.UsageError("Name runs, or say --all or --app.")
    sys.exit(run_async(_verify(run_ids, app, limit, as_json=as_json)))


async def _verify(run_ids: tuple[str, ...], app: str | None, limit: int, *, as_json: bool) -> int:
    async with connect() as api:
        if not run_ids:
            params = {"app": app} if app is not None else {}
            runs = await api.pages("/api/v1/runs", limit=limit, params=params)
            run_ids = tuple(run["id"] for run in runs)
        verdicts = await _verify_all(api, run_ids)
    if as_json:
        print_json([{"run_id": verdict.run_id, **(verdict.found or {})} for verdict in verdicts])
    else:
        for verdict in verdicts:
            _show(verdict)
        _summarise(verdicts)
    return EXIT_FAILED if any(verdict.faults for verdict in verdicts) else 0


async def _verify_all(api: Api, run_ids: tuple[str, ...]) -> list[Verdict]:
    turns = asyncio.Semaphore(_AT_A_TIME)

    async def verify_in_turn(run_id: str) -> Verdict:
        async with turns:
            return await _verify_one(api, run_id)

    try:
        async with asyncio.TaskGroup() as tasks:
            working = [tasks.create_task(verify_in_turn(run_id)) for run_id in run_ids]
    except* click.ClickException as group:
        raise group.exceptions[0] from None
    return [task.result() for task in working]


async def _verify_one(api: Api, run_id: str) -> Verdict:
    try:
        found = await api.request("GET", f"/api/v1/runs/{quote(run_id, safe='')}/verification")
    except ApiProblem as error:
        if error.problem.status != _EXPIRED:
            raise
        found = None
    return Verdict(run_id=run_id, found=found)


def _show(verdict: Verdict) -> None:
    for fault in verdict.faults:
        where = f"{verdict.run_id} event {fault['number']}"
        click.echo(f"{where}: {click.style(fault['rule'], fg='red')}: {fault['detail']}")


def _summarise(verdicts: list[Verdict]) -> None:
    broken = sum(bool(verdict.faults) for verdict in verdicts)
    expired = sum(verdict.found is None for verdict in verdicts)
    events = sum(verdict.found["events"] for verdict in verdicts if verdict.found)
    repeated = sum(verdict.found["repeated_effects"] for verdict in verdicts if verdict.found)
    told = ", ".join((
        counted(len(verdicts) - expired, "run"),
        counted(events, "event"),
        counted(repeated, "repeated effect"),
    ))  # fmt: skip
    if expired:
        told += f", {counted(expired, 'log')} expired"
    if broken:
        verb = "breaks" if broken == 1 else "break"
        click.secho(f"✗ {counted(broken, 'run')} {verb} a rule; {told}", fg="red", err=True)
    else:
        click.secho(f"✓ every rule holds: {told}", fg="green", err=True)
