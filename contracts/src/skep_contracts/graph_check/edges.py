"""Edges name nodes and ports that exist, and each connection is there once."""

from collections.abc import Iterable

from skep_contracts.graph import WorkflowDocument
from skep_contracts.graph_check.checked import CheckedEdge
from skep_contracts.graph_check.faults import Faults
from skep_contracts.graph_check.nodes import Draft
from skep_contracts.plugins.nodes import FAILED
from skep_contracts.problems import json_pointer


def check_edges(
    document: WorkflowDocument, drafts: dict[str, Draft], faults: Faults
) -> list[CheckedEdge]:
    """Return the edges whose ends exist, in the order of the document."""
    edges: list[CheckedEdge] = []
    seen: dict[tuple[str, str, str], int] = {}
    for index, edge in enumerate(document.edges):
        pointer = json_pointer("edges", index)
        source, port, target = edge.source_node, edge.source_port, edge.target
        ends_exist = True
        for name, key in ((source, "from"), (target, "to")):
            if name not in drafts:
                faults.add(f"{pointer}/{key}", f"no node `{name:.80}`{faults.hint(name, drafts)}")
                ends_exist = False
        if not ends_exist:
            continue
        _check_ends(pointer, port, (drafts[source], drafts[target]), faults)
        first = seen.setdefault((source, port, target), index)
        if first != index:
            faults.add(pointer, f"the same connection as /edges/{first}; remove one of them")
            continue
        edges.append(CheckedEdge(index=index, source=source, port=port, target=target))
    _check_failure_edges(drafts.values(), edges, faults)
    return edges


def _check_ends(pointer: str, port: str, ends: tuple[Draft, Draft], faults: Faults) -> None:
    source, target = ends
    if source.role == "end":
        faults.add(f"{pointer}/from", f"{source.label} is an end; nothing comes after it")
    elif source.role == "break":
        message = f"{source.label} ends its round; nothing comes after it"
        faults.add(f"{pointer}/from", message)
    elif source.ports is not None and port not in source.ports:
        if port == FAILED:
            hint = "; set its on_failure to `edge`"
        else:
            hint = faults.hint(port, source.ports) or f"; it has {', '.join(source.ports)}"
        faults.add(f"{pointer}/from", f"{source.label} has no port `{port:.80}`{hint}")
    if source.parent != target.parent:
        inside = source.parent or target.parent
        message = f"crosses the border of `{inside}`; connect nodes inside of the same container"
        faults.add(pointer, message)
    if target.role == "start":
        faults.add(f"{pointer}/to", f"{target.label} is the start; nothing comes before it")


def _check_failure_edges(drafts: Iterable[Draft], edges: list[CheckedEdge], faults: Faults) -> None:
    leaving = {edge.source for edge in edges if edge.port == FAILED}
    for draft in drafts:
        if draft.node.on_failure == "edge" and draft.id not in leaving:
            faults.add(
                f"{draft.pointer}/on_failure",
                f"no edge leaves by `{draft.id}.{FAILED}`; add one, or choose stop or defaults",
            )
