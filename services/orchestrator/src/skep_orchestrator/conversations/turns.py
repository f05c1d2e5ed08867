"""Writes turns: at the end of a run by its worker, and again by whoever reads the journal.

The worker writes before it reports the end, so that the next message finds this one; the projector
writes the same rows for a worker that died in between.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.assignments import Assignment
from skep_contracts.calls.run import RunStatus
from skep_orchestrator.conversations.changes import change_conversations
from skep_orchestrator.conversations.tables import ConversationRow, TurnRow
from skep_orchestrator.history.fold import RunRecord
from skep_orchestrator.history.node_records import instant

_TITLE_LENGTH: Final = 120
_UNDER_WAY: Final = (RunStatus.RUNNING.value, RunStatus.PAUSED.value)


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """What one run adds to a conversation."""

    tenant: str
    run_id: str
    app_id: str
    conversation_id: str
    end_user: str | None
    query: str
    answer: str
    status: RunStatus
    created_at: datetime
    updated_at: datetime
    variables: dict[str, Any]
    """Those of the conversation when the turn began."""
    types: dict[str, str]
    changes: tuple[Assignment, ...]
    """What the turn changed in them."""

    @property
    def is_ended(self) -> bool:
        """Whether its run has come to its end."""
        return self.status in {RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.CANCELLED}


def turn_of(tenant: str, record: RunRecord) -> list[Turn]:
    """Return the turn a run is, as a list: empty for runs outside conversations."""
    started = record.started
    if started is None or started.conversation_id is None:
        return []
    created_at = instant(record.started_ms)
    return [
        Turn(
            tenant=tenant,
            run_id=started.run_id,
            app_id=started.app_id,
            conversation_id=started.conversation_id,
            end_user=started.caller.end_user,
            query=str(started.system.get("query") or ""),
            answer=record.answer or "",
            status=record.status,
            created_at=created_at,
            updated_at=instant(record.ended_ms) if record.ended_ms else created_at,
            variables=started.conversation,
            types=started.conversation_types,
            changes=record.changes,
        )
    ]


async def write_turns(session: AsyncSession, turns: Sequence[Turn]) -> None:
    """Write turns and the conversations they belong to; the same turn twice leaves one row."""
    if not turns:
        return
    conversations = {turn.conversation_id: _conversation(turn) for turn in reversed(turns)}
    # Whoever writes a turn of a conversation holds its row until the end of the transaction.
    await _upsert(
        session,
        ConversationRow.metadata.tables["conversations"],
        [conversations[name] for name in sorted(conversations)],
        changed=("updated_at",),
    )
    await change_conversations(session, [turn for turn in turns if turn.changes and turn.is_ended])
    latest = {turn.run_id: turn for turn in turns}
    rows = [
        {
            "run_id": turn.run_id,
            "tenant": turn.tenant,
            "conversation_id": turn.conversation_id,
            "query": turn.query,
            "answer": turn.answer,
            "status": turn.status.value,
            "created_at": turn.created_at,
        }
        for turn in latest.values()
    ]
    # A late look at the beginning of a run must not undo its end.
    running = [row for row in rows if row["status"] in _UNDER_WAY]
    ended = [row for row in rows if row["status"] not in _UNDER_WAY]
    table = TurnRow.metadata.tables["turns"]
    await _upsert(session, table, running, changed=())
    await _upsert(session, table, ended, changed=("answer", "status"))


def _conversation(turn: Turn) -> dict[str, Any]:
    return {
        "conversation_id": turn.conversation_id,
        "tenant": turn.tenant,
        "app_id": turn.app_id,
        "title": " ".join(turn.query.split())[:_TITLE_LENGTH],
        "end_user": turn.end_user,
        "created_at": turn.created_at,
        "updated_at": turn.updated_at,
        "variables": turn.variables,
    }


async def _upsert(
    session: AsyncSession, table: SqlTable, rows: list[dict[str, Any]], *, changed: Sequence[str]
) -> None:
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    if session.get_bind().dialect.name == "postgresql":
        statement = postgresql.insert(table)
        if changed:
            await session.execute(
                statement.on_conflict_do_update(
                    index_elements=keys,
                    set_={name: statement.excluded[name] for name in changed},
                    where=table.c.tenant == statement.excluded.tenant,
                ),
                rows,
            )
        else:
            await session.execute(statement.on_conflict_do_nothing(), rows)
        return
    lite = sqlite.insert(table)
    if changed:
        await session.execute(
            lite.on_conflict_do_update(
                index_elements=keys,
                set_={name: lite.excluded[name] for name in changed},
                where=table.c.tenant == lite.excluded.tenant,
            ),
            rows,
        )
    else:
        await session.execute(lite.on_conflict_do_nothing(), rows)
