"""Apps like those people bring from Dify, imported and run: what Dify gives is what comes out."""

from typing import Any

import pytest

from skep_contracts.plugins.importers import Installed
from skep_importer_dify.importer import DifyImporter
from skep_testing import dify_sources as dify
from skep_testing.dify_sources import edges, field, node, start
from tests.integration.dify_runs import Call, Played, play

Data = dict[str, Any]


def run(
    source: Data, served: Data | None = None, *, query: str | None = None, **inputs: Any
) -> Played:
    """Import and run; `served` holds what services give, by node."""

    def serve(call: Call) -> Data:
        given: Data = (served or {})[call.node]
        return dict(given)

    imported = DifyImporter().convert(dify.written(source), Installed())
    return play(imported.document, serve, inputs=inputs, query=query)


def compare(left: list[str], operator: str, value: Any, kind: str = "string") -> Data:
    return {
        "variable_selector": left,
        "comparison_operator": operator,
        "value": value,
        "varType": kind,
    }


def case(name: str, *conditions: Data, match: str = "and") -> Data:
    return {"case_id": name, "logical_operator": match, "conditions": list(conditions)}


def template(name: str, text: str, **values: list[str]) -> Data:
    variables = [{"variable": k, "value_selector": v} for k, v in values.items()]
    return node(name, "template-transform", template=text, variables=variables)


def out(name: str, *selector: str) -> Data:
    return {"variable": name, "value_selector": list(selector), "value_type": "string"}


def two_switches() -> Data:
    """Two branches whose results are gathered in groups."""

    def switch(number: int) -> Data:
        condition = compare(["start", f"switch{number}"], "=", "1", "number")
        return node(f"if{number}", "if-else", cases=[case("true", condition)])

    texts = [
        template(f"{state}{number}", f"switch {number} {state}")
        for number in (1, 2)
        for state in ("on", "off")
    ]
    groups = [
        {
            "group_name": f"group{number}",
            "groupId": str(number),
            "output_type": "string",
            "variables": [[f"on{number}", "output"], [f"off{number}", "output"]],
        }
        for number in (1, 2)
    ]
    return dify.app(
        [
            start(field("switch1", "number"), field("switch2", "number")),
            switch(1), switch(2), *texts,
            node("gather", "variable-aggregator", output_type="string", variables=[],
                 advanced_settings={"group_enabled": True, "groups": groups}),
            node("end", "end", outputs=[out("group1", "gather", "group1", "output"),
                                        out("group2", "gather", "group2", "output")]),
        ],
        edges("start > if1", "start > if2", "if1:true > on1", "if1:false > off1", "if2:true > on2",
              "if2:false > off2", "on1 > gather", "off1 > gather", "on2 > gather",
              "off2 > gather", "gather > end"),
    )  # fmt: skip


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("second", [0, 1])
def test_groups_gather_what_branches_gave(first: int, second: int) -> None:
    played = run(two_switches(), switch1=first, switch2=second)

    states = ("off", "on")
    assert played.outputs == {
        "group1": f"switch 1 {states[first]}",
        "group2": f"switch 2 {states[second]}",
    }


def test_answers_in_a_loop_follow_each_other() -> None:
    source = dify.app(
        [
            start(),
            node("loop", "loop", loop_count=3, logical_operator="and",
                 loop_variables=[{"label": "i", "var_type": "number", "value_type": "constant",
                                  "value": "0"}],
                 break_conditions=[compare(["loop", "i"], "≥", "2", "number")]),
            dify.mark("loop", "loop"),
            node("add", "assigner", inside="loop", version="2",
                 items=[{"variable_selector": ["loop", "i"], "operation": "+=",
                         "input_type": "constant", "value": 1}]),
            node("say", "answer", inside="loop", answer="{{#loop.i#}}\n"),
            node("after", "answer", answer="{{#loop.i#}} + {{#sys.query#}}"),
        ],
        edges("start > loop", "loopstart > add", "add > say", "loop > after"),
        mode="advanced-chat",
    )  # fmt: skip

    assert run(source, query="1").answer == "1\n2\n2 + 1"


