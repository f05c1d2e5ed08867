"""Clients of one address, as a process of their own: `clients.py ORDER` prints what they saw.

An order is JSON, and so is what they print (`Order`, `Seen`).

`rate`: requests are sent at even distances, whether or not the ones before are answered.
`closed`: so many clients, each of which asks again once it is answered.
`stream`: the same with streams; counts their events.
"""

import asyncio
import json
import sys
import time
from collections import deque

import msgspec
import uvloop


class Order(msgspec.Struct, kw_only=True):
    """What is to be done."""

    port: int
    path: str
    key: str
    model: str
    mode: str
    clients: int = 32
    rate: float = 200.0
    seconds: float = 10.0


class Seen(msgspec.Struct, kw_only=True):
    """What was seen."""

    latencies_ms: list[float] = []
    events: int = 0
    refused: int = 0
    elapsed_s: float = 0.0


class Connection:
    """One keep-alive connection, with one request under way at a time."""

    def __init__(self, order: Order) -> None:
        """Connect with `connect`."""
        body = {
            "model": order.model,
            "messages": [{"role": "user", "content": "Say hello to the bees."}],
            "max_tokens": 16,
        }
        if order.mode == "stream":
            body |= {"stream": True, "max_tokens": 4000}
        data = json.dumps(body).encode()
        self._order = order
        self._request = (
            f"POST {order.path} HTTP/1.1\r\nHost: 127.0.0.1:{order.port}\r\n"
            f"Authorization: Bearer {order.key}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(data)}\r\n\r\n"
        ).encode() + data
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def connect(self) -> None:
        """Open the connection."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._order.port)

    async def ask(self, seen: Seen) -> None:
        """Ask once, and note what comes."""
        began = time.perf_counter()
        self._writer.write(self._request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        if b"content-length:" in head:
            length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
            await self._reader.readexactly(length)
        else:
            await self._read_stream(seen)
        if int(head[9:12]) != 200:
            seen.refused += 1
        seen.latencies_ms.append((time.perf_counter() - began) * 1e3)

    async def _read_stream(self, seen: Seen) -> None:
        last = b""
        while not last.endswith(b"0\r\n\r\n"):
            piece = await self._reader.read(262_144)
            if not piece:
                raise ConnectionError("the connection was closed")
            seen.events += (last[-5:] + piece).count(b"data: ") - last[-5:].count(b"data: ")
            last = last[-8:] + piece

    def close(self) -> None:
        """Close the connection."""
        self._writer.close()


async def at_a_rate(order: Order, seen: Seen) -> None:
    """Send requests at even distances, over as many connections as that takes."""
    idle: deque[Connection] = deque()
    every: list[Connection] = []

    async def one() -> None:
        if idle:
            connection = idle.pop()
        else:
            connection = Connection(order)
            every.append(connection)
            await connection.connect()
        await connection.ask(seen)
        idle.append(connection)

    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.TaskGroup() as tasks:
        for number in range(int(order.rate * order.seconds)):
            await asyncio.sleep(max(0.0, began + number / order.rate - loop.time()))
            tasks.create_task(one())
    for connection in every:
        connection.close()


async def in_turns(order: Order, seen: Seen) -> None:
    """Let each client ask again once it is answered."""
    loop = asyncio.get_running_loop()
    until = loop.time() + order.seconds

    async def one() -> None:
        connection = Connection(order)
        await connection.connect()
        while loop.time() < until:
            await connection.ask(seen)
        connection.close()

    async with asyncio.TaskGroup() as tasks:
        for _ in range(order.clients):
            tasks.create_task(one())


async def main() -> None:
    """Do what the argument says."""
    order = msgspec.json.decode(sys.argv[1].encode(), type=Order)
    seen = Seen()
    began = time.perf_counter()
    await (at_a_rate if order.mode == "rate" else in_turns)(order, seen)
    seen.elapsed_s = time.perf_counter() - began
    sys.stdout.buffer.write(msgspec.json.encode(seen))


if __name__ == "__main__":
    uvloop.run(main())
