"""A source that reads a file which a test writes, and asks for a token."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from skep_contracts import problems
from skep_contracts.plugins.manifest import PluginContext, hookimpl
from skep_contracts.plugins.sources.kinds import (
    FetchedItem,
    KnownItem,
    KnownItems,
    Source,
    SourceDescription,
    SourceFault,
    SourceItem,
)


class Shelf:
    """Lists what the file holds; an item with an `error` cannot be had."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._file = Path(settings["file"])
        self._token = settings["token"]

    def _read(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._file.read_text())
        if found.get("token", self._token) != self._token:
            raise problems.Unauthenticated("The shelf does not accept the token.")
        return found

    async def list_items(self, _known: KnownItems) -> AsyncIterator[SourceItem | SourceFault]:
        for book in self._read()["books"]:
            if "fault" in book:
                yield SourceFault(id=book["id"], error=getattr(problems, book["fault"])("no\0"))
                continue
            yield SourceItem(
                id=book["id"],
                name=book.get("name", book["id"]),
                version=book.get("version", ""),
                metadata=book.get("metadata", {}),
            )

    async def fetch(self, item: SourceItem, _known: KnownItem | None) -> FetchedItem | None:
        (book,) = (each for each in self._read()["books"] if each["id"] == item.id)
        while (self._file.parent / "hold").exists():  # noqa: ASYNC110  # a test holds it
            await asyncio.sleep(0.02)
        if book.get("error") == "bug":
            raise RuntimeError("a bug of the plugin")
        if "error" in book:
            raise getattr(problems, book["error"])(f"{item.id} cannot be had.\0\ud800")
        text = book.get("text", item.id)
        return FetchedItem(content=text.encode(), media_type="text/plain", version=text)


def _build(_context: PluginContext, settings: dict[str, Any]) -> Source:
    if not settings["file"].endswith(".json"):
        raise problems.InvalidInput("A shelf is a .json file.")
    return Shelf(settings)


@hookimpl
def skep_sources() -> list[SourceDescription]:
    schema = {
        "type": "object",
        "properties": {
            "file": {"title": "File", "description": "Where it is", "type": "string"},
            "at": {"title": "At", "description": "Address", "type": "string", "format": "uri"},
            "token": {
                "title": "Token",
                "description": "Lets us in",
                "type": "string",
                "minLength": 3,
                "writeOnly": True,
            },
        },
        "required": ["file", "token"],
        "additionalProperties": False,
    }
    return [
        SourceDescription(
            name="shelf",
            title="Shelf",
            description="A file",
            settings_schema=schema,
            factory=_build,
        )
    ]