def test_variable_changed_in_an_iteration_is_kept() -> None:
    source = dify.app(
        [
            start(),
            node("make", "code", code_language="python3", code="def main(): ...", variables=[],
                 outputs={"result": {"type": "array[string]"}}),
            node("each", "iteration", iterator_selector=["make", "result"],
                 output_selector=["each", "item"], error_handle_mode="terminated"),
            dify.mark("each"),
            node("set", "assigner", inside="each", version="2",
                 items=[{"variable_selector": ["conversation", "name"], "operation": "over-write",
                         "input_type": "variable", "value": ["each", "item"]}]),
            node("answer", "answer", answer="{{#conversation.name#}}"),
        ],
        edges("start > make", "make > each", "eachstart > set", "each > answer"),
        mode="advanced-chat",
        conversation_variables=[{"id": "x", "name": "name", "value_type": "string",
                                 "value": "unset"}],
    )  # fmt: skip

    played = run(source, {"make": {"result": ["foo", "bar"]}}, query="hi")

    assert played.answer == "bar"


def test_values_look_in_an_answer_as_they_do_over_there() -> None:
    outputs = {"o": "object", "s": "array[string]", "n": "array[number]", "b": "boolean",
               "x": "number", "d": "array[object]", "e": "array[string]"}  # fmt: skip
    source = dify.app(
        [
            start(),
            node("make", "code", code_language="python3", code="def main(): ...", variables=[],
                 outputs={name: {"type": kind} for name, kind in outputs.items()}),
            node("answer", "answer", answer="|".join(f"{{{{#make.{name}#}}}}" for name in outputs)),
        ],
        edges("start > make", "make > answer"),
        mode="advanced-chat",
    )  # fmt: skip
    given = {"o": {"a": "<é>", "b": [1]}, "s": ["x", "y"], "n": [1, 2.5], "b": True, "x": 3,
             "d": [{"k": None}], "e": []}  # fmt: skip

    assert run(source, {"make": given}, query="").answer == (
        '{\n  "a": "<é>",\n  "b": [\n    1\n  ]\n}|- x\n- y|- 1\n- 2.5|True|3|- {\'k\': None}|'
    )


def test_template_shows_values_as_python_does() -> None:
    source = dify.app(
        [
            start(field("flag", "checkbox"), field("n", "number")),
            template("t", "{{ flag }} {{ n }} {{ missing }}|{% if flag %}yes{% endif %}",
                     flag=["start", "flag"], n=["start", "n"]),
            node("end", "end", outputs=[out("text", "t", "output")]),
        ],
        edges("start > t", "t > end"),
    )  # fmt: skip

    assert run(source, flag=True, n=2).outputs == {"text": "True 2 |yes"}


@pytest.mark.parametrize(
    ("operator", "value", "kind", "given", "expected"),
    [
        ("contains", "ell", "string", "hello", True),
        ("not contains", "x", "string", "hello", True),
        ("start with", "he", "string", "hello", True),
        ("end with", "lo", "string", "hello", True),
        ("is", "hello", "string", "hello", True),
        ("is not", "hello", "string", "other", True),
        ("empty", "", "string", "", True),
        ("not empty", "", "string", "", False),
        ("in", ["a", "b"], "string", "b", True),
        ("not in", ["a", "b"], "string", "c", True),
        ("null", "", "string", "x", False),
        ("not null", "", "string", "x", True),
        ("exists", "", "string", "x", True),
        ("is", "{{#sys.user_id#}}", "string", "test_user", True),
        ("no such", "x", "string", "x", False),
    ],
)
def test_operators_on_texts(
    operator: str, value: Any, kind: str, *, given: str, expected: bool
) -> None:
    assert (
        branch(compare(["start", "value"], operator, value, kind), "text-input", given) is expected
    )


