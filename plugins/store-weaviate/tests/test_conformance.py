"""The Weaviate store keeps what every store promises. Tested where a server is."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest

from skep_contracts.plugins.stores import StoreQuery, VectorStore
from skep_contracts.problems import NotFound
from skep_store_weaviate.schema import CLASS
from skep_store_weaviate.store import WeaviateStore
from skep_testing.conformance.stores import HOME, StoreConformance, chunk, vector

URL = os.environ.get("WEAVIATE_URL", "")


class TestConformance(StoreConformance):
    entry_point = "weaviate"
    store_name = "weaviate"
    settings: ClassVar[dict[str, Any]] = {
        "url": URL or "http://127.0.0.1:1",
        "grpc_url": os.environ.get("WEAVIATE_GRPC_URL", ""),
        "api_key": os.environ.get("WEAVIATE_API_KEY", ""),
    }

    @pytest.fixture(autouse=True)
    async def emptied(self, request: pytest.FixtureRequest) -> AsyncIterator[None]:
        """Empty what a test leaves behind: all tests share a server."""
        if request.node.originalname in {"test_import_is_cheap", "test_description_is_complete"}:
            yield
            return
        if not URL:
            pytest.skip("NOT TESTED, no Weaviate here: set WEAVIATE_URL to a server's address")
        store = self.open_store(Path())
        homes = [
            HOME,
            msgspec.structs.replace(HOME, tenant="t_two"),
            msgspec.structs.replace(HOME, dataset_id="ds_two"),
            msgspec.structs.replace(HOME, generation=2),
        ]
        for home in homes:
            await store.drop(home)
        yield
        for home in homes:
            await store.drop(home)
        await store.close()

    @pytest.fixture
    async def store(self, tmp_path: Path, emptied: None) -> AsyncIterator[VectorStore]:
        """A store whose home collection exists and is empty."""
        store = self.open_store(tmp_path)
        await store.ensure(self.home)
        yield store
        await store.close()

    async def test_collection_that_another_worker_drops_is_missing_here_too(
        self, store: VectorStore
    ) -> None:
        other = self.open_store(Path())
        await store.upsert(HOME, [chunk("c_one")])
        await other.drop(HOME)
        await other.close()

        assert await store.search(HOME, StoreQuery(text="one", vector=vector(1))) == []
        assert await store.count(HOME) == 0
        assert await store.delete_chunks(HOME, ["c_one"]) == 0
        assert [each async for each in store.scan(HOME)] == []
        with pytest.raises(NotFound):
            await store.upsert(HOME, [chunk("c_one")])

        await store.ensure(HOME)
        await store.upsert(HOME, [chunk("c_one")])
        assert await store.count(HOME) == 1

    async def test_server_that_was_set_up_anew_is_used_again(self, store: VectorStore) -> None:
        assert isinstance(store, WeaviateStore)
        await store.upsert(HOME, [chunk("c_one")])
        await store._client.collections.delete(CLASS)

        with pytest.raises(NotFound):
            await store.upsert(HOME, [chunk("c_one")])

        await store.ensure(HOME)
        await store.upsert(HOME, [chunk("c_one")])
        assert await store.count(HOME) == 1
