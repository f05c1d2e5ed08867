"""Several ingest workers on one bus and one database, without a gateway: killed and replaced."""

import asyncio
import base64
import os
import random
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from skep_contracts.calls.chunk_edit import ChunkInfo, ListChunks, ListChunksReply
from skep_contracts.calls.dataset import (
    CreateDocument,
    DocumentInfo,
    DocumentReply,
    DocumentStatus,
    ListDatasets,
    ListDatasetsReply,
    ListDocuments,
    ListDocumentsReply,
)
from skep_contracts.envelope import Call, Reply
from skep_contracts.ids import FileId, new_id
from skep_contracts.problems import SkepError
from skep_contracts.values import FileRef
from skep_runtime.bus import Bus
from skep_testing.nats import NatsServer

TENANT = "t_corpus"
READY_S = 60.0
R = TypeVar("R", bound=Reply)


class IngestFleet:
    """Workers that are started anew when they are killed."""

    def __init__(self, server: NatsServer, bus: Bus, folder: Path, *, size: int) -> None:
        self.bus = bus
        self.folder = folder
        self.kills = 0
        self._server = server
        self._size = size
        self._key = base64.b64encode(secrets.token_bytes(32)).decode()
        self._workers: list[subprocess.Popen[bytes]] = []

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers as they are now."""
        return [worker.pid for worker in self._workers]

    async def start(self) -> None:
        """Start all; the first one alone, for it makes the tables."""
        for number in range(self._size):
            self._workers.append(self._started(number))
            await self.ask(ListDatasets(limit=1), ListDatasetsReply)

    def _started(self, number: int) -> subprocess.Popen[bytes]:
        environment = {
            **{name: value for name, value in os.environ.items() if name[:5] != "SKEP_"},
            "SKEP_BUS__URL": self._server.url,
            "SKEP_BUS__USER": self._server.user,
            "SKEP_BUS__PASSWORD": self._server.password,
            "SKEP_VAULT__KEY": self._key,
            "SKEP_INGEST__DATABASE__URL": f"sqlite:///{self.folder}/ingest.db",
            "SKEP_INGEST__INDEXING__SCRATCH_DIR": str(self.folder / "scratch"),
            "SKEP_PLUGINS__DATA_DIR": str(self.folder / "plugin-data"),
            "SKEP_PARENT_PID": str(os.getpid()),
        }
        command = [sys.executable, "-m", "skep_ingest"]
        with (self.folder / f"worker-{number}.log").open("ab") as log:
            return subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    async def kill_at_random(self, chance: random.Random, pauses_s: tuple[float, float]) -> None:
        """Kill one of them after each pause, and start another in its place; until cancelled."""
        while True:
            await asyncio.sleep(chance.uniform(*pauses_s))
            number = chance.randrange(self._size)
            self._workers[number].kill()
            await asyncio.to_thread(self._workers[number].wait)
            self.kills += 1
            self._workers[number] = self._started(number)

    def stop(self) -> list[int]:
        """Stop all, and return how each ended."""
        for worker in self._workers:
            worker.terminate()
        return [worker.wait(30) for worker in self._workers]

    async def ask(self, call: Call, reply: type[R]) -> R:
        """Ask, again while nobody answers: every call is safe to repeat."""
        deadline = time.monotonic() + READY_S
        while True:
            try:
                return await self.bus.call(call, tenant=TENANT, reply=reply, timeout_s=5)
            except SkepError as error:
                if not error.status >= 500 or time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.1)

    async def add(self, dataset: str, name: str, content: bytes) -> DocumentInfo:
        """Add a document."""
        blob = await self.bus.blobs.put(TENANT, content)
        kind = "application/octet-stream"
        file = FileRef(
            id=FileId(new_id("file")),
            name=name,
            mime_type=kind,
            size_bytes=len(content),
            blob=blob,
        )
        call = CreateDocument(dataset=dataset, file=file, name=name)
        return (await self.ask(call, DocumentReply)).document

    async def documents(self, dataset: str) -> list[DocumentInfo]:
        """Return every document."""
        return await self._all(
            lambda cursor: ListDocuments(dataset=dataset, limit=100, cursor=cursor),
            ListDocumentsReply,
        )

    async def chunks(self, document: DocumentInfo) -> list[ChunkInfo]:
        """Return every chunk of a document."""
        return await self._all(
            lambda cursor: ListChunks(
                dataset=document.dataset_id, document_id=document.id, limit=100, cursor=cursor
            ),
            ListChunksReply,
        )

    async def _all(self, call: Callable[[str | None], Call], reply: type[Any]) -> list[Any]:
        items: list[Any] = []
        cursor = None
        while True:
            page = await self.ask(call(cursor), reply)
            items += page.items
            cursor = page.next_cursor
            if cursor is None:
                return items

    async def settled(self, dataset: str, timeout_s: float) -> list[DocumentInfo]:
        """Return the documents once all are ready or have failed."""
        deadline = time.monotonic() + timeout_s
        while True:
            documents = await self.documents(dataset)
            open_ones = [
                (document.name, document.status)
                for document in documents
                if document.status not in {DocumentStatus.READY, DocumentStatus.FAILED}
            ]
            if not open_ones:
                return documents
            assert time.monotonic() < deadline, open_ones
            await asyncio.sleep(0.2)
