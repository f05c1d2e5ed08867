"""Brings apps and datasets on the server to what the files say; safe to repeat."""

import asyncio
import time
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from skep_cli.api import Api, ApiProblem
from skep_cli.targets import DatasetFolder, Target

_POLL_S: Final = 0.15
_SETTLED: Final = ("ready", "failed", "paused", "cancelled")


class AppliedDataset(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a dataset's files; `failures` holds the reason by file name."""

    name: str
    documents: int
    failures: dict[str, str]


def progress_bar() -> Progress:
    """Return a bar on standard error; a terminal sees it move, a file sees nothing."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )


async def find_app(api: Api, name: str) -> dict[str, Any] | None:
    """Return the app of that id or name, None when there is none."""
    try:
        app: dict[str, Any] = await api.request("GET", f"/api/v1/apps/{quote(name, safe='')}")
    except ApiProblem as error:
        if error.problem.status == 404:
            return None
        raise
    return app


async def apply_app(api: Api, target: Target) -> dict[str, Any]:
    """Create the app or replace its draft, and return it.

    The document says how the app is called; the server reads it, so that there is one parser.
    """
    content = target.document.read_bytes()
    headers = {"Content-Type": target.content_type}
    if target.content_type == "application/json":
        content = msgspec.json.encode({"document": msgspec.Raw(content)})
    try:
        created: dict[str, Any] = await api.request(
            "POST", "/api/v1/apps", data=content, headers=headers
        )
    except ApiProblem as error:
        if error.problem.status != 409:
            raise
        name = await app_name(api, target)
        path = f"/api/v1/apps/{quote(name, safe='')}"
        await api.request("PUT", f"{path}/draft", data=content, headers=headers)
        existing: dict[str, Any] = await api.request("GET", path)
        return existing
    return created


async def app_name(api: Api, target: Target) -> str:
    """Return the name the document gives its app."""
    check = await check_document(api, target)
    return str(check["name"])


async def check_document(api: Api, target: Target) -> dict[str, Any]:
    """Return what the server finds in a document: ``ok``, ``name`` and ``errors``."""
    content = target.document.read_bytes()
    if target.content_type == "application/json":
        content = msgspec.json.encode({"document": msgspec.Raw(content)})
    checked: dict[str, Any] = await api.request(
        "POST",
        "/api/v1/workflow-checks",
        data=content,
        headers={"Content-Type": target.content_type},
    )
    return checked


async def publish(api: Api, app_id: str, note: str = "") -> dict[str, Any]:
    """Publish the app's draft and return the version."""
    version: dict[str, Any] = await api.request(
        "POST", f"/api/v1/apps/{app_id}/versions", {"note": note}
    )
    return version


async def ensure_dataset(api: Api, name: str) -> str:
    """Return the id of the dataset of that name, created when it is missing."""
    try:
        dataset = await api.request("GET", f"/api/v1/datasets/{quote(name, safe='')}")
    except ApiProblem as error:
        if error.problem.status != 404:
            raise
        dataset = await api.request("POST", "/api/v1/datasets", {"name": name})
    return str(dataset["id"])


async def apply_dataset(api: Api, folder: DatasetFolder, progress: Progress) -> AppliedDataset:
    """Upload a folder's files into a dataset and wait until each is ready or failed."""
    dataset_id = await ensure_dataset(api, folder.name)
    return await add_files(api, dataset_id, folder.name, folder.files, progress=progress)


async def add_files(
    api: Api, dataset_id: str, name: str, files: tuple[Path, ...], *, progress: Progress
) -> AppliedDataset:
    """Upload files, at most four at once, and wait until each is ready or failed.

    A file the server has already, with the same content, costs one request and no work.
    """
    path = f"/api/v1/datasets/{dataset_id}/documents"
    bar = progress.add_task(f"{name}: indexing", total=len(files))
    failures: dict[str, str] = {}
    waiting = asyncio.Semaphore(4)

    async def add(file: Path) -> None:
        async with waiting:
            try:
                document = await api.upload(path, file, file.name)
                document = await settle(api, f"{path}/{document['id']}", document)
                if document["status"] == "failed":
                    failures[file.name] = document.get("error") or "no reason given"
            except ApiProblem as error:
                failures[file.name] = error.format_message()
            progress.advance(bar)

    try:
        async with asyncio.TaskGroup() as tasks:
            for file in files:
                tasks.create_task(add(file))
    except* click.ClickException as group:
        raise group.exceptions[0] from None
    return AppliedDataset(name=name, documents=len(files), failures=failures)


async def settle(api: Api, path: str, document: dict[str, Any]) -> dict[str, Any]:
    """Return a document once nothing works on it any more; `path` is its own."""
    began = time.monotonic()
    while document["status"] not in _SETTLED:
        await asyncio.sleep(_POLL_S if time.monotonic() - began < 5 else 1.0)
        document = await api.request("GET", path)
    return document
