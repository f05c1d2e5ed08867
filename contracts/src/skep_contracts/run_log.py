"""The run log: what happened in a run, in order. Status, variables, usage, traces are folds of it.

A journal message is one `Batch`, MessagePack, appended by the worker that holds the run. An event's
number is its position in the run, from 1; `Batch.first` is the number of the batch's first event.
The same bytes go out on the live channel ``events`` once the server has acknowledged them.

`FORMAT` changes only when an old reader would misread a new log; fields are added with defaults.
The log is untrusted input when it is read back: closed schemas, nothing executed, bounded size.

Where a node runs inside of a container it runs once a round, so its id does not name it. `scope`
names the round: empty at the top, ``each:3`` in the fourth round of the container `each`,
``each:3/again:0`` one level further down. Scope and node together are a *place*:
``each:3/again:0/ask``, or only ``ask`` at the top.
"""

from typing import Any, Final, Literal, TypeAlias

import msgspec

from skep_contracts.assignments import Assignment
from skep_contracts.commands.run import RunCaller, RunOrigin, RunParent
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
    conversation_types: dict[str, str] = {}
    """Their declared types, so that changes can be made again on what the conversation holds."""
    conversation_id: str | None = None
    history: tuple[ChatMessage, ...] = ()
    history_blob: str | None = None
    """Blob of the history, as JSON, when it is too large for the log; `history` is then empty."""
    is_draft: bool = False
    caller: RunCaller = RunCaller()
    trace: str | None = None
    origin: RunOrigin | None = None
    """The run whose record serves this one."""
    only: str | None = None
    """The one node that runs; its outputs are the run's."""
    pins: dict[str, Any] = {}
    """Outputs by place of nodes that are not run: these are taken as their result."""
    parent: RunParent | None = None


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
    is_cache_hit: bool = False
    """The answer was kept: nobody was called."""


class NodeStarted(LogEvent, frozen=True, kw_only=True, tag="node.started"):
    """A node began. `effect_key` is None for pure nodes."""

    node: str
    scope: str = ""
    node_type: str
    attempt: int = 1
    effect_key: str | None = None
    fingerprint: str | None = None
    """Of an effect: a digest of its type, its settings and all values they refer to. An effect of
    another run with the same one would do the same."""


class NodeRetrying(LogEvent, frozen=True, kw_only=True, tag="node.retrying"):
    """An attempt failed and another will follow after `delay_s`."""

    node: str
    scope: str = ""
    attempt: int
    problem: Problem
    delay_s: float
    elapsed_s: float = 0.0
    calls: tuple[ModelCall, ...] = ()


class NodeSucceeded(LogEvent, frozen=True, kw_only=True, tag="node.succeeded"):
    """A node gave its outputs."""

    node: str
    scope: str = ""
    outputs: dict[str, Any]
    port: str = "out"
    attempt: int = 1
    elapsed_s: float = 0.0
    calls: tuple[ModelCall, ...] = ()
    logs: tuple[str, ...] = ()
    writes: tuple[Assignment, ...] = ()
    """What it changes in variables, in order."""
    reused: str | None = None
    """The run whose record served it, ``pin`` for pinned outputs; None when it ran."""


class NodeFailed(LogEvent, frozen=True, kw_only=True, tag="node.failed"):
    """A node failed for good. `handling` says how the run goes on."""

    node: str
    scope: str = ""
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
    scope: str = ""


class NodeWaiting(LogEvent, frozen=True, kw_only=True, tag="node.waiting"):
    """A running node waits for something outside; it is run again with what came of it."""

    node: str
    scope: str = ""
    attempt: int = 1
    wait: dict[str, Any]
    """A `NodeWait` as an object."""
    elapsed_s: float = 0.0
    calls: tuple[ModelCall, ...] = ()
    logs: tuple[str, ...] = ()


class NodeStep(LogEvent, frozen=True, kw_only=True, tag="node.step"):
    """A part of a running node's effect is done; when the node is repeated it is not."""

    node: str
    scope: str = ""
    key: str
    value: dict[str, Any]
    """What the step gave, under the key ``value``."""
    elapsed_s: float = 0.0
    calls: tuple[ModelCall, ...] = ()


class RoundStarted(LogEvent, frozen=True, kw_only=True, tag="round.started"):
    """A container begins its nodes once more; `scope` is where the container itself stands."""

    node: str
    scope: str = ""
    index: int


class RoundEnded(LogEvent, frozen=True, kw_only=True, tag="round.ended"):
    """A round is over. What of it was still under way is dropped."""

    node: str
    scope: str = ""
    index: int
    problem: Problem | None = None
    """Why it failed."""
    cause: str | None = None
    """The place of the node that failed."""
    is_last: bool = False
    """No further round begins: a node broke out, or the condition to end holds."""


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
    """The run waits and holds no worker. `waits`: what for, by place."""

    waits: dict[str, Any]


class RunResumed(LogEvent, frozen=True, kw_only=True, tag="run.resumed"):
    """What a node waits for has come; also before it waits, and while the rest of the run goes on.

    `answer`: what came. A wait whose time is up is answered with ``{"timed_out": true}``.
    """

    node: str
    scope: str = ""
    answer: dict[str, Any] = {}
    by: str | None = None


RunEvent: TypeAlias = (
    RunStarted
    | WorkerAcquired
    | NodeStarted
    | NodeRetrying
    | NodeSucceeded
    | NodeFailed
    | NodeSkipped
    | NodeWaiting
    | NodeStep
    | RoundStarted
    | RoundEnded
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


def place_of(scope: str, node: str) -> str:
    """Return the name of a node in a round."""
    return f"{scope}/{node}" if scope else node


def split_place(place: str) -> tuple[str, str]:
    """Return scope and node of a place."""
    scope, _, node = place.rpartition("/")
    return scope, node


def round_scope(scope: str, node: str, index: int) -> str:
    """Return the scope of a container's round; `scope` is where the container stands."""
    return f"{place_of(scope, node)}:{index}"


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
    batch: Batch = _decoded(_batch_decoder, data)
    if batch.format != FORMAT:
        raise msgspec.ValidationError(f"unknown run log format {batch.format}")
    return batch


def encode_text(piece: LiveText) -> bytes:
    """Return a piece of live text as it travels."""
    return _encoder.encode(piece)


def decode_text(data: bytes) -> LiveText:
    """Read a piece of live text.

    Raises:
        msgspec.DecodeError: The bytes are none.
    """
    piece: LiveText = _decoded(_text_decoder, data)
    return piece


def _decoded(decoder: Any, data: bytes) -> Any:
    try:
        return decoder.decode(data)
    except UnicodeDecodeError as error:  # the decoder's own for keys that are no text
        raise msgspec.DecodeError(f"no text at byte {error.start} of a name") from None
