"""The first event of a run: everything the run depends on from outside, as it is now."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import msgspec

from skep_contracts.commands.run import StartRun
from skep_contracts.graph import WorkflowDocument
from skep_contracts.plugins.models import ChatMessage
from skep_contracts.run_log import RunStarted
from skep_contracts.values import file_to_value
from skep_orchestrator.engine.compile import Plan
from skep_orchestrator.history.fold import RunRecord
from skep_orchestrator.nodes.secrets import defused

HISTORY_BYTES: Final = 1024 * 1024
"""Earlier turns beyond this are left out, the oldest first."""


class ConversationState(Protocol):
    """What a conversation hands to its next turn."""

    @property
    def variables(self) -> dict[str, Any]:
        """Conversation variables."""
        ...

    @property
    def history(self) -> tuple[ChatMessage, ...]:
        """Earlier turns, oldest first."""
        ...

    @property
    def turns(self) -> int:
        """How many turns there were."""
        ...


class NewConversation(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a conversation that nothing was said in yet."""

    variables: dict[str, Any] = {}
    history: tuple[ChatMessage, ...] = ()
    turns: int = 0


class ConversationMemory(Protocol):
    """Remembers conversations."""

    async def load(self, tenant: str, app_id: str, conversation_id: str) -> ConversationState:
        """Return a conversation's state; an empty one when it is new."""
        ...

    async def save(self, tenant: str, record: RunRecord) -> None:
        """Keep the turn that an ended run was, so that the next one finds it. Safe to repeat."""
        ...


def opening_event(
    command: StartRun,
    plan: Plan | None,
    conversation: ConversationState,
    *,
    now_ms: int,
    trace: str | None,
    tokens: Mapping[str, str] | None = None,
    callback_url: str | None = None,
) -> RunStarted:
    """Return the event; without a plan (the document cannot be read) it holds what is known.

    `tokens`: what stands for the secrets among the environment variables. `callback_url`: where
    what nodes wait for is posted, below it.
    """
    document = plan.document if plan is not None else None
    is_chat = plan.is_chat if plan is not None else command.query is not None
    started_at = datetime.fromtimestamp(now_ms / 1000, UTC).isoformat().replace("+00:00", "Z")
    return RunStarted(
        at_ms=now_ms,
        run_id=command.run_id,
        app_id=command.app_id,
        version=command.version,
        mode="chat" if is_chat else "workflow",
        inputs=defused(command.inputs),
        system={
            "query": defused(command.query),
            "run_id": command.run_id,
            "app_id": command.app_id,
            "conversation_id": command.conversation_id,
            "user": command.caller.end_user,
            "files": [file_to_value(file) for file in command.files],
            "started_at": started_at,
            "dialogue_count": conversation.turns if is_chat else None,
            "callback_url": callback_url,
        },
        environment=_environment(document, tokens or {}),
        conversation={
            variable.name: conversation.variables.get(variable.name, variable.default)
            for variable in (document.conversation if document else ())
        },
        conversation_types={
            variable.name: variable.type for variable in (document.conversation if document else ())
        },
        conversation_id=command.conversation_id,
        history=_recent(conversation.history),
        is_draft=command.is_draft,
        caller=command.caller,
        trace=trace,
        origin=command.origin,
        only=command.only,
        pins=defused(command.pins),
        parent=command.parent,
    )


def _environment(document: WorkflowDocument | None, tokens: Mapping[str, str]) -> dict[str, Any]:
    return {
        variable.name: tokens[variable.name] if variable.type == "secret" else variable.value
        for variable in (document.environment if document else ())
        if variable.type != "secret" or variable.name in tokens
    }


def _recent(history: tuple[ChatMessage, ...]) -> tuple[ChatMessage, ...]:
    kept: list[ChatMessage] = []
    left = HISTORY_BYTES
    for message in reversed(history):
        left -= len(msgspec.json.encode(message))
        if left < 0:
            break
        kept.append(message)
    return tuple(reversed(kept))
