"""`skep runs compare` and `nodes`: what runs did, in detail and beside each other."""

import difflib
from typing import Any, Final
from urllib.parse import quote

import click
import msgspec

from skep_cli.api import Api, connect
from skep_cli.output import print_json, print_table, run_async

_FIGURES: Final = (
    ("status", "status"),
    ("elapsed_s", "seconds"),
    ("model_calls", "model calls"),
    ("input_tokens", "input tokens"),
    ("output_tokens", "output tokens"),
    ("cost_usd", "US dollars"),
    ("nodes_done", "nodes"),
    ("reused_effects", "from a record"),
)
_SHORT: Final = 160


@click.command()
@click.argument("run_id")
@click.argument("other")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def compare(*, run_id: str, other: str, as_json: bool) -> None:
    """Show how the run OTHER differs from RUN_ID: results, nodes, tokens, cost and time."""
    run_async(_compare(run_id, other, as_json=as_json))


async def _compare(run_id: str, other: str, *, as_json: bool) -> None:
    async with connect() as api:
        found = await read_comparison(api, run_id, other)
    print_json(found) if as_json else show_comparison(found)


async def read_comparison(api: Api, run_id: str, other: str) -> dict[str, Any]:
    """Return how the run `other` differs from `run_id`."""
    path = f"/api/v1/runs/{quote(run_id, safe='')}/comparison"
    found: dict[str, Any] = await api.request("GET", path, params={"with": other})
    return found


def show_comparison(found: dict[str, Any]) -> None:
    """Print a comparison for people."""
    before, after = found["before"], found["after"]
    click.secho(f"\n{before['run_id']} → {after['run_id']}", bold=True)
    rows = [
        {"": title, "before": before.get(name), "after": after.get(name)}
        for name, title in _FIGURES
    ]
    known = [row for row in rows if row["before"] is not None or row["after"] is not None]
    print_table(known, ("", "before", "after"))
    counts = found["counts"]
    told = [f"{counts[name]} {name}" for name in ("same", "changed", "added", "removed")]
    click.echo(f"nodes: {', '.join(told)}; {counts['reused']} from a record")
    for change in found.get("outputs", ()):
        click.echo(f"output {change['name']}: ", nl=False)
        _show_change(change)
    if found.get("answer"):
        click.echo("answer:")
        _show_text(found["answer"])
    for node in found.get("nodes", ()):
        _show_node(node)
    if found.get("has_more"):
        click.secho("… and more nodes that differ; --json has the first 200", dim=True)


def _show_node(node: dict[str, Any]) -> None:
    statuses = (node.get("status_before"), node.get("status_after"))
    ports = (node.get("port_before"), node.get("port_after"))
    told = [node["change"]]
    if node["change"] == "changed":
        told += [f"{a} → {b}" for a, b in (statuses, ports) if a != b]
    click.echo(f"{node['place']} ({node['node_type']}): {', '.join(told)}")
    for change in node.get("outputs", ()) if node["change"] == "changed" else ():
        click.echo(f"  {change['name']}: ", nl=False)
        _show_change(change)


def _show_change(change: dict[str, Any]) -> None:
    parts = []
    if change["change"] != "added":
        parts.append(click.style(_shown(change.get("before")), fg="red"))
    if change["change"] != "removed":
        parts.append(click.style(_shown(change.get("after")), fg="green"))
    click.echo(" → ".join(parts))


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    text = text.replace("\n", "⏎")
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"


def _show_text(change: dict[str, Any]) -> None:
    old, new = (str(change.get(name) or "").splitlines() for name in ("before", "after"))
    for line in list(difflib.unified_diff(old, new, lineterm=""))[2:]:
        colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
        click.secho(line, fg=colour)


@click.command()
@click.argument("run_id")
@click.option("--scope", default="", help="A round such as each:3, or a container's name.")
@click.option("--limit", default=200, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def nodes(*, run_id: str, scope: str, limit: int, as_json: bool) -> None:
    """List what the nodes of a run did: at the top, in one round, or in all rounds."""
    run_async(_nodes(run_id, scope, limit, as_json=as_json))


async def _nodes(run_id: str, scope: str, limit: int, *, as_json: bool) -> None:
    params = {"scope": scope} if scope else {}
    async with connect() as api:
        path = f"/api/v1/runs/{quote(run_id, safe='')}/nodes"
        items = await api.pages(path, limit=limit, params=params)
    if as_json:
        print_json(items)
        return
    rows = [
        {"attempt": None if item["status"] == "skipped" else 1, **item, "place": _place(item)}
        for item in items
    ]
    columns = ("place", "node_type", "status", "attempt", "elapsed_s", "port", "rounds", "reused")
    print_table(rows, columns)


def _place(item: dict[str, Any]) -> str:
    return f"{item['scope']}/{item['node']}" if item.get("scope") else str(item["node"])
