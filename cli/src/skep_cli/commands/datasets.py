"""`skep datasets`: knowledge, from files to search results."""

import sys
from pathlib import Path
from urllib.parse import quote

import click

from skep_cli.api import EXIT_FAILED, connect
from skep_cli.applying import AppliedDataset, add_files, ensure_dataset, progress_bar
from skep_cli.output import print_json, print_table, run_async
from skep_cli.targets import files_below


def _path(dataset: str) -> str:
    return f"/api/v1/datasets/{quote(dataset, safe='')}"


@click.group()
def datasets() -> None:
    """Manage datasets and documents."""


@datasets.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_datasets(*, as_json: bool) -> None:
    """List datasets, newest first."""
    run_async(_list("/api/v1/datasets", ("name", "documents", "chunks", "id"), as_json=as_json))


@datasets.command()
@click.argument("dataset")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def documents(*, dataset: str, as_json: bool) -> None:
    """List a dataset's documents with their status."""
    columns = ("name", "status", "chunks_done", "error", "id")
    run_async(_list(f"{_path(dataset)}/documents", columns, as_json=as_json))


async def _list(path: str, columns: tuple[str, ...], *, as_json: bool) -> None:
    async with connect() as api:
        items = await api.pages(path, limit=1000)
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
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def search(*, dataset: str, query: str, top_k: int, mode: str, as_json: bool) -> None:
    """Search a dataset."""
    run_async(_search(dataset, {"query": query, "top_k": top_k, "mode": mode}, as_json=as_json))


async def _search(dataset: str, body: dict[str, object], *, as_json: bool) -> None:
    async with connect() as api:
        found = await api.request("POST", f"{_path(dataset)}/searches", body)
    if as_json:
        print_json(found)
        return
    for number, chunk in enumerate(found["chunks"], 1):
        page = f", page {chunk['page']}" if chunk.get("page") else ""
        head = f"[{number}] {chunk['document_name']}{page} · {chunk['score']:.3f}"
        click.secho(head, fg="cyan")
        click.echo(f"    {' '.join(chunk['text'].split())[:300]}")


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
