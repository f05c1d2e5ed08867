"""From documents to answers: parsing, indexing, searching; a peer's pipeline beside it.

The corpus is what the machine has of documentation, some of it written around in other formats
(`tests/integration/corpus.py`). Embeddings cost nothing on either side: vectors come from a hash of
the text, the same ones for all.

parse    every document by the real splitter: a confined process each, then the chunker
index    the chunks that came of it into the store, in batches as the service writes them
whole    the same documents through the service: bus, database, store, two documents side by side
query    10,000 and 100,000 chunks: p50 and p95 through the service, recall@10 against brute force
peer     the same files through Haystack's converters, splitter and store, in memory (`--peer`)
"""

import argparse
import asyncio
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt
import uvloop

from services.ingest.tests.stage import TENANT, Stage
from skep_contracts.calls.dataset import DatasetInfo, DocumentInfo, DocumentStatus
from skep_contracts.plugins.models import Embeddings, Usage
from skep_contracts.plugins.parsers import ChunkDraft, ChunkSpec
from skep_contracts.plugins.stores import StoredChunk
from skep_inference import CallScope
from skep_ingest.datasets.repository import DatasetRepository
from skep_ingest.indexing.fill_collection import BATCH
from skep_ingest.indexing.split_document import DocumentSplitter, SplitWay
from skep_ingest.indexing.spool import RunningDigest
from skep_ingest.parsing.choose_parser import Parsers
from skep_ingest.parsing.open_file import FileOpener, StoredFile
from skep_runtime.bus import Bus
from skep_runtime.database import DatabaseSettings
from skep_testing.nats import NatsServer
from tests.integration.corpus import some_texts, write_corpus, write_long

COUNTS = {"html": 180, "txt": 150, "md": 60, "docx": 60, "pdf": 20, "csv": 20}
DIMENSIONS = 384
SETTLED = (DocumentStatus.READY, DocumentStatus.FAILED)
SPEC = ChunkSpec(max_chars=1000, overlap_chars=100)
Vectors: TypeAlias = npt.NDArray[np.float32]
HERE = Path(__file__).resolve().parent


def hashed(text: str) -> bytes:
    """Return a unit vector that follows from the text, for next to nothing."""
    digest = hashlib.shake_256(text.encode()).digest(DIMENSIONS)
    vector = np.frombuffer(digest, dtype=np.int8).astype(np.float32)
    return (vector / np.linalg.norm(vector)).tobytes()


def give_vectors(stage: Stage, vector_of: Callable[[str], bytes]) -> None:
    """Let the service's models embed for next to nothing."""

    async def embed(model: str, texts: Sequence[str], **_: Any) -> Embeddings:
        vectors = tuple(vector_of(text) for text in texts)
        return Embeddings(model=model, dimensions=DIMENSIONS, vectors=vectors, usage=Usage())

    stage.ingest.inference.embed = embed  # type: ignore[method-assign]


