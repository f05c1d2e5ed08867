"""Has the sandbox service carry out an operator's order, as a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Final

import click
import msgspec

from skep_cli.stack.layout import Layout, default_data_dir

_SERVICE: Final = "skep_sandbox"
_BAD_SETTINGS: Final = 2
_END_S: Final = 10.0


def lines(*order: str) -> Iterator[dict[str, Any]]:
    """Yield what the service says, one object at a time; it ends with the caller.

    Raises:
        click.ClickException: It ended without saying what came of it.
    """
    is_done = False
    with _started(*order) as stream:
        for line in stream:
            said = msgspec.json.decode(line, type=dict[str, Any])
            is_done = said["kind"] == "end"
            yield said
    if not is_done:
        raise click.ClickException("The sandbox service ended early; it says why above.")


@contextmanager
def _started(*order: str) -> Iterator[IO[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", _SERVICE, *order],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env=_environment(),
    )
    assert process.stdout is not None  # noqa: S101  # asked for above
    try:
        yield process.stdout
        if process.wait() == _BAD_SETTINGS:
            raise click.exceptions.Exit(_BAD_SETTINGS)
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(_END_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        process.stdout.close()


def _environment() -> dict[str, str]:
    """Return the environment with what the sandbox of the stack is told about plugins."""
    environment = dict(os.environ)
    plugins = Layout(default_data_dir()).plugins_dir
    if plugins.is_dir():
        environment.setdefault("SKEP_PLUGINS__DIRECTORY", str(plugins))
    return environment
