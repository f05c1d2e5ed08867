"""Sends stored bytes to a client, as far as they are what was stored."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Final, Self
from urllib.parse import quote

from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from skep_gateway.web.sse import SEND_TIMEOUT_S, drop

_NOTHING: Final = b""


class Download(StreamingResponse):
    """An answer that is always saved and never shown, whatever a stranger put into the file.

    The last piece is held back until the source has ended well: what is damaged never looks whole.
    A client that takes nothing for a minute is dropped.
    """

    @classmethod
    async def begin(
        cls, source: AsyncGenerator[bytes, None], *, name: str, size_bytes: int
    ) -> Self:
        """Return the answer once the source has given its first piece.

        Raises:
            SkepError: What the source raises, while there still can be an answer that says so.
        """
        first = await anext(source, _NOTHING)
        return cls(
            _one_behind(first, source),
            media_type="application/octet-stream",
            headers={
                "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
                "Content-Length": str(size_bytes),
            },
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""

        async def send_in_time(message: Message) -> None:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await send(message)

        try:
            await super().__call__(scope, receive, send_in_time)
        except TimeoutError:
            await drop(scope, receive)


async def _one_behind(
    first: bytes, source: AsyncGenerator[bytes, None]
) -> AsyncGenerator[bytes, None]:
    try:
        held = first
        async for piece in source:
            yield held
            held = piece
        yield held
    finally:
        await source.aclose()
