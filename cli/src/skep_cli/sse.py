"""Reads server-sent events (HTML living standard, section 9.2)."""

from collections.abc import AsyncIterable, AsyncIterator
from typing import Any

import msgspec


class ServerEvent(msgspec.Struct, frozen=True):
    """One event of a stream; `data` is its decoded JSON."""

    id: str
    event: str
    data: Any


async def read_events(pieces: AsyncIterable[bytes]) -> AsyncIterator[ServerEvent]:
    """Yield the events in `pieces`, which may be split anywhere; comments are dropped."""
    event_id, name = "", "message"
    data: list[str] = []
    pending = b""
    async for piece in pieces:
        *lines, pending = (pending + piece).split(b"\n")
        for raw in lines:
            line = raw.rstrip(b"\r").decode()
            if not line:
                if data:
                    yield ServerEvent(event_id, name, msgspec.json.decode("\n".join(data)))
                name, data = "message", []
                continue
            field, _, value = line.partition(":")
            value = value.removeprefix(" ")
            match field:
                case "id":
                    event_id = value
                case "event":
                    name = value
                case "data":
                    data.append(value)
                case _:
                    pass
