"""`skep datasets sources`: what a dataset is kept in step with."""

import asyncio
import sys
from typing import Any, Final
from urllib.parse import quote

import click

from skep_cli.api import EXIT_FAILED, Api, connect
from skep_cli.applying import ensure_dataset
from skep_cli.output import print_json, print_table, run_async
from skep_cli.sources.entering import ask_secrets, read_settings

_LOOK_S: Final = 0.5
_MOST_ITEMS: Final = 100_000
_SHOWN_FAILURES: Final = 20
_OPEN: Final = ("queued", "running")
_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_NO_WAIT = click.option("--no-wait", is_flag=True, help="Return at once.")
_SET = click.option(
    "--set", "pairs", multiple=True, metavar="NAME=VALUE", help="A setting; can be repeated."
)


@click.group()
def sources() -> None:
    """Keep datasets in step with web sites and other sources."""


def _path(dataset: str, source: str | None = None) -> str:
    path = f"/api/v1/datasets/{quote(dataset, safe='')}/sources"
    return path if source is None else f"{path}/{quote(source, safe='')}"


@sources.command()
@_AS_JSON
def kinds(*, as_json: bool) -> None:
    """List the kinds of sources, and what each asks for."""
    items = run_async(_kinds())
    if as_json:
        print_json(items)
        return
    for kind in items:
        click.secho(f"{kind['name']}: {kind['title']}", fg="cyan")
        click.echo(f"  {kind['description']}")
        required = kind["settings_schema"].get("required", ())
        for name, field in kind["settings_schema"].get("properties", {}).items():
            needed = " (needed)" if name in required else ""
            click.echo(f"  --set {name}=…{needed}: {field.get('description', '')}")


async def _kinds() -> list[dict[str, Any]]:
    async with connect() as api:
        return list((await api.request("GET", "/api/v1/source-kinds"))["items"])


@sources.command("list")
@click.argument("dataset")
@_AS_JSON
def list_sources(*, dataset: str, as_json: bool) -> None:
    """List the sources of DATASET, and what became of their latest syncs."""
    items = run_async(_list(dataset))
    if as_json:
        print_json(items)
        return
    rows = [
        {
            **item,
            "status": item["sync"]["status"],
            "synced": item["sync"].get("ended_at"),
            "note": item["sync"].get("error") or item["sync"].get("note"),
        }
        for item in items
    ]
    columns = ("name", "kind", "documents", "status", "synced", "every_hours", "note", "id")
    print_table(rows, columns)


async def _list(dataset: str) -> list[dict[str, Any]]:
    async with connect() as api:
        return list((await api.request("GET", _path(dataset)))["items"])


@sources.command()
@click.argument("dataset")
@click.argument("name")
@click.option("--kind", required=True, help="Such as web; see `skep datasets sources kinds`.")
@_SET
@click.option("--every", type=int, metavar="HOURS", help="Sync it by itself, so often.")
@_NO_WAIT
@_AS_JSON
def add(
    *,
    dataset: str,
    name: str,
    kind: str,
    pairs: tuple[str, ...],
    every: int | None,
    no_wait: bool,
    as_json: bool,
) -> None:
    """Add the source NAME to DATASET, created when it is missing, and wait for its first sync."""
    wanted = {"name": name, "kind": kind, "every_hours": every}
    _show(run_async(_add(dataset, wanted, pairs, is_waited=not no_wait)), as_json=as_json)


async def _add(
    dataset: str, wanted: dict[str, Any], pairs: tuple[str, ...], *, is_waited: bool
) -> dict[str, Any]:
    async with connect() as api:
        schema = await _form(api, wanted["kind"])
        settings = {**read_settings(pairs, schema), **ask_secrets(schema, _ask)}
        dataset_id = await ensure_dataset(api, dataset)
        made = await api.request("POST", _path(dataset_id), {**wanted, "settings": settings})
        return await _waited(api, dataset_id, made, is_waited=is_waited)


@sources.command()
@click.argument("dataset")
@click.argument("source")
@click.option("--name", help="What it is called from now on.")
@_SET
@click.option("--every", type=int, metavar="HOURS", help="Sync it so often; 0 for never by itself.")
@click.option("--secrets", is_flag=True, help="Enter its secrets again.")
@_NO_WAIT
@_AS_JSON
def change(
    *,
    dataset: str,
    source: str,
    pairs: tuple[str, ...],
    secrets: bool,
    no_wait: bool,
    as_json: bool,
    **changes: Any,
) -> None:
    """Change SOURCE; settings that are left out stay, and other ones begin a sync."""
    body = {"name": changes["name"], "every_hours": changes["every"]}
    if not pairs and not secrets and all(value is None for value in body.values()):
        raise click.UsageError("Say what to change: --name, --set, --every or --secrets.")
    changing = _change(dataset, source, body, pairs=pairs, is_asking=secrets, is_waited=not no_wait)
    _show(run_async(changing), as_json=as_json)


