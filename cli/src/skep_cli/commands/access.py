"""`skep setup` and `skep keys`: who may come in."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from skep_cli.api import connect
from skep_cli.output import print_json, print_table, run_async
from skep_cli.stack.layout import Layout, default_data_dir

_COLUMNS = ("name", "prefix", "scopes", "limits", "expires_at", "id")


@click.command()
@click.argument("email")
@click.option("--name", default=None, help="What others call you.")
@click.option("--token", default=None, help="The setup token. Default: the running stack's own.")
@click.password_option(help="Asked for when left out, which keeps it out of the shell's history.")
def setup(*, email: str, name: str | None, token: str | None, password: str) -> None:
    """Create the first member, who may do everything. Works once; needs the setup token."""
    body = {"email": email, "password": password, "setup_token": token or _own_token()}
    if name:
        body["name"] = name
    made = run_async(_setup(body))
    click.echo(f"{made['member']['email']} is the first member of {made['tenant']['name']}.")
    click.secho("Sign in with POST /api/v1/sessions; make keys with `skep keys create`.", dim=True)


def _own_token() -> str:
    try:
        return Layout(default_data_dir()).setup_token.read_text().strip()
    except OSError:
        raise click.UsageError(
            "No stack was started here, so its setup token is not known: give --token."
        ) from None


async def _setup(body: dict[str, str]) -> Any:
    async with connect() as api:
        return await api.request("POST", "/api/v1/setup", body)


def _with_limits(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say what a key is held to."""
    for option in (
        click.option("--rpm", "requests_per_minute", type=int, help="Requests a minute."),
        click.option("--tpm", "tokens_per_minute", type=int, help="Tokens a minute, in and out."),
        click.option("--concurrent", type=int, help="Requests at once."),
        click.option("--model", "models", multiple=True, help="What it may ask, as openai/*."),
    ):
        command = option(command)
    return command


def _limits(given: dict[str, Any]) -> dict[str, Any] | None:
    """Return the limits that were given; None when none were."""
    return {name: value for name, value in given.items() if value} or None


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
        print_table([{**item, "limits": _shown(item["limits"])} for item in items], _COLUMNS)


def _shown(limits: dict[str, Any] | None) -> str:
    """Return limits in a few words."""
    if limits is None:
        return ""
    words = {
        "requests_per_minute": "{:,} requests/min",
        "tokens_per_minute": "{:,} tokens/min",
        "concurrent": "{} at once",
    }
    found = [form.format(limits[name]) for name, form in words.items() if limits[name]]
    return ", ".join([*found, *limits["models"]])


@keys.command()
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, help="What it may do; runs:write when left out.")
@click.option("--days", type=click.IntRange(1, 3_650), help="How long it is good. Default: always.")
@_with_limits
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def create(
    *, name: str, scopes: tuple[str, ...], days: int | None, as_json: bool, **limits: Any
) -> None:
    """Make a key and print it. It is not shown again."""
    body: dict[str, Any] = {
        "name": name,
        "scopes": scopes or ("runs:read", "runs:write"),
        "limits": _limits(limits),
    }
    if days is not None:
        body["expires_at"] = (datetime.now(UTC) + timedelta(days=days)).isoformat()
    run_async(_create(body, as_json=as_json))


async def _create(body: dict[str, Any], *, as_json: bool) -> None:
    async with connect() as api:
        key = await api.request("POST", "/api/v1/keys", body)
    if as_json:
        print_json(key)
    else:
        click.echo(key["key"])


@keys.command()
@click.argument("key_id")
@_with_limits
def limit(*, key_id: str, **limits: Any) -> None:
    """Hold a key to limits, in place of those it has; without any, it has none."""
    run_async(_limit(key_id, _limits(limits)))


async def _limit(key_id: str, limits: dict[str, Any] | None) -> None:
    async with connect() as api:
        await api.request("PATCH", f"/api/v1/keys/{key_id}", {"limits": limits})
    click.echo("limited" if limits else "not limited")


@keys.command()
@click.argument("key_id")
def revoke(*, key_id: str) -> None:
    """Make a key worthless at once."""
    run_async(_revoke(key_id))


async def _revoke(key_id: str) -> None:
    async with connect() as api:
        await api.request("DELETE", f"/api/v1/keys/{key_id}")
    click.echo("revoked")
