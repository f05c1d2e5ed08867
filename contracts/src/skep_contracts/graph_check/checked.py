"""What a check leaves behind for those who run or show the document."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec

from skep_contracts.graph import Node, WorkflowDocument
from skep_contracts.plugins.nodes import NodeDescription, OutputSpec, Rounds
from skep_contracts.references import Reference

NodeTypes: TypeAlias = Mapping[tuple[str, int], NodeDescription]
"""Installed node types by type and version."""


class CheckedEdge(msgspec.Struct, frozen=True, kw_only=True):
    """An edge; `index` is its place in the document."""

    index: int
    source: str
    port: str
    target: str


class CheckedNode(msgspec.Struct, frozen=True, kw_only=True):
    """A node with everything that follows from its type and settings."""

    id: str
    node: Node
    description: NodeDescription
    settings: Any
    """An instance of `description.settings`."""
    ports: tuple[str, ...]
    """In the type's order; ``failed`` is among them when the node fails by an edge."""
    outputs: tuple[OutputSpec, ...]
    """``error`` is among them when the run goes on after the node failed."""
    references: tuple[Reference, ...]
    """What its settings refer to, each once."""
    rounds: Rounds | None = None
    """Of a container: how it repeats its nodes."""
    incoming: tuple[CheckedEdge, ...]
    outgoing: tuple[CheckedEdge, ...]
    """In the order of the document."""

    @property
    def answer_template(self) -> str | None:
        """The template that is streamed to the user, of a node with the role ``answer``."""
        field = self.description.answer_field
        return getattr(self.settings, field) if field is not None else None


class CheckedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A document that can be run."""

    document: WorkflowDocument
    nodes: dict[str, CheckedNode]
    """In the order of the document."""
    edges: tuple[CheckedEdge, ...]
    order: tuple[str, ...]
    """Node ids, each after all it depends on; ties in the order of the document. Among the nodes of
    one container, or of the top level, that is the order of their answers too."""
    start: str
    """The node with the role ``start``."""
    ends: tuple[str, ...]
    answers: tuple[str, ...]
    """In `order`: the text of several answer nodes appears in this order."""