class Cost:
    """What something takes: time, processor time of all processes, peak memory of this tree."""

    def __enter__(self) -> Self:
        """Begin to look."""
        self.began = time.perf_counter()
        self._cpu_began = _cpu_s()
        self._is_over = threading.Event()
        self.peak_mib = 0.0
        self._looking = threading.Thread(target=self._look, daemon=True)
        self._looking.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Stop looking."""
        self.seconds = time.perf_counter() - self.began
        self.cpu_s = _cpu_s() - self._cpu_began
        self._is_over.set()
        self._looking.join()

    def _look(self) -> None:
        while not self._is_over.wait(0.1):
            self.peak_mib = max(self.peak_mib, _tree_mib(os.getpid()))


def _cpu_s() -> float:
    """Return the processor time of this tree, with processes of it that have ended; not NATS's."""
    ticks = 0
    for pid in _tree(os.getpid()):
        try:
            name, _, rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")
        except OSError:
            continue
        if "nats-server" not in name:
            ticks += sum(map(int, rest.split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _tree_mib(pid: int) -> float:
    """Return the proportional memory of a process and its children, NATS left out."""
    total = 0
    for each in _tree(pid):
        try:
            if "nats-server" in Path(f"/proc/{each}/comm").read_text():
                continue
            rollup = Path(f"/proc/{each}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in rollup.splitlines() if line[:4] == "Pss:")
    return total / 1024


def _tree(pid: int) -> Iterator[int]:
    yield pid
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = " ".join((task / "children").read_text() for task in tasks)
    except OSError:
        return
    for child in children.split():
        yield from _tree(int(child))


def report(name: str, cost: Cost, documents: int, chunks: int) -> None:
    """Print one line."""
    print(
        f"{name:<22} {documents / cost.seconds:8.1f} docs/s {chunks / cost.seconds:9.0f} chunks/s "
        f"{cost.seconds:7.1f} s {cost.cpu_s:7.1f} s of CPU {cost.peak_mib:7.0f} MiB",
        flush=True,
    )


async def parse(stage: Stage, files: Sequence[Path], at_once: int) -> list[list[ChunkDraft]]:
    """Split every file; return the chunks of each."""
    opener = FileOpener(stage.bus.blobs, Parsers(stage.host, directory=None), stage.parsing)
    splitter = DocumentSplitter(opener, stage.host, writer=stage.ingest.inference)
    scratch = stage.ingest.scratch
    way = SplitWay(chunker="general", spec=SPEC, scope=CallScope(tenant=TENANT))
    keys = [await stage.bus.blobs.put(TENANT, file.read_bytes()) for file in files]
    found: list[list[ChunkDraft]] = [[] for _ in files]
    free = asyncio.Semaphore(at_once)

    async def one(at: int) -> None:
        file = StoredFile(tenant=TENANT, blob=keys[at], name=files[at].name, mime_type="")
        async with free:
            with scratch.folder() as folder:
                split = await splitter.split_file(file, folder, way=way, max_bytes=1 << 30)
                for batch in split.spool.batches(BATCH, digest=RunningDigest()):
                    found[at] += [chunk.draft for chunk in batch]

    with Cost() as cost:
        async with asyncio.TaskGroup() as tasks:
            for at in range(len(files)):
                tasks.create_task(one(at))
    report("parse and split", cost, len(files), sum(map(len, found)))
    return found


async def index(stage: Stage, found: Sequence[Sequence[ChunkDraft]]) -> None:
    """Store chunks in batches, each durable before the next."""
    dataset = await make_dataset(stage, "index")
    store, ref = await collection_of(stage, dataset)
    await store.ensure(ref)
    with Cost() as cost:
        for number, drafts in enumerate(found):
            for start in range(0, len(drafts), BATCH):
                chunks = [
                    stored(f"d{number}", start + at, draft.text)
                    for at, draft in enumerate(drafts[start : start + BATCH])
                ]
                await store.upsert(ref, chunks)
    report("index", cost, len(found), sum(map(len, found)))


def stored(document: str, seq: int, text: str, vector: bytes | None = None) -> StoredChunk:
    """Return a chunk as a store takes it."""
    return StoredChunk(
        id=f"{document}.1.{seq}",
        document_id=document,
        document_version=1,
        seq=seq,
        text=text,
        vector=vector or hashed(text),
        metadata={"document_name": document, "start": 0, "end": len(text)},
    )


async def make_dataset(stage: Stage, name: str) -> DatasetInfo:
    """Create a dataset that takes these vectors."""
    dataset = await stage.dataset(name, chunk_spec=SPEC)
    async with stage.database.session() as session:
        row = await DatasetRepository(session, TENANT).get_any(dataset.id)
        assert row is not None
        row.dimensions = DIMENSIONS
    return dataset


async def collection_of(stage: Stage, dataset: DatasetInfo) -> Any:
    """Return a dataset's store, and where in it."""
    async with stage.database.reading() as session:
        row = await DatasetRepository(session, TENANT).get_any(dataset.id)
    assert row is not None
    collection = await stage.ingest.collections.of(row)
    return collection.store, collection.ref


async def whole(stage: Stage, files: Sequence[Path]) -> None:
    """Add every file and wait until all are found."""
    dataset = await make_dataset(stage, "whole")
    for file in files:  # storing files is the gateway's work
        await stage.bus.blobs.put(TENANT, file.read_bytes())
    with Cost() as cost:
        added = [await stage.add(dataset.id, file.name, file.read_bytes()) for file in files]
        done = [await until_settled(stage, document) for document in added]
    statuses = Counter(document.status for document in done)
    assert set(statuses) == {DocumentStatus.READY}, statuses
    report("whole service", cost, len(files), sum(document.chunks_done for document in done))


async def until_settled(stage: Stage, document: DocumentInfo) -> DocumentInfo:
    """Look now and then, so that looking costs next to nothing."""
    while True:
        seen = await stage.get(document)
        if seen.status in SETTLED:
            return seen
        await asyncio.sleep(0.2)


def word_vectors(texts: Sequence[str]) -> Vectors:
    """Return unit vectors of texts, sums of a fixed random vector for each word."""
    chance = np.random.default_rng(1)
    known: dict[str, Vectors] = {}
    made: Vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    for at, text in enumerate(texts):
        for word in set(text.lower().split()):
            if word not in known:
                known[word] = chance.standard_normal(DIMENSIONS, dtype=np.float32)
            made[at] += known[word]
    made /= np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-9)
    return made


async def query(stage: Stage, count: int, queries: int) -> None:
    """Fill a dataset with so many chunks of real text, search it, and hold that against numpy."""
    pieces: list[str] = []
    for text in some_texts(count):
        pieces += (text[at : at + 800] for at in range(0, len(text) - 400, 800))
        if len(pieces) >= count + queries:
            break
    asked = [" ".join(piece.split()[5:25]) for piece in pieces[count : count + queries]]
    pieces = pieces[:count]
    vectors = word_vectors([*pieces, *asked])
    at = {text: count + number for number, text in enumerate(asked)}
    give_vectors(stage, lambda text: vectors[at.get(text, 0)].tobytes())
    dataset = await make_dataset(stage, f"query-{count}")
    document = await stage.add(dataset.id, "all.txt", "x")
    await stage.settled(document)
    store, ref = await collection_of(stage, dataset)
    await store.delete_document(ref, document.id)
    for start in range(0, count, 512):
        await store.upsert(
            ref,
            [
                stored(document.id, n, pieces[n], vectors[n].tobytes())
                for n in range(start, min(start + 512, count))
            ],
        )
    await compare(stage, dataset, asked, held=vectors[:count], sought=vectors[count:])


async def compare(
    stage: Stage, dataset: DatasetInfo, asked: Sequence[str], *, held: Vectors, sought: Vectors
) -> None:
    """Print latencies of each mode, and the recall of vectors."""
    await stage.search(asked[0], dataset.id, top_k=10, mode="semantic")  # reads the vectors
    for mode in ("semantic", "full_text", "hybrid"):
        times, kept = [], []
        for number, text in enumerate(asked):
            began = time.perf_counter()
            found = await stage.search(text, dataset.id, top_k=10, mode=mode)
            times.append((time.perf_counter() - began) * 1000)
            if mode == "semantic":
                scores = held @ sought[number]
                tenth = np.partition(scores, -10)[-10] - 1e-5
                kept.append(sum(scores[hit.seq] >= tenth for hit in found) / 10)
        recall = f"   recall@10 {statistics.mean(kept):.4f}" if kept else ""
        p95 = statistics.quantiles(times, n=20)[-1]
        print(
            f"{f'query, {len(held):,} chunks':<22} {mode:<10} "
            f"p50 {statistics.median(times):6.1f} ms   p95 {p95:6.1f} ms{recall}",
            flush=True,
        )


def peer(folder: Path, repeats: int) -> None:
    """Make an environment for Haystack, run its pipeline there over the same files."""
    uv = subprocess.run(
        [HERE.parent / "scripts" / "find-uv"], check=True, capture_output=True, text=True
    ).stdout.strip()
    with tempfile.TemporaryDirectory(prefix="skep-peer-") as home:
        subprocess.run([uv, "venv", "-q", "-p", sys.executable, home], check=True)
        install = [uv, "pip", "install", "-q", "-p", f"{home}/bin/python"]
        requirements = str(HERE / "peers" / "haystack_knowledge.txt")
        subprocess.run([*install, "-r", requirements], check=True)
        script = [f"{home}/bin/python", str(HERE / "peers" / "haystack_knowledge.py"), str(folder)]
        for _ in range(repeats):
            said = subprocess.run(script, check=True, capture_output=True, text=True)
            cost = Cost()
            found = json.loads(said.stdout.splitlines()[-1])
            cost.seconds, cost.cpu_s = found["seconds"], found["cpu_s"]
            cost.peak_mib = found["peak_mib"]
            report("haystack, in memory", cost, found["documents"], found["chunks"])


async def ours(files: Sequence[Path], options: argparse.Namespace) -> None:
    """Run everything of ours on one service."""
    with tempfile.TemporaryDirectory(prefix="skep-knowledge-") as home, NatsServer() as server:
        bus = await Bus.connect(server.settings(), service="gateway")
        await bus.ensure_topology()
        database = DatabaseSettings(url=f"sqlite:///{home}/ingest.db")
        async with asyncio.TaskGroup() as tasks:
            stage = Stage(bus, server, tasks, folder=Path(home), database=database)
            await stage.start()
            give_vectors(stage, hashed)
            for _ in range(options.repeats):
                found = await parse(stage, files, options.at_once)
                await index(stage, found)
                await whole(stage, files)
                await stage.delete_dataset("index")
                await stage.delete_dataset("whole")
            for count in options.chunks:
                await query(stage, count, options.queries)
            await stage.stop()
        await bus.close()


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--share", type=float, default=1.0, help="of the corpus")
    parser.add_argument("--long", type=int, default=0, help="so many of a megabyte, in its place")
    parser.add_argument("--at-once", type=int, default=2, help="documents parsed side by side")
    parser.add_argument("--chunks", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--peer", action="store_true", help="run Haystack's pipeline too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="skep-corpus-") as folder:
        if options.long:
            files = write_long(Path(folder), ("html", "txt", "md", "docx"), options.long, 1_000_000)
        else:
            counts = {kind: max(int(n * options.share), 1) for kind, n in COUNTS.items()}
            files = write_corpus(Path(folder), counts)
        size = sum(file.stat().st_size for file in files) / 1e6
        kinds = dict(Counter(file.suffix for file in files))
        print(f"{len(files)} documents, {size:.1f} MB: {kinds}", flush=True)
        if options.repeats:
            uvloop.run(ours(files, options))
        if options.peer:
            peer(Path(folder), max(options.repeats, 1))


if __name__ == "__main__":
    main()
