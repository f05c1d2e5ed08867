"""What is entered for a source on the command line, by the form of its kind."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import click
import msgspec


def read_settings(pairs: Iterable[str], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings given as NAME=VALUE; several of one name make a list.

    Raises:
        click.UsageError: A pair is none, or the form has no such field or a secret one.
    """
    properties: Mapping[str, Any] = schema.get("properties", {})
    settings: dict[str, Any] = {}
    for pair in pairs:
        name, is_pair, text = pair.partition("=")
        if not is_pair or not name:
            raise click.UsageError(f"{pair!r} is not NAME=VALUE.")
        field = properties.get(name)
        if field is None:
            known = ", ".join(properties) or "none"
            raise click.UsageError(f"There is no setting {name!r}; there are {known}.")
        if field.get("writeOnly"):
            raise click.UsageError(f"{name} is secret: it is asked for, never written here.")
        if field.get("type") == "array":
            is_list = text.startswith("[") and text.endswith("]")
            read = _decoded(text) if is_list else _read(text, field.get("items", {}))
            settings.setdefault(name, []).extend(read if isinstance(read, list) else [read])
        else:
            settings[name] = _read(text, field)
    return settings


def ask_secrets(
    schema: Mapping[str, Any], ask: Callable[[str], str], *, known: Iterable[str] = ()
) -> dict[str, str]:
    """Return the secret settings that somebody enters; those that are not needed may stay empty.

    Args:
        schema: The form.
        ask: Asks for one of them by its title.
        known: Names of those that were entered before and may stay.
    """
    required = set(schema.get("required", ())) - set(known)
    secrets = {}
    for name, field in schema.get("properties", {}).items():
        if not field.get("writeOnly"):
            continue
        title = str(field.get("title") or name)
        entered = ask(title if name in required else f"{title} (may stay empty)")
        if entered:
            secrets[name] = entered
    return secrets


def _read(text: str, field: Mapping[str, Any]) -> Any:
    """Return a text as it is where the form wants one, else what it is as JSON."""
    is_text = field.get("type") == "string" or "enum" in field
    return text if is_text else _decoded(text)


def _decoded(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
