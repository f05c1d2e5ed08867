"""Extension point: a node type, one step of a workflow."""

import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, Literal, Protocol, TypeAlias, TypeVar

import msgspec

from skep_contracts.calls.chunk import SearchChunks, SearchChunksReply
from skep_contracts.plugins.manifest import HttpClient, PluginContext, hookspec
from skep_contracts.plugins.models import ChatDelta, ChatMessage, ChatRequest
from skep_contracts.plugins.runtimes import CodeRequest, CodeResult
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

    async def read_file(self, file: FileRef, *, max_bytes: int = 16_777_216) -> bytes:
        """Return a stored file's bytes."""
        ...

    async def store_file(self, content: bytes, *, name: str, mime_type: str) -> FileRef:
        """Store bytes as a file of the tenant."""
        ...


S_contra = TypeVar("S_contra", contravariant=True)


class PureNode(Protocol[S_contra]):
    """A node that computes: no I/O, no clock, no randomness. Recomputed on recovery."""

    def evaluate(self, ctx: PureContext, settings: S_contra) -> NodeResult:
        """Return the result; raise `InvalidInput` when the values do not allow one."""
        ...


class EffectNode(Protocol[S_contra]):
    """A node that touches the world. A completed run of it is never repeated."""

    async def run(self, ctx: NodeContext, settings: S_contra) -> NodeResult:
        """Do the work; raise a class of `skep_contracts.problems` when it fails.

        Lines added to the error with `add_note` are shown in the trace, as `NodeResult.logs` are.
        """
        ...


Runner: TypeAlias = PureNode[Any] | EffectNode[Any]


SettingsType: TypeAlias = type[msgspec.Struct]


class NodeDescription(msgspec.Struct, frozen=True, kw_only=True):
    """A node type that a plugin offers. The core knows roles, never type names."""

    type: str
    version: int = 1
    title: str
    description: str
    category: Literal["flow", "model", "knowledge", "transform", "tool", "other"] = "other"
    icon: str = "box"
    role: Literal["start", "end", "answer", "step"] = "step"
    """``start``: entry, its outputs are the inputs. ``end``: its outputs join the run's.
    ``answer``: its `answer_field` is streamed to the user."""
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
    check: Callable[[Any], None] | None = None
    """More validation of decoded settings; raises `InvalidInput` with pointers relative to them."""
    factory: Callable[[PluginContext], Runner]


class NodeHooks:
    """Hooks of the group ``skep.nodes``."""

    @hookspec
    def skep_nodes(self) -> list[NodeDescription]:  # type: ignore[empty-body]  # a specification
        """Describe the node types this plugin offers. Synchronous and cheap."""
