"""Facts about runs."""

from typing import Any, ClassVar

from skep_contracts.envelope import Event
from skep_contracts.ids import AppId, ConversationId, RunId
from skep_contracts.problems import Problem


class RunBegan(Event, frozen=True, kw_only=True, tag="run.began.v1"):
    """A worker took the run up and its first event is durable."""

    noun_id_field: ClassVar[str] = "run_id"

    run_id: RunId
    app_id: AppId
    version: str
    conversation_id: ConversationId | None = None


class RunSucceeded(Event, frozen=True, kw_only=True, tag="run.succeeded.v1"):
    """A run reached its end and every output is known."""

    noun_id_field: ClassVar[str] = "run_id"

    run_id: RunId
    app_id: AppId
    version: str
    outputs: dict[str, Any]
    answer: str | None = None
    elapsed_s: float
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None
    conversation_id: ConversationId | None = None


class RunFailed(Event, frozen=True, kw_only=True, tag="run.failed.v1"):
    """A run ended without a result."""

    noun_id_field: ClassVar[str] = "run_id"

    run_id: RunId
    app_id: AppId
    version: str
    problem: Problem
    node: str | None = None
    elapsed_s: float
    conversation_id: ConversationId | None = None


class RunCancelled(Event, frozen=True, kw_only=True, tag="run.cancelled.v1"):
    """Somebody stopped a run."""

    noun_id_field: ClassVar[str] = "run_id"

    run_id: RunId
    app_id: AppId
    version: str
    reason: str
    elapsed_s: float
    conversation_id: ConversationId | None = None


class RunPaused(Event, frozen=True, kw_only=True, tag="run.paused.v1"):
    """A run waits for a person, a callback, a budget or a time."""

    noun_id_field: ClassVar[str] = "run_id"

    run_id: RunId
    app_id: AppId
    version: str
    waits: dict[str, Any]
    conversation_id: ConversationId | None = None
