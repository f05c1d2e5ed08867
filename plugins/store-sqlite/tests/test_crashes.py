"""Killed writers, damaged files, files that go away: nothing acknowledged is lost."""

import array
import asyncio
import contextlib
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from skep_contracts.plugins.stores import CollectionRef, SearchMode, StoredChunk, StoreQuery
from skep_contracts.problems import Conflict, InvalidInput, Unavailable
from skep_store_sqlite.store import SqliteStore, StoreSettings

HOME = CollectionRef(tenant="t_one", dataset_id="ds_one", dimensions=4)
WRITER = Path(__file__).with_name("writer.py")


def one(name: str, *numbers: float) -> StoredChunk:
    return StoredChunk(
        id=name,
        document_id=f"doc_{name}",
        document_version=1,
        seq=0,
        text=f"text of {name}",
        vector=array.array("f", numbers or (1.0, 0.0, 0.0, 0.0)).tobytes(),
    )


QUERY = StoreQuery(text="text", vector=one("q").vector, limit=10)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(str(tmp_path), StoreSettings())
    await store.ensure(HOME)
    yield store
    await store.close()


def file_of(directory: Path) -> Path:
    return directory / "t_one" / "ds_one.1.sqlite3"


async def test_killed_writer_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    reader = SqliteStore(str(tmp_path), StoreSettings())
    for life in range(4):
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(WRITER), str(tmp_path), stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        acknowledged = 0
        for _ in range(8 + life):
            acknowledged = int(await process.stdout.readline())
        await asyncio.sleep(0.003 * life)
        process.kill()
        acknowledged = max([acknowledged, *map(int, (await process.stdout.read()).split())])
        await process.wait()

        kept = [found async for found in reader.scan(HOME)]
        assert len(kept) >= acknowledged
        assert len(kept) % 20 == 0, "a batch is kept whole or not at all"
        assert [found.seq for found in kept] == list(range(len(kept)))
        words = await reader.search(
            HOME,
            StoreQuery(text="number", vector=None, mode=SearchMode.FULL_TEXT, limit=1_000),
        )
        assert len(words) == min(1_000, len(kept))
        with contextlib.closing(sqlite3.connect(file_of(tmp_path))) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")
    await reader.close()


async def test_damaged_file_is_reported_not_a_defect(store: SqliteStore, tmp_path: Path) -> None:
    await store.upsert(HOME, [one(f"c{number}") for number in range(200)])
    await store.close()
    path = file_of(tmp_path)
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)

    broken = SqliteStore(str(tmp_path), StoreSettings())
    with pytest.raises(Unavailable) as refused:
        await broken.search(HOME, QUERY)

    assert refused.value.exact_code == "collection_damaged"
    await broken.close()


async def test_file_that_is_no_database_is_reported(tmp_path: Path) -> None:
    path = file_of(tmp_path)
    path.parent.mkdir()
    path.write_bytes(b"this is not a database" * 300)
    store = SqliteStore(str(tmp_path), StoreSettings())

    with pytest.raises(Unavailable):
        await store.ensure(HOME)
    with pytest.raises(Unavailable):
        await store.search(HOME, QUERY)
    await store.close()


async def test_file_that_a_dying_process_left_empty_is_no_collection_yet(tmp_path: Path) -> None:
    path = file_of(tmp_path)
    path.parent.mkdir()
    path.touch()
    store = SqliteStore(str(tmp_path), StoreSettings())

    assert await store.search(HOME, QUERY) == []
    await store.ensure(HOME)
    await store.upsert(HOME, [one("a")])

    assert await store.count(HOME) == 1
    await store.close()


async def test_collection_dropped_and_made_anew_by_another_process_is_noticed(
    store: SqliteStore, tmp_path: Path
) -> None:
    await store.upsert(HOME, [one("old")])
    assert len(await store.search(HOME, QUERY)) == 1
    other = SqliteStore(str(tmp_path), StoreSettings())

    await other.drop(HOME)
    assert await store.search(HOME, QUERY) == []
    await other.ensure(HOME)
    await other.upsert(HOME, [one("new")])

    assert [hit.id for hit in await store.search(HOME, QUERY)] == ["new"]
    await store.upsert(HOME, [one("newer")])
    assert await other.count(HOME) == 2
    await other.close()


