"""A gateway to speak to: the one that runs, or a stack of its own that is gone afterwards."""

import asyncio
import contextlib
import os
import shutil
import signal
import tempfile
from collections import deque
from collections.abc import AsyncIterator
from pathlib import Path

import click

from skep_cli.api import Api, find_gateway
from skep_cli.model_environment import configure_models
from skep_cli.stack.layout import free_port
from skep_cli.stack.supervisor import Stack, StackError, StackOptions


class _LastLines:
    """Keeps what the processes said, to be shown when the stack does not come up."""

    def __init__(self) -> None:
        self.lines: deque[str] = deque(maxlen=40)

    def __call__(self, name: str, line: str) -> None:
        self.lines.append(f"{name:>14} │ {line}")


@contextlib.asynccontextmanager
async def gateway_or_throw_away() -> AsyncIterator[Api]:
    """Yield a client of the gateway that is configured or running, else of a throw-away stack."""
    found = find_gateway()
    if found is not None:
        async with Api(*found) as api:
            yield api
        return
    async with (
        throw_away_stack() as stack,
        Api(stack.url, stack.layout.cli_key.read_text().strip()) as api,
    ):
        await configure_models(api)
        yield api


@contextlib.asynccontextmanager
async def throw_away_stack() -> AsyncIterator[Stack]:
    """Start a stack in a temporary folder; stop it and delete the folder afterwards.

    Raises:
        click.ClickException: It does not come up; what its processes said is in the message.
    """
    click.secho("No stack runs here: starting a throw-away one …", dim=True, err=True)
    root = Path(tempfile.mkdtemp(prefix="skep-"))
    last = _LastLines()
    options = StackOptions(data_dir=root, port=free_port(), sync="1s", log_level="warning")
    stack = Stack(options, last)
    try:
        async with asyncio.TaskGroup() as tasks:
            try:
                await _start(stack, tasks)
                yield stack
            finally:
                await stack.stop()
    except* StackError as group:
        said = "\n".join(last.lines)
        raise click.ClickException(f"{group.exceptions[0]}\n{said}") from None
    except* click.ClickException as group:
        raise group.exceptions[0] from None
    except* click.exceptions.Exit as group:
        raise group.exceptions[0] from None
    finally:
        shutil.rmtree(root, ignore_errors=True)


async def _start(stack: Stack, tasks: asyncio.TaskGroup) -> None:
    # A Ctrl-C must stop the children too; asyncio.run turns it into a cancellation of this task,
    # SIGTERM needs the same treatment.
    with contextlib.suppress(NotImplementedError):
        asyncio.get_running_loop().add_signal_handler(
            signal.SIGTERM, lambda: os.kill(os.getpid(), signal.SIGINT)
        )
    await stack.start(tasks)
