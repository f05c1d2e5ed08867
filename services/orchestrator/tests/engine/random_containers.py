"""Random documents with containers in containers, and a reference that interprets them in order."""

import random
from typing import Any, NamedTuple

from hypothesis import strategies as st

from services.orchestrator.tests.engine.simulation import NEVER, Outcome
from services.orchestrator.tests.scripted import node, plan_of
from skep_contracts.assignments import Assignment
from skep_orchestrator.engine.compile import Plan

MOST_NESTED = 3


class Nested(NamedTuple):
    """A plan. What a node gives follows from its place and a seed."""

    plan: Plan
    seed: int

    def script(self, place: str, attempt: int) -> Outcome:
        """What an attempt gives; the same whenever it is asked."""
        name = place.rpartition("/")[2]
        kind = self.plan.document.nodes[name].type if name else ""
        if kind == "change":
            target = self.plan.document.nodes[name].settings["target"]
            return Outcome(writes=(Assignment(target=target, operation="add", value=1),))
        chance = random.Random(f"{self.seed}:{place}")
        if kind == "act" and chance.random() < 0.15:
            return Outcome(problem=NEVER)
        return Outcome({"value": f"{place}={chance.randrange(3)}"})


@st.composite
def nested(draw: st.DrawFn) -> Nested:
    """Containers of both kinds, in each other, with branches that join and nodes that fail."""
    nodes: dict[str, dict[str, Any]] = {"s": node("begin")}
    edges: list[str] = []
    count = [0]
    last = _scope(draw, nodes, edges, count, parent=None, before=["s"], depth=0)
    nodes["e"] = node(
        "finish", outputs={name: f"{{{{{name}.{_output(nodes[name])}}}}}" for name in last}
    )
    edges += [f"{name} > e" for name in last]
    return Nested(plan_of(nodes, edges), draw(st.integers(0, 10_000)))


def _output(made: dict[str, Any]) -> str:
    return "output" if made["type"] in {"each", "again"} else "value"


def _scope(
    draw: st.DrawFn,
    nodes: dict[str, dict[str, Any]],
    edges: list[str],
    count: list[int],
    *,
    parent: str | None,
    before: list[str],
    depth: int,
) -> list[str]:
    """Add the nodes of one level; return them."""
    own: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        name = f"n{count[0]}"
        count[0] += 1
        kinds = ["act", "act", "compute"] + (["each", "again"] if depth < MOST_NESTED else [])
        kind = draw(st.sampled_from(kinds))
        made = nodes[name] = _node(draw, kind, name)
        if parent is not None:
            made["parent"] = parent
        sources = [*before, *own]
        if sources:
            chosen = draw(st.lists(st.sampled_from(sources), min_size=1, max_size=2, unique=True))
            edges += [f"{source} > {name}" for source in chosen]
        own.append(name)
        if kind in {"each", "again"}:
            inside = _scope(draw, nodes, edges, count, parent=name, before=[], depth=depth + 1)
            made["settings"]["output"] = [f"{{{{{one}.{_output(nodes[one])}}}}}" for one in inside]
            if kind == "again":
                adds = f"n{count[0]}"
                count[0] += 1
                nodes[adds] = node(
                    "change", parent=name, target=f"{name}.n", operation="add", value=1
                )
    return own


def _node(draw: st.DrawFn, kind: str, name: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if kind == "each":
        fields |= {
            "items": list(range(draw(st.integers(0, 3)))),
            "parallel": draw(st.integers(1, 3)),
            "on_failed": draw(st.sampled_from(["stop", "null", "drop"])),
            "flatten": draw(st.booleans()),
        }
    elif kind == "again":
        fields |= {
            "variables": [{"name": "n", "type": "number", "value": 0}],
            "until": [{"left": f"{{{{{name}.n}}}}", "op": "ge", "right": draw(st.integers(0, 3))}],
            "most": draw(st.integers(1, 3)),
        }
    if kind != "compute" and draw(st.booleans()):
        fields |= {"on_failure": "defaults"}
    return node(kind, **fields)


class FailedError(Exception):
    """A round, or the run, fails."""


def reference(case: Nested) -> dict[str, Any]:
    """Return what the run gives, node by node and round by round.

    Raises:
        FailedError: It fails.
    """
    values = _level(case, None, "", {})
    return {name: values.get(name, {}).get(_output(made)) for name, made in _top(case)}


def _top(case: Nested) -> list[tuple[str, dict[str, Any]]]:
    document = case.plan.document
    names = [edge.source_node for edge in document.edges if edge.target == "e"]
    return [(name, {"type": document.nodes[name].type}) for name in names]


def _level(
    case: Nested, parent: str | None, scope: str, loop: dict[str, int]
) -> dict[str, dict[str, Any]]:
    """Interpret the nodes of one round; all run, since only defaults stand in for failures."""
    values: dict[str, dict[str, Any]] = {}
    failed = False
    for planned in case.plan.nodes:
        made = case.plan.document.nodes[planned.id]
        if made.parent != parent or planned.role in {"start", "end"}:
            continue
        place = f"{scope}/{planned.id}" if scope else planned.id
        try:
            values[planned.id] = _give(case, planned.id, place, loop)
        except FailedError:
            failed = failed or made.on_failure == "stop"
            values[planned.id] = {}
    if failed:
        raise FailedError
    return values


def _give(case: Nested, name: str, place: str, loop: dict[str, int]) -> dict[str, Any]:
    made = case.plan.document.nodes[name]
    if made.type == "change":
        loop["n"] += 1
        return {}
    if made.type == "each":
        return {"output": _each(case, name, place)}
    if made.type == "again":
        return {"output": _again(case, name, place)}
    outcome = case.script(place, 1)
    if outcome.problem is not None:
        raise FailedError
    return outcome.outputs


def _each(case: Nested, name: str, place: str) -> list[Any]:
    settings = case.plan.document.nodes[name].settings
    gathered: list[Any] = []
    for index in settings["items"]:
        try:
            gathered.append(_round(case, name, f"{place}:{index}", {}))
        except FailedError:
            if settings["on_failed"] == "stop":
                raise
            if settings["on_failed"] == "null":
                gathered.append(None)
    lists = [one for one in gathered if one is not None]
    if settings["flatten"] and lists:
        return [item for one in lists for item in one]
    return gathered


def _again(case: Nested, name: str, place: str) -> list[Any]:
    settings = case.plan.document.nodes[name].settings
    loop, gathered = {"n": 0}, []
    enough = settings["until"][0]["right"]
    for index in range(settings["most"]):
        if loop["n"] >= enough:
            break
        gathered.append(_round(case, name, f"{place}:{index}", loop))
    return gathered


def _round(case: Nested, name: str, scope: str, loop: dict[str, int]) -> list[Any]:
    values = _level(case, name, scope, loop)
    document = case.plan.document
    inside = [one for one in values if document.nodes[one].type != "change"]
    wanted = document.nodes[name].settings["output"]
    given = {f"{{{{{one}.{_output({'type': document.nodes[one].type})}}}}}": one for one in inside}
    return [
        values[given[text]].get(_output({"type": document.nodes[given[text]].type}))
        for text in wanted
    ]
