"""The saved workflow document: typed, versioned, and friendly to diffs.

Nodes are a map by id, edges name ports, canvas positions live in one section at the end so that
moving a node touches one line. Unknown fields are refused. See `skep_contracts.graph_check` for the
rules that go beyond shape.
"""

from typing import Annotated, Any, Final, Literal

import msgspec

from skep_contracts.ids import NODE_ID_PATTERN, VersionHash
from skep_contracts.values import blob_key

DOCUMENT_FORMAT: Final = 1
MAX_DOCUMENT_BYTES: Final = 4 * 1024 * 1024
MAX_NODES: Final = 5000

NodeKey = Annotated[str, msgspec.Meta(pattern=NODE_ID_PATTERN)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
VariableName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
ValueType = Literal[
    "string",
    "number",
    "boolean",
    "object",
    "file",
    "any",
    "array[string]",
    "array[number]",
    "array[boolean]",
    "array[object]",
    "array[file]",
    "array[any]",
]


class AppInfo(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """What it is. `chat` apps take a message (``{{sys.query}}``) and keep a conversation."""

    name: Name
    mode: Literal["workflow", "chat"] = "workflow"
    description: str = ""
    icon: str = ""
    opening: str = ""
    """Shown before the first message of a chat."""
    suggestions: tuple[str, ...] = ()
    """Questions offered at the start of a chat."""


class EnvironmentVariable(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A value set once for the app: ``{{env.name}}``. A secret is never in the document."""

    name: VariableName
    type: Literal["string", "number", "boolean", "object", "secret"] = "string"
    value: Any = None
    description: str = ""


class ConversationVariable(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A value a conversation keeps between turns: ``{{conversation.name}}``."""

    name: VariableName
    type: ValueType = "string"
    default: Any = None
    description: str = ""


class RetryPolicy(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Tries in all, and how long to wait between them: `delay_s` times `factor` each time."""

    attempts: Annotated[int, msgspec.Meta(ge=1, le=20)] = 3
    delay_s: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 1.0
    factor: Annotated[float, msgspec.Meta(ge=1, le=10)] = 2.0
    max_delay_s: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 60.0


class Node(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A step. `settings` follow the schema that the node type declares."""

    type: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
    version: Annotated[int, msgspec.Meta(ge=1)] = 1
    title: str = ""
    note: str = ""
    parent: NodeKey | None = None
    """The container (iteration or loop) this node is inside of."""
    settings: dict[str, Any] = {}
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=86_400)] | None = None
    retry: RetryPolicy | None = None
    on_failure: Literal["stop", "defaults", "edge"] = "stop"
    """``edge`` leaves by the port ``failed``; ``defaults`` gives the values of `defaults`."""
    defaults: dict[str, Any] = {}


class Edge(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A connection, ``from: node`` or ``from: node.port``, and ``to: node``."""

    source: str = msgspec.field(name="from")
    target: NodeKey = msgspec.field(name="to")

    @property
    def source_node(self) -> str:
        """The node the edge leaves."""
        return self.source.partition(".")[0]

    @property
    def source_port(self) -> str:
        """The port the edge leaves by; ``out`` unless named."""
        return self.source.partition(".")[2] or "out"


class RunLimits(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """What one run may use at the most."""

    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=2_592_000)] = 1200.0
    steps: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 5000


NO_LIMITS: Final = RunLimits()
"""What holds when a document says nothing about limits."""


class Position(msgspec.Struct, frozen=True, array_like=True):
    """Where a node stands on the canvas, in pixels."""

    x: float
    y: float


class Size(msgspec.Struct, frozen=True, array_like=True):
    """How large something is drawn on the canvas, in pixels."""

    width: Annotated[float, msgspec.Meta(gt=0, le=100_000)]
    height: Annotated[float, msgspec.Meta(gt=0, le=100_000)]


class CanvasNote(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A text beside the nodes, for people. It means nothing to a run."""

    kind: Literal["note", "frame"] = "note"
    """A frame is drawn behind the nodes that lie within it, with its text as their title."""
    text: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
    at: Position
    size: Size | None = None
    color: Literal["amber", "grey", "blue", "green", "red"] = "amber"


class WorkflowDocument(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A whole workflow, as it is saved, versioned and run."""

    skep: Literal[1]
    app: AppInfo
    environment: tuple[EnvironmentVariable, ...] = ()
    conversation: tuple[ConversationVariable, ...] = ()
    limits: RunLimits = NO_LIMITS
    nodes: dict[NodeKey, Node]
    edges: tuple[Edge, ...] = ()
    layout: dict[NodeKey, Position] = {}
    sizes: dict[NodeKey, Size] = {}
    """Of containers whose size somebody set; others are as large as what they hold."""
    notes: dict[NodeKey, CanvasNote] = {}


_encoder = msgspec.json.Encoder(order="deterministic")
_decoder: msgspec.json.Decoder[WorkflowDocument] = msgspec.json.Decoder(WorkflowDocument)


def canonical(document: WorkflowDocument) -> bytes:
    """Return the document as canonical JSON: sorted keys, defaults left out."""
    if document.limits == NO_LIMITS:
        # Defaults are recognised by identity, and this may be an equal one that was spelled out.
        document = msgspec.structs.replace(document, limits=NO_LIMITS)
    return _encoder.encode(document)


def version_hash(document: WorkflowDocument) -> VersionHash:
    """Return the content hash that names this version: SHA-256 of the canonical JSON."""
    return VersionHash(blob_key(canonical(document)))


def decode_document(data: bytes) -> WorkflowDocument:
    """Read canonical JSON that was checked before it was stored.

    Raises:
        msgspec.ValidationError: The bytes are no workflow document.
    """
    return _decoder.decode(data)
