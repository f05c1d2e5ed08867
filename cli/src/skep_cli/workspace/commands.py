"""`skep settings`: what is set for a whole workspace, as one text that is kept in a repository."""

from pathlib import Path
from typing import IO, Any, Final

import click
import msgspec

from skep_cli.api import connect
from skep_cli.output import print_json, run_async
from skep_contracts.graph_text import write_yaml

_NAMES: Final = ("default-models", "guardrails", "model-routes")
_NAME = click.argument("name", type=click.Choice(_NAMES))


@click.group()
def settings() -> None:
    """Show and set what holds for the whole workspace."""


@settings.command()
@_NAME
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(*, name: str, as_json: bool) -> None:
    """Print the settings NAME as YAML, as `skep settings set` takes them."""
    value = run_async(_show(name))
    if as_json:
        print_json(value)
    else:
        click.echo(write_yaml(value), nl=False)


async def _show(name: str) -> Any:
    async with connect() as api:
        return await api.request("GET", f"/api/v1/{name}")


@settings.command("set")
@_NAME
@click.argument("file", type=click.File("rb"))
@click.option(
    "--check",
    is_flag=True,
    help="Only compare with what `show` prints; exit code 1 when it differs.",
)
def set_(*, name: str, file: IO[bytes], check: bool) -> None:
    """Set NAME to what FILE holds, YAML or JSON, in place of all that was set."""
    wanted = _read(file)
    changed = run_async(_set(name, wanted, is_only_checked=check))
    if not changed:
        click.echo("unchanged")
    else:
        click.echo(f"{name} would change" if check else f"{name} set")
        if check:
            raise click.exceptions.Exit(1)


async def _set(name: str, wanted: dict[str, Any], *, is_only_checked: bool) -> bool:
    path = f"/api/v1/{name}"
    async with connect() as api:
        before = await api.request("GET", path)
        if is_only_checked:
            return bool(before != wanted)
        after = await api.request("PUT", path, wanted)
        return bool(before != after)


def _read(file: IO[bytes]) -> dict[str, Any]:
    name = Path(getattr(file, "name", "-")).name
    try:
        found = msgspec.yaml.decode(file.read())
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{name} is no YAML: {error}") from None
    if not isinstance(found, dict):
        raise click.UsageError(f"{name} must hold an object, as `skep settings show` prints it.")
    return found
