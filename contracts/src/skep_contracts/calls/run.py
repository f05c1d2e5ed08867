"""Questions about runs and conversations, answered by the orchestrator."""

from enum import StrEnum
from typing import Any, ClassVar

import msgspec

from skep_contracts.calls.statistics import Bucket, UtcOffset
from skep_contracts.envelope import Call, Instant, Reply
from skep_contracts.problems import Problem
from skep_contracts.values import FileRef


class RunStatus(StrEnum):
    """A fold of the run log."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"

    @classmethod
    def _missing_(cls, value: object) -> "RunStatus":
        return cls.UNKNOWN


class RunSummary(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A run in a list."""

    id: str
    app_id: str
    version: str
    status: RunStatus
    started_at: Instant
    ended_at: Instant | None = None
    elapsed_s: float | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None
    nodes_done: int = 0
    problem: Problem | None = None
    conversation_id: str | None = None
    is_draft: bool = False
    via: str = "api"
    end_user: str | None = None
    repeated_effects: int = 0
    origin_run_id: str | None = None
    """The run whose record served this one: it is a fork or a replay of that."""


class NodeTrace(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one node did in a run, or in one round of a container."""

    node: str
    scope: str = ""
    node_type: str
    status: str
    """``running``, ``retrying``, ``waiting``, ``succeeded``, ``failed``, ``skipped`` or
    ``dropped`` (its round ended before it did)."""
    attempt: int = 1
    started_at: Instant | None = None
    elapsed_s: float | None = None
    port: str | None = None
    outputs: dict[str, Any] = {}
    problem: Problem | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None
    logs: tuple[str, ...] = ()
    rounds: int | None = None
    """Of a container: rounds that were begun."""
    failed_rounds: int = 0
    reused: str | None = None
    """The run whose record served it, or ``pin``."""
    is_shortened: bool = False
    """Outputs and logs are left out here, they would fill the answer; `ListRunNodes` has them."""


class GetRun(Call, frozen=True, kw_only=True, tag="run.get.v1"):
    """Fetch a run with its nodes."""

    owner: ClassVar[str] = "orchestrator"
    imperative: ClassVar[str] = "get_run"

    run_id: str


class GetRunReply(Reply, frozen=True, kw_only=True):
    """The run, folded from its log."""

    summary: RunSummary
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    answer: str | None
    nodes: tuple[NodeTrace, ...]
    """Of the top level; those inside containers are listed by `ListRunNodes`."""
    last_event: int
    """Number of the last event in the log."""
    waits: dict[str, Any] = msgspec.field(default_factory=dict)
    """What it waits for, by place: each a `NodeWait` as an object."""
    origin_run_id: str | None = None
    parent_run_id: str | None = None
    query: str | None = None
    """The user's message, in chat apps."""
    files: tuple[FileRef, ...] = ()
    """Sent with the message."""
    reused_effects: int = 0
    """Nodes whose result came from the record of another run."""


class ListRunNodes(Call, frozen=True, kw_only=True, tag="run.list_nodes.v1"):
    """List what the nodes of one round, or of the top level, did; in order of their start."""

    owner: ClassVar[str] = "orchestrator"
    imperative: ClassVar[str] = "list_run_nodes"

    run_id: str
    scope: str = ""
    """Such as ``each:3``. A container's place without a round stands for all its rounds."""
    limit: int = 100
    cursor: str | None = None


class ListRunNodesReply(Reply, frozen=True, kw_only=True):
    """A page of nodes."""

    items: tuple[NodeTrace, ...]
    next_cursor: str | None = None


class InvariantFault(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that a run's log breaks. `number`: of the event that shows it."""

    rule: str
    number: int
    detail: str


class VerifyRun(Call, frozen=True, kw_only=True, tag="run.verify.v1"):
    """Hold a run's log against the rules that every log keeps."""

    owner: ClassVar[str] = "orchestrator"
    imperative: ClassVar[str] = "verify_run"

    run_id: str


class VerifyRunReply(Reply, frozen=True, kw_only=True):
    """What was checked, and what does not hold."""

    events: int
    repeated_effects: int
    status: RunStatus
    is_held: bool
    """Whether a worker holds it now."""
    faults: tuple[InvariantFault, ...] = ()


class ResumeRunHere(Call, frozen=True, kw_only=True, tag="run.resume_here.v1"):
    """Tell a run what came of a wait, asked of every orchestrator; the one that holds it answers.

    See `commands.run.ResumeRun`.
    """

    owner: ClassVar[str] = "orchestrator"
    imperative: ClassVar[str] = "resume_run_here"

    run_id: str
    place: str
    answer: dict[str, Any] = msgspec.field(default_factory=dict)
    by: str | None = None


class ResumeRunHereReply(Reply, frozen=True, kw_only=True):
    """`counted`: false when the wait had been answered before, or the node is done."""

    counted: bool


class StopRunHere(Call, frozen=True, kw_only=True, tag="run.stop_here.v1"):
    """Stop a run, asked of every orchestrator at once; only the one that holds it answers."""

    owner: ClassVar[str] = "orchestrator"
    imperative: ClassVar[str] = "stop_run_here"

    run_id: str
    reason: str
    by: str | None = None


class StopRunHereReply(Reply, frozen=True, kw_only=True):
    """The run's end is in its log, whatever it was."""


class FindRunHolder(Call, frozen=True, kw_only=True, tag="run.find_holder.v1"):
    """Ask every orchestrator whether it holds a run; the one that does answers."""

    owner: ClassVar[str] = "orchestrator"
    imperative: ClassVar[str] = "find_run_holder"

    run_id: str


class FindRunHolderReply(Reply, frozen=True, kw_only=True):
    """`worker`: who holds it."""

    worker: str


class ReadRunEvents(Call, frozen=True, kw_only=True, tag="run.read_events.v1"):
    """Read a run's log from an event on. Secret values are masked already."""

    owner: ClassVar[str] = "orchestrator"
    imperative: ClassVar[str] = "read_run_events"

    run_id: str
    after: int = 0
    limit: int = 500


class ReadRunEventsReply(Reply, frozen=True, kw_only=True):
    """A part of a run's log.

    `batches`: encoded `run_log.Batch`es (base64 in JSON), in order; the first may begin before
    `after`.
    """

    batches: tuple[bytes, ...]
    has_more: bool = False
    is_ended: bool = False
    answer: str | None = None
    """The answer's text as far as the log holds it."""


class ListRuns(Call, frozen=True, kw_only=True, tag="run.list.v1"):
    """List runs, newest first."""

    owner: ClassVar[str] = "orchestrator"
    imperative: ClassVar[str] = "list_runs"

    app_id: str | None = None
    status: RunStatus | None = None
    conversation_id: str | None = None
    version: str | None = None
    via: str | None = None
    end_user: str | None = None
    origin_run_id: str | None = None
    """Only forks and replays of this run."""
    since: Instant | None = None
    """Begun at this moment or later."""
    until: Instant | None = None
    """Begun before this moment."""
    limit: int = 50
    cursor: str | None = None


class ListRunsReply(Reply, frozen=True, kw_only=True):
    """A page of runs."""

    items: tuple[RunSummary, ...]
    next_cursor: str | None = None


class ConversationInfo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A conversation."""

    id: str
    app_id: str
    title: str
    created_at: Instant
    updated_at: Instant
    messages: int
    end_user: str | None = None


class GetConversation(Call, frozen=True, kw_only=True, tag="conversation.get.v1"):
    """Fetch one conversation."""

    owner: ClassVar[str] = "orchestrator"
    imperative: ClassVar[str] = "get_conversation"

    conversation_id: str


class ConversationReply(Reply, frozen=True, kw_only=True):
    """One conversation."""

    conversation: ConversationInfo
    variables: dict[str, Any] = msgspec.field(default_factory=dict)
    """What the next turn begins with."""


class ListConversations(Call, frozen=True, kw_only=True, tag="conversation.list.v1"):
    """List conversations, latest first."""

    owner: ClassVar[str] = "orchestrator"
    imperative: ClassVar[str] = "list_conversations"

    app_id: str | None = None
    limit: int = 50
    cursor: str | None = None


class ListConversationsReply(Reply, frozen=True, kw_only=True):
    """A page of conversations."""

    items: tuple[ConversationInfo, ...]
    next_cursor: str | None = None


class MessageInfo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One turn: what the user said and what the app answered."""

    run_id: str
    query: str
    answer: str
    status: RunStatus
    created_at: Instant


class ListMessages(Call, frozen=True, kw_only=True, tag="message.list.v1"):
    """List a conversation's turns, oldest first."""

    owner: ClassVar[str] = "orchestrator"
    imperative: ClassVar[str] = "list_messages"

    conversation_id: str
    limit: int = 100
    cursor: str | None = None


class ListMessagesReply(Reply, frozen=True, kw_only=True):
    """A page of turns."""

    items: tuple[MessageInfo, ...]
    next_cursor: str | None = None


class UsageRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was used of one model in one hour, or one day."""

    hour: Instant
    """When it begins."""
    app_id: str | None
    provider: str
    model: str
    calls: int
    input_tokens: int
    output_tokens: int
    cost_usd: float | None
    """Of the calls whose price is known; null when it is of none."""
    unpriced_calls: int = 0
    """Those whose price is not."""


class ReadUsage(Call, frozen=True, kw_only=True, tag="usage.read.v1"):
    """Read the ledger, summed by hour or day, app and model."""

    owner: ClassVar[str] = "orchestrator"
    imperative: ClassVar[str] = "read_usage"

    since: Instant | None = None
    until: Instant | None = None
    app_id: str | None = None
    bucket: Bucket = "hour"
    utc_offset: UtcOffset = 0


class ReadUsageReply(Reply, frozen=True, kw_only=True):
    """Rows in order of time."""

    rows: tuple[UsageRow, ...]
