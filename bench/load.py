"""A light HTTP/1.1 client for loopback: one connection a caller, as little work as possible."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import msgspec


class Caller:
    """One keep-alive connection."""

    def __init__(self, port: int, key: str) -> None:
        """Connect with `connect`."""
        self._port = port
        self._key = key
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def connect(self) -> None:
        """Open the connection."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    def send(self, path: str, body: Any) -> None:
        """Send a POST request."""
        data = msgspec.json.encode(body)
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
            f"Authorization: Bearer {self._key}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(data)}\r\n\r\n"
        )
        self._writer.write(head.encode() + data)

    async def post(self, path: str, body: Any) -> Any:
        """Send a request and return the decoded answer."""
        self.send(path, body)
        head = await self._reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        answer = msgspec.json.decode(await self._reader.readexactly(length))
        if status >= 300:
            raise RuntimeError(f"{status}: {answer}")
        return answer

    async def first_byte(self, path: str, body: Any, mark: bytes) -> tuple[float, float]:
        """Send a request and read its stream; return seconds to `mark`, and to the end."""
        began = time.perf_counter()
        self.send(path, body)
        seen = b""
        first = 0.0
        while not seen.endswith(b"0\r\n\r\n"):
            piece = await self._reader.read(65536)
            if not piece:
                raise RuntimeError("the connection was closed")
            seen += piece
            if not first and mark in seen:
                first = time.perf_counter() - began
        return first, time.perf_counter() - began

    def close(self) -> None:
        """Close the connection."""
        self._writer.close()


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of them lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
