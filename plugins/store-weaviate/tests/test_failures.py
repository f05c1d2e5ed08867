"""A server that fails is a problem of its own, in words that its operator can use."""

import asyncio

import httpx
import pytest

from skep_contracts.problems import Unavailable
from skep_store_weaviate.store import StoreSettings, WeaviateStore
from skep_testing.conformance.stores import HOME

HUNG_UP = b""
BUSY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize("answer", [HUNG_UP, BUSY])
async def test_broken_server_is_unavailable_and_not_a_defect(answer: bytes) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(answer)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        store = WeaviateStore(StoreSettings(url=f"http://127.0.0.1:{port}"))
        with pytest.raises(Unavailable) as raised:
            await store.count(HOME)
        await store.close()

    assert raised.value.exact_code == "store_unavailable"


async def test_unreachable_server_is_named_without_what_the_client_said() -> None:
    store = WeaviateStore(StoreSettings(url="http://127.0.0.1:1"))

    with pytest.raises(Unavailable) as raised:
        await store.count(HOME)
    await store.close()

    assert "127.0.0.1" in raised.value.detail
    assert "log" in raised.value.detail
    assert "Error" not in raised.value.detail


async def test_connection_lost_in_the_middle_is_unavailable() -> None:
    async def lost() -> None:
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.")

    store = WeaviateStore(StoreSettings(url="http://127.0.0.1:1"))

    with pytest.raises(Unavailable):
        await store._asked(lost())


async def test_read_that_is_not_answered_is_given_up() -> None:
    store = WeaviateStore(StoreSettings(url="http://127.0.0.1:1"))

    with pytest.raises(Unavailable):
        await store._asked(asyncio.sleep(30), within_s=0.05)
