"""Equal fingerprints mean the same effect, and nothing else does."""

from typing import Any

from services.orchestrator.tests.engine.simulation import Outcome, Simulation
from services.orchestrator.tests.scripted import node, plan_of
from skep_contracts.commands.run import RunOrigin
from skep_contracts.ids import RunId
from skep_contracts.plugins.models import ChatMessage
from skep_contracts.run_log import NodeStarted, RunStarted
from skep_orchestrator.engine.compile import Plan
from skep_orchestrator.runs.records.fingerprints import Fingerprints, PlanPrints, neutral


def plan(mode: str = "workflow", **settings: Any) -> Plan:
    nodes = {
        "s": node("begin"),
        "a": node("act", **settings),
        "say": node("say"),
        "e": node("finish"),
    }
    return plan_of(nodes, ["s > a > say > e"], mode=mode)


def of(made: Plan, values: dict[str, Any], **texts: str) -> str:
    """The fingerprint of `a` when the start gave these values."""
    simulation = Simulation(made, lambda place, attempt: Outcome(values))
    simulation.decide_all()
    simulation.finish("s")
    simulation.decide_all()
    pairs = [(text, stand_in) for stand_in, text in texts.items()]
    prints = Fingerprints(PlanPrints(made), simulation.state, neutral=pairs)
    found = prints.of(simulation.state.running["a"])
    assert found is not None
    event = next(e for e in simulation.log if isinstance(e, NodeStarted) and e.node == "a")
    assert prints.stamped(event).fingerprint == found
    return found


def test_same_settings_and_values_are_the_same() -> None:
    first = plan(input=["{{s.x}}", "{{s.n}}"], script={"a": 1, "b": 2})
    second = plan(script={"b": 2, "a": 1}, input=["{{s.x}}", "{{s.n}}"])

    assert of(first, {"x": {"k": 1, "l": 2}, "n": 1}) == of(second, {"n": 1, "x": {"l": 2, "k": 1}})


def test_what_is_not_referred_to_does_not_count() -> None:
    made = plan(input="{{s.x}}")

    assert of(made, {"x": 1, "n": 1}) == of(made, {"x": 1, "n": 2})


def test_each_setting_and_value_counts() -> None:
    large = "x" * 100_000
    prints = [
        of(plan(input="{{s.x}}"), {"x": 1}),
        of(plan(input="{{s.x}}"), {"x": 2}),
        of(plan(input="{{s.x}}"), {"x": "1"}),
        of(plan(input="{{s.x}}"), {"x": None}),
        of(plan(input="{{s.x}}!"), {"x": 1}),
        of(plan(input="{{s.x}}"), {"x": large}),
        of(plan(input="{{s.x}}"), {"x": large + "x"}),
        of(plan(input="{{s.x}}{{s.n}}"), {"x": "ab", "n": "c"}),
        of(plan(input="{{s.x}}{{s.n}}"), {"x": "a", "n": "bc"}),
        of(plan(input="{{s.n}}{{s.x}}"), {"x": "ab", "n": "c"}),
    ]

    assert len(prints) == len(set(prints))


def test_text_that_is_neutral_does_not_count() -> None:
    made = plan(input="{{s.x}}")

    first = of(made, {"x": "of run_A: y"}, me="run_A")
    second = of(made, {"x": "of run_B: y"}, me="run_B")

    assert first == second != of(made, {"x": "of run_A: z"}, me="run_A")


def test_history_counts_in_chats() -> None:
    made = plan(mode="chat")
    simulation = Simulation(made, lambda place, attempt: Outcome())
    simulation.decide_all()
    simulation.finish("s")
    simulation.decide_all()
    doing = simulation.state.running["a"]
    before = Fingerprints(PlanPrints(made), simulation.state).of(doing)

    simulation.state.history = (ChatMessage(role="user", content="hi"),)

    assert Fingerprints(PlanPrints(made), simulation.state).of(doing) != before


def test_ids_times_and_addresses_of_a_run_and_its_origins_are_neutral() -> None:
    opening = RunStarted(
        run_id="run_1",
        app_id="a",
        version="v",
        mode="workflow",
        inputs={},
        system={"started_at": "today", "callback_url": "http://x/run_1"},
        origin=RunOrigin(run_id=RunId("run_0")),
    )

    assert neutral(opening) == [
        ("http://x/run_1", "{{sys.callback_url}}"),
        ("today", "{{sys.started_at}}"),
        ("run_1", "{{sys.run_id}}"),
        ("run_0", "{{sys.run_id}}"),
    ]