async def _change(
    dataset: str,
    source: str,
    body: dict[str, Any],
    *,
    pairs: tuple[str, ...],
    is_asking: bool,
    is_waited: bool,
) -> dict[str, Any]:
    async with connect() as api:
        if pairs or is_asking:
            present = await api.request("GET", _path(dataset, source))
            schema = await _form(api, present["kind"])
            body["settings"] = {**present["settings"], **read_settings(pairs, schema)}
            if is_asking:
                body["settings"] |= ask_secrets(schema, _ask, known=present["secrets"])
        changed = await api.request("PATCH", _path(dataset, source), body)
        return await _waited(api, dataset, changed, is_waited=is_waited)


@sources.command()
@click.argument("dataset")
@click.argument("source")
@click.option("--allow-empty", is_flag=True, help="Even when hardly anything is left there.")
@_NO_WAIT
@_AS_JSON
def sync(*, dataset: str, source: str, allow_empty: bool, no_wait: bool, as_json: bool) -> None:
    """Sync SOURCE now, and wait until that is done."""
    syncing = _sync(dataset, source, {"allow_empty": allow_empty}, is_waited=not no_wait)
    _show(run_async(syncing), as_json=as_json)


async def _sync(
    dataset: str, source: str, body: dict[str, bool], *, is_waited: bool
) -> dict[str, Any]:
    async with connect() as api:
        begun = await api.request("POST", f"{_path(dataset, source)}/syncs", body)
        return await _waited(api, dataset, begun, is_waited=is_waited)


@sources.command()
@click.argument("dataset")
@click.argument("source")
def cancel(*, dataset: str, source: str) -> None:
    """Stop the sync of SOURCE that is under way; documents stay as they are."""
    told = run_async(_cancel(dataset, source))
    click.echo(f"sync {told['sync']['number']} is {told['sync']['status']}")


async def _cancel(dataset: str, source: str) -> dict[str, Any]:
    async with connect() as api:
        return dict(await api.request("POST", f"{_path(dataset, source)}/cancellations"))


@sources.command()
@click.argument("dataset")
@click.argument("source")
@click.option("--failed", is_flag=True, help="Only those that could not be had.")
@_AS_JSON
def items(*, dataset: str, source: str, failed: bool, as_json: bool) -> None:
    """List the items of SOURCE, with what became of each."""
    found = run_async(_items(dataset, source, is_failed=failed))
    if as_json:
        print_json(found)
    else:
        print_table(found, ("name", "outcome", "error", "document_id", "id"))


async def _items(dataset: str, source: str, *, is_failed: bool) -> list[dict[str, Any]]:
    async with connect() as api:
        params = {"outcome": "failed"} if is_failed else {}
        return await api.pages(f"{_path(dataset, source)}/items", limit=_MOST_ITEMS, params=params)


@sources.command()
@click.argument("dataset")
@click.argument("source")
@click.option("--with-documents", is_flag=True, help="Remove its documents, too.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(*, dataset: str, source: str, with_documents: bool, yes: bool) -> None:
    """Remove SOURCE from DATASET; its documents stay unless you say otherwise."""
    if with_documents and not yes:
        click.confirm("Remove the source with all its documents?", abort=True)
    run_async(_remove(dataset, source, "remove" if with_documents else "keep"))


async def _remove(dataset: str, source: str, documents: str) -> None:
    async with connect() as api:
        await api.request("DELETE", f"{_path(dataset, source)}?documents={documents}")
    click.echo("removed with its documents" if documents == "remove" else "removed")


def _ask(title: str) -> str:
    return str(click.prompt(title, hide_input=True, default="", show_default=False))


async def _form(api: Api, kind: str) -> dict[str, Any]:
    found = (await api.request("GET", "/api/v1/source-kinds"))["items"]
    for each in found:
        if each["name"] == kind:
            return dict(each["settings_schema"])
    known = ", ".join(each["name"] for each in found) or "none"
    raise click.UsageError(f"There is no kind of sources {kind!r}; there are {known}.")


async def _waited(
    api: Api, dataset: str, source: dict[str, Any], *, is_waited: bool
) -> dict[str, Any]:
    """Return the source once its sync has ended, with the items that failed."""
    path = _path(dataset, source["id"])
    while is_waited and source["sync"]["status"] in _OPEN:
        await asyncio.sleep(_LOOK_S)
        source = await api.request("GET", path)
    if is_waited and source["sync"]["counts"]["failed"]:
        params = {"outcome": "failed"}
        failed = await api.pages(f"{path}/items", limit=_SHOWN_FAILURES, params=params)
        return {**source, "failures": {item["id"]: item["error"] for item in failed}}
    return source


def _show(source: dict[str, Any], *, as_json: bool) -> None:
    """Print what became of a sync, and end with 1 when it or an item failed."""
    sync = source["sync"]
    if as_json:
        print_json(source)
    elif sync["status"] in _OPEN:
        click.echo(f"{source['id']}: sync {sync['number']} is {sync['status']}")
    else:
        for item, reason in source.get("failures", {}).items():
            click.secho(f"{item}: {reason}", fg="red", err=True)
        for text in (sync.get("error"), sync.get("note")):
            if text:
                click.secho(text, fg="yellow", err=True)
        counts = ", ".join(f"{count} {what}" for what, count in sync["counts"].items() if count)
        click.echo(f"{source['name']} {sync['status']}: {counts or 'nothing there'}")
    if sync["status"] == "failed" or sync["counts"]["failed"]:
        sys.exit(EXIT_FAILED)
