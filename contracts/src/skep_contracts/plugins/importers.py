"""Extension point: documents of other platforms, read into ours and written back.

An importer is pure and synchronous: bytes in, a document and a report out. It reads what a stranger
sends, so it refuses or reports and never does what it reads.
"""

from collections.abc import Callable
from typing import Any, Literal, Protocol, TypeAlias

import msgspec

from skep_contracts.graph import WorkflowDocument
from skep_contracts.plugins.manifest import hookspec

MAX_SOURCE_BYTES = 10 * 1024 * 1024
"""What an importer is given at the most."""

Outcome: TypeAlias = Literal["carried", "changed", "left_out"]
"""``carried``: means the same on both sides. ``changed``: means nearly the same; a remark says what
differs. ``left_out``: is not on the other side; a remark says why."""


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one thing. `pointer` is a JSON pointer into the source."""

    pointer: str
    outcome: Outcome
    message: str


class PartReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a part of the source: of a node, of the variables, of the app itself."""

    pointer: str
    part: str
    """What people call it: ``llm “Summarise”``."""
    outcome: Outcome
    """The worst of its remarks."""
    node: str | None = None
    """The node it became."""
    remarks: tuple[Remark, ...] = ()


class Installed(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to translate to, where the document will run."""

    node_types: frozenset[str] = frozenset()
    """Without versions; empty when it is not known."""
    tools: dict[str, frozenset[str]] = {}
    """By name, the arguments each takes."""
    providers: frozenset[str] = frozenset()
    """Of models; empty when it is not known."""


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """A translated document, as plain data of the shape of `WorkflowDocument`."""

    source: str
    """What was read, in a few words: ``Dify 0.3.1, advanced-chat``."""
    document: dict[str, Any]
    report: tuple[PartReport, ...]


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """A document in the format of another platform."""

    text: str
    media_type: str
    report: tuple[PartReport, ...]
    """Pointers lead into our document."""


class Importer(Protocol):
    """Translates the documents of one platform."""

    def recognise(self, content: bytes) -> str | None:
        """Return what this is in a few words, or None when it is nothing this importer reads."""
        ...

    def convert(self, content: bytes, installed: Installed) -> Imported:
        """Translate a source.

        Whatever can be run without the rest is carried; what could not be is in the report.

        Raises:
            InvalidInput: It is malformed, or nothing of this platform that can be run; pointers are
                into the source.
            TooLarge: It exceeds `MAX_SOURCE_BYTES`, or unfolds to more than there is room for.
        """
        ...

    def export(self, document: WorkflowDocument) -> Exported:
        """Write a document for the other platform; what it has no place for is reported.

        Raises:
            InvalidInput: Nothing that can be run there would be left.
        """
        ...


class ImporterDescription(msgspec.Struct, frozen=True, kw_only=True):
    """An importer that a plugin offers; `name` is the format's."""

    name: str
    title: str
    factory: Callable[[], Importer]


class ImporterHooks:
    """Hooks of the group ``skep.importers``."""

    @hookspec
    def skep_importers(self) -> list[ImporterDescription]:  # type: ignore[empty-body]  # a specification
        """Describe the formats this plugin reads and writes. Synchronous and cheap."""