@pytest.mark.parametrize(
    ("operator", "value", "given", "expected"),
    [
        ("=", "3", 3, True),
        ("≠", "3", 4, True),
        (">", "2.5", 3, True),
        ("<", "2", 3, False),
        ("≥", "3", 3, True),
        ("≤", 2, 3, False),
        ("empty", "", 0, True),
        ("not empty", "", 0, False),
        ("not empty", "", 7, True),
    ],
)
def test_operators_on_numbers(operator: str, value: Any, *, given: int, expected: bool) -> None:
    condition = compare(["start", "value"], operator, value, "number")
    assert branch(condition, "number", given) is expected


def branch(condition: Data, kind: str, given: Any) -> bool:
    """Return whether the case of an if-else is taken."""
    source = dify.app(
        [
            start(field("value", kind)),
            node("if", "if-else", cases=[case("true", condition)]),
            template("yes", "yes"),
            template("no", "no"),
            node("gather", "variable-aggregator", output_type="string",
                 variables=[["yes", "output"], ["no", "output"]]),
            node("end", "end", outputs=[out("way", "gather", "output")]),
        ],
        edges("start > if", "if:true > yes", "if:false > no", "yes > gather", "no > gather",
              "gather > end"),
    )  # fmt: skip
    return bool(run(source, value=given).outputs["way"] == "yes")


def test_old_files_are_read() -> None:
    source = dify.app(
        [
            start(field("word")),
            node("if", "if-else", logical_operator="and",
                 conditions=[compare(["start", "word"], "contains", "x")]),
            node("assign", "variable-assigner", output_type="string",
                 variables=[["yes", "output"], ["no", "output"]]),
            template("yes", "yes"),
            template("no", "no"),
            node("end", "end", outputs=[out("way", "assign", "output")]),
        ],
        edges("start > if", "if:true > yes", "if:false > no", "yes > assign", "no > assign",
              "assign > end"),
        version="0.1.2",
    )  # fmt: skip

    assert run(source, word="axb").outputs == {"way": "yes"}


def test_failure_takes_its_branch_and_tells_why() -> None:
    source = dify.app(
        [
            start(),
            node("http", "http-request", method="GET", url="https://x.example",
                 error_strategy="fail-branch"),
            node("good", "end", outputs=[out("body", "http", "body")]),
            node("bad", "end", outputs=[out("why", "http", "error_message")]),
        ],
        edges("start > http", "http:source > good", "http:fail-branch > bad"),
    )  # fmt: skip

    assert run(source, {"http": {"error": "broken"}}).outputs == {"why": "broken"}
    assert run(source, {"http": {"status": 200, "body": "x"}}).outputs == {"body": "x"}


def test_failure_that_leads_nowhere_does_not_end_the_run() -> None:
    source = dify.app(
        [
            start(),
            node("http", "http-request", method="GET", url="https://x.example",
                 error_strategy="fail-branch"),
            template("other", "fine"),
            node("end", "end", outputs=[out("text", "other", "output")]),
        ],
        edges("start > http", "start > other", "other > end"),
    )  # fmt: skip

    assert run(source, {"http": {"error": "broken"}}).outputs == {"text": "fine"}


