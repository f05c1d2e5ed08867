"""Answers questions about runs, conversations and usage, for the caller's tenant only."""

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypeVar

import msgspec

from skep_contracts import subjects
from skep_contracts.calls.run import (
    ConversationReply,
    GetConversation,
    ListConversations,
    ListConversationsReply,
    ListMessages,
    ListMessagesReply,
    ListRuns,
    ListRunsReply,
    ReadRunEvents,
    ReadRunEventsReply,
    ReadUsage,
    ReadUsageReply,
)
from skep_contracts.ids import is_id
from skep_contracts.problems import InvalidInput, NotFound
from skep_contracts.run_log import (
    TERMINAL,
    Batch,
    decode_batch,
)
from skep_orchestrator.conversations.memory import ConversationMemory
from skep_orchestrator.conversations.repository import ConversationRepository
from skep_orchestrator.history.details import RunDetails
from skep_orchestrator.history.fold import RunRecord, fold
from skep_orchestrator.history.repository import RunRepository
from skep_orchestrator.history.run_logs import RunLogs
from skep_orchestrator.ledger.repository import LedgerRepository
from skep_runtime.bus import Bus, Incoming
from skep_runtime.database import Database

T = TypeVar("T")

_MOST_ITEMS: Final = 200
_MOST_BYTES: Final = 2 * 1024 * 1024
"""Of encoded batches in one answer; the caller asks again for more."""


class HistoryAnswers:
    """The handlers of the orchestrator's read calls."""

    def __init__(self, bus: Bus, database: Database) -> None:
        """Read runs from the journal on `bus`, lists from `database`."""
        self._bus = bus
        self._database = database
        self._details = RunDetails(bus, RunLogs(bus, database), ConversationMemory(database))

    def register(self) -> None:
        """Begin to answer."""
        self._details.register()
        self._bus.answer(ReadRunEvents, self.read_events)
        self._bus.answer(ListRuns, self.list_runs)
        self._bus.answer(GetConversation, self.get_conversation)
        self._bus.answer(ListConversations, self.list_conversations)
        self._bus.answer(ListMessages, self.list_messages)
        self._bus.answer(ReadUsage, self.read_usage)

    async def read_events(self, call: ReadRunEvents, incoming: Incoming) -> ReadRunEventsReply:
        """Return the batches that hold events after one, as far as they fit."""
        messages = await self._read_messages(incoming.tenant, call.run_id)
        if not messages:
            raise NotFound(f"There is no run {call.run_id}.")
        batches = [decode_batch(message) for message in messages]
        wanted: list[bytes] = []
        size = events = 0
        for message, batch in zip(messages, batches, strict=True):
            if batch.first + len(batch.events) - 1 <= call.after:
                continue
            if wanted and (size + len(message) > _MOST_BYTES or events >= call.limit):
                return ReadRunEventsReply(batches=tuple(wanted), has_more=True)
            wanted.append(message)
            size += len(message)
            events += len(batch.events)
        last = batches[-1].events[-1] if batches[-1].events else None
        return ReadRunEventsReply(
            batches=tuple(wanted),
            is_ended=isinstance(last, TERMINAL),
            answer=fold_answer(batches),
        )

    async def list_runs(self, call: ListRuns, incoming: Incoming) -> ListRunsReply:
        """Page through run rows."""
        limit = _limit(call.limit)
        async with self._database.reading() as session:
            items = await RunRepository(session, incoming.tenant).page(
                limit=limit + 1, before=call.cursor, wanted=call
            )
        shown, has_more = _cut(items, limit)
        return ListRunsReply(items=shown, next_cursor=shown[-1].id if has_more else None)

    async def get_conversation(
        self, call: GetConversation, incoming: Incoming
    ) -> ConversationReply:
        """Return one conversation."""
        async with self._database.reading() as session:
            repository = ConversationRepository(session, incoming.tenant)
            found = await repository.info(call.conversation_id)
            row = await repository.find(call.conversation_id)
        if found is None or row is None:
            raise NotFound(f"There is no conversation {call.conversation_id}.")
        return ConversationReply(conversation=found, variables=row.variables)

    async def list_conversations(
        self, call: ListConversations, incoming: Incoming
    ) -> ListConversationsReply:
        """Page through conversations."""
        limit = _limit(call.limit)
        before = _read_cursor(call.cursor) if call.cursor else None
        async with self._database.reading() as session:
            items = await ConversationRepository(session, incoming.tenant).page(
                limit=limit + 1, before=before, app_id=call.app_id
            )
        shown, has_more = _cut(items, limit)
        cursor = _cursor(shown[-1].updated_at, shown[-1].id) if has_more else None
        return ListConversationsReply(items=shown, next_cursor=cursor)

    async def list_messages(self, call: ListMessages, incoming: Incoming) -> ListMessagesReply:
        """Page through a conversation's turns."""
        limit = _limit(call.limit)
        async with self._database.reading() as session:
            repository = ConversationRepository(session, incoming.tenant)
            if await repository.find(call.conversation_id) is None:
                raise NotFound(f"There is no conversation {call.conversation_id}.")
            items = await repository.turns(call.conversation_id, limit=limit + 1, after=call.cursor)
        shown, has_more = _cut(items, limit)
        return ListMessagesReply(items=shown, next_cursor=shown[-1].run_id if has_more else None)

    async def read_usage(self, call: ReadUsage, incoming: Incoming) -> ReadUsageReply:
        """Sum the ledger."""
        async with self._database.reading() as session:
            rows = await LedgerRepository(session, incoming.tenant).sums(call)
        return ReadUsageReply(rows=tuple(rows))

    async def _read_messages(self, tenant: str, run_id: str) -> list[bytes]:
        if not is_id("run", run_id):
            raise NotFound("There is no such run.")
        messages = await self._bus.journal.read(subjects.journal(tenant, run_id))
        return [message.data for message in messages]


def fold_answer(batches: Sequence[Batch]) -> str | None:
    """Return the answer's text when the log holds all of it."""
    record: RunRecord = fold(batches, keeps=None)
    return record.answer


def _limit(asked: int) -> int:
    return max(1, min(asked, _MOST_ITEMS))


def _cut(items: Sequence[T], limit: int) -> tuple[tuple[T, ...], bool]:
    return tuple(items[:limit]), len(items) > limit


def _cursor(at: datetime, identifier: str) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode((at, identifier))).decode()


def _read_cursor(cursor: str) -> tuple[datetime, str]:
    try:
        return msgspec.json.decode(
            base64.urlsafe_b64decode(cursor.encode()), type=tuple[datetime, str]
        )
    except (ValueError, msgspec.MsgspecError) as error:
        raise InvalidInput("The cursor is not one that a page gave out.") from error
