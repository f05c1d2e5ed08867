"""Iterations, loops and variables in the whole stack."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from skep_testing.stack import RunningStack
from tests.integration.api import create_app, start_run, wait_until_ended
from tests.integration.documents import start, workflow

pytestmark = [pytest.mark.integration]


def node(kind: str, /, *, parent: str | None = None, **settings: Any) -> dict[str, Any]:
    inside = {} if parent is None else {"parent": parent}
    return {"type": kind, "settings": settings, **inside}


def run(stack: RunningStack, document: dict[str, Any], **more: Any) -> dict[str, Any]:
    return wait_until_ended(stack, start_run(stack, create_app(stack, document), **more))


def picking(name: str, **settings: Any) -> dict[str, Any]:
    """Pick the item at a position for each position; 9 is out of range."""
    nodes = {
        "start": start({"name": "positions", "type": "json"}),
        "each": node("iteration", items="{{start.positions}}", output="{{pick.first}}", **settings),
        "pick": node(
            "list-operator",
            parent="each",
            items=["a", "b", "c"],
            pick={"position": "{{each.item}}"},
        ),
        "end": node("end", outputs={"picked": "{{each.output}}", "rounds": "{{each.rounds}}"}),
    }
    return workflow(name, nodes, [("start", "each"), ("each", "end")])


@pytest.mark.parametrize(
    ("on_failed_round", "picked"),
    [("null", ["c", None, "a"]), ("drop", ["c", "a"])],
)
def test_failed_round_leaves_null_or_nothing(
    stack: RunningStack, on_failed_round: str, picked: list[Any]
) -> None:
    document = picking(f"pick-{on_failed_round}", on_failed_round=on_failed_round, parallel=3)

    done = run(stack, document, inputs={"positions": [3, 9, 1]})

    assert done["status"] == "succeeded", done
    assert done["outputs"] == {"picked": picked, "rounds": 3}


def test_failed_round_stops_the_run_and_says_where(stack: RunningStack) -> None:
    done = run(stack, picking("pick-stop"), inputs={"positions": [3, 9, 1]})

    assert done["status"] == "failed"
    assert "is 9, but there are 3 items" in str(done["problem"])


def test_texts_of_rounds_appear_in_the_order_of_items(stack: RunningStack) -> None:
    nodes = {
        "start": start(),
        "each": node("iteration", items=["one", "two", "three"], parallel=3),
        "say": node("llm", parent="each", model="echo/echo", prompt="{{each.item}}"),
        "show": node("answer", parent="each", text="{{each.index}}: {{say.text}}\n"),
        "end": node("end", outputs={"rounds": "{{each.rounds}}"}),
    }
    document = workflow("in-order", nodes, [("start", "each"), ("say", "show"), ("each", "end")])

    done = run(stack, document)

    assert done["status"] == "succeeded", done
    lines = done["answer"].splitlines()
    assert [line[:2] for line in lines] == ["0:", "1:", "2:"]
    assert [word in line for word, line in zip(("one", "two", "three"), lines, strict=True)] == [
        True
    ] * 3


def test_loop_counts_until_it_is_enough_or_broken_off(stack: RunningStack) -> None:
    nodes = {
        "start": start({"name": "stop_at", "type": "number"}),
        "count": node(
            "loop",
            variables=[
                {"name": "n", "type": "number", "value": 0},
                {"name": "seen", "type": "array[number]", "value": []},
            ],
            until=[{"left": "{{count.n}}", "op": "ge", "right": 5}],
            max_rounds=9,
        ),
        "add": node(
            "variable-assigner",
            parent="count",
            changes=[
                {"target": "count.seen", "operation": "append", "value": "{{count.n}}"},
                {"target": "count.n", "operation": "add", "value": 1},
            ],
        ),
        "asked": node(
            "if-else",
            parent="count",
            cases=[
                {
                    "id": "stop",
                    "conditions": [
                        {"left": "{{count.n}}", "op": "eq", "right": "{{start.stop_at}}"}
                    ],
                }
            ],
        ),
        "leave": node("loop-break", parent="count"),
        "end": node(
            "end",
            outputs={name: f"{{{{count.{name}}}}}" for name in ("n", "seen", "rounds")},
        ),
    }
    edges = [("start", "count"), ("add", "asked"), ("asked.stop", "leave"), ("count", "end")]
    app = create_app(stack, workflow("counting", nodes, edges))

    full = wait_until_ended(stack, start_run(stack, app))
    broken = wait_until_ended(stack, start_run(stack, app, inputs={"stop_at": "2"}))

    assert full["outputs"] == {"n": 5, "seen": [0, 1, 2, 3, 4], "rounds": 5}
    assert broken["outputs"] == {"n": 2, "seen": [0, 1], "rounds": 2}


def test_turns_at_the_same_time_lose_no_change(stack: RunningStack) -> None:
    nodes = {
        "start": start(),
        "remember": node(
            "variable-assigner",
            changes=[
                {"target": "conversation.turns", "operation": "add", "value": 1},
                {"target": "conversation.said", "operation": "append", "value": "{{sys.query}}"},
            ],
        ),
        "show": node("answer", text="{{conversation.turns}}"),
        "end": node("end", outputs={"said": "{{conversation.said}}"}),
    }
    document = workflow(
        "remembering",
        nodes,
        [("start", "remember"), ("remember", "show"), ("show", "end")],
        mode="chat",
    )
    document["conversation"] = [
        {"name": "turns", "type": "number", "default": 0},
        {"name": "said", "type": "array[string]", "default": []},
    ]
    app = create_app(stack, document)

    def say(text: str, **more: Any) -> dict[str, Any]:
        # Whoever waits for the end hears of it when the conversation holds the turn.
        body = {"app": app, "query": text, **more}
        return dict(stack.request("POST", "/api/v1/runs", body))

    first = say("hello")
    assert first["answer"] == "1"
    conversation = first["conversation_id"]
    with ThreadPoolExecutor(6) as threads:
        turns = threads.map(lambda n: say(f"{n}", conversation_id=conversation), range(6))
        assert {turn["status"] for turn in turns} == {"succeeded"}

    last = say("bye", conversation_id=conversation)

    assert last["answer"] == "8"
    assert sorted(last["outputs"]["said"]) == ["0", "1", "2", "3", "4", "5", "bye", "hello"]


def test_change_that_has_no_meaning_fails_the_node(stack: RunningStack) -> None:
    nodes = {
        "start": start({"name": "by", "type": "number"}),
        "loop": node("loop", variables=[{"name": "n", "type": "number", "value": 8}], max_rounds=3),
        "divide": node(
            "variable-assigner",
            parent="loop",
            changes=[{"target": "loop.n", "operation": "divide", "value": "{{start.by}}"}],
        ),
        "end": node("end", outputs={"n": "{{loop.n}}"}),
    }
    app = create_app(stack, workflow("dividing", nodes, [("start", "loop"), ("loop", "end")]))

    halved = wait_until_ended(stack, start_run(stack, app, inputs={"by": 2}))
    failed = wait_until_ended(stack, start_run(stack, app, inputs={"by": 0}))

    assert halved["outputs"] == {"n": 1}
    assert failed["status"] == "failed"
    assert "divided by zero" in str(failed["problem"])
