"""`skep datasets`: knowledge, from files to search results."""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from skep_cli.api import EXIT_FAILED, connect
from skep_cli.applying import AppliedDataset, add_files, ensure_dataset, progress_bar
from skep_cli.exporting.commands import export
from skep_cli.output import print_json, print_table, run_async
from skep_cli.sources.commands import sources
from skep_cli.syncing.commands import sync
from skep_cli.targets import files_below

_LOOK_S = 0.5


def _path(dataset: str) -> str:
    return f"/api/v1/datasets/{quote(dataset, safe='')}"


@click.group()
def datasets() -> None:
    """Manage datasets and documents."""


datasets.add_command(sync)
datasets.add_command(export)
datasets.add_command(sources)


@datasets.command("list")
@click.option("--search", help="Only with these words in the name or the description.")
@click.option("--tag", help="Only with this tag.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_datasets(*, as_json: bool, **wanted: str | None) -> None:
    """List datasets, newest first."""
    columns = ("name", "documents", "chunks", "tags", "id")
    run_async(_list("/api/v1/datasets", columns, wanted=wanted, as_json=as_json))


@datasets.command()
@click.argument("dataset")
@click.argument("tags", nargs=-1)
def tag(*, dataset: str, tags: tuple[str, ...]) -> None:
    """Give DATASET these TAGS in place of those it has; none take them away."""
    run_async(_tag(dataset, tags))


async def _tag(dataset: str, tags: tuple[str, ...]) -> None:
    async with connect() as api:
        changed = await api.request("PATCH", _path(dataset), {"tags": list(tags)})
    click.echo(", ".join(changed.get("tags", ())) or "no tags")


@datasets.command()
@click.argument("dataset")
@click.option("--search", help="Only with these words in the name.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def documents(*, dataset: str, search: str | None, as_json: bool) -> None:
    """List a dataset's documents with their status."""
    columns = ("name", "status", "chunks_done", "error", "note", "id")
    wanted = {"search": search}
    run_async(_list(f"{_path(dataset)}/documents", columns, wanted=wanted, as_json=as_json))


@datasets.command()
@click.argument("dataset")
@click.option("--reader", "readers", multiple=True, help="Restrict it to this member or key, too.")
@click.option("--restrict", is_flag=True, help="Restrict it to administrators and its readers.")
@click.option("--open", "is_opened", is_flag=True, help="Open it to the whole workspace.")
def access(*, dataset: str, readers: tuple[str, ...], restrict: bool, is_opened: bool) -> None:
    """Show who may know of DATASET, or set it."""
    if is_opened and (restrict or readers):
        raise click.UsageError("A dataset is opened or restricted, not both.")
    body: dict[str, Any] | None = None
    if is_opened:
        body = {"access": "workspace"}
    elif restrict or readers:
        body = {"access": "restricted", "readers": list(readers)}
    run_async(_access(dataset, body))


async def _access(dataset: str, body: dict[str, Any] | None) -> None:
    path = f"{_path(dataset)}/access"
    async with connect() as api:
        told = await api.request("GET" if body is None else "PUT", path, body)
    if told["access"] == "workspace":
        click.echo("open to the workspace")
        return
    click.echo("restricted to administrators and")
    print_table(told["readers"], ("name", "id"), empty="nobody else")
    if told["apps"]:
        click.echo("Whoever runs these apps is answered from it all the same:")
        print_table(told["apps"], ("name", "is_published", "id"))


async def _list(
    path: str, columns: tuple[str, ...], *, wanted: Mapping[str, str | None], as_json: bool
) -> None:
    params = {name: value for name, value in wanted.items() if value is not None}
    async with connect() as api:
        items = await api.pages(path, limit=1000, params=params)
    if as_json:
        print_json(items)
    else:
        print_table(items, columns)


@datasets.command()
@click.argument("dataset")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def add(*, dataset: str, paths: tuple[Path, ...], as_json: bool) -> None:
    """Add files or folders to DATASET, created when it is missing, and wait until all are ready."""
    files = tuple(
        file for path in paths for file in (files_below(path) if path.is_dir() else (path,))
    )
    applied = run_async(_add(dataset, files))
    if as_json:
        print_json(applied)
    else:
        click.echo(f"{applied.documents - len(applied.failures)} of {applied.documents} ready")
        for name, reason in applied.failures.items():
            click.secho(f"{name}: {reason}", fg="red", err=True)
    sys.exit(EXIT_FAILED if applied.failures else 0)


async def _add(dataset: str, files: tuple[Path, ...]) -> AppliedDataset:
    async with connect() as api:
        with progress_bar() as progress:
            dataset_id = await ensure_dataset(api, dataset)
            return await add_files(api, dataset_id, dataset, files, progress=progress)


@datasets.command()
@click.argument("dataset")
@click.argument("query")
@click.option("--top-k", default=5, show_default=True)
@click.option(
    "--mode",
    type=click.Choice(["hybrid", "semantic", "full_text"]),
    default="hybrid",
    show_default=True,
)
@click.option("--also", multiple=True, metavar="DATASET", help="Search this dataset too.")
@click.option("--wording", multiple=True, help="Another wording of the query.")
@click.option("--reword", default=0, metavar="N", help="Let a model write up to N more of them.")
@click.option("--ranks", is_flag=True, help="Join meaning and words by ranks, not by scores.")
@click.option("--expand", default=0, help="Chunks before and behind each hit to show with it.")
@click.option("--distinct", is_flag=True, help="Show equal texts once.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def search(*, dataset: str, as_json: bool, **options: Any) -> None:
    """Search a dataset, or several."""
    body = {
        "query": options["query"],
        "top_k": options["top_k"],
        "mode": options["mode"],
        "fusion": "ranks" if options["ranks"] else "weights",
        "more_datasets": list(options["also"]),
        "other_queries": list(options["wording"]),
        "rewording": {"count": options["reword"]} if options["reword"] else None,
        "expand": options["expand"],
        "distinct": options["distinct"],
    }
    run_async(_search(dataset, body, as_json=as_json))


async def _search(dataset: str, body: dict[str, object], *, as_json: bool) -> None:
    async with connect() as api:
        found = await api.request("POST", f"{_path(dataset)}/searches", body)
    if as_json:
        print_json(found)
        return
    for wording in found.get("wordings", ()):
        click.secho(f"also searched for: {wording}", dim=True)
    for note in found.get("notes", ()):
        click.secho(note, fg="yellow", err=True)
    for number, chunk in enumerate(found["chunks"], 1):
        page = f", page {chunk['page']}" if chunk.get("page") else ""
        place = f"{chunk['dataset_name']} / " if body.get("more_datasets") else ""
        head = f"[{number}] {place}{chunk['document_name']}{page} · {chunk['score']:.3f}"
        click.secho(head, fg="cyan")
        click.echo(f"    {' '.join(chunk['text'].split())[:300]}")


@datasets.command("add-external")
@click.argument("dataset")
@click.option("--endpoint", required=True, help="It is asked at ENDPOINT/retrieval.")
@click.option("--knowledge-id", required=True, help="What it is called there.")
@click.option("--no-key", is_flag=True, help="It asks for no API key.")
def add_external(*, dataset: str, endpoint: str, knowledge_id: str, no_key: bool) -> None:
    """Add a knowledge base that is kept elsewhere, under Dify's contract."""
    key = None if no_key else click.prompt("API key", hide_input=True)
    place = {"endpoint": endpoint, "knowledge_id": knowledge_id, "api_key": key}
    run_async(_add_external({"name": dataset, "external": place}))


async def _add_external(body: dict[str, object]) -> None:
    async with connect() as api:
        made = await api.request("POST", "/api/v1/datasets", body)
    click.echo(made["id"])


@datasets.command()
@click.argument("dataset")
@click.confirmation_option(prompt="Delete the dataset with all its documents?")
def delete(*, dataset: str) -> None:
    """Delete a dataset with everything in it."""
    run_async(_delete(dataset))


async def _delete(dataset: str) -> None:
    async with connect() as api:
        await api.request("DELETE", _path(dataset))
    click.echo("deleted")


@datasets.command()
@click.argument("dataset")
@click.option("--store", help="Where its chunks go, such as weaviate.")
@click.option("--embedding-model", help="provider/name; every chunk is embedded anew.")
@click.option("--cancel", is_flag=True, help="Stop a move; the dataset stays where it is.")
@click.option("--no-wait", is_flag=True, help="Return at once.")
def migrate(
    *, dataset: str, store: str | None, embedding_model: str | None, cancel: bool, no_wait: bool
) -> None:
    """Move a dataset to another store or embedding model; it serves while it moves."""
    wanted = {"store": store, "embedding_model": embedding_model}
    if not cancel and not any(wanted.values()):
        raise click.UsageError("Say where to: --store or --embedding-model.")
    run_async(_cancel_move(dataset) if cancel else _migrate(dataset, wanted, is_waited=not no_wait))


async def _cancel_move(dataset: str) -> None:
    async with connect() as api:
        await api.request("DELETE", f"{_path(dataset)}/moves")
    click.echo("It stays where it is.")


async def _migrate(dataset: str, wanted: dict[str, str | None], *, is_waited: bool) -> None:
    async with connect() as api:
        seen = await api.request("POST", f"{_path(dataset)}/moves", wanted)
        goal = seen["move"]
        shown = ""
        while is_waited and seen.get("move"):
            await asyncio.sleep(_LOOK_S)
            seen = await api.request("GET", _path(dataset))
            move = seen.get("move") or {}
            line = f"{move.get('chunks_done', 0):,} of {seen['chunks']:,} chunks"
            line += f" · {move['error']}" if move.get("error") else ""
            if move and line != shown:
                click.echo(line)
                shown = line
    if not is_waited:
        click.echo("begun")
    elif (seen["store"], seen["embedding_model"]) == (goal["store"], goal["embedding_model"]):
        click.echo(f"{dataset} is in {seen['store']} now, with {seen['embedding_model']}")
    else:
        click.secho("The move was given up; the dataset is where it was.", fg="red", err=True)
        sys.exit(EXIT_FAILED)


@datasets.command()
@click.argument("dataset")
@click.option("--chunker", help="From now on, such as structure.")
@click.option("--max-chars", type=int, help="Length of a chunk from now on.")
@click.option("--overlap-chars", type=int, help="What neighbours share from now on.")
@click.option("--max-tokens", type=int, help="Words in a chunk, at most; 0 for no limit.")
@click.option("--child-chars", type=int, help="Search children this long; 0 for none.")
@click.option("--questions", type=int, help="Questions that a model writes a chunk; 0 for none.")
@click.option("--pictures", help="Let this model read pictures, or none.")
@click.option("--clean", multiple=True, help="A cleaning rule, or none; can be repeated.")
def reindex(
    *,
    dataset: str,
    chunker: str | None,
    child_chars: int | None,
    questions: int | None,
    pictures: str | None,
    clean: tuple[str, ...],
    **sizes: int | None,
) -> None:
    """Split and embed every document of DATASET anew; each serves as it was until it is done."""
    given: dict[str, Any] = {name: size for name, size in sizes.items() if size is not None}
    if "max_tokens" in given:
        given["max_tokens"] = given["max_tokens"] or None
    if child_chars is not None:
        given["children"] = {"max_chars": child_chars} if child_chars else None
    if questions is not None:
        given["questions"] = {"count": questions} if questions else None
    if pictures is not None:
        given["pictures"] = None if pictures == "none" else {"model": pictures}
    if clean:
        given["clean"] = [rule.replace("-", "_") for rule in clean if rule != "none"]
    run_async(_reindex(dataset, chunker, given))


async def _reindex(dataset: str, chunker: str | None, given: dict[str, Any]) -> None:
    async with connect() as api:
        spec = dict((await api.request("GET", _path(dataset)))["chunk_spec"]) | given
        body = {"chunker": chunker, "chunk_spec": spec}
        done = await api.request("POST", f"{_path(dataset)}/reindexings", body)
    click.echo(f"{done['documents']} documents queued")
