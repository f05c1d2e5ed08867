"""What of the answer is shown, when, and in which order."""

from typing import Any

import hypothesis.strategies as st
from hypothesis import given, settings

from services.orchestrator.tests.engine.simulation import LATER, NEVER, Outcome, Simulation
from services.orchestrator.tests.scripted import node, plan_of
from skep_contracts.run_log import RunSucceeded
from skep_orchestrator.engine.answer import AnswerStream, Piece, text_so_far
from skep_orchestrator.engine.compile import Plan

BEGIN = node("begin")


class Reader:
    """What somebody sees who applies every piece."""

    def __init__(self) -> None:
        self.text = ""
        self.resets = 0

    def read(self, *pieces: Piece | None) -> str:
        for piece in pieces:
            if piece is not None:
                assert piece.offset <= len(self.text), "a gap"
                self.resets += piece.offset < len(self.text)
                self.text = self.text[: piece.offset] + piece.text
        return self.text


class Show:
    """A simulated run and its reader, step by step."""

    def __init__(self, plan: Plan, **outcomes: Outcome | list[Outcome]) -> None:
        self.outcomes = outcomes
        self.simulation = Simulation(plan, self._script)
        self.stream = AnswerStream(self.simulation.state)
        self.reader = Reader()
        self.step()

    def _script(self, name: str, attempt: int) -> Outcome:
        given = self.outcomes.get(name, Outcome())
        return given[min(attempt, len(given)) - 1] if isinstance(given, list) else given

    @property
    def text(self) -> str:
        return self.reader.text

    def step(self) -> str:
        """Decide, and end whatever is pure."""
        state = self.simulation.state
        while True:
            self.simulation.decide_all()
            self.reader.read(*self.stream.advance())
            pure = [place for place in self.simulation.flying if state.running[place].node.is_pure]
            if not pure:
                return self.text
            self.simulation.finish(pure[0])

    def push(self, name: str, text: str) -> str:
        return self.reader.read(self.stream.push(name, "text", text))

    def end(self, name: str) -> str:
        self.simulation.finish(name)
        if name in self.simulation.state.retrying:
            self.reader.read(*self.stream.restart(name))
        return self.step()

    def answer(self) -> str | None:
        assert isinstance(self.simulation.state.ended, RunSucceeded)
        return self.simulation.state.ended.answer


def one_answer(text: str, **llm: Any) -> Plan:
    return plan_of(
        {"s": BEGIN, "m": node("act", **llm), "say": node("say", text=text)}, ["s > m > say"]
    )


def test_literal_text_is_shown_before_the_model_answers() -> None:
    show = Show(one_answer("Hello {{sys.query}}: {{m.text}}!"), m=Outcome({"text": "hi there"}))

    assert show.text == "Hello q: "
    assert show.push("m", "hi ") == "Hello q: hi "
    assert show.push("m", "there") == "Hello q: hi there"
    assert show.end("m") == "Hello q: hi there!"
    assert show.answer() == show.text
    assert show.reader.resets == 0


def test_text_that_was_not_streamed_is_shown_at_the_end() -> None:
    show = Show(one_answer("{{m.text}}."), m=Outcome({"text": "all at once"}))

    assert show.end("m") == "all at once."


def test_result_that_differs_from_what_was_streamed_wins() -> None:
    show = Show(one_answer("> {{m.text}}"), m=Outcome({"text": "answer"}))

    show.push("m", "answer   ")

    assert show.end("m") == "> answer"
    assert show.reader.resets == 1


def test_failed_attempt_is_taken_back() -> None:
    plan = one_answer("> {{m.text}}", retry={"attempts": 2})
    show = Show(plan, m=[Outcome(problem=LATER), Outcome({"text": "second"})])
    show.push("m", "first tr")

    assert show.end("m") == "> "
    show.simulation.now_ms += 10_000
    show.step()
    assert show.push("m", "sec") == "> sec"
    assert show.end("m") == "> second"


def test_answers_appear_in_graph_order_while_branches_run_in_parallel() -> None:
    plan = plan_of(
        {
            "s": BEGIN,
            "a": node("act"),
            "b": node("act"),
            "say_a": node("say", text="A={{a.text}};"),
            "say_b": node("say", text="B={{b.text}};"),
        },
        ["s > a > say_a", "s > b > say_b"],
    )
    show = Show(plan, a=Outcome({"text": "one"}), b=Outcome({"text": "two"}))

    assert show.push("b", "tw") == "A="
    assert show.push("a", "on") == "A=on"
    assert show.end("b") == "A=on"
    assert show.end("a") == "A=one;B=two;"
    assert show.answer() == "A=one;B=two;"


