"""Checks of what a store keeps: writes, deletions, collections, other workers."""

import asyncio
import math
from pathlib import Path
from typing import Any

import msgspec
import pytest

from skep_contracts.plugins.stores import SearchMode, StoreQuery, VectorStore
from skep_contracts.problems import InvalidInput, NotFound
from skep_testing.conformance.store_kit.cases import StoreCase, chunk, random_chunks, vector


class KeepingChecks(StoreCase):
    """What was written stays, once and whole, until it is deleted."""

    async def test_missing_collection_is_empty(self, store: VectorStore) -> None:
        """Reading and deleting what is not there is no error."""
        missing = msgspec.structs.replace(self.home, dataset_id="ds_missing")
        query = StoreQuery(text="text", vector=vector(1.0))

        assert await store.search(missing, query) == []
        assert await store.count(missing) == 0
        assert await store.delete_document(missing, "doc_a") == 0
        assert await store.delete_chunks(missing, ["a"]) == 0
        assert [found async for found in store.scan(missing)] == []
        await store.drop(missing)

    async def test_missing_collection_takes_no_chunks(self, store: VectorStore) -> None:
        """Or a dataset that was just deleted would come back with a few chunks."""
        missing = msgspec.structs.replace(self.home, dataset_id="ds_missing")

        with pytest.raises(NotFound):
            await store.upsert(missing, [chunk("a")])

    async def test_ensure_keeps_what_is_there(self, store: VectorStore) -> None:
        """Every worker ensures before it writes."""
        await store.upsert(self.home, [chunk("a")])

        await store.ensure(self.home)

        assert await store.count(self.home) == 1

    async def test_repeated_upsert_changes_nothing(self, store: VectorStore) -> None:
        """Delivery is at least once, and so are batches."""
        chunks = random_chunks(20)
        query = StoreQuery(text="word1 word2", vector=chunks[3].vector, limit=20)

        await store.upsert(self.home, chunks)
        first = await store.search(self.home, query)
        await store.upsert(self.home, [*chunks, *chunks])

        assert await store.count(self.home) == 20
        assert await store.search(self.home, query) == first

    async def test_children_of_a_passage_are_found_from_the_first(self, store: VectorStore) -> None:
        """A hit leads to the other children of its passage, by whole numbers and in order."""
        children = [
            chunk(
                f"doc.1.{seq}",
                document_id="doc",
                seq=seq,
                text=f"part{seq}",
                metadata={"chunk_parent": seq - seq % 5, "chunk_part_start": seq % 5 * 10},
            )
            for seq in range(20)
        ]
        await store.upsert(self.home, children)

        query = StoreQuery(text="part13", vector=None, mode=SearchMode.FULL_TEXT, limit=1)
        (hit,) = await store.search(self.home, query)
        parent = hit.metadata["chunk_parent"]
        behind = store.scan(self.home, document_id="doc", after_seq=parent - 1)
        texts = [one.text async for one in behind if one.metadata["chunk_parent"] == parent]

        assert (parent, type(parent)) == (10, int)
        assert texts == [f"part{seq}" for seq in range(10, 15)]

    async def test_upsert_replaces_by_id(self, store: VectorStore) -> None:
        """Text, words and metadata change together."""
        await store.upsert(self.home, [chunk("a", text="apples", metadata={"n": 1})])

        await store.upsert(self.home, [chunk("a", text="oranges", metadata={"n": 2})])

        old = StoreQuery(text="apples", vector=None, mode=SearchMode.FULL_TEXT)
        new = StoreQuery(text="oranges", vector=None, mode=SearchMode.FULL_TEXT)
        assert await store.search(self.home, old) == []
        (hit,) = await store.search(self.home, new)
        assert (hit.text, hit.metadata) == ("oranges", {"n": 2})
        assert await store.count(self.home) == 1

    async def test_what_was_written_is_there_after_reopening(
        self, store: VectorStore, tmp_path: Path
    ) -> None:
        """A write that returned is durable."""
        chunks = random_chunks(30)
        await store.upsert(self.home, chunks)
        await store.close()

        again = self.open_store(tmp_path)

        assert await again.count(self.home) == 30
        (hit,) = await again.search(
            self.home, StoreQuery(text=chunks[5].text, vector=chunks[5].vector, limit=1)
        )
        assert hit.text == chunks[5].text
        await again.close()

    async def test_other_worker_sees_writes_at_once(
        self, store: VectorStore, tmp_path: Path
    ) -> None:
        """Several workers share a collection; none may serve an old copy."""
        other = self.open_store(tmp_path)
        query = StoreQuery(text="x", vector=vector(0.0, 1.0), mode=SearchMode.SEMANTIC, limit=1)
        await store.upsert(self.home, [chunk("a", vector=vector(1.0, 1.0))])
        assert [hit.id for hit in await other.search(self.home, query)] == ["a"]

        await store.upsert(self.home, [chunk("b", vector=vector(0.0, 1.0))])
        added = [hit.id for hit in await other.search(self.home, query)]
        await store.delete_chunks(self.home, ["b"])
        removed = [hit.id for hit in await other.search(self.home, query)]

        assert (added, removed) == (["b"], ["a"])
        await other.close()

    async def test_workers_writing_together_lose_nothing(
        self, store: VectorStore, tmp_path: Path
    ) -> None:
        """Documents of one dataset are indexed side by side."""
        workers = [store, self.open_store(tmp_path), self.open_store(tmp_path)]

        async def write(worker: VectorStore, start: int) -> None:
            for number in range(start, start + 60, 6):
                await worker.upsert(
                    self.home, [chunk(f"c{at}") for at in range(number, number + 6)]
                )

        async with asyncio.TaskGroup() as tasks:
            for at, worker in enumerate(workers):
                tasks.create_task(write(worker, at * 60))

        assert [await worker.count(self.home) for worker in workers] == [180] * 3
        for worker in workers[1:]:
            await worker.close()

    async def test_document_is_deleted_whole_or_below_a_version(self, store: VectorStore) -> None:
        """The new version replaces the old one without a gap."""
        versions = [
            chunk(f"{version}.{seq}", document_id="d", document_version=version, seq=seq)
            for version in (1, 2, 3)
            for seq in range(4)
        ]
        await store.upsert(self.home, [*versions, chunk("other")])

        below = await store.delete_document(self.home, "d", before_version=3)
        left = await store.count(self.home, document_id="d")
        rest = await store.delete_document(self.home, "d")

        assert (below, left, rest) == (8, 4, 4)
        assert await store.delete_document(self.home, "d") == 0
        assert await store.count(self.home) == 1

    async def test_deleted_chunks_are_not_found(self, store: VectorStore) -> None:
        """Unknown ids are ignored, repeated ones counted once."""
        await store.upsert(self.home, [chunk("a"), chunk("b"), chunk("c")])

        gone = await store.delete_chunks(self.home, ["a", "c", "never was", "a"])

        hits = await store.search(self.home, StoreQuery(text="text", vector=vector(1.0)))
        assert gone == 2
        assert [hit.id for hit in hits] == ["b"]

    async def test_dropped_collection_starts_empty(self, store: VectorStore) -> None:
        """Nothing of a deleted dataset survives in what comes after it."""
        await store.upsert(self.home, random_chunks(10))

        await store.drop(self.home)
        await store.ensure(self.home)

        assert await store.count(self.home) == 0
        assert await store.search(self.home, StoreQuery(text="word1", vector=vector(1.0))) == []

    async def test_collections_never_mix(self, store: VectorStore) -> None:
        """Tenants, datasets and generations are apart, in reading and in deleting."""
        others = [
            msgspec.structs.replace(self.home, tenant="t_two"),
            msgspec.structs.replace(self.home, dataset_id="ds_two"),
            msgspec.structs.replace(self.home, generation=2),
        ]
        await store.upsert(self.home, [chunk("home")])
        for at, other in enumerate(others):
            await store.ensure(other)
            await store.upsert(other, [chunk(f"other{at}"), chunk("home", text="not yours")])

        await store.delete_document(others[0], "doc_home")
        await store.drop(others[1])

        query = StoreQuery(text="text of other0 not yours", vector=vector(1.0))
        assert [hit.text for hit in await store.search(self.home, query)] == ["text of home"]
        assert await store.count(others[0]) == 1
        assert await store.count(others[2]) == 2

    @pytest.mark.parametrize(
        "bad",
        [
            {"vector": b""},
            {"vector": vector(1.0)[:-4]},
            {"vector": vector(1.0) * 2},
            {"vector": vector(math.nan)},
            {"vector": vector(math.inf)},
            {"text": "half a pair: \ud800"},
            {"metadata": {"set": object()}},
        ],
        ids=["no vector", "short", "long", "nan", "infinite", "surrogate", "metadata"],
    )
    async def test_bad_chunk_is_refused_and_leaves_nothing(
        self, store: VectorStore, bad: dict[str, Any]
    ) -> None:
        """A batch is kept whole or not at all."""
        with pytest.raises(InvalidInput):
            await store.upsert(self.home, [chunk("good"), chunk("bad", **bad)])

        assert await store.count(self.home) == 0

    async def test_scan_returns_what_was_written_in_order(self, store: VectorStore) -> None:
        """Moving to another store loses nothing, disabled chunks included."""
        chunks = [
            chunk(
                f"{document}.{seq}",
                document_id=f"doc_{document}",
                seq=seq,
                vector=vector(0.1, seq),
                metadata={"deep": {"list": [1, None, "ä"]}, "page": seq},
                enabled=seq % 3 > 0,
            )
            for document in range(3)
            for seq in range(250)
        ]
        await store.upsert(self.home, chunks[::2] + chunks[1::2])

        everything = [found async for found in store.scan(self.home)]
        rest = [found async for found in store.scan(self.home, document_id="doc_1", after_seq=99)]

        assert everything == chunks
        assert rest == chunks[350:500]
