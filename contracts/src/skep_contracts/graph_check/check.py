"""Holds a document against the installed node types, rule after rule."""

from collections.abc import Mapping
from typing import Final

from skep_contracts.graph import MAX_NODES, WorkflowDocument
from skep_contracts.graph_check.checked import CheckedDocument, CheckedEdge, CheckedNode, NodeTypes
from skep_contracts.graph_check.containers import check_containers
from skep_contracts.graph_check.edges import check_edges
from skep_contracts.graph_check.faults import Faults
from skep_contracts.graph_check.nodes import Draft, check_nodes
from skep_contracts.graph_check.order import (
    Ancestors,
    EdgesByNode,
    find_order,
    find_reachable,
    group_edges,
)
from skep_contracts.graph_check.references import check_references
from skep_contracts.graph_check.roles import check_roles
from skep_contracts.graph_check.variables import check_variables
from skep_contracts.references import Reference

MAX_EDGES: Final = 4 * MAX_NODES


def check_document(document: WorkflowDocument, nodes: NodeTypes) -> CheckedDocument:
    """Check everything about a document that can be known before it runs.

    Args:
        document: Of the right shape; see `decode_graph`.
        nodes: The installed node types.

    Raises:
        InvalidInput: Something is wrong; `errors` has every fault with a pointer into the document.
    """
    faults = Faults()
    _check_limits(document, faults)
    namespaces = check_variables(document, faults)
    drafts = check_nodes(document, nodes, faults)
    check_containers(document, drafts, faults)
    edges = check_edges(document, drafts, faults)
    incoming, outgoing = group_edges(drafts, edges)
    order = find_order(incoming, outgoing, faults)
    starts = check_roles(document, drafts, faults)
    if starts:
        _check_reachable(starts, drafts, outgoing, faults)
    # A node on a cycle, or behind one, has no place in the order and is not asked who comes before.
    ancestors = Ancestors(order, incoming)
    references = check_references(drafts, namespaces, ancestors, faults)
    faults.raise_any()
    checked = {
        draft.id: _checked(draft, references[draft.id], incoming[draft.id], outgoing[draft.id])
        for draft in drafts.values()
    }
    return CheckedDocument(
        document=document,
        nodes=checked,
        edges=tuple(edges),
        order=order,
        start=starts[0],
        ends=_with_role("end", order, checked),
        answers=_with_role("answer", order, checked),
    )


def _check_limits(document: WorkflowDocument, faults: Faults) -> None:
    """Refuse at once what would take long to look at."""
    if len(document.nodes) > MAX_NODES:
        faults.add("/nodes", f"{len(document.nodes):,} nodes; the limit is {MAX_NODES:,}")
    if len(document.edges) > MAX_EDGES:
        faults.add("/edges", f"{len(document.edges):,} edges; the limit is {MAX_EDGES:,}")
    faults.raise_any()


def _check_reachable(
    starts: list[str], drafts: Mapping[str, Draft], outgoing: EdgesByNode, faults: Faults
) -> None:
    targets = {edge.target for edges in outgoing.values() for edge in edges}
    # Inside of a container all begin that nothing inside leads to.
    inner = [d.id for d in drafts.values() if d.parent is not None and d.id not in targets]
    reached = find_reachable([*starts, *inner], outgoing)
    for node_id, draft in drafts.items():
        if node_id not in reached:
            faults.add(
                draft.pointer,
                f"no path of edges leads here from `{starts[0]}`; connect `{node_id}` or remove it",
            )


def _checked(
    draft: Draft,
    references: tuple[Reference, ...],
    incoming: list[CheckedEdge],
    outgoing: list[CheckedEdge],
) -> CheckedNode:
    if draft.description is None or draft.ports is None or draft.outputs is None:
        raise AssertionError("a node without a fault has a type, ports and outputs")
    return CheckedNode(
        id=draft.id,
        node=draft.node,
        description=draft.description,
        settings=draft.settings,
        ports=draft.ports,
        outputs=draft.outputs,
        references=references,
        rounds=draft.rounds,
        incoming=tuple(incoming),
        outgoing=tuple(outgoing),
    )


def _with_role(
    role: str, order: tuple[str, ...], nodes: Mapping[str, CheckedNode]
) -> tuple[str, ...]:
    return tuple(node_id for node_id in order if nodes[node_id].description.role == role)
