"""Reads the journal and keeps rows for lists, the turns of conversations, and the public facts.

The journal is the truth and rows are its shadow: a batch may be seen twice, or by another process
than the batch before it, and the rows come out the same. A batch is acknowledged after its rows are
committed and its facts published; message ids drop facts that were published already.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from skep_contracts import subjects, topology
from skep_contracts.envelope import Event
from skep_contracts.ids import BlobKey
from skep_contracts.problems import InvalidInput, NotFound, TooLarge
from skep_contracts.run_log import Batch, decode_batch
from skep_orchestrator.conversations.turns import turn_of, write_turns
from skep_orchestrator.history.fold import RunRecord, fold
from skep_orchestrator.history.group_commit import GroupCommit
from skep_orchestrator.history.public_facts import is_public, public_facts
from skep_orchestrator.history.repository import row_values, save_runs
from skep_orchestrator.runs.waits.relatives import RelativesWriter
from skep_runtime.bus import Bus, Delivery
from skep_runtime.database import Database

_LOG: Final = logging.getLogger(__name__)
_CONCURRENCY: Final = 2_000
_CACHED_RUNS: Final = 10_000
_MOST_ANSWER_BYTES: Final = 16 * 1024 * 1024


class _Item(msgspec.Struct, frozen=True):
    seq: int
    tenant: str
    run_id: str
    batch: Batch


class Projector:
    """One of any number of processes that read the journal through the same consumer."""

    def __init__(self, bus: Bus, database: Database) -> None:
        """Read from `bus` and write to `database`, once `run`."""
        self._bus = bus
        self._database = database
        self._commit = GroupCommit(self._write)
        self._records: OrderedDict[str, RunRecord] = OrderedDict()

    async def run(self) -> None:
        """Project until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._commit.run())
            await self._bus.consume(
                topology.ORCHESTRATOR_PROJECTION, self._handle, concurrency=_CONCURRENCY
            )

    async def _handle(self, delivery: Delivery) -> None:
        subject = subjects.parse(delivery.subject)
        try:
            batch = decode_batch(delivery.data)
        except msgspec.MsgspecError as error:
            raise InvalidInput("A batch of the run log cannot be read.") from error
        item = _Item(delivery.stream_seq, subject.tenant, subject.rest[1], batch)
        await self._commit.put(item)

    async def _write(self, items: Sequence[_Item]) -> None:
        rows: dict[str, dict[str, Any]] = {}
        turns = []
        facts: list[tuple[Event, str, str]] = []
        relatives = RelativesWriter(self._bus)
        for item in sorted(items, key=lambda item: item.seq):
            record = await self._fold(item)
            if record.started is None:
                _LOG.warning("run log has no beginning", extra={"run_id": item.run_id})
                continue
            if is_public(item.batch):
                rows[item.run_id] = row_values(item.tenant, record)
                await self._complete_answer(item.tenant, record)
                turns += turn_of(item.tenant, record)
                facts += _addressed(item, record)
                await relatives.take(item.tenant, item.batch, record)
            if record.is_ended:
                self._records.pop(item.run_id, None)
        if rows:
            async with self._database.session() as session:
                await save_runs(session, list(rows.values()))
                await write_turns(session, turns)
                await relatives.write(session)
            await relatives.order()
        if facts:
            await self._bus.publish_many(facts)

    async def _complete_answer(self, tenant: str, record: RunRecord) -> None:
        """Fetch an answer that is too large for the log, where a conversation remembers it."""
        if record.answer_blob is None or record.started is None:
            return
        if record.started.conversation_id is None:
            return
        try:
            content = await self._bus.blobs.get(
                tenant, BlobKey(record.answer_blob), max_bytes=_MOST_ANSWER_BYTES
            )
        except (NotFound, TooLarge):
            _LOG.warning("answer is not in the store", extra={"run_id": record.started.run_id})
            return
        record.answer, record.answer_blob = content.decode(), None

    async def _fold(self, item: _Item) -> RunRecord:
        record = self._records.get(item.run_id) or RunRecord(keeps=None)
        if not record.apply_batch(item.batch):
            # Another process saw what came before; the whole log is at hand.
            subject = subjects.journal(item.tenant, item.run_id)
            messages = await self._bus.journal.read(subject)
            record = fold((decode_batch(m.data) for m in messages), keeps=None)
        self._records[item.run_id] = record
        self._records.move_to_end(item.run_id)
        while len(self._records) > _CACHED_RUNS:
            self._records.popitem(last=False)
        return record


def _addressed(item: _Item, record: RunRecord) -> Iterator[tuple[Event, str, str]]:
    for message_id, fact in public_facts(item.batch, record):
        yield fact, item.tenant, message_id
