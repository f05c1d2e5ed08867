"""Extension point: a node type, one step of a workflow."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal, Protocol, TypeAlias, TypeVar

import msgspec

from skep_contracts.assignments import Assignment, Operation
from skep_contracts.calls.chunk import SearchChunks, SearchChunksReply
from skep_contracts.calls.dataset import MetadataField
from skep_contracts.conditions import Condition, Match
from skep_contracts.envelope import Instant
from skep_contracts.graph import ValueType
from skep_contracts.plugins.agents import AgentStrategy
from skep_contracts.plugins.manifest import HttpClient, PluginContext, hookspec
from skep_contracts.plugins.models import ChatDelta, ChatMessage, ChatRequest
from skep_contracts.plugins.runtimes import CodeRequest, CodeResult
from skep_contracts.plugins.tools import ToolDescription, ToolResult
from skep_contracts.values import FileRef, Value

OUT = "out"
"""The output port of a node that has only one."""
FAILED = "failed"
"""The port taken when a node with ``on_failure: edge`` fails."""
ERROR = "error"
"""The output of a node after whose failure the run goes on, besides its own: the `Problem` as an
object, null when the node succeeded. No type declares an output of this name."""


class NodeResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a node gave: its outputs by name, and the port that its control flow leaves by."""

    outputs: dict[str, Value] = {}
    port: str = OUT
    logs: tuple[str, ...] = ()
    """Lines for the trace, e.g. what user code printed; bounded by the host."""
    writes: tuple[Assignment, ...] = ()
    """Changes to variables; only to those that `NodeDescription.writes` names."""


