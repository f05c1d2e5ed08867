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
    """Content hash of the document that ran."""
    conversation_id: ConversationId | None = None


class RunSucceeded(Event, frozen=True, kw_only=True, tag="run.succeeded.v1"):
    """A run reached its end and every output is known."""

    noun_id_field: ClassVar[str] = "run_id"

    run_id: RunId
    app_id: AppId
    version: str
    """Content hash of the document that ran."""
    outputs: dict[str, Any]
    """Of the end nodes that were reached, by name."""
    answer: str | None = None
    """The streamed text as a whole; null without an answer node."""
    elapsed_s: float
    """Seconds, pauses left out."""
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None
    """US dollars; null when a price is unknown."""
    conversation_id: ConversationId | None = None


class RunFailed(Event, frozen=True, kw_only=True, tag="run.failed.v1"):
    """A run ended without a result."""

    noun_id_field: ClassVar[str] = "run_id"

    run_id: RunId
    app_id: AppId
    version: str
    """Content hash of the document that ran."""
    problem: Problem
    node: str | None = None
    """The node that failed; null when none did, as when the run took too long."""
    elapsed_s: float
    """Seconds, pauses left out."""
    conversation_id: ConversationId | None = None


class RunCancelled(Event, frozen=True, kw_only=True, tag="run.cancelled.v1"):
    """Somebody stopped a run."""

    noun_id_field: ClassVar[str] = "run_id"

    run_id: RunId
    app_id: AppId
    version: str
    """Content hash of the document that ran."""
    reason: str
    elapsed_s: float
    """Seconds, pauses left out."""
    conversation_id: ConversationId | None = None


class RunPaused(Event, frozen=True, kw_only=True, tag="run.paused.v1"):
    """A run waits for a person, a callback, a budget or a time."""

    noun_id_field: ClassVar[str] = "run_id"

    run_id: RunId
    app_id: AppId
    version: str
    """Content hash of the document that ran."""
    waits: dict[str, Any]
    """What for, by node."""
    conversation_id: ConversationId | None = None


class RunResumed(Event, frozen=True, kw_only=True, tag="run.resumed.v1"):
    """What a run waits for has come, and it goes on."""

    noun_id_field: ClassVar[str] = "run_id"

    run_id: RunId
    app_id: AppId
    version: str
    """Content hash of the document that ran."""
    place: str
    """Where the node stands that waited."""
    by: str | None = None
    """Who answered; null when its time was up."""
    conversation_id: ConversationId | None = None