def test_conditional_answer_waits_for_its_branch() -> None:
    plan = plan_of(
        {
            "s": BEGIN,
            "m": node("act", ports=["yes", "no"]),
            "say_no": node("say", text="No."),
            "say_yes": node("say", text="Yes."),
        },
        ["s > m", "m.yes > say_yes", "m.no > say_no"],
    )
    show = Show(plan, m=Outcome(port="yes"))

    assert show.text == ""
    assert show.end("m") == "Yes."


def test_stream_behind_a_decided_branch_is_live() -> None:
    plan = plan_of(
        {
            "s": BEGIN,
            "fork": node("compute", ports=["a", "b"]),
            "m": node("act"),
            "say": node("say", text="{{m.text}}"),
            "other": node("say", text="other"),
        },
        ["s > fork", "fork.a > m > say", "fork.b > other"],
    )
    show = Show(plan, fork=Outcome(port="a"), m=Outcome({"text": "xyz"}))

    assert show.push("m", "xy") == "xy"


def test_failure_edge_takes_back_what_was_shown_too_early() -> None:
    plan = plan_of(
        {
            "s": BEGIN,
            "m": node("act", on_failure="edge"),
            "say": node("say", text="Model: {{m.text}}"),
            "sorry": node("say", text="Sorry: {{m.error.detail}}"),
        },
        ["s > m > say", "m.failed > sorry"],
    )
    show = Show(plan, m=Outcome(problem=NEVER))
    assert show.push("m", "half") == "Model: half"

    show.end("m")

    assert show.text == "Sorry: Wrong." == show.answer()


def test_reference_to_a_skipped_node_is_empty() -> None:
    plan = plan_of(
        {
            "s": BEGIN,
            "fork": node("compute", ports=["a", "b"]),
            "m": node("act"),
            "say": node("say", text="[{{m.text}}]"),
        },
        ["s > fork", "fork.a > m > say", "fork.b > say"],
    )

    assert Show(plan, fork=Outcome(port="b")).text == "[]"


def test_output_shown_twice_streams_once_and_is_repeated() -> None:
    show = Show(one_answer("{{m.text}}|{{m.text}}"), m=Outcome({"text": "ab"}))

    assert show.push("m", "ab") == "ab"
    assert show.end("m") == "ab|ab"


def test_answer_as_the_log_holds_it_leaves_out_live_text() -> None:
    show = Show(one_answer("Hello. {{m.text}}"), m=Outcome({"text": "x"}))
    show.push("m", "x")

    assert text_so_far(show.simulation.state) == "Hello. "
    show.end("m")
    assert text_so_far(show.simulation.state) == "Hello. x"


def test_text_nobody_shows_is_not_kept() -> None:
    show = Show(one_answer("static"))

    assert show.push("m", "x" * 1000) == "static"
    assert show.stream._partials == {}


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_what_was_shown_is_the_answer_whatever_happens(data: st.DataObject) -> None:
    names = ["m0", "m1", "m2"]
    nodes: dict[str, Any] = {"s": BEGIN, "fork": node("compute", ports=["a", "b"])}
    edges = ["s > fork", "fork.a > m0", "fork.b > m1", "s > m2"]
    outcomes: dict[str, Any] = {"fork": Outcome(port=data.draw(st.sampled_from("ab")))}
    for place, name in enumerate(names):
        handling = data.draw(st.sampled_from(["defaults", "edge"]))
        nodes[name] = node("act", on_failure=handling, retry={"attempts": 2, "delay_s": 0.0})
        good = Outcome({"text": data.draw(st.text("xy ", max_size=6))})
        bad = Outcome(problem=data.draw(st.sampled_from([LATER, NEVER])))
        outcomes[name] = data.draw(st.sampled_from([[good], [bad, good], [bad]]))
        parts = [name, *names[:place]]
        text = "".join(f"<{part}:{{{{{part}.text}}}}>" for part in parts[:1])
        nodes[f"say{place}"] = node("say", text=text)
        edges.append(f"{name} > say{place}")
        if handling == "edge":
            nodes[f"sorry{place}"] = node("say", text="{{" + name + ".error.code}}!")
            edges.append(f"{name}.failed > sorry{place}")
    show = Show(plan_of(nodes, edges), **outcomes)

    for _ in range(100):
        if show.simulation.state.ended:
            break
        if not show.simulation.flying:
            show.simulation.now_ms += 1
            show.step()
            continue
        name = data.draw(st.sampled_from(show.simulation.flying))
        if data.draw(st.booleans()):
            show.push(name, data.draw(st.text("xy ", min_size=1, max_size=3)))
        else:
            show.end(name)

    assert show.text == show.answer()
