"""Large values leave the log and come back the same."""

import asyncio
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from skep_contracts.ids import BlobKey
from skep_contracts.run_log import NodeFailed, NodeSucceeded, RunEvent, RunSucceeded
from skep_contracts.values import blob_key
from skep_orchestrator.runs.claims import LARGE_BYTES, check_in, check_out, looks_claimed

lookalikes = st.sampled_from(
    [{"$blob": "x"}, {"$blob": {"key": "k", "size_bytes": 1}}, {"$blob": 1, "more": 2}]
)
values = st.one_of(
    st.text(max_size=20),
    st.integers(0, 100_000).map(lambda size: "x" * size),
    lookalikes,
    st.lists(lookalikes, max_size=2),
)
mappings = st.dictionaries(st.sampled_from(["a", "b", "c", "$blob"]), values)


class Store:
    def __init__(self) -> None:
        self.content: dict[str, bytes] = {}

    async def put(self, tenant: str, content: bytes) -> BlobKey:
        self.content[blob_key(content)] = content
        return blob_key(content)

    async def get(self, tenant: str, key: BlobKey, *, max_bytes: int) -> bytes:
        return self.content[key]


def there_and_back(event: RunEvent) -> tuple[RunEvent, RunEvent, Store]:
    store = Store()

    async def go() -> tuple[RunEvent, RunEvent]:
        logged = await check_in(event, store, "t")
        return logged, await check_out(logged, store, "t")

    logged, restored = asyncio.run(go())
    return logged, restored, store


@given(mappings)
@settings(max_examples=80, deadline=None)
def test_values_come_back_as_they_were(outputs: dict[str, Any]) -> None:
    event = NodeSucceeded(node="a", outputs=outputs)

    logged, restored, _ = there_and_back(event)

    assert restored == event
    assert len(msgspec.msgpack.encode(logged)) < LARGE_BYTES + 1024
    if not looks_claimed(event) and len(msgspec.msgpack.encode(event)) < LARGE_BYTES:
        assert logged == event


def test_thousands_of_small_values_leave_as_one() -> None:
    event = NodeFailed(
        node="a",
        problem=msgspec.convert(
            {"code": "c", "title": "t", "status": 500, "detail": "d"},
            NodeFailed.__annotations__["problem"],
        ),
        handling="defaults",
        outputs={f"n{i}": "small" for i in range(5000)},
    )

    logged, restored, store = there_and_back(event)

    assert isinstance(logged, NodeFailed)
    assert list(logged.outputs) == ["$blob"]
    assert len(store.content) == 1
    assert restored == event


def test_long_answer_leaves_its_beginning_in_the_log() -> None:
    event = RunSucceeded(outputs={}, answer="é" * 40_000)

    logged, restored, _ = there_and_back(event)

    assert isinstance(logged, RunSucceeded)
    assert isinstance(restored, RunSucceeded)
    assert logged.answer == "é" * 8_000
    assert restored.answer == event.answer
