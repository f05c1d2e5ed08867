"""What the checks share: the store under test, and chunks to keep in it."""

import array
import math
import random
from collections.abc import AsyncIterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Final

import pytest

from skep_contracts.plugins.manifest import STORES
from skep_contracts.plugins.stores import (
    CollectionRef,
    Hit,
    SearchMode,
    StoredChunk,
    StoreDescription,
    StoreHooks,
    VectorStore,
)
from skep_testing.conformance.loading import load_hooks
from skep_testing.conformance.node_context import FakePluginContext

DIMENSIONS: Final = 8
HOME: Final = CollectionRef(tenant="t_one", dataset_id="ds_one", dimensions=DIMENSIONS)
MODES: Final = tuple(SearchMode)


def vector(*numbers: float) -> bytes:
    """Return float32 numbers as stores take them, filled up with zeros to `DIMENSIONS`."""
    return array.array("f", [*numbers, *[0.0] * (DIMENSIONS - len(numbers))]).tobytes()


def chunk(name: str, **changes: Any) -> StoredChunk:
    """Return a chunk with the id `name`, in a document of its own unless changed."""
    values: dict[str, Any] = {
        "id": name,
        "document_id": f"doc_{name}",
        "document_version": 1,
        "seq": 0,
        "text": f"text of {name}",
        "vector": vector(1.0),
        **changes,
    }
    return StoredChunk(**values)


def random_chunks(count: int, *, seed: int = 1) -> list[StoredChunk]:
    """Return chunks with words and vectors by chance, some of them equal in both."""
    chance = random.Random(seed)  # noqa: S311  # the same chunks every time
    words = [f"word{number}" for number in range(40)]
    made: list[StoredChunk] = []
    for number in range(count):
        like = chance.randrange(number) if number and chance.random() < 0.1 else None
        made.append(
            chunk(
                f"chk_{chance.randrange(10**6):06}_{number}",
                document_id=f"doc_{number % 7}",
                seq=number,
                text=" ".join(chance.choices(words, k=12)) if like is None else made[like].text,
                vector=vector(*(chance.gauss(0, 1) for _ in range(DIMENSIONS)))
                if like is None
                else made[like].vector,
                metadata={"number": number, "group": f"g{number % 5}"},
            )
        )
    return made


def cosine(one: bytes, other: bytes) -> float:
    """Return the cosine of two vectors; 0 where one has no direction."""
    first, second = array.array("f", one), array.array("f", other)
    lengths = math.hypot(*first) * math.hypot(*second)
    return sum(a * b for a, b in zip(first, second, strict=True)) / lengths if lengths else 0.0


def keys(hits: Sequence[Hit]) -> list[tuple[str, float]]:
    """Return what orders hits."""
    return [(hit.id, hit.score) for hit in hits]


@cache
def _load(entry_point: str, name: str) -> StoreDescription:
    hooks = load_hooks(STORES, entry_point, StoreHooks)
    (found,) = [one for offered in hooks.skep_stores() for one in offered if one.name == name]
    assert isinstance(found, StoreDescription)
    return found


class StoreCase:
    """What every group of checks needs: the store under test, opened as a service opens it."""

    entry_point: ClassVar[str]
    """Name of the entry point in the group ``skep.stores``."""
    store_name: ClassVar[str]
    settings: ClassVar[dict[str, Any]] = {}
    home: ClassVar[CollectionRef] = HOME
    score_tolerance: ClassVar[float] = 1e-4
    """How far a similarity may be from the exact cosine."""

    def describe(self) -> StoreDescription:
        """Return the store's description, loaded through its entry point."""
        return _load(self.entry_point, self.store_name)

    def open_store(self, data_dir: Path) -> VectorStore:
        """Open a store on `data_dir`; opened again, the same directory has the same data."""
        context = FakePluginContext(data_dir=str(data_dir), **self.settings)
        return self.describe().factory(context)

    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[VectorStore]:
        """A store whose home collection exists."""
        store = self.open_store(tmp_path)
        await store.ensure(self.home)
        yield store
        await store.close()
