"""What tests of sources say to ingest, in few words."""

import asyncio
import json
import shutil
import time
from pathlib import Path
from typing import Any

import msgspec

from services.ingest.tests.stage import CALL_S, TENANT, Stage
from skep_contracts.calls.dataset import (
    DocumentInfo,
    DocumentStatus,
    DoneReply,
    ListDocuments,
    ListDocumentsReply,
)
from skep_contracts.calls.source import (
    CancelSourceSync,
    CreateSource,
    DeleteSource,
    GetSource,
    ListSourceItems,
    ListSourceItemsReply,
    SourceInfo,
    SourceItemInfo,
    SourceReply,
    StartSourceSync,
    SyncInfo,
    SyncStatus,
    UpdateSource,
    source_seal_context,
)
from skep_contracts.ids import new_id
from skep_runtime.egress import EgressSettings
from skep_runtime.vault import Vault, VaultSettings

PLUGIN = Path(__file__).parent / "shelf_plugin.py"
WAIT_S = 60.0


class SourcesStage:
    """A stage whose ingest reaches loopback and knows shelves."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.file = stage.folder / "shelf.json"

    async def set_up(self) -> None:
        """Start ingest anew with what sources need."""
        await self.stage.stop()
        folder = self.stage.folder / "plugins" / "skep-shelf"
        info = folder / "skep_shelf-1.0.dist-info"
        info.mkdir(parents=True)
        shutil.copy(PLUGIN, folder / "skep_shelf.py")
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: skep-shelf\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("[skep.sources]\na = skep_shelf\n")
        self.stage.egress = EgressSettings(allow="127.0.0.1")
        await self.stage.start()
        self.stage.ingest.syncer._backoff_s = (0.05,)

    def sealed(self, source_id: str, **secrets: Any) -> bytes:
        vault = Vault(VaultSettings(key=self.stage._key))
        context = source_seal_context(TENANT, source_id)
        return vault.seal(msgspec.json.encode(secrets), context=context)

    async def add(self, settings: dict[str, Any], kind: str = "web", **call: Any) -> SourceInfo:
        """Add a source to the dataset `docs`."""
        wanted = {
            "source_id": new_id("source"),
            "dataset": "docs",
            "name": "site",
            "kind": kind,
            "settings": settings,
            **call,
        }
        tenant = wanted.pop("tenant", TENANT)
        reply = await self.stage.bus.call(
            CreateSource(**wanted), tenant=tenant, reply=SourceReply, timeout_s=CALL_S
        )
        return reply.source

    async def shelf(self, *books: dict[str, Any], **call: Any) -> SourceInfo:
        """Add a shelf with books."""
        self.put(*books)
        source_id = new_id("source")
        return await self.add(
            {"file": str(self.file)},
            kind="shelf",
            source_id=source_id,
            sealed_secrets=self.sealed(source_id, token="geheim"),
            **{"name": "shelf", **call},
        )

    def put(self, *books: dict[str, Any], **more: Any) -> None:
        """Change what the shelf holds."""
        self.file.write_text(json.dumps({"books": books, **more}))

    async def get(self, source: str) -> SourceInfo:
        call = GetSource(dataset="docs", source=source)
        reply = await self.stage.bus.call(call, tenant=TENANT, reply=SourceReply, timeout_s=CALL_S)
        return reply.source

    async def update(self, source: str, **changes: Any) -> SourceInfo:
        call = UpdateSource(dataset="docs", source=source, **changes)
        reply = await self.stage.bus.call(call, tenant=TENANT, reply=SourceReply, timeout_s=CALL_S)
        return reply.source

    async def start(self, source: str, **call: Any) -> SourceInfo:
        order = StartSourceSync(dataset="docs", source=source, **call)
        reply = await self.stage.bus.call(order, tenant=TENANT, reply=SourceReply, timeout_s=CALL_S)
        return reply.source

    async def cancel(self, source: str) -> SourceInfo:
        call = CancelSourceSync(dataset="docs", source=source)
        reply = await self.stage.bus.call(call, tenant=TENANT, reply=SourceReply, timeout_s=CALL_S)
        return reply.source

    async def delete(self, source: str, *, keep_documents: bool) -> bool:
        call = DeleteSource(dataset="docs", source=source, keep_documents=keep_documents)
        reply = await self.stage.bus.call(call, tenant=TENANT, reply=DoneReply, timeout_s=CALL_S)
        return reply.changed

    async def items(self, source: str, **call: Any) -> list[SourceItemInfo]:
        items: list[SourceItemInfo] = []
        cursor = None
        while True:
            order = ListSourceItems(dataset="docs", source=source, cursor=cursor, **call)
            page = await self.stage.bus.call(
                order, tenant=TENANT, reply=ListSourceItemsReply, timeout_s=CALL_S
            )
            items += page.items
            cursor = page.next_cursor
            if cursor is None:
                return items

    async def ended(self, source: str) -> SyncInfo:
        """Wait until the latest sync has ended."""
        deadline = time.monotonic() + WAIT_S
        while True:
            sync = (await self.get(source)).sync
            assert sync is not None
            if sync.status in {SyncStatus.SUCCEEDED, SyncStatus.FAILED}:
                return sync
            assert time.monotonic() < deadline, sync
            await asyncio.sleep(0.02)

    async def sync(self, source: str, **call: Any) -> SyncInfo:
        """Sync now, and wait for the end."""
        await self.start(source, **call)
        return await self.ended(source)

    async def documents(self) -> dict[str, DocumentInfo]:
        """Return all documents by name, once all are ready or have failed."""
        deadline = time.monotonic() + WAIT_S
        while True:
            reply = await self.stage.bus.call(
                ListDocuments(dataset="docs", limit=200),
                tenant=TENANT,
                reply=ListDocumentsReply,
                timeout_s=CALL_S,
            )
            done = {DocumentStatus.READY, DocumentStatus.FAILED}
            if all(each.status in done for each in reply.items):
                return {each.name: each for each in reply.items}
            assert time.monotonic() < deadline, reply.items
            await asyncio.sleep(0.02)


def counts(sync: SyncInfo) -> dict[str, int]:
    """Return what a sync did, zeros left out."""
    found = msgspec.to_builtins(sync.counts)
    return {name: count for name, count in found.items() if count}
