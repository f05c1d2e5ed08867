"""Answers inside of containers: round after round, whatever ends first, and none that is wrong."""

from typing import Any

import hypothesis.strategies as st
from hypothesis import given, settings

from services.orchestrator.tests.engine.simulation import NEVER, Outcome, Simulation
from services.orchestrator.tests.engine.test_answer import Reader
from services.orchestrator.tests.scripted import node, plan_of
from skep_contracts.assignments import Assignment
from skep_contracts.run_log import RunFailed, RunSucceeded
from skep_orchestrator.engine.answer import AnswerStream, text_so_far
from skep_orchestrator.engine.apply import fold


class Show:
    """A simulated run, and somebody who reads along."""

    def __init__(self, nodes: dict[str, Any], edges: list[str], script: Any) -> None:
        self.simulation = Simulation(plan_of(nodes, edges), script)
        self.stream = AnswerStream(self.simulation.state)
        self.reader = Reader()
        self.step()

    def step(self) -> str:
        """Decide, and end whatever is pure."""
        simulation = self.simulation
        while True:
            simulation.decide_all()
            self.reader.read(*self.stream.advance())
            running = simulation.state.running
            pure = [place for place in simulation.flying if running[place].node.is_pure]
            if not pure:
                return self.reader.text
            simulation.finish(pure[0])

    def push(self, place: str, text: str) -> str:
        return self.reader.read(self.stream.push(place, "text", text))

    def end(self, place: str) -> str:
        self.simulation.finish(place)
        if place in self.simulation.state.retrying:
            self.reader.read(*self.stream.restart(place))
        return self.step()


def rounds(**settings: Any) -> dict[str, Any]:
    settings = {"items": ["a", "b", "c"], "parallel": 3} | settings
    return {
        "s": node("begin"),
        "before": node("say", text="["),
        "each": node("each", **settings),
        "ask": node("act", parent="each"),
        "inner": node("say", parent="each", text="{{each.item}}:{{ask.text}};"),
        "after": node("say", text="]"),
    }


EDGES = ["s > before > each > after", "ask > inner"]


def says(place: str, attempt: int) -> Outcome:
    return Outcome({"text": place[5:6] if place.startswith("each") else ""})


def test_rounds_show_their_texts_in_order_whatever_ends_first() -> None:
    show = Show(rounds(), EDGES, says)
    assert show.reader.text == "[a:"

    show.push("each:1/ask", "early")
    assert show.end("each:2/ask") == "[a:"
    assert show.push("each:0/ask", "0") == "[a:0"
    assert show.end("each:0/ask") == "[a:0;b:early"
    assert show.end("each:1/ask") == "[a:0;b:1;c:2;]"

    assert isinstance(show.simulation.state.ended, RunSucceeded)
    assert show.simulation.state.ended.answer == show.reader.text


def test_text_of_a_round_that_fails_is_taken_back() -> None:
    def fails(place: str, attempt: int) -> Outcome:
        return Outcome(problem=NEVER) if place == "each:0/ask" else says(place, attempt)

    show = Show(rounds(on_failed="drop"), EDGES, fails)

    assert show.push("each:0/ask", "wrong") == "[a:wrong"
    assert show.end("each:0/ask") == "[b:"


def test_text_goes_on_from_the_log_after_another_worker_took_over() -> None:
    show = Show(rounds(parallel=1), EDGES, says)
    show.end("each:0/ask")

    again = fold(show.simulation.plan, show.simulation.log)

    assert text_so_far(again) == "[a:0;b:"


def test_loop_shows_what_a_variable_is_in_each_round() -> None:
    variables = [{"name": "n", "type": "number", "value": 0}]
    nodes = {
        "s": node("begin"),
        "again": node("again", variables=variables, most=3),
        "add": node("change", parent="again", target="again.n", operation="add", value=1),
        "tell": node("say", parent="again", text="{{again.n}} "),
    }

    def adds(place: str, attempt: int) -> Outcome:
        change = Assignment(target="again.n", operation="add", value=1)
        return Outcome(writes=(change,) if place.endswith("add") else ())

    show = Show(nodes, ["s > again", "add > tell"], adds)

    assert show.reader.text == "1 2 3 "


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_what_was_shown_is_the_answer_in_nested_containers_too(data: st.DataObject) -> None:
    nodes = {
        "s": node("begin"),
        "each": node("each", items=[1, 2, 3], parallel=2, on_failed="drop"),
        "ask": node("act", parent="each"),
        "told": node("say", parent="each", text="<{{ask.text}}>"),
        "deep": node("each", parent="each", items=["x", "y"], parallel=2),
        "low": node("act", parent="deep", on_failure="defaults"),
        "lowly": node("say", parent="deep", text="({{deep.item}}{{low.text}})"),
        "last": node("say", text="."),
    }
    seed = data.draw(st.integers(0, 1000))

    def script(place: str, attempt: int) -> Outcome:
        code = (hash_of(place) + seed) % 7
        return Outcome(problem=NEVER) if code == 0 else Outcome({"text": str(code)})

    show = Show(nodes, ["s > each > last", "ask > told > deep", "low > lowly"], script)
    for _ in range(200):
        if show.simulation.state.ended is not None:
            break
        place = data.draw(st.sampled_from(show.simulation.flying))
        if data.draw(st.booleans()):
            show.push(place, data.draw(st.sampled_from(["1", "2", "3"])))
        else:
            show.end(place)

    end = show.simulation.state.ended
    assert isinstance(end, RunSucceeded | RunFailed)
    if isinstance(end, RunSucceeded):
        assert show.reader.text == end.answer
        assert text_so_far(show.simulation.state) == end.answer


def hash_of(text: str) -> int:
    """The same in every process."""
    return sum(map(ord, text))