def test_iteration_drops_or_keeps_failed_items_and_keeps_lists_apart() -> None:
    def source(mode: str) -> Data:
        return dify.app(
            [
                start(),
                node("make", "code", code_language="python3", code="x", variables=[],
                     outputs={"result": {"type": "array[number]"}}),
                node("each", "iteration", iterator_selector=["make", "result"], is_parallel=True,
                     output_selector=["pair", "result"], error_handle_mode=mode,
                     flatten_output=False, parallel_nums=3),
                dify.mark("each"),
                node("pair", "code", inside="each", code_language="python3", code="x",
                     variables=[{"variable": "n", "value_selector": ["each", "item"]}],
                     outputs={"result": {"type": "array[number]"}}),
                node("end", "end", outputs=[out("output", "each", "output")]),
            ],
            edges("start > make", "make > each", "eachstart > pair", "each > end"),
        )  # fmt: skip

    def serve(call: Call) -> Data:
        if call.node == "make":
            return {"result": [1, 2, 3]}
        (number,) = call.inputs.values()
        return {"error": "two"} if number == 2 else {"result": [number, number * 2]}

    def outputs(mode: str) -> Any:
        document = DifyImporter().convert(dify.written(source(mode)), Installed()).document
        return play(document, serve, inputs={}, query=None).outputs.get("output")

    assert outputs("remove-abnormal-output") == [[1, 2], [3, 6]]
    assert outputs("continue-on-error") == [[1, 2], None, [3, 6]]
    assert outputs("terminated") is None


def test_loop_ends_where_it_says_so() -> None:
    source = dify.app(
        [
            start(),
            node("loop", "loop", loop_count=10, loop_variables=[
                {"label": "n", "var_type": "number", "value_type": "constant", "value": 0}]),
            dify.mark("loop", "loop"),
            node("add", "assigner", inside="loop", version="2",
                 items=[{"variable_selector": ["loop", "n"], "operation": "+=",
                         "input_type": "constant", "value": 1}]),
            node("if", "if-else", inside="loop",
                 cases=[case("true", compare(["loop", "n"], "=", "4", "number"))]),
            node("out", "loop-end", inside="loop"),
            node("end", "end",
                 outputs=[out("n", "loop", "n"), out("rounds", "loop", "loop_round")]),
        ],
        edges("start > loop", "loopstart > add", "add > if", "if:true > out", "loop > end"),
    )  # fmt: skip

    assert run(source).outputs == {"n": 4, "rounds": 4}


def test_unknown_node_is_left_out_and_the_rest_runs() -> None:
    source = dify.app(
        [
            start(field("a")),
            node("odd", "quantum-entangler", anything=[1]),
            node("end", "end", outputs=[out("a", "start", "a"), out("odd", "odd", "x")]),
        ],
        edges("start > odd", "odd > end"),
    )

    assert run(source, a="x").outputs == {"a": "x", "odd": None}


def test_workflow_without_an_end_ends() -> None:
    source = dify.app([start(), template("t", "x")], edges("start > t"))

    assert run(source).status == "succeeded"


def test_text_that_looks_like_our_references_stays_text() -> None:
    source = dify.app(
        [
            start(),
            node("answer", "answer", answer=r"{{start.x}} \{{a.b}} {{ name }} {{#sys.query#}}"),
        ],
        edges("start > answer"),
        mode="advanced-chat",
    )

    assert run(source, query="q").answer == r"{{start.x}} \{{a.b}} {{ name }} q"


def test_empty_answer_is_empty() -> None:
    source = dify.app([start(), node("answer", "answer", answer="")], edges("start > answer"),
                      mode="advanced-chat")  # fmt: skip

    assert run(source, query="q").answer == ""


def test_chat_without_a_graph_answers() -> None:
    source = dify.simple("chat", pre_prompt="Hello {{name}} {{#context#}}",
                         user_input_form=[{"text-input": {"label": "Name", "variable": "name",
                                                          "required": True}}])  # fmt: skip

    assert run(source, {"reply": {"text": "Good"}}, query="q", name="Ann").answer == "Good"


@pytest.mark.parametrize("mode", ["completion", "agent-chat"])
def test_other_apps_without_a_graph_answer(mode: str) -> None:
    source = dify.simple(mode, pre_prompt="Say {{word}}",
                         agent_mode={"enabled": True, "strategy": "function_call", "tools": []},
                         user_input_form=[{"paragraph": {"variable": "word"}}])  # fmt: skip

    assert run(source, {"reply": {"text": "Good"}}, query="q", word="x").answer == "Good"
