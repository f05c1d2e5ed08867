"""`skep runs fork` and `replay`: runs that take results from the record of another."""

import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
import msgspec

from skep_cli.api import TERMINAL_EVENTS, Api, connect
from skep_cli.commands.run import read_inputs
from skep_cli.debugging.looking import read_comparison, show_comparison
from skep_cli.output import print_json, run_async
from skep_cli.run_view import RunView


class Following(msgspec.Struct, frozen=True, kw_only=True):
    """How a run that was ordered is shown."""

    as_json: bool
    detach: bool
    compares: bool
    show_nodes: bool


@click.command()
@click.argument("run_id")
@click.option("--at", multiple=True, metavar="NODE", help="Run it again in any case; a round too.")
@click.option("--input", "-i", "pairs", multiple=True, metavar="KEY=VALUE", help="Another input.")
@click.option(
    "--inputs-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A JSON file with inputs; --input adds to it.",
)
@click.option("--query", "-q", default=None, help="Another message, for a chat app.")
@click.option("--pin", "pins", multiple=True, metavar="NODE=JSON", help="Outputs of a node.")
@click.option("--version", default=None, help="draft, published or a version; its own if left out.")
@click.option("--compare", "compares", is_flag=True, help="Show how it differs at its end.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole run as JSON at its end.")
@click.option("--detach", is_flag=True, help="Start the run and return at once.")
@click.option("--nodes", "show_nodes", is_flag=True, help="Show nodes as they start and end.")
def fork(
    *,
    run_id: str,
    at: tuple[str, ...],
    pairs: tuple[str, ...],
    inputs_file: Path | None,
    query: str | None,
    pins: tuple[str, ...],
    version: str | None,
    compares: bool,
    as_json: bool,
    detach: bool,
    show_nodes: bool,
) -> None:
    """Run a run again with changes, and pay only for what they change.

    A fork of a failed run goes on where that failed.
    """
    body: dict[str, Any] = {
        "at": list(at),
        "inputs": read_inputs(pairs, inputs_file),
        "pins": read_pins(pins),
    }
    body |= {"query": query} if query is not None else {}
    body |= {"version": version} if version is not None else {}
    following = Following(as_json=as_json, detach=detach, compares=compares, show_nodes=show_nodes)
    sys.exit(run_async(_order(run_id, "forks", body, following)))


@click.command()
@click.argument("run_id")
@click.option("--version", default="draft", show_default=True, help="What to run on the record.")
@click.option(
    "--stub", is_flag=True, help="Carry nothing out that changed: take what was recorded."
)
@click.option("--live", multiple=True, metavar="NODE", help="Carry it out in any case.")
@click.option("--compare/--no-compare", "compares", default=True, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the whole run as JSON at its end.")
@click.option("--detach", is_flag=True, help="Start the run and return at once.")
@click.option("--nodes", "show_nodes", is_flag=True, help="Show nodes as they start and end.")
def replay(
    *,
    run_id: str,
    version: str,
    stub: bool,
    live: tuple[str, ...],
    compares: bool,
    as_json: bool,
    detach: bool,
    show_nodes: bool,
) -> None:
    """Run another version on what was recorded of a run, and show what that changes."""
    body = {"version": version, "changed": "stub" if stub else "live", "live": list(live)}
    following = Following(as_json=as_json, detach=detach, compares=compares, show_nodes=show_nodes)
    sys.exit(run_async(_order(run_id, "replays", body, following)))


def read_pins(pairs: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Gather pinned outputs, each a JSON object.

    Raises:
        click.UsageError: A pair without ``=``, or something that is no JSON object.
    """
    pins: dict[str, dict[str, Any]] = {}
    for pair in pairs:
        place, separator, text = pair.partition("=")
        try:
            outputs = msgspec.json.decode(text.encode(), type=dict[str, Any])
        except msgspec.DecodeError:
            outputs = None
        if not separator or not place or outputs is None:
            raise click.UsageError(f'--pin {pair!r}: write NODE={{"output": value}}.')
        pins[place] = outputs
    return pins


async def _order(run_id: str, what: str, body: dict[str, Any], following: Following) -> int:
    async with connect() as api:
        path = f"/api/v1/runs/{quote(run_id, safe='')}/{what}"
        started = await api.request("POST", path, body | {"respond": "accepted"})
        if following.detach:
            print_json(started) if following.as_json else click.echo(started["id"])
            return 0
        return await _follow(api, run_id, started["id"], following)


async def _follow(api: Api, origin: str, run_id: str, following: Following) -> int:
    view = RunView(show_nodes=following.show_nodes)
    if not following.as_json:
        await view.follow(api.follow_run(run_id))
        if following.compares:
            show_comparison(await read_comparison(api, origin, run_id))
        return view.exit_code
    async for event in api.follow_run(run_id):
        if event.event in TERMINAL_EVENTS:
            view.show(event)
    run = await api.request("GET", f"/api/v1/runs/{run_id}")
    if following.compares:
        run["comparison"] = await read_comparison(api, origin, run_id)
    print_json(run)
    return view.exit_code
