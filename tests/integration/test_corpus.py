"""Real documents in many formats, indexed while workers are killed at random moments.

Nothing is lost, nothing is there twice, no status is left behind, and what fails says why.
`SKEP_TEST_CORPUS_DOCUMENTS=1300` makes the corpus so large; `make test` has a small one.
"""

import asyncio
import logging
import os
import random
import sqlite3
import time
from collections.abc import AsyncIterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from skep_contracts.calls.dataset import (
    CreateDataset,
    DatasetReply,
    DocumentStatus,
    GetDataset,
)
from skep_contracts.plugins.manifest import hooks_of
from skep_contracts.plugins.parsers import (
    Chunker,
    ChunkerHooks,
    ChunkSpec,
    ParserDescription,
    ParserHooks,
)
from skep_ingest.parsing.choose_parser import choose_parser
from skep_ingest.parsing.fork_server import ForkServer
from skep_ingest.parsing.frames import ParserSource
from skep_ingest.parsing.parse_process import ParseProcess, ParsingSettings
from skep_runtime.bus import Bus
from skep_testing.documents import make_pdf
from skep_testing.nats import NatsServer
from skep_testing.zip_documents import make_docx
from tests.integration.corpus import FORMATS, write_corpus
from tests.integration.ingest_fleet import IngestFleet

COUNT = int(os.environ.get("SKEP_TEST_CORPUS_DOCUMENTS", "39"))
SETTLED_S = 60.0 + COUNT
SPEC = ChunkSpec(max_chars=800, overlap_chars=80)
WORKERS = 2
PAUSES_S = (0.5, 2.5)
BAD = {
    "broken.pdf": b"%PDF-1.7\nnothing of a document",
    "encrypted.pdf": make_pdf(["a secret"], password="bees"),
    "scan.pdf": make_pdf(["", ""]),
    "blank.txt": b" \n\n \n",
    "empty.txt": b"",
    "binary.txt": bytes(range(256)) * 64,
    "cut.docx": make_docx("<w:p><w:r><w:t>Bees.</w:t></w:r></w:p>")[:300],
    "bomb.docx": make_docx(f"<w:p><w:r><w:t>{'0' * 150_000_000}</w:t></w:r></w:p>"),
    "unknown.xyz": b"\x00\x01\x02 of no format",
}
WRONGLY_NAMED = {"really-a-pdf.txt": make_pdf(["Bees make honey, whatever this file is called."])}

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(120 + 4 * COUNT)]


@pytest.fixture
async def fleet(tmp_path: Path) -> AsyncIterator[IngestFleet]:
    with NatsServer() as server:
        bus = await Bus.connect(server.settings(), service="gateway")
        await bus.ensure_topology()
        fleet = IngestFleet(server, bus, tmp_path, size=WORKERS)
        await fleet.start()
        try:
            yield fleet
        finally:
            endings = fleet.stop()
            await bus.close()
    assert endings == [0] * WORKERS


@pytest.fixture
def corpus(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "corpus"
    folder.mkdir()
    share, rest = divmod(COUNT, len(FORMATS))
    counts = {kind: share + (at < rest) for at, kind in enumerate(FORMATS)}
    files = write_corpus(folder, {kind: count for kind, count in counts.items() if count})
    for name, content in {**BAD, **WRONGLY_NAMED}.items():
        (folder / name).write_bytes(content)
        files.append(folder / name)
    random.Random(COUNT).shuffle(files)
    return files


def parsers() -> list[tuple[ParserDescription, ParserSource]]:
    return [
        (description, ParserSource(point.value))
        for point in entry_points(group="skep.parsers")
        for offered in hooks_of(point.name, point.load(), ParserHooks).skep_parsers()
        for description in offered
    ]


def general_chunker() -> Chunker:
    (chunker,) = (
        description
        for point in entry_points(group="skep.chunkers")
        for offered in hooks_of(point.name, point.load(), ChunkerHooks).skep_chunkers()
        for description in offered
        if description.name == "general"
    )
    made: Chunker = chunker.factory()
    return made


def expected_chunks(files: list[Path], folder: Path) -> dict[str, list[str]]:
    """Split every file that can be read here, where nobody is killed."""
    offered, chunker, server = parsers(), general_chunker(), ForkServer()
    found = {}
    for file in files:
        copy = folder / f"document{file.suffix}"
        copy.write_bytes(file.read_bytes())
        head = copy.read_bytes()[:1024]
        chosen = choose_parser([d for d, _ in offered], head, name=file.name, mime_type="")
        process = ParseProcess(
            copy,
            name=file.name,
            parser=chosen.name,
            sources=[source for description, source in offered if description is chosen],
            settings=ParsingSettings(),
            fork_server=server,
        )
        drafts = chunker.split(process.blocks(), SPEC)
        found[file.name] = [draft.text for draft in drafts if draft.text.strip()]
    server.close()
    return found


def rows_in_the_store(folder: Path) -> list[tuple[str, int]]:
    """Return the document and position of each chunk, from the store's file itself."""
    (file,) = (folder / "plugin-data").rglob("ds_*.sqlite3")
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
        return list(connection.execute("SELECT document_id, seq FROM chunks"))


async def test_nothing_is_lost_or_doubled_while_workers_are_killed(
    fleet: IngestFleet, corpus: list[Path], tmp_path: Path
) -> None:
    made = await fleet.ask(CreateDataset(name="corpus", chunk_spec=SPEC), DatasetReply)
    dataset = made.dataset.id

    began = time.monotonic()
    async with asyncio.TaskGroup() as tasks:
        killing = tasks.create_task(fleet.kill_at_random(random.Random(COUNT), PAUSES_S))
        for file in corpus:
            await fleet.add(dataset, file.name, file.read_bytes())
        documents = await fleet.settled(dataset, SETTLED_S)
        killing.cancel()
    took_s = time.monotonic() - began

    by_name = {document.name: document for document in documents}
    assert sorted(document.name for document in documents) == sorted(file.name for file in corpus)
    failed = {name for name, one in by_name.items() if one.status is DocumentStatus.FAILED}
    assert failed == set(BAD), {name: by_name[name].error for name in failed ^ set(BAD)}
    assert all(by_name[name].error for name in failed)
    (tmp_path / "here").mkdir()
    readable = [file for file in corpus if file.name not in BAD]
    expected = await asyncio.to_thread(expected_chunks, readable, tmp_path / "here")
    for name, texts in expected.items():
        chunks = await fleet.chunks(by_name[name])
        assert [chunk.text for chunk in chunks] == texts, name
        assert [chunk.seq for chunk in chunks] == list(range(len(texts))), name
    rows = rows_in_the_store(fleet.folder)
    total = sum(map(len, expected.values()))
    assert len(rows) == len(set(rows)) == total
    assert (await fleet.ask(GetDataset(dataset=dataset), DatasetReply)).dataset.chunks == total
    assert fleet.kills > 2
    logging.getLogger(__name__).info(
        "%d documents, %d formats, %d chunks, %d kills, %.0f s",
        *(len(corpus), len({file.suffix for file in readable}), total, fleet.kills, took_s),
    )
