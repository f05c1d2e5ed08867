"""A model server that does as little as it can: OpenAI's chat completions, whole or streamed.

`upstream.py PIECES` prints its port. A stream has so many pieces of text, several to a write, as
they come from a fast model; one of at most 16 tokens has a single piece.
"""

import asyncio
import json
import sys
from typing import ClassVar, cast

import uvloop

TOGETHER = 16
"""Pieces to a write."""
_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: %s\r\n"
_USAGE = {"prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10}
_SHARED = {"id": "chatcmpl-1", "created": 1, "model": "gpt-4o-mini"}


def _whole() -> bytes:
    message = {"role": "assistant", "content": "Hello there."}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    body = {**_SHARED, "object": "chat.completion", "choices": [choice], "usage": _USAGE}
    data = json.dumps(body).encode()
    return _HEAD % b"application/json" + b"content-length: %d\r\n\r\n" % len(data) + data


def _event(delta: object, finish: str | None = None) -> bytes:
    choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
    chunk = {**_SHARED, "object": "chat.completion.chunk", "choices": choices, "usage": None}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def _piece_of_body(data: bytes) -> bytes:
    return b"%x\r\n" % len(data) + data + b"\r\n"


def _stream(pieces: int) -> list[bytes]:
    """Return what is written, one after the other."""
    head = _HEAD % b"text/event-stream" + b"transfer-encoding: chunked\r\n\r\n"
    usage = {**_SHARED, "object": "chat.completion.chunk", "choices": [], "usage": _USAGE}
    last = b"data: " + json.dumps(usage).encode() + b"\n\ndata: [DONE]\n\n"
    events = [_event({"role": "assistant", "content": ""})]
    events += [_event({"content": "word "}) for _ in range(pieces)]
    groups = [events[at : at + TOGETHER] for at in range(0, len(events), TOGETHER)]
    groups[-1] += [_event({}, "stop"), last]
    writes = [_piece_of_body(b"".join(group)) for group in groups]
    return (
        [head + writes[0], *writes[1:-1], writes[-1] + b"0\r\n\r\n"]
        if writes[1:]
        else [head + writes[0] + b"0\r\n\r\n"]
    )


class Upstream(asyncio.Protocol):
    """One connection."""

    whole = _whole()
    short = _stream(1)
    long: ClassVar[list[bytes]] = []

    def __init__(self) -> None:
        self._transport: asyncio.Transport
        self._seen = b""
        self._left: list[bytes] = []
        self._is_full = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep where to write."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer each request that is there."""
        self._seen += data
        while True:
            end = self._seen.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self._seen[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self._seen) < end + 4 + length:
                return
            body = self._seen[end + 4 : end + 4 + length]
            self._seen = self._seen[end + 4 + length :]
            self._answer(json.loads(body) if body else {})

    def _answer(self, asked: dict[str, object]) -> None:
        if not asked.get("stream"):
            self._transport.write(self.whole)
            return
        limit = asked.get("max_tokens") or asked.get("max_completion_tokens")
        self._left = list(self.short if limit == 16 else self.long)
        self._write()

    def _write(self) -> None:
        loop = asyncio.get_running_loop()
        if self._left and not self._is_full and not self._transport.is_closing():
            self._transport.write(self._left.pop(0))
            loop.call_soon(self._write)

    def pause_writing(self) -> None:
        """Wait for a slow reader."""
        self._is_full = True

    def resume_writing(self) -> None:
        """Go on."""
        self._is_full = False
        self._write()


async def main() -> None:
    """Serve until terminated."""
    Upstream.long = _stream(int(sys.argv[1]))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Upstream, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