async def test_collection_of_other_dimensions_is_refused(store: SqliteStore) -> None:
    other = msgspec.structs.replace(HOME, dimensions=8)

    with pytest.raises(Conflict):
        await store.ensure(other)
    with pytest.raises(Conflict):
        await store.count(other)


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "a\0b", "a" * 200, "ä"])
async def test_name_that_is_no_identifier_never_reaches_the_disk(
    store: SqliteStore, name: str
) -> None:
    for ref in (
        msgspec.structs.replace(HOME, tenant=name),
        msgspec.structs.replace(HOME, dataset_id=name),
    ):
        with pytest.raises(InvalidInput):
            await store.ensure(ref)


async def test_reader_far_behind_reads_everything_again(
    store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skep_store_sqlite.vector_blocks._REMOVED_KEPT", 5)
    behind = SqliteStore(str(tmp_path), StoreSettings())
    await store.upsert(HOME, [one(f"c{number:02}") for number in range(40)])
    assert len(await behind.search(HOME, QUERY)) == 10

    for number in range(30):
        await store.delete_chunks(HOME, [f"c{number:02}"])
    await store.upsert(HOME, [one("c39", 0.0, 1.0, 0.0, 0.0)])

    hits = await behind.search(HOME, msgspec.structs.replace(QUERY, limit=40))
    assert [hit.id for hit in hits] == [f"c{number}" for number in range(30, 40)]
    await behind.close()


@pytest.mark.parametrize("cache_mb", [0, 1])
async def test_collections_beyond_the_memory_allowed_are_searched_all_the_same(
    tmp_path: Path, cache_mb: int
) -> None:
    store = SqliteStore(str(tmp_path), StoreSettings(cache_mb=cache_mb))
    refs = [
        CollectionRef(tenant="t", dataset_id=f"ds_{number}", dimensions=256) for number in range(4)
    ]
    vector = array.array("f", [1.0] * 256).tobytes()
    for ref in refs:
        await store.ensure(ref)
        await store.upsert(
            ref,
            [
                msgspec.structs.replace(one(f"c{number:04}"), vector=vector)
                for number in range(1_500)
            ],
        )

    for ref in [*refs, *refs]:
        query = StoreQuery(text="x", vector=vector, mode=SearchMode.SEMANTIC, limit=2)
        assert [hit.id for hit in await store.search(ref, query)] == ["c0000", "c0001"]
        taken = sum(opened.file.cache.size_bytes for opened in store._open.values())
        assert taken <= cache_mb * 1024 * 1024
    await store.close()


async def test_writers_of_one_collection_do_not_hold_up_readers_of_another(
    store: SqliteStore, tmp_path: Path
) -> None:
    other = msgspec.structs.replace(HOME, dataset_id="ds_two")
    await store.ensure(other)
    await store.upsert(other, [one("a")])
    lock = sqlite3.connect(file_of(tmp_path), isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")

    async with asyncio.TaskGroup() as tasks:
        for number in range(8):
            tasks.create_task(store.upsert(HOME, [one(f"c{number}")]))
        await asyncio.sleep(0.05)
        started = time.monotonic()
        assert len(await store.search(other, QUERY)) == 1
        assert time.monotonic() - started < 2
        lock.execute("ROLLBACK")
        lock.close()

    assert await store.count(HOME) == 8


def test_settings_are_checked() -> None:
    with pytest.raises(InvalidInput):
        StoreSettings.read({"cache": 5})
    with pytest.raises(InvalidInput):
        StoreSettings.read({"synchronous": "off"})
    assert StoreSettings.read({"cache_mb": 5}).cache_mb == 5


async def test_opening_the_store_loads_no_vector_library() -> None:
    script = (
        "import sys; from skep_store_sqlite.store import SqliteStore, StoreSettings;"
        "SqliteStore('x', StoreSettings());"
        "sys.exit('numpy' in sys.modules or 'numkong' in sys.modules)"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script)

    assert await process.wait() == 0