class NodeWait(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an effectful node gives in place of a result when it has to wait.

    Other branches go on; a run in which nothing else can happen is paused and holds no worker. When
    the answer comes the node is run again and finds it in `NodeContext.resumption`.
    """

    kind: Literal["form", "callback", "time", "run", "budget"]
    until: Instant | None = None
    """Then it is resumed with ``{"timed_out": true}``."""
    data: dict[str, Any] = {}
    """For whoever answers: of a form its text, fields and actions; of a run its ``run_id``."""


TIMED_OUT: Final = "timed_out"
"""The key of the answer that a wait gets whose time is up."""


class LoopVariable(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A value that goes from round to round: ``{{loop_id.name}}``, inside and afterwards."""

    name: str
    type: ValueType = "any"
    value: Any = None
    """At the start; references in it are resolved where the container stands."""


class Rounds(msgspec.Struct, frozen=True, kw_only=True):
    """How a container repeats its nodes. Data, so that the engine itself can carry it out.

    With `items` there is a round for each of them, in which ``{{id.item}}`` and ``{{id.index}}``
    can be read; without, rounds follow each other until `until` holds or `max_rounds` are over, and
    ``{{id.index}}`` and the variables can be read.
    """

    items: Any = msgspec.UNSET
    """A template that gives the array."""
    variables: tuple[LoopVariable, ...] = ()
    max_rounds: int
    """Of items: more fail the container. Without items: how many rounds there are at the most."""
    parallel: int = 1
    """Rounds under way at a time; 1 without items."""
    on_failed_round: Literal["stop", "null", "drop"] = "stop"
    """``stop`` fails the container, ``null`` stands in for the output, ``drop`` leaves it out."""
    output: Any = msgspec.UNSET
    """A template resolved at the end of each round; collected as `output`, in order of rounds."""
    flatten: bool = False
    """Join the collected outputs by one level when all that are not null are arrays."""
    until: tuple[Condition, ...] = ()
    """Looked at before the first round, where what cannot be decided does not hold, and after each:
    when they hold no further round begins."""
    until_match: Match = "all"


class OutputSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One output a node declares.

    `type` is ``string``, ``number``, ``boolean``, ``object``, ``file``, ``any``, or ``array[…]`` of
    one of these.
    """

    name: str
    type: str = "any"
    description: str = ""
    streams: bool = False
    """The text of this output arrives piece by piece through `NodeContext.emit_text`."""


class ParsedText(msgspec.Struct, frozen=True, kw_only=True):
    """A document's text as Markdown."""

    text: str
    pages: int | None = None
    title: str = ""
    note: str = ""
    """What was left out of it, for people; empty when nothing was."""


class AppResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a run of another app came to. A run that failed raises its problem instead."""

    run_id: str
    outputs: dict[str, Value]
    answer: str | None = None


class AppForm(msgspec.Struct, frozen=True, kw_only=True):
    """A published app as a caller sees it."""

    name: str
    description: str
    takes_query: bool
    """Whether it is a chat, which is sent a message beside its inputs."""
    parameters: dict[str, Any]
    """JSON Schema of its inputs, an object."""


class PureContext(Protocol):
    """What a pure node may use: the values decided before it, nothing that differs on replay."""

    @property
    def node_id(self) -> str:
        """The node's id in the document."""
        ...

    @property
    def inputs(self) -> Mapping[str, Value]:
        """What the run was started with, validated by the start node."""
        ...

    def value(self, template: Value) -> Value:
        """Resolve references, at any depth. A text that is exactly one reference keeps its type."""
        ...

    def text(self, template: str) -> str:
        """Resolve references and render the result as text."""
        ...


class NodeContext(PureContext, Protocol):
    """What an effectful node may use. Everything that leaves the process goes through here."""

    @property
    def run_id(self) -> str:
        """The run."""
        ...

    @property
    def tenant(self) -> str:
        """The tenant the run belongs to."""
        ...

    @property
    def attempt(self) -> int:
        """1 for the first try of this node."""
        ...

    @property
    def effect_key(self) -> str:
        """The same for every repeat of this very effect; send it as an idempotency key."""
        ...

    @property
    def resumption(self) -> Mapping[str, Any] | None:
        """What came of the wait this node gave before; None when it is not resumed."""
        ...

    @property
    def waited_until(self) -> datetime | None:
        """When that wait was to end; None when it had no end, or the node is not resumed.

        A node that waits again for the same thing goes on with this, or it would never end.
        """
        ...

    @property
    def place(self) -> str:
        """Where the node stands in its run: its id, inside of containers with the round."""
        ...

    @property
    def history(self) -> Sequence[ChatMessage]:
        """Earlier turns of the conversation, oldest first; empty outside chat apps."""
        ...

    @property
    def http(self) -> HttpClient:
        """The guarded HTTP client."""
        ...

    @property
    def logger(self) -> logging.Logger:
        """Knows the run and the node."""
        ...

    def emit_text(self, text: str, *, output: str = "text") -> None:
        """Show more text of an output that streams. Cheap; the host joins small pieces."""
        ...

    def chat(self, model: str, request: ChatRequest) -> AsyncIterator[ChatDelta]:
        """Stream a completion from ``provider/name`` or ``default``.

        `request.model` is overwritten. Retries, fallback, limits and the usage ledger are the
        host's work.
        """
        ...

    async def run_code(self, request: CodeRequest) -> CodeResult:
        """Run code in the sandbox."""
        ...

    async def search_chunks(self, request: SearchChunks) -> SearchChunksReply:
        """Search datasets of the tenant."""
        ...

    async def dataset_fields(self, datasets: Sequence[str]) -> Sequence[MetadataField]:
        """Return what filters can ask about the documents of datasets of the tenant."""
        ...

    async def read_file(self, file: FileRef, *, max_bytes: int = 16_777_216) -> bytes:
        """Return a stored file's bytes."""
        ...

    async def store_file(self, content: bytes, *, name: str, mime_type: str) -> FileRef:
        """Store bytes as a file of the tenant."""
        ...

    async def parse_file(self, file: FileRef) -> ParsedText:
        """Return the text of a document, parsed in isolation.

        Raises:
            InvalidInput: No parser knows the format, or the file is damaged or protected.
        """
        ...

    async def once(self, key: str, work: Callable[[], Awaitable[Value]]) -> Value:
        """Do a part of this effect that must not be repeated, and have its result written down.

        When the node is carried out again after its worker was lost, a part that was done is not
        done again: its result comes from the log. `key` names the part within this attempt.
        """
        ...

    def tools(self) -> Sequence[ToolDescription]:
        """Return the tools that are installed here, by name."""
        ...

    async def find_tools(self, names: Sequence[str]) -> Mapping[str, ToolDescription]:
        """Return tools by name: installed ones, and those of the tenant's toolkits.

        What there is not is left out.

        Raises:
            ProviderFailed: A toolkit cannot be asked for what it has.
        """
        ...

    async def call_tool(
        self, name: str, arguments: Mapping[str, Any], *, key: str = ""
    ) -> ToolResult:
        """Call a tool, an installed one or one of a toolkit, with the tenant's credentials for it.

        `key` tells calls of one attempt apart; the tool is given an idempotency key made from it.

        Raises:
            NotFound: There is no such tool.
            InvalidInput: The arguments do not follow its schema.
        """
        ...

    def agent_strategy(self, name: str) -> AgentStrategy:
        """Return an installed agent strategy.

        Raises:
            NotFound: There is no such strategy.
        """
        ...

    async def describe_app(self, app: str) -> AppForm:
        """Return what a published app takes, by its id or name.

        Raises:
            NotFound: There is no such app, or it was never published.
        """
        ...

    async def run_app(
        self, app: str, *, inputs: Mapping[str, Value], query: str | None = None
    ) -> AppResult | NodeWait:
        """Run a published app and return what it gave; a `NodeWait` when it is paused.

        A repeat of this effect finds the run that the first one started. Its answer is shown as it
        grows through the output ``answer``, where the node declares one that streams.

        Raises:
            NotFound: There is no such app, or it was never published.
        """
        ...


S_contra = TypeVar("S_contra", contravariant=True)


class PureNode(Protocol[S_contra]):
    """A node that computes: no I/O, no clock, no randomness. Recomputed on recovery."""

    def evaluate(self, ctx: PureContext, settings: S_contra) -> NodeResult:
        """Return the result; raise `InvalidInput` when the values do not allow one."""
        ...


class EffectNode(Protocol[S_contra]):
    """A node that touches the world. A completed run of it is never repeated."""

    async def run(self, ctx: NodeContext, settings: S_contra) -> NodeResult | NodeWait:
        """Do the work; raise a class of `skep_contracts.problems` when it fails.

        Lines added to the error with `add_note` are shown in the trace, as `NodeResult.logs` are.
        """
        ...


Runner: TypeAlias = PureNode[Any] | EffectNode[Any]


SettingsType: TypeAlias = type[msgspec.Struct]


def no_runner(context: PluginContext) -> Runner:
    """Stand for the factory of a type that the engine carries out by itself."""
    raise NotImplementedError(f"{context.logger.name} brings a type that is not run")


class NodeDescription(msgspec.Struct, frozen=True, kw_only=True):
    """A node type that a plugin offers. The core knows roles, never type names."""

    type: str
    version: int = 1
    title: str
    description: str
    category: Literal["flow", "model", "knowledge", "transform", "tool", "other"] = "other"
    icon: str = "box"
    role: Literal["start", "end", "answer", "step", "container", "break"] = "step"
    """``start``: entry, its outputs are the inputs. ``end``: its outputs join the run's.
    ``answer``: its `answer_field` is streamed to the user. ``container``: it repeats the nodes that
    name it as their parent, as `rounds` says, and has no runner. ``break``: stands in a container
    and ends it with the present round."""
    effect: Literal["pure", "repeatable", "strict"] = "pure"
    """``repeatable``: repeating one that was in flight at a crash does no harm (a model call, a
    read). ``strict``: its start is durable before it runs (a write to the outside)."""
    settings: SettingsType
    """Decoded with unknown fields refused; its JSON Schema draws the form."""
    outputs: Callable[[Any], tuple[OutputSpec, ...]]
    """From decoded settings to declared outputs."""
    ports: Callable[[Any], tuple[str, ...]] | None = None
    """From decoded settings to output ports; a single ``out`` when None."""
    raw_fields: frozenset[str] = frozenset()
    """Top-level settings with code or another template language: not scanned for references."""
    answer_field: str | None = None
    """Of role ``answer``: the settings field with the template that is streamed."""
    rounds: Callable[[Any], Rounds] | None = None
    """Of role ``container``: how it repeats its nodes."""
    inner_fields: frozenset[str] = frozenset()
    """Of role ``container``: top-level settings that may refer to the nodes inside."""
    writes: Callable[[Any], tuple[tuple[str, Operation], ...]] | None = None
    """Which variables it changes and how: ``(("conversation.count", "add"), …)``."""
    check: Callable[[Any], None] | None = None
    """More validation of decoded settings; raises `InvalidInput` with pointers relative to them."""
    factory: Callable[[PluginContext], Runner] = no_runner
    """Of containers never called."""


class NodeHooks:
    """Hooks of the group ``skep.nodes``."""

    @hookspec
    def skep_nodes(self) -> list[NodeDescription]:  # type: ignore[empty-body]  # a specification
        """Describe the node types this plugin offers. Synchronous and cheap."""
