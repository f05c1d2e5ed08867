"""Random documents, what their nodes do, and a reference that says what must come out."""

from typing import Any, NamedTuple

from hypothesis import strategies as st

from services.orchestrator.tests.engine.simulation import LATER, NEVER, Outcome
from services.orchestrator.tests.scripted import node, plan_of
from skep_orchestrator.engine.compile import Plan

PORTS = ("a", "b", "c")


class Case(NamedTuple):
    """A plan, and what each attempt of each node gives."""

    plan: Plan
    outcomes: dict[str, list[Outcome]]

    def script(self, name: str, attempt: int) -> Outcome:
        """What an attempt gives; the last one for all that follow."""
        given = self.outcomes[name]
        return given[min(attempt, len(given)) - 1]


@st.composite
def cases(draw: st.DrawFn, *, may_stop: bool = True, most: int = 10) -> Case:
    """Graphs with branches, failures of every kind, retries, joins and skips."""
    count = draw(st.integers(1, most))
    nodes: dict[str, dict[str, Any]] = {"n0": node("begin")}
    outcomes = {"n0": [Outcome({"v": 0})]}
    edges: list[str] = []
    ports: dict[str, list[str]] = {"n0": ["out"]}
    for place in range(1, count + 1):
        name = f"n{place}"
        sources = draw(st.lists(st.integers(0, place - 1), min_size=1, max_size=3, unique=True))
        for source in sources:
            port = draw(st.sampled_from(ports[f"n{source}"]))
            edges.append(f"n{source}.{port} > {name}")
        nodes[name], ports[name], outcomes[name] = draw(_node(may_stop, name))
    for name, made in nodes.items():
        failing = made.get("on_failure") == "edge"
        if failing and not any(edge.startswith(f"{name}.failed") for edge in edges):
            nodes[f"{name}x"] = node("act")
            outcomes[f"{name}x"] = [Outcome({"v": f"{name}x"})]
            edges.append(f"{name}.failed > {name}x")
            break
    for name in list(nodes):
        made = nodes[name]
        if made.get("on_failure") == "edge" and not any(
            edge.startswith(f"{name}.failed") for edge in edges
        ):
            del made["on_failure"]
    last = [name for name in nodes if not any(edge.startswith(f"{name}.") for edge in edges)]
    for name in last:
        nodes[f"{name}end"] = node("finish")
        outcomes[f"{name}end"] = [Outcome({name: 1})]
        edges.append(f"{name}.{ports.get(name, ['out'])[0]} > {name}end")
    return Case(plan_of(nodes, edges), outcomes)


@st.composite
def _node(
    draw: st.DrawFn, may_stop: bool, name: str
) -> tuple[dict[str, Any], list[str], list[Outcome]]:
    own = list(PORTS[: draw(st.integers(2, 3))]) if draw(st.booleans()) else ["out"]
    handlings = ["defaults", "edge"] + (["stop"] if may_stop else [])
    fields: dict[str, Any] = {"ports": own}
    given = [Outcome({"v": name}, port=draw(st.sampled_from(own)))]
    if draw(st.integers(0, 2)) == 0:
        fields["on_failure"] = draw(st.sampled_from(handlings))
        problem = draw(st.sampled_from([LATER, NEVER]))
        if draw(st.booleans()):
            fields["retry"] = {"attempts": draw(st.integers(1, 3)), "delay_s": 0.5}
        failures = [Outcome(problem=problem)] * draw(st.integers(1, 3))
        given = failures + (given if draw(st.booleans()) else [])
    kind = draw(st.sampled_from(["act", "compute", "write"]))
    ports = [*own, "failed"] if fields.get("on_failure") == "edge" else own
    return node(kind, **fields), ports, given


class Expected(NamedTuple):
    """What a run must come to, whatever the order in which its nodes end."""

    status: dict[str, str]
    ports: dict[str, str | None]
    stops: bool


def reference(case: Case) -> Expected:
    """Interpret a document node by node, with no notion of time."""
    document = case.plan.document
    status: dict[str, str] = {}
    ports: dict[str, str | None] = {}
    for planned in case.plan.nodes:
        name = planned.id
        edges = [edge for edge in document.edges if edge.target == name]
        if edges and not any(ports[e.source_node] == e.source_port for e in edges):
            status[name], ports[name] = "skipped", None
            continue
        outcome = _last_outcome(case, name)
        if outcome.problem is None:
            status[name], ports[name] = "succeeded", outcome.port
            continue
        status[name] = "failed"
        handling = document.nodes[name].on_failure
        ports[name] = {"stop": None, "edge": "failed"}.get(handling, planned.default_port)
        if handling == "stop":
            return Expected(status, ports, stops=True)
    return Expected(status, ports, stops=False)


def _last_outcome(case: Case, name: str) -> Outcome:
    retry = case.plan.document.nodes[name].retry
    attempts = retry.attempts if retry else 1
    for attempt in range(1, attempts + 1):
        outcome = case.script(name, attempt)
        if outcome.problem is None or outcome.problem is NEVER or attempt == attempts:
            return outcome
    raise AssertionError
