"""`skep up`: everything on this machine, in the foreground."""

import asyncio
import signal
import sys
import time
from pathlib import Path
from typing import Any

import click

from skep_cli.api import Api
from skep_cli.model_environment import configure_models
from skep_cli.stack.layout import default_data_dir
from skep_cli.stack.supervisor import Stack, StackError, StackOptions

_COLOURS = ("cyan", "green", "yellow", "magenta", "blue", "bright_cyan", "bright_green")


class ConsoleSink:
    """Writes the processes' lines with a coloured name in front."""

    def __init__(self) -> None:
        """Colours are given in order of appearance."""
        self._colours: dict[str, str] = {}

    def __call__(self, name: str, line: str) -> None:
        """Write one line."""
        colour = self._colours.setdefault(name, _COLOURS[len(self._colours) % len(_COLOURS)])
        click.echo(f"{click.style(f'{name:>14}', fg=colour)} │ {line}")


@click.command()
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="Where everything is kept. Default: $SKEP_DATA_DIR or ~/.local/share/skep.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8080, show_default=True, help="Port of the gateway.")
@click.option("--nats-url", default=None, help="Use this NATS instead of an embedded one.")
@click.option(
    "--database-url",
    default=None,
    help="postgresql+asyncpg://… for all services; SQLite files when left out.",
)
@click.option(
    "--sync",
    type=click.Choice(["always", "100ms", "1s"]),
    default="always",
    show_default=True,
    help="How soon NATS writes to the disk itself; see docs/operations.md for what each can lose.",
)
@click.option("--workers", default=1, show_default=True, help="Orchestrator processes.")
@click.option("--log-level", default="info", show_default=True)
@click.option("--log-format", type=click.Choice(["console", "json"]), default="console")
def up(
    *,
    data_dir: Path | None,
    host: str,
    port: int,
    nats_url: str | None,
    database_url: str | None,
    sync: str,
    workers: int,
    log_level: str,
    log_format: str,
) -> None:
    """Start everything on this machine and keep it running until Ctrl-C."""
    options = StackOptions(
        data_dir=data_dir or default_data_dir(),
        host=host,
        port=port,
        nats_url=nats_url,
        database_url=database_url,
        sync=sync,  # type: ignore[arg-type]  # click has checked the choice
        workers=workers,
        log_level=log_level,
        log_format=log_format,
    )
    sys.exit(asyncio.run(_run(options)))


async def _run(options: StackOptions) -> int:
    stack = Stack(options, ConsoleSink())
    stop = asyncio.Event()
    failure: BaseException | None = None
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(_serve(stack, tasks))
            await _first_of(running, tasks.create_task(stop.wait()))
            running.cancel()
            await stack.stop()
            stop.set()
    except* StackError as group:
        failure = group.exceptions[0]
    if failure is not None:
        await stack.stop()
        click.secho(f"\n{failure}", fg="red", err=True)
        return 1
    click.echo(f"Stopped; everything is kept in {stack.layout.root}")
    return 0


async def _first_of(*tasks: asyncio.Task[Any]) -> None:
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)


async def _serve(stack: Stack, tasks: asyncio.TaskGroup) -> None:
    began = time.monotonic()
    await stack.start(tasks)
    _welcome(stack, time.monotonic() - began)
    await _configure_from_environment(stack)
    await asyncio.Event().wait()


def _welcome(stack: Stack, elapsed_s: float) -> None:
    skep = "skep"
    if sys.executable.endswith("/.venv/bin/python"):  # a checkout, as `make up` leaves it
        skep = ".venv/bin/skep"
    token = stack.layout.setup_token.read_text().strip()
    command = click.style(f"{skep} run examples/hello.yaml --input name=Ada", fg="green")
    lines = [
        "",
        click.style(f"  Skep is ready in {elapsed_s:.1f} s", bold=True),
        "",
        f"  Open      {click.style(stack.url, fg='cyan', underline=True)}",
        f"  First run {click.style(f'{stack.url}/setup#token={token}', fg='cyan')}",
        click.style(f"            or: {skep} setup you@example.org", dim=True),
        f"  Try       {command}",
        f"  Data      {stack.layout.root}   (Ctrl-C stops; nothing is lost)",
        "",
    ]
    click.echo("\n".join(lines))


async def _configure_from_environment(stack: Stack) -> None:
    async with Api(stack.url, stack.layout.cli_key.read_text().strip()) as api:
        try:
            model = await configure_models(api)
        except click.ClickException as error:
            click.secho(f"  OPENAI_API_KEY is not used: {error.format_message()}", fg="yellow")
            return
    if model:
        click.echo(f"  Model     {model}, from OPENAI_API_KEY\n")
