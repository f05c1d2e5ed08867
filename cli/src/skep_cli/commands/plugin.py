"""`skep plugin`: write one, bring it into the running stack, take it out."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import click

from skep_cli.api import Api, find_gateway
from skep_cli.output import print_json, print_table, run_async
from skep_cli.plugin.install import InstalledPlugin, install, installed, normalise, remove
from skep_cli.plugin.scaffold import KINDS, write_plugin
from skep_cli.stack.layout import Layout, default_data_dir

_data_dir = click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="The stack's data directory. Default: as for `skep up`.",
)


def _plugins_dir(data_dir: Path | None) -> Path:
    layout = Layout(data_dir or default_data_dir())
    layout.plugins_dir.mkdir(parents=True, exist_ok=True)
    return layout.plugins_dir


@click.group()
def plugin() -> None:
    """Write, install and remove plugins."""


@plugin.command()
@click.argument("name")
@click.option("--kind", type=click.Choice(KINDS), default="node", show_default=True)
@click.option(
    "--directory",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Where its folder is made. Default: here.",
)
def new(*, name: str, kind: str, directory: Path) -> None:
    """Write a plugin that works at once, with a passing conformance test."""
    folder = write_plugin(name, kind, directory)
    click.echo(f"Written: {folder}")
    click.echo(f"Next:    skep plugin install {folder}")


@plugin.command("install")
@click.argument("source")
@_data_dir
def install_plugin(*, source: str, data_dir: Path | None) -> None:
    """Install SOURCE, a folder, an archive or a name in the package index; no restart is needed.

    A plugin is code that runs with Skep's rights: install what you trust.
    """
    found = install(source, _plugins_dir(data_dir))
    told = run_async(_tell(found))
    click.echo(f"{found.name} {found.version} installed ({', '.join(found.groups)})")
    click.echo(_what_next(told=told))


async def _tell(found: InstalledPlugin) -> bool:
    async with _running_gateway() as api:
        if api is None:
            return False
        await api.request("POST", "/api/v1/plugins", found)
        return True


@plugin.command("remove")
@click.argument("name")
@_data_dir
def remove_plugin(*, name: str, data_dir: Path | None) -> None:
    """Take a plugin out of the running stack and delete it."""
    if not remove(name, _plugins_dir(data_dir)):
        raise click.UsageError(f"No plugin called {name} is installed.")
    told = run_async(_tell_removed(normalise(name)))
    click.echo(f"{name} removed")
    click.echo(_what_next(told=told))


async def _tell_removed(name: str) -> bool:
    async with _running_gateway() as api:
        if api is None:
            return False
        await api.request("DELETE", f"/api/v1/plugins/{name}")
        return True


@contextlib.asynccontextmanager
async def _running_gateway() -> AsyncIterator[Api | None]:
    found = find_gateway()
    if found is None:
        yield None
        return
    async with Api(*found) as api:
        yield api


def _what_next(*, told: bool) -> str:
    if told:
        return "The running stack knows."
    return "No stack runs here; the next `skep up` loads what is installed then."


@plugin.command("list")
@_data_dir
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_plugins(*, data_dir: Path | None, as_json: bool) -> None:
    """List what was installed beside the built-in plugins."""
    found = installed(_plugins_dir(data_dir))
    if as_json:
        print_json(found)
    else:
        rows = [{"name": p.name, "version": p.version, "groups": list(p.groups)} for p in found]
        print_table(rows, ("name", "version", "groups"))
