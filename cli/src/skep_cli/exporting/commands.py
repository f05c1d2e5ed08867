"""`skep datasets export`: what a dataset holds, as files that others can read."""

import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final, TextIO
from urllib.parse import quote

import click
import msgspec

from skep_cli.api import EXIT_FAILED, Api, ApiProblem, connect
from skep_cli.applying import progress_bar
from skep_cli.output import run_async

_PAGE: Final = 100
_UNSAFE: Final = re.compile(r'[\x00-\x1f<>:"|?*\\/]')
_MAX_NAME_BYTES: Final = 200


@click.command("export")
@click.argument("dataset")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--chunks", is_flag=True, help="Write the chunks, too, into chunks.jsonl.")
def export(*, dataset: str, folder: Path, chunks: bool) -> None:
    """Write DATASET into FOLDER, which is made and must be empty.

    `dataset.json` has its settings, `documents.jsonl` a line for each document, and `files` the
    originals; `skep datasets sync NAME FOLDER/files` brings these into another dataset.
    """
    if folder.is_dir() and any(folder.iterdir()):
        raise click.UsageError(f"{folder} holds something already.")
    failures = run_async(_export(dataset, folder, has_chunks=chunks))
    for name, reason in failures.items():
        click.secho(f"{name}: {reason}", fg="red", err=True)
    sys.exit(EXIT_FAILED if failures else 0)


async def _export(dataset: str, folder: Path, *, has_chunks: bool) -> dict[str, str]:
    path = f"/api/v1/datasets/{quote(dataset, safe='')}"
    failures: dict[str, str] = {}
    count = 0
    async with connect() as api:
        told = await api.request("GET", path)
        files = folder / "files"
        files.mkdir(parents=True)  # nobody else waits for this loop
        (folder / "dataset.json").write_bytes(
            msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n"
        )
        with progress_bar() as progress, (folder / "documents.jsonl").open("w") as lines:
            bar = progress.add_task(told["name"], total=told["documents"])
            async for document in _pages(api, f"{path}/documents"):
                count += 1
                file = files / file_name(document["name"], document["id"], files)
                try:
                    await api.download(f"{path}/documents/{document['id']}/content", file)
                    if has_chunks:
                        await _write_chunks(api, f"{path}/documents/{document['id']}", folder)
                except ApiProblem as error:
                    failures[document["name"]] = error.problem.detail
                _write_line(lines, {**document, "file": f"files/{file.name}"})
                progress.advance(bar)
    click.echo(f"{count - len(failures)} of {count} documents written to {folder}")
    return failures


async def _write_chunks(api: Api, path: str, folder: Path) -> None:
    with (folder / "chunks.jsonl").open("a") as lines:
        async for chunk in _pages(api, f"{path}/chunks"):
            _write_line(lines, {"document_id": path.rpartition("/")[2], **chunk})


async def _pages(api: Api, path: str) -> AsyncIterator[dict[str, Any]]:
    """Yield the items of a list, a page at a time: a dataset may be larger than memory."""
    params = {"limit": str(_PAGE)}
    while True:
        page = await api.request("GET", path, params=params)
        for item in page["items"]:
            yield item
        if not page.get("next_cursor"):
            return
        params["cursor"] = page["next_cursor"]


def file_name(name: str, document_id: str, folder: Path) -> str:
    """Return a name for a document's file that leads out of no folder and is free."""
    safe = _UNSAFE.sub("_", name).strip(" .") or document_id
    stem, dot, suffix = safe.rpartition(".")
    if len(safe.encode()) > _MAX_NAME_BYTES:
        kept = (stem or safe).encode()[: _MAX_NAME_BYTES - 20].decode(errors="ignore")
        safe = f"{kept}{dot}{suffix[:10]}" if dot else kept
    if (folder / safe).exists():
        safe = f"{document_id} {safe}"
    return safe


def _write_line(lines: TextIO, value: dict[str, Any]) -> None:
    lines.write(msgspec.json.encode(value).decode() + "\n")
