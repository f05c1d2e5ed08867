"""From a checked document to a plan: everything that no run has to work out again."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias

import msgspec

from skep_contracts.graph import RetryPolicy, WorkflowDocument
from skep_contracts.graph_check import CheckedDocument, CheckedNode
from skep_contracts.plugins.nodes import FAILED, OUT, Rounds
from skep_contracts.references import Reference, Segment, parse_template


class PlanNode(msgspec.Struct, frozen=True, kw_only=True):
    """A node of a plan. `index` is its place in `Plan.nodes`, `slot` the one in its scope."""

    index: int
    slot: int
    scope: int
    """Which of `Plan.scopes` it belongs to."""
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
    """Port and slot of the target of every edge that leaves, in the order of the document."""
    fan_in: int
    is_branching: bool
    """It has several ports besides ``failed``: where it leaves is known when it ends."""
    timeout_s: float | None
    retry: RetryPolicy | None
    on_failure: Literal["stop", "defaults", "edge"]
    defaults: dict[str, Any]
    references: tuple[Reference, ...]
    rounds: Rounds | None
    """Of a container: how it repeats its nodes."""
    inner: int | None
    """Of a container: the scope of the nodes inside."""
    answer: int | None
    """Its position among its scope's answers, when it is one or holds some."""


class AnswerPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A node whose text is streamed to the user."""

    node: PlanNode
    segments: tuple[Segment, ...]
    gates: tuple[tuple[int, str], ...]
    """Branches, as slot and port, of which one has to be taken before it is certain that the answer
    will run; none when nothing but a failure can keep it from running."""


class AnswerGroup(msgspec.Struct, frozen=True, kw_only=True):
    """A container with answers inside: their texts come round after round."""

    node: PlanNode


class ScopePlan(msgspec.Struct, frozen=True, kw_only=True):
    """The nodes of the top level, or of one container; edges stay among them."""

    nodes: tuple[PlanNode, ...]
    """Each after all it depends on."""
    answers: "tuple[AnswerPlan | AnswerGroup, ...]"
    """In the order in which their texts appear."""


AnswerItem: TypeAlias = AnswerPlan | AnswerGroup


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A compiled document. Shared by all its runs and never changed."""

    document: WorkflowDocument
    nodes: tuple[PlanNode, ...]
    """Those of the top level first."""
    scopes: tuple[ScopePlan, ...]
    """The top level, then those of containers."""
    index: dict[str, int]
    ends: tuple[PlanNode, ...]
    watched: dict[int, frozenset[str]]
    """By node, its streaming outputs that some answer shows."""
    variables: dict[str, str]
    """Types of the variables that nodes may change, by target: ``conversation.count``."""
    written: frozenset[str]
    """Roots of which some node changes a variable: ``conversation``, or a loop's id."""

    @property
    def is_chat(self) -> bool:
        """Whether runs take a message and keep a conversation."""
        return self.document.app.mode == "chat"

    @property
    def has_answers(self) -> bool:
        """Whether runs stream text."""
        return bool(self.scopes[0].answers)

    def node(self, node_id: str) -> PlanNode | None:
        """Return a node by its id."""
        index = self.index.get(node_id)
        return None if index is None else self.nodes[index]


def compile_plan(checked: CheckedDocument) -> Plan:
    """Return the plan of a document that was checked against the installed node types."""
    scopes = _scopes(checked)
    scope_of = {name: number for number, name in enumerate(scopes)}
    slot_of = {node_id: slot for members in scopes.values() for slot, node_id in enumerate(members)}
    index = {node_id: at for at, node_id in enumerate(_flat(scopes))}
    answering = _answering(checked)
    nodes = tuple(
        _plan_node(
            checked.nodes[node_id],
            index=at,
            slot_of=slot_of,
            scope_of=scope_of,
            siblings=[
                name for name in scopes[checked.nodes[node_id].node.parent] if name in answering
            ],
        )
        for node_id, at in index.items()
    )
    return Plan(
        document=checked.document,
        nodes=nodes,
        scopes=tuple(_plan_scope(checked, members, nodes, index) for members in scopes.values()),
        index=index,
        ends=tuple(nodes[at] for at in sorted(index[node_id] for node_id in checked.ends)),
        watched=_watched(checked, index),
        variables=_variables(checked),
        written=_written(checked),
    )


def _scopes(checked: CheckedDocument) -> dict[str | None, list[str]]:
    """Return the nodes by their container, the top level first, each in the plan's order."""
    scopes: dict[str | None, list[str]] = {None: []}
    for node_id in checked.order:
        scopes.setdefault(checked.nodes[node_id].node.parent, []).append(node_id)
    return scopes


