"""`skep apps`: what is there, which version runs, and what it keeps secret."""

import sys
from urllib.parse import quote

import click

from skep_cli.api import connect
from skep_cli.output import print_json, print_table, run_async


@click.group()
def apps() -> None:
    """List, show, publish and delete apps."""


@apps.command("list")
@click.option("--limit", default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_apps(*, limit: int, as_json: bool) -> None:
    """List apps, newest first."""
    run_async(_list(limit, as_json=as_json))


async def _list(limit: int, *, as_json: bool) -> None:
    async with connect() as api:
        items = await api.pages("/api/v1/apps", limit=limit)
    if as_json:
        print_json(items)
    else:
        print_table(items, ("name", "mode", "id", "updated_at"))


@apps.command()
@click.argument("app")
@click.option("--versions", is_flag=True, help="List the published versions instead.")
def show(*, app: str, versions: bool) -> None:
    """Print an app, or its versions, as JSON."""
    run_async(_show(app, versions=versions))


async def _show(app: str, *, versions: bool) -> None:
    path = f"/api/v1/apps/{quote(app, safe='')}"
    async with connect() as api:
        if versions:
            print_json(await api.pages(f"{path}/versions", limit=1000))
        else:
            print_json(await api.request("GET", path))


@apps.command()
@click.argument("app")
@click.option("--note", default="", help="What changed; kept with the version.")
def publish(*, app: str, note: str) -> None:
    """Publish an app's draft."""
    run_async(_publish(app, note))


async def _publish(app: str, note: str) -> None:
    async with connect() as api:
        path = f"/api/v1/apps/{quote(app, safe='')}/versions"
        version = await api.request("POST", path, {"note": note})
    click.echo(f"version {version['number']} · {version['version'][:12]}")


@apps.command()
@click.argument("app")
@click.confirmation_option(prompt="Delete the app and its versions? Its runs stay.")
def delete(*, app: str) -> None:
    """Delete an app; its runs stay."""
    run_async(_delete(app))


async def _delete(app: str) -> None:
    async with connect() as api:
        await api.request("DELETE", f"/api/v1/apps/{quote(app, safe='')}")
    click.echo("deleted")


@apps.command("secrets")
@click.argument("app")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_secrets(*, app: str, as_json: bool) -> None:
    """List the secrets of an app: which there are, never what they are."""
    run_async(_list_secrets(app, as_json=as_json))


async def _list_secrets(app: str, *, as_json: bool) -> None:
    async with connect() as api:
        found = await api.request("GET", _secrets_path(app))
    if as_json:
        print_json(found["items"])
    else:
        print_table(found["items"], ("name", "is_set", "is_declared"))


@apps.command("set-secret")
@click.argument("app")
@click.argument("name")
def set_secret(*, app: str, name: str) -> None:
    """Give a secret its value.

    The value is asked for, or read from standard input; it is never an argument, which other users
    of the machine could see.
    """
    if sys.stdin.isatty():
        value = click.prompt("Value", hide_input=True, confirmation_prompt=True)
    else:
        value = sys.stdin.read().rstrip("\r\n")
    run_async(_set_secret(app, name, value))


async def _set_secret(app: str, name: str, value: str) -> None:
    async with connect() as api:
        path = f"{_secrets_path(app)}/{quote(name, safe='')}"
        await api.request("PUT", path, {"value": value})
        found = await api.request("GET", _secrets_path(app))
    click.echo("kept")
    if not any(each["is_declared"] for each in found["items"] if each["name"] == name):
        click.echo(f"The app's draft declares no secret {name}, so nothing reads it.", err=True)


@apps.command("remove-secret")
@click.argument("app")
@click.argument("name")
def remove_secret(*, app: str, name: str) -> None:
    """Forget a secret's value."""
    run_async(_remove_secret(app, name))


async def _remove_secret(app: str, name: str) -> None:
    async with connect() as api:
        await api.request("DELETE", f"{_secrets_path(app)}/{quote(name, safe='')}")
    click.echo("forgotten")


def _secrets_path(app: str) -> str:
    return f"/api/v1/apps/{quote(app, safe='')}/secrets"
