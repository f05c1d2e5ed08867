"""A whole ingest process, killed in the middle of a long PDF."""

import asyncio
import base64
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from skep_contracts.calls.chunk import SearchChunks, SearchChunksReply
from skep_contracts.calls.dataset import (
    CreateDataset,
    CreateDocument,
    DatasetReply,
    DocumentInfo,
    DocumentReply,
    DocumentStatus,
    GetDataset,
    GetDocument,
    ListDatasets,
    ListDatasetsReply,
)
from skep_contracts.envelope import Call, Reply
from skep_contracts.ids import FileId, new_id
from skep_contracts.plugins.stores import SearchMode
from skep_contracts.problems import Unavailable
from skep_contracts.values import FileRef
from skep_runtime.bus import Bus
from skep_testing.documents import make_pdf
from skep_testing.nats import NatsServer, nats_server

__all__ = ["nats_server"]
pytestmark = pytest.mark.slow
TENANT = "t_test"
PAGES = 200
R = TypeVar("R", bound=Reply)


class IngestProcess:
    """One process at a time, always on the same data."""

    def __init__(self, server: NatsServer, folder: Path, bus: Bus) -> None:
        self.bus = bus
        self._server = server
        self._folder = folder
        self._key = base64.b64encode(secrets.token_bytes(32)).decode()
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        environment = {
            **os.environ,
            "SKEP_BUS__URL": self._server.url,
            "SKEP_BUS__USER": self._server.user,
            "SKEP_BUS__PASSWORD": self._server.password,
            "SKEP_VAULT__KEY": self._key,
            "SKEP_INGEST__DATABASE__URL": f"sqlite:///{self._folder}/ingest.db",
            "SKEP_INGEST__INDEXING__SCRATCH_DIR": str(self._folder / "scratch"),
            "SKEP_PLUGINS__DATA_DIR": str(self._folder / "plugin-data"),
            "SKEP_PARENT_PID": str(os.getpid()),
        }
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: ASYNC220 - it takes no time
                [sys.executable, "-m", "skep_ingest"], env=environment, stdout=log, stderr=log
            )
        async with asyncio.timeout(30):
            while True:
                try:
                    await self.ask(ListDatasets(limit=1), ListDatasetsReply)
                    return
                except Unavailable:
                    assert self._process.poll() is None, (self._folder / "log").read_text()

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(20)

    async def ask(self, call: Call, reply: type[R]) -> R:
        return await self.bus.call(call, tenant=TENANT, reply=reply, timeout_s=10)

    async def add(self, dataset: str, name: str, content: bytes) -> DocumentInfo:
        blob = await self.bus.blobs.put(TENANT, content)
        file = FileRef(
            id=FileId(new_id("file")),
            name=name,
            mime_type="application/pdf",
            size_bytes=len(content),
            blob=blob,
        )
        call = CreateDocument(dataset=dataset, file=file, name=name)
        return (await self.ask(call, DocumentReply)).document

    async def until(self, document: DocumentInfo, condition: Any) -> DocumentInfo:
        call = GetDocument(dataset=document.dataset_id, document_id=document.id)
        deadline = time.monotonic() + 60
        while True:
            seen = (await self.ask(call, DocumentReply)).document
            if condition(seen):
                return seen
            assert time.monotonic() < deadline, seen
            await asyncio.sleep(0.005)


@pytest.fixture
async def process(nats_server: NatsServer, tmp_path: Path) -> AsyncIterator[IngestProcess]:
    bus = await Bus.connect(nats_server.settings(), service="gateway")
    await bus.ensure_topology()
    process = IngestProcess(nats_server, tmp_path, bus)
    await process.start()
    yield process
    assert process.stop() == 0
    await bus.close()


def page(number: int) -> str:
    lines = [f"Line {line} of page {number} tells of hive {number}." for line in range(50)]
    return "\n".join([*lines, f"Only here stands the word unique{number}x."])


async def test_killed_process_goes_on_with_a_long_document(
    process: IngestProcess, tmp_path: Path
) -> None:
    made = await process.ask(CreateDataset(name="long"), DatasetReply)
    dataset = made.dataset.id
    document = await process.add(dataset, "hives.pdf", make_pdf([page(n) for n in range(PAGES)]))
    await process.until(document, lambda seen: seen.chunks_done > 0)

    process.kill()
    await process.start()
    process.kill()
    await process.start()
    done = await process.until(
        document, lambda seen: seen.status in {DocumentStatus.READY, DocumentStatus.FAILED}
    )

    assert (done.status, done.error) == (DocumentStatus.READY, None)
    assert done.chunks_total is not None
    assert done.chunks_done == done.chunks_total >= PAGES
    counted = await process.ask(GetDataset(dataset=dataset), DatasetReply)
    assert counted.dataset.chunks == done.chunks_total
    for number in (0, 99, 199):
        search = SearchChunks(
            query=f"unique{number}x", datasets=(dataset,), mode=SearchMode.FULL_TEXT, top_k=50
        )
        found = (await process.ask(search, SearchChunksReply)).chunks
        assert number + 1 in {chunk.page for chunk in found}
        assert len({chunk.seq for chunk in found}) == len(found)
    everything = SearchChunks(
        query="hive", datasets=(dataset,), mode=SearchMode.FULL_TEXT, top_k=1000
    )
    chunks = (await process.ask(everything, SearchChunksReply)).chunks
    assert sorted(chunk.seq for chunk in chunks) == list(range(done.chunks_total))
    assert not [*(tmp_path / "scratch").glob("worker-*/tmp*")]