def _flat(scopes: Mapping[str | None, list[str]]) -> Iterator[str]:
    for members in scopes.values():
        yield from members


def _answering(checked: CheckedDocument) -> set[str]:
    """Return the answers and all containers around them."""
    found: set[str] = set()
    for node_id in checked.answers:
        current: str | None = node_id
        while current is not None and current not in found:
            found.add(current)
            current = checked.nodes[current].node.parent
    return found


def _plan_node(
    checked: CheckedNode,
    *,
    index: int,
    slot_of: Mapping[str, int],
    scope_of: Mapping[str | None, int],
    siblings: list[str],
) -> PlanNode:
    node, description = checked.node, checked.description
    own_ports = [port for port in checked.ports if port != FAILED]
    return PlanNode(
        index=index,
        slot=slot_of[checked.id],
        scope=scope_of[node.parent],
        id=checked.id,
        type=node.type,
        version=node.version,
        role=description.role,
        is_pure=description.effect == "pure",
        is_strict=description.effect == "strict",
        settings=checked.settings,
        ports=checked.ports,
        default_port=OUT if OUT in own_ports or not own_ports else own_ports[-1],
        edges=tuple((edge.port, slot_of[edge.target]) for edge in checked.outgoing),
        fan_in=len(checked.incoming),
        is_branching=len(own_ports) > 1,
        timeout_s=node.timeout_s,
        retry=node.retry,
        on_failure=node.on_failure,
        defaults=node.defaults,
        references=checked.references,
        rounds=checked.rounds,
        inner=scope_of.get(checked.id),
        answer=siblings.index(checked.id) if checked.id in siblings else None,
    )


def _plan_scope(
    checked: CheckedDocument,
    members: list[str],
    nodes: tuple[PlanNode, ...],
    index: Mapping[str, int],
) -> ScopePlan:
    own = tuple(nodes[index[node_id]] for node_id in members)
    return ScopePlan(
        nodes=own,
        answers=tuple(_answer(checked, own, node) for node in own if node.answer is not None),
    )


def _answer(checked: CheckedDocument, scope: tuple[PlanNode, ...], node: PlanNode) -> AnswerItem:
    if node.role != "answer":
        return AnswerGroup(node=node)
    return AnswerPlan(
        node=node,
        segments=parse_template(checked.nodes[node.id].answer_template or ""),
        gates=_gates(scope, node.slot),
    )


def _gates(nodes: tuple[PlanNode, ...], slot: int) -> tuple[tuple[int, str], ...]:
    # Walk up along edges that are taken whenever their node succeeds. That a node on the way may
    # fail is ignored on purpose: text shown too early is taken back, text shown late stays late.
    incoming: dict[int, list[tuple[int, str]]] = {}
    for node in nodes:
        for port, target in node.edges:
            incoming.setdefault(target, []).append((node.slot, port))
    gates: dict[tuple[int, str], None] = {}
    seen, waiting = {slot}, [slot]
    while waiting:
        current = waiting.pop()
        if current not in incoming:
            return ()
        for source, port in incoming[current]:
            if nodes[source].is_branching or port == FAILED:
                gates[source, port] = None
            elif source not in seen:
                seen.add(source)
                waiting.append(source)
    return tuple(gates)


def _watched(checked: CheckedDocument, index: Mapping[str, int]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    for node_id in checked.answers:
        for segment in parse_template(checked.nodes[node_id].answer_template or ""):
            if not isinstance(segment, Reference) or segment.root not in index:
                continue
            streaming = {o.name for o in checked.nodes[segment.root].outputs if o.streams}
            if len(segment.path) == 1 and segment.path[0] in streaming:
                found.setdefault(index[segment.root], set()).add(segment.path[0])
    return {place: frozenset(names) for place, names in found.items()}


def _variables(checked: CheckedDocument) -> dict[str, str]:
    found: dict[str, str] = {
        f"conversation.{variable.name}": variable.type for variable in checked.document.conversation
    }
    for node in checked.nodes.values():
        if node.rounds is not None:
            found |= {f"{node.id}.{kept.name}": kept.type for kept in node.rounds.variables}
    return found


def _written(checked: CheckedDocument) -> frozenset[str]:
    return frozenset(
        target.partition(".")[0]
        for node in checked.nodes.values()
        if node.description.writes is not None
        for target, _ in node.description.writes(node.settings)
    )
