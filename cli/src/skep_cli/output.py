"""What the command line prints: tables for people, JSON for scripts."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import click
import msgspec

T = TypeVar("T")

STATUS_COLOURS = {
    "succeeded": "green",
    "ready": "green",
    "failed": "red",
    "cancelled": "yellow",
    "running": "cyan",
    "indexing": "cyan",
    "parsing": "cyan",
    "paused": "magenta",
}


def run_async(main: Coroutine[Any, Any, T]) -> T:
    """Run a command's coroutine; Ctrl-C ends it like every other program."""
    try:
        return asyncio.run(main)
    except KeyboardInterrupt:
        raise click.exceptions.Exit(130) from None


def print_json(value: object) -> None:
    """Print a value as indented JSON."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def print_json_line(value: object) -> None:
    """Print a value as one line of JSON."""
    click.echo(msgspec.json.encode(value).decode())


def counted(count: int, noun: str) -> str:
    """Say how many there are, such as ``1 run`` and ``2 runs``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def print_table(
    rows: Sequence[Mapping[str, object]],
    columns: Sequence[str],
    *,
    empty: str = "Nothing here yet.",
) -> None:
    """Print rows under their column names, or `empty`; a column called `status` is coloured."""
    if not rows:
        click.secho(empty, dim=True)
        return
    cells = [[_cell(row.get(column)) for column in columns] for row in rows]
    widths = [max(len(name), *(len(row[i]) for row in cells)) for i, name in enumerate(columns)]
    heads = [name.upper().ljust(width) for name, width in zip(columns, widths, strict=True)]
    click.secho("  ".join(heads).rstrip(), dim=True)
    for row in cells:
        parts = [
            _coloured(name, text, width)
            for name, text, width in zip(columns, row, widths, strict=True)
        ]
        click.echo("  ".join(parts).rstrip())


def _coloured(column: str, text: str, width: int) -> str:
    padded = text.ljust(width)
    if column == "status":
        return click.style(padded, fg=STATUS_COLOURS.get(text))
    return padded


def _cell(value: object) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.3g}"
        case str() if _looks_like_time(value):
            return ago(value)
        case list():
            return ", ".join(_cell(item) for item in value)
        case _:
            return str(value).replace("\n", " ")[:60]


def _looks_like_time(text: str) -> bool:
    return len(text) >= 20 and text[4:5] == "-" and text[10:11] == "T"


def ago(instant: str) -> str:
    """Say how long ago an RFC 3339 instant was, such as ``5 min ago``."""
    try:
        then = datetime.fromisoformat(instant)
    except ValueError:
        return instant
    seconds = (datetime.now(UTC) - then).total_seconds()
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if abs(seconds) >= size:
            number = int(abs(seconds) // size)
            return f"{number} {unit} ago" if seconds > 0 else f"in {number} {unit}"
    return "just now" if seconds >= 0 else "soon"
