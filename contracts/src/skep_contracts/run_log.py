"""The run log: what happened in a run, in order. Status, variables, usage, traces are folds of it.

A journal message is one `Batch`, MessagePack, appended by the worker that holds the run. An event's
number is its position in the run, from 1; `Batch.first` is the number of the batch's first event.
The same bytes go out on the live channel ``events`` once the server has acknowledged them.

`FORMAT` changes only when an old reader would misread a new log; fields are added with defaults.
The log is untrusted input when it is read back: closed schemas, nothing executed, bounded size.
"""

from typing import Any, Final, Literal, TypeAlias

import msgspec

from skep_contracts.commands.run import RunCaller
from skep_contracts.plugins.models import ChatMessage, Usage
from skep_contracts.problems import Problem

FORMAT: Final = 1


class LogEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """Base of every event. `at_ms`: milliseconds since the Unix epoch, the worker's clock."""

    at_ms: int = 0


class RunStarted(LogEvent, frozen=True, kw_only=True, tag="run.started"):
    """The first event: everything the run depends on from outside is in here."""

    run_id: str
    app_id: str
    version: str
    mode: Literal["workflow", "chat"]
    inputs: dict[str, Any]
    system: dict[str, Any]
    """The values of ``{{sys.…}}``."""
    environment: dict[str, Any] = {}
    """Non-secret environment variables, as resolved at the start."""
    conversation: dict[str, Any] = {}
    """Conversation variables at the start."""
    conversation_id: str | None = None
    history: tuple[ChatMessage, ...] = ()
    history_blob: str | None = None
    """Blob of the history, as JSON, when it is too large for the log; `history` is then empty."""
    is_draft: bool = False
    caller: RunCaller = RunCaller()
    trace: str | None = None


class WorkerAcquired(LogEvent, frozen=True, kw_only=True, tag="worker.acquired"):
    """A worker took the run over. `repeated`: effects that were in flight and are tried again."""

    worker: str
    epoch: int
    repeated: tuple[str, ...] = ()


class ModelCall(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One call of a model that a node made."""

    provider: str
    model: str
    usage: Usage
    cost_usd: float | None = None
    elapsed_s: float = 0.0
    first_token_s: float | None = None
    attempts: int = 1


class NodeStarted(LogEvent, frozen=True, kw_only=True, tag="node.started"):
    """A node began. `effect_key` is None for pure nodes."""

    node: str
    node_type: str
    attempt: int = 1
    effect_key: str | None = None


class NodeRetrying(LogEvent, frozen=True, kw_only=True, tag="node.retrying"):
    """An attempt failed and another will follow after `delay_s`."""

    node: str
    attempt: int
    problem: Problem
    delay_s: float
    elapsed_s: float = 0.0
    calls: tuple[ModelCall, ...] = ()


class NodeSucceeded(LogEvent, frozen=True, kw_only=True, tag="node.succeeded"):
    """A node gave its outputs."""

    node: str
    outputs: dict[str, Any]
    port: str = "out"
    attempt: int = 1
    elapsed_s: float = 0.0
    calls: tuple[ModelCall, ...] = ()
    logs: tuple[str, ...] = ()


class NodeFailed(LogEvent, frozen=True, kw_only=True, tag="node.failed"):
    """A node failed for good. `handling` says how the run goes on."""

    node: str
    problem: Problem
    handling: Literal["stop", "defaults", "edge"] = "stop"
    outputs: dict[str, Any] = {}
    attempt: int = 1
    elapsed_s: float = 0.0
    calls: tuple[ModelCall, ...] = ()
    logs: tuple[str, ...] = ()


class NodeSkipped(LogEvent, frozen=True, kw_only=True, tag="node.skipped"):
    """No edge that leads here was taken."""

    node: str


class RunSucceeded(LogEvent, frozen=True, kw_only=True, tag="run.succeeded"):
    """The run reached its end. `answer`: all streamed text, None without answer nodes."""

    outputs: dict[str, Any]
    answer: str | None = None
    answer_blob: str | None = None
    """Blob of the whole answer when it is too large for the log; `answer` then is its beginning."""
    elapsed_s: float = 0.0


class RunFailed(LogEvent, frozen=True, kw_only=True, tag="run.failed"):
    """The run ended without a result, always with a problem."""

    problem: Problem
    node: str | None = None
    elapsed_s: float = 0.0


class RunCancelled(LogEvent, frozen=True, kw_only=True, tag="run.cancelled"):
    """Somebody stopped the run."""

    reason: str
    by: str | None = None
    elapsed_s: float = 0.0


class RunPaused(LogEvent, frozen=True, kw_only=True, tag="run.paused"):
    """The run waits and holds no worker. `waits`: what for, by node."""

    waits: dict[str, Any]


class RunResumed(LogEvent, frozen=True, kw_only=True, tag="run.resumed"):
    """What the run waited for has come."""

    node: str
    answer: dict[str, Any] = {}


RunEvent: TypeAlias = (
    RunStarted
    | WorkerAcquired
    | NodeStarted
    | NodeRetrying
    | NodeSucceeded
    | NodeFailed
    | NodeSkipped
    | RunSucceeded
    | RunFailed
    | RunCancelled
    | RunPaused
    | RunResumed
)
TERMINAL: Final = (RunSucceeded, RunFailed, RunCancelled)


class Batch(msgspec.Struct, frozen=True, array_like=True):
    """The events that left together. `epoch` counts the workers that held the run."""

    format: int
    epoch: int
    first: int
    events: list[RunEvent]


class LiveText(msgspec.Struct, frozen=True, array_like=True):
    """A piece of the run's streamed answer, on the live channel ``text``.

    `offset`: characters of the answer before this piece, over all answer nodes in their order. When
    a model call is repeated after a crash its text starts again at the offset where it began; a
    reader that has more already drops back to `offset` (the event ``answer.reset`` of the API).
    """

    epoch: int
    offset: int
    text: str


_encoder = msgspec.msgpack.Encoder()
_batch_decoder: msgspec.msgpack.Decoder[Batch] = msgspec.msgpack.Decoder(Batch)
_text_decoder: msgspec.msgpack.Decoder[LiveText] = msgspec.msgpack.Decoder(LiveText)


def encode_batch(batch: Batch) -> bytes:
    """Return the batch as it is written to the log."""
    return _encoder.encode(batch)


def decode_batch(data: bytes) -> Batch:
    """Read a batch.

    Raises:
        msgspec.ValidationError: The bytes are no batch of a known format.
    """
    batch = _batch_decoder.decode(data)
    if batch.format != FORMAT:
        raise msgspec.ValidationError(f"unknown run log format {batch.format}")
    return batch


def encode_text(piece: LiveText) -> bytes:
    """Return a piece of live text as it travels."""
    return _encoder.encode(piece)


def decode_text(data: bytes) -> LiveText:
    """Read a piece of live text."""
    return _text_decoder.decode(data)
