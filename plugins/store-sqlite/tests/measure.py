"""Measures the store: `.venv/bin/python plugins/store-sqlite/tests/measure.py 100000`.

Texts are words by chance with the frequencies of a natural language, vectors lie in 200 clusters.
Each kind of search is asked 20 times; the first, which may read vectors or rows, stands apart.
"""

import array
import asyncio
import itertools
import random
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from skep_contracts.plugins.stores import (
    CollectionRef,
    Condition,
    SearchMode,
    StoredChunk,
    StoreQuery,
)
from skep_store_sqlite.store import SqliteStore, StoreSettings

DIMENSIONS = 384
BATCH = 64
WORDS_PER_CHUNK = 140
CLUSTERS = 200
ASKED = 20
HOME = CollectionRef(tenant="t", dataset_id="ds", dimensions=DIMENSIONS)

chance = random.Random(1)
words = [f"word{number}" for number in range(40_000)]
weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(words))))
centres = [[chance.gauss(0, 1) for _ in range(DIMENSIONS)] for _ in range(CLUSTERS)]


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def vector(cluster: int) -> bytes:
    return array.array("f", [x + 0.8 * chance.gauss(0, 1) for x in centres[cluster]]).tobytes()


def text(count: int) -> str:
    return " ".join(chance.choices(words, cum_weights=weights, k=count))


def chunk(seq: int, near: bytes) -> StoredChunk:
    return StoredChunk(
        id=f"chk_{seq:026}",
        document_id=f"doc_{seq // 50}",
        document_version=1,
        seq=seq,
        text=text(WORDS_PER_CHUNK),
        vector=near,
        metadata={"document_name": f"file {seq // 50}.pdf", "page": seq % 300, "group": seq % 10},
    )


async def fill(store: SqliteStore, count: int) -> float:
    """Return the seconds that upserts took."""
    spent = 0.0
    ready = [vector(number % CLUSTERS) for number in range(2_000)]
    for start in range(0, count, BATCH):
        batch = [
            chunk(seq, ready[seq % len(ready)]) for seq in range(start, min(start + BATCH, count))
        ]
        started = time.perf_counter()
        await store.upsert(HOME, batch)
        spent += time.perf_counter() - started
    return spent


async def ask(store: SqliteStore, name: str, query: StoreQuery) -> None:
    taken = []
    for number in range(ASKED):
        asked = msgspec.structs.replace(query, text=text(6), vector=vector(number))
        started = time.perf_counter()
        await store.search(HOME, asked)
        taken.append((time.perf_counter() - started) * 1000)
    first, rest = taken[0], sorted(taken[1:])
    middle = statistics.median(rest)
    say(f"{name:22} first {first:8.1f} ms   p50 {middle:7.1f}   p95 {rest[-1]:7.1f}")


def bytes_below(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


async def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as directory:
        store = SqliteStore(directory, StoreSettings())
        await store.ensure(HOME)
        spent = await fill(store, count)
        size = bytes_below(Path(directory))
        say(f"{count:,} chunks: {count / spent:,.0f} upserts/s, {size / 2**20:.0f} MiB on disk")
        one_in_ten = Condition(field="group", op="eq", value=3)
        query = StoreQuery(text="", vector=None)
        for mode in SearchMode:
            asked = msgspec.structs.replace(query, mode=mode)
            await ask(store, mode.value, asked)
            filtered = msgspec.structs.replace(asked, filter=one_in_ten)
            await ask(store, f"{mode.value}, 1 in 10", filtered)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        say(f"peak memory of the process {peak:.0f} MiB")
        await store.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
