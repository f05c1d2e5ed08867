"""What a new turn starts from: earlier turns as messages, and the conversation's variables."""

from typing import Any, Final

import msgspec

from skep_contracts.plugins.models import ChatMessage
from skep_orchestrator.conversations.repository import ConversationRepository
from skep_orchestrator.conversations.turns import turn_of, write_turns
from skep_orchestrator.history.fold import RunRecord
from skep_runtime.database import Database

_MOST_TURNS: Final = 50


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a conversation before a turn."""

    variables: dict[str, Any] = {}
    history: tuple[ChatMessage, ...] = ()
    turns: int = 0


class ConversationMemory:
    """Loads conversations for the worker, and writes the turn a finished run was."""

    def __init__(self, database: Database) -> None:
        """Use the orchestrator's own database."""
        self._database = database

    async def load(self, tenant: str, app_id: str, conversation_id: str) -> Conversation:
        """Return a conversation; an unknown one, or one of another app, is empty."""
        async with self._database.reading() as session:
            repository = ConversationRepository(session, tenant)
            found = await repository.find(conversation_id)
            if found is None or found.app_id != app_id:
                return Conversation()
            turns = await repository.last_turns(conversation_id, limit=_MOST_TURNS)
        messages: list[ChatMessage] = []
        for turn in turns:
            messages.append(ChatMessage(role="user", content=turn.query))
            messages.append(ChatMessage(role="assistant", content=turn.answer))
        return Conversation(variables=found.variables, history=tuple(messages), turns=len(turns))

    async def save(self, tenant: str, record: RunRecord) -> None:
        """Write the turn that a finished run was; nothing for runs outside conversations."""
        turns = turn_of(tenant, record)
        if turns:
            async with self._database.session() as session:
                await write_turns(session, turns)

    async def catch_up(self, tenant: str, record: RunRecord) -> None:
        """Write the turn that an ended run was, unless that was done."""
        turns = turn_of(tenant, record)
        if not turns:
            return
        async with self._database.reading() as session:
            known = await ConversationRepository(session, tenant).ended_turns([turns[0].run_id])
        if not known:
            await self.save(tenant, record)
