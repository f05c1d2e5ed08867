"""Carries out a plan: uploads what is new, waits until it is ready, deletes what is gone."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import click
import msgspec
from rich.progress import Progress

from skep_cli.api import Api, ApiProblem
from skep_cli.applying import settle
from skep_cli.syncing.planning import FOLDER_FIELD, PATH_FIELD, LocalFile, Plan

_AT_ONCE: Final = 4


async def carry_out(
    api: Api, documents: str, plan: Plan, *, label: str, progress: Progress
) -> None:
    """Do what the plan says; what fails goes into its failures, and the rest goes on.

    Args:
        api: The gateway.
        documents: The path of the dataset's documents.
        plan: What to do; failures are added to it.
        label: Which folder the documents are marked with.
        progress: Where to show how far it is.
    """
    steps = [
        *(_upload(api, documents, local, plan, label=label) for local in plan.added + plan.changed),
        *(_delete(api, documents, document, plan) for document in plan.deleted),
    ]
    bar = progress.add_task("syncing", total=len(steps))
    await _run(steps, lambda: progress.advance(bar))


async def _run(steps: list[Any], advance: Callable[[], None]) -> None:
    waiting = asyncio.Semaphore(_AT_ONCE)

    async def run(step: Awaitable[None]) -> None:
        async with waiting:
            await step
            advance()

    try:
        async with asyncio.TaskGroup() as tasks:
            for step in steps:
                tasks.create_task(run(step))
    except* click.ClickException as group:
        raise group.exceptions[0] from None


async def _upload(api: Api, documents: str, local: LocalFile, plan: Plan, *, label: str) -> None:
    metadata = msgspec.json.encode({FOLDER_FIELD: label, PATH_FIELD: local.path}).decode()
    try:
        sent = await api.upload(documents, local.file, local.document, {"metadata": metadata})
        document = await settle(api, f"{documents}/{sent['id']}", sent)
    except ApiProblem as error:
        plan.failures[local.path] = error.format_message()
    except OSError as error:
        plan.failures[local.path] = f"cannot be read: {error.strerror or error}"
    else:
        if document["status"] == "failed":
            plan.failures[local.path] = str(document.get("error") or "no reason given")


async def _delete(api: Api, documents: str, document: dict[str, Any], plan: Plan) -> None:
    try:
        await api.request("DELETE", f"{documents}/{document['id']}")
    except ApiProblem as error:
        if error.problem.status != 404:  # somebody else deleted it: what was wanted
            plan.failures[str(document["name"])] = error.format_message()
