"""What a workflow document says about who may run when; no node type needs to be installed."""

from typing import Final, NamedTuple

from skep_contracts.graph import WorkflowDocument
from skep_contracts.plugins.nodes import FAILED

ANY_PORT: Final = "*"
"""Where a node left whose defaults stand in: by a port of its own; only its type knows which."""


class Incoming(NamedTuple):
    """An edge, seen from where it leads."""

    source: str
    port: str

    def is_taken(self, left_by: str | None) -> bool | None:
        """Tell whether control comes this way when the source left so; None when unknown."""
        if left_by == ANY_PORT:
            return None if self.port != FAILED else False
        return left_by == self.port


class Drawing:
    """Nodes, edges and containers as they are drawn."""

    def __init__(self, document: WorkflowDocument) -> None:
        """Read a document."""
        self.parents = {name: node.parent for name, node in document.nodes.items()}
        self.members: dict[str | None, list[str]] = {None: []}
        for name, parent in self.parents.items():
            self.members.setdefault(parent, []).append(name)
        self.incoming: dict[str, list[Incoming]] = {name: [] for name in self.parents}
        for edge in document.edges:
            if edge.target in self.incoming:
                self.incoming[edge.target].append(Incoming(edge.source_node, edge.source_port))
