"""`skep keys`: API keys."""

import click

from skep_cli.api import connect
from skep_cli.output import print_json, print_table, run_async

_COLUMNS = ("name", "prefix", "scopes", "expires_at", "id")


@click.group()
def keys() -> None:
    """Manage API keys."""


@keys.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_keys(*, as_json: bool) -> None:
    """List keys; the keys themselves are shown once, when they are made."""
    run_async(_list(as_json=as_json))


async def _list(*, as_json: bool) -> None:
    async with connect() as api:
        items = await api.pages("/api/v1/keys", limit=1000)
    if as_json:
        print_json(items)
    else:
        print_table(items, _COLUMNS)


@keys.command()
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, help="What it may do; runs:write when left out.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def create(*, name: str, scopes: tuple[str, ...], as_json: bool) -> None:
    """Make a key and print it. It is not shown again."""
    run_async(_create(name, scopes or ("runs:read", "runs:write"), as_json=as_json))


async def _create(name: str, scopes: tuple[str, ...], *, as_json: bool) -> None:
    async with connect() as api:
        key = await api.request("POST", "/api/v1/keys", {"name": name, "scopes": scopes})
    if as_json:
        print_json(key)
    else:
        click.echo(key["key"])


@keys.command()
@click.argument("key_id")
def revoke(*, key_id: str) -> None:
    """Make a key worthless at once."""
    run_async(_revoke(key_id))


async def _revoke(key_id: str) -> None:
    async with connect() as api:
        await api.request("DELETE", f"/api/v1/keys/{key_id}")
    click.echo("revoked")
