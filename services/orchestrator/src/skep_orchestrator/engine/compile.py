"""From a checked document to a plan: everything that no run has to work out again."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from skep_contracts.graph import RetryPolicy, WorkflowDocument
from skep_contracts.graph_check import CheckedDocument, CheckedNode
from skep_contracts.plugins.nodes import FAILED, OUT
from skep_contracts.references import Reference, Segment, parse_template


class PlanNode(msgspec.Struct, frozen=True, kw_only=True):
    """A node of a plan. `index` is its place in the plan's order; edges lead to higher ones."""

    index: int
    id: str
    type: str
    version: int
    role: str
    is_pure: bool
    is_strict: bool
    settings: Any
    ports: tuple[str, ...]
    default_port: str
    """Where control goes when the node failed and its defaults stand in."""
    edges: tuple[tuple[str, int], ...]
    """Port and target of every edge that leaves, in the order of the document."""
    fan_in: int
    is_branching: bool
    """It has several ports besides ``failed``: where it leaves is known when it ends."""
    timeout_s: float | None
    retry: RetryPolicy | None
    on_failure: Literal["stop", "defaults", "edge"]
    defaults: dict[str, Any]


class AnswerPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A node whose text is streamed to the user."""

    index: int
    segments: tuple[Segment, ...]
    gates: tuple[tuple[int, str], ...]
    """Branches, as node and port, of which one has to be taken before it is certain that the answer
    will run; none when nothing but a failure can keep it from running."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A compiled document. Shared by all its runs and never changed."""

    document: WorkflowDocument
    nodes: tuple[PlanNode, ...]
    index: dict[str, int]
    answers: tuple[AnswerPlan, ...]
    """In the order in which their texts appear."""
    answer_position: dict[int, int]
    ends: tuple[int, ...]
    watched: dict[int, frozenset[str]]
    """By node, its streaming outputs that some answer shows."""

    @property
    def is_chat(self) -> bool:
        """Whether runs take a message and keep a conversation."""
        return self.document.app.mode == "chat"


def compile_plan(checked: CheckedDocument) -> Plan:
    """Return the plan of a document that was checked against the installed node types."""
    index = {node_id: place for place, node_id in enumerate(checked.order)}
    nodes = tuple(
        _plan_node(checked.nodes[node_id], place, index) for node_id, place in index.items()
    )
    answers = tuple(
        _plan_answer(checked, nodes, index[node_id])
        for node_id in _in_order(checked.answers, index)
    )
    return Plan(
        document=checked.document,
        nodes=nodes,
        index=index,
        answers=answers,
        answer_position={answer.index: place for place, answer in enumerate(answers)},
        ends=tuple(sorted(index[node_id] for node_id in checked.ends)),
        watched=_watched(checked, answers, index),
    )


def _in_order(ids: tuple[str, ...], index: Mapping[str, int]) -> list[str]:
    return sorted(ids, key=index.__getitem__)


def _plan_node(checked: CheckedNode, place: int, index: Mapping[str, int]) -> PlanNode:
    node, description = checked.node, checked.description
    own_ports = [port for port in checked.ports if port != FAILED]
    return PlanNode(
        index=place,
        id=checked.id,
        type=node.type,
        version=node.version,
        role=description.role,
        is_pure=description.effect == "pure",
        is_strict=description.effect == "strict",
        settings=checked.settings,
        ports=checked.ports,
        default_port=OUT if OUT in own_ports or not own_ports else own_ports[-1],
        edges=tuple((edge.port, index[edge.target]) for edge in checked.outgoing),
        fan_in=len(checked.incoming),
        is_branching=len(own_ports) > 1,
        timeout_s=node.timeout_s,
        retry=node.retry,
        on_failure=node.on_failure,
        defaults=node.defaults,
    )


def _plan_answer(checked: CheckedDocument, nodes: tuple[PlanNode, ...], place: int) -> AnswerPlan:
    return AnswerPlan(
        index=place,
        segments=parse_template(checked.nodes[nodes[place].id].answer_template or ""),
        gates=_gates(nodes, place),
    )


def _gates(nodes: tuple[PlanNode, ...], place: int) -> tuple[tuple[int, str], ...]:
    # Walk up along edges that are taken whenever their node succeeds. That a node on the way may
    # fail is ignored on purpose: text shown too early is taken back, text shown late stays late.
    incoming: dict[int, list[tuple[int, str]]] = {}
    for node in nodes:
        for port, target in node.edges:
            incoming.setdefault(target, []).append((node.index, port))
    gates: dict[tuple[int, str], None] = {}
    seen, waiting = {place}, [place]
    while waiting:
        current = waiting.pop()
        if nodes[current].role == "start":
            return ()
        for source, port in incoming.get(current, ()):
            if nodes[source].is_branching or port == FAILED:
                gates[source, port] = None
            elif source not in seen:
                seen.add(source)
                waiting.append(source)
    return tuple(gates)


def _watched(
    checked: CheckedDocument, answers: tuple[AnswerPlan, ...], index: Mapping[str, int]
) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    for answer in answers:
        for segment in answer.segments:
            if not isinstance(segment, Reference) or segment.root not in index:
                continue
            streaming = {o.name for o in checked.nodes[segment.root].outputs if o.streams}
            if len(segment.path) == 1 and segment.path[0] in streaming:
                found.setdefault(index[segment.root], set()).add(segment.path[0])
    return {place: frozenset(names) for place, names in found.items()}
