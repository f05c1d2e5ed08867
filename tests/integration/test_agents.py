"""Agents and tools in the running stack, also when the orchestrator is killed after each step."""

import http.server
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from skep_testing.stack import RunningStack
from tests.integration.api import (
    Follower,
    create_app,
    eventually,
    start_run,
    wait_for_document,
    wait_until_ended,
)
from tests.integration.documents import start, text_field, workflow
from tests.integration.models import ScriptedModel, scripted_model

pytestmark = [pytest.mark.integration, pytest.mark.slow]

STEPS = ("model-1", "tool-1-0", "tool-1-1", "tool-1-2", "model-2", "tool-2-0", "model-3")


class Pages(http.server.ThreadingHTTPServer):
    """Pages that take their time, and a count of who asked for them."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Page)
        self.asked: Counter[str] = Counter()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Page(http.server.BaseHTTPRequestHandler):
    server: Pages

    def do_GET(self) -> None:
        self.server.asked[self.path] += 1
        time.sleep(0.5)
        body = f"<title>Page</title><p>The word of {self.path} is clover.".encode()
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def pages() -> Iterator[Pages]:
    with Pages() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    with scripted_model("--latency-s", "0.3", "--token-delay-s", "0.02") as it:
        yield it


@pytest.fixture(scope="module")
def stack(model: ScriptedModel) -> Iterator[RunningStack]:
    with RunningStack() as running:
        model.connect(running)
        yield running


def agent_app(name: str, **settings: Any) -> dict[str, Any]:
    nodes = {
        "start": start(text_field("mark")),
        "helper": {
            "type": "agent",
            "settings": {
                "model": "openai/gpt-4o-mini",
                "instruction": "Work it out.",
                "query": "[[{{start.mark}}]] What is it?",
                "tools": [{"name": "calculator"}, {"name": "web_page"}],
                **settings,
            },
        },
        "answer": {"type": "answer", "settings": {"text": "{{helper.text}}"}},
        "end": {
            "type": "end",
            "settings": {
                "outputs": {
                    name: f"{{{{helper.{name}}}}}" for name in ("text", "steps", "sources", "usage")
                }
            },
        },
    }
    return workflow(name, nodes, [("start", "helper"), ("helper", "answer"), ("answer", "end")])


def script(model: ScriptedModel, pages: Pages, mark: str) -> None:
    """Let the model decide by what it was told so far, however often it is asked."""

    def call(tool: str, argument: str, value: str) -> tuple[str, str]:
        return tool, f'{{"{argument}": "{value}"}}'

    model.script(
        f"[[{mark}]]",
        {
            "text": "Let me see. ",
            "tool_calls": [
                call("calculator", "expression", "2 * 21"),
                call("calculator", "expression", f"1000 + {len(mark)} * 0 + 234"),
                call("web_page", "url", f"{pages.url}/{mark}-one"),
            ],
        },
    )
    model.script(
        f"The word of /{mark}-one is",
        {"tool_calls": [call("web_page", "url", f"{pages.url}/{mark}-two")]},
    )
    model.script(f"The word of /{mark}-two is", {"text": f"It is clover, says {mark}."})


def step_keys(follower: Follower, before: int | None = None) -> list[str]:
    return [e.data["key"] for e in follower.events[:before] if e.event == "node.step"]


def wait_for_step(follower: Follower, count: int) -> None:
    deadline = time.monotonic() + 30
    while len(step_keys(follower)) < count:
        assert time.monotonic() < deadline, step_keys(follower)
        time.sleep(0.002)


def test_agent_uses_tools_side_by_side_and_answers(
    stack: RunningStack, model: ScriptedModel, pages: Pages
) -> None:
    script(model, pages, "calm")
    app = create_app(stack, agent_app("calm"))
    follower = Follower(stack, start_run(stack, app, inputs={"mark": "calm"}))

    end = follower.end()

    assert end.event == "run.succeeded", end.data
    assert (
        end.data["outputs"]["text"] == follower.text == ("Let me see. \n\nIt is clover, says calm.")
    )
    steps = end.data["outputs"]["steps"]
    assert [step["kind"] for step in steps] == ["model", *["tool"] * 3, "model", "tool", "model"]
    assert [step["text"] for step in steps[1:3]] == ["42", "1234"]
    assert end.data["outputs"]["usage"]["model_calls"] == 3
    assert sorted(step_keys(follower)) == sorted(STEPS)
    run = wait_until_ended(stack, follower.events[0].data["run_id"])
    tokens = end.data["outputs"]["usage"]
    assert run["input_tokens"] == tokens["input_tokens"]
    assert run["output_tokens"] == tokens["output_tokens"]


@pytest.mark.parametrize("survived", range(1, len(STEPS)))
def test_killed_after_a_step_repeats_nothing_that_was_done(
    stack: RunningStack, model: ScriptedModel, pages: Pages, survived: int
) -> None:
    mark = f"kill{survived}"
    script(model, pages, mark)
    app = create_app(stack, agent_app(mark))
    run_id = start_run(stack, app, inputs={"mark": mark})
    follower = Follower(stack, run_id)
    wait_for_step(follower, survived)

    stack.kill("orchestrator")

    follower.wait_for("worker.acquired", timeout_s=20)
    acquired = next(i for i, e in enumerate(follower.events) if e.event == "worker.acquired")
    done = step_keys(follower, acquired)
    end = follower.end()
    assert end.event == "run.succeeded", end.data
    assert (
        end.data["outputs"]["text"]
        == follower.text
        == (f"Let me see. \n\nIt is clover, says {mark}.")
    )
    assert sorted(step_keys(follower)) == sorted(STEPS), "every step once in the log"
    assert len(done) >= survived
    asked = model.stats()["idempotency_keys"]
    counts = {key: asked.get(f"{run_id}:helper:1/{key}", 0) for key in STEPS if "model" in key}
    assert all(counts[key] == 1 for key in done if key in counts), counts
    assert sum(counts.values()) <= len(counts) + 1, "only the call in flight may be repeated"
    for key, page in (("tool-1-2", f"/{mark}-one"), ("tool-2-0", f"/{mark}-two")):
        assert pages.asked[page] == 1 if key in done else pages.asked[page] <= 2
    assert (
        wait_until_ended(stack, run_id)["input_tokens"]
        == (end.data["outputs"]["usage"]["input_tokens"])
    )
    stack.wait_until_ready()


def test_tool_node_gives_what_the_tool_gives(stack: RunningStack) -> None:
    nodes = {
        "start": start(text_field("sum")),
        "work": {
            "type": "tool",
            "settings": {"tool": "calculator", "arguments": {"expression": "{{start.sum}}"}},
        },
        "end": {
            "type": "end",
            "settings": {"outputs": {"text": "{{work.text}}", "data": "{{work.data}}"}},
        },
    }
    app = create_app(stack, workflow("sum", nodes, [("start", "work"), ("work", "end")]))

    good = stack.request("POST", "/api/v1/runs", {"app": app, "inputs": {"sum": "0.1 + 0.2"}})
    bad = wait_until_ended(stack, start_run(stack, app, inputs={"sum": "1 / 0"}))

    assert good["outputs"] == {"text": "0.3", "data": {"value": 0.3, "is_exact": True}}
    assert bad["problem"]["code"] == "bad_expression"
    assert bad["problem"]["errors"][0]["pointer"] == "/arguments/expression"


def test_tools_and_strategies_are_listed(stack: RunningStack) -> None:
    tools = {item["name"] for item in stack.request("GET", "/api/v1/tools")["items"]}
    strategies = stack.request("GET", "/api/v1/agent-strategies")["items"]

    assert {"calculator", "current_time", "web_page"} <= tools
    assert {"function-calling", "react"} <= {item["name"] for item in strategies}


def test_example_uses_a_tool_with_the_offline_model(stack: RunningStack) -> None:
    example = Path(__file__).resolve().parents[2] / "examples/office-agent.yaml"
    document = yaml.safe_load(example.read_text())
    document["nodes"]["helper"]["settings"]["model"] = "echo/echo"
    app = create_app(stack, document)

    query = 'call calculator {"expression": "19% * 1249.90"} call current_time {}'
    run = stack.request("POST", "/api/v1/runs", {"app": app, "query": query})

    assert run["input_tokens"] == stack.request("GET", f"/api/v1/runs/{run['id']}")["input_tokens"]
    assert run["input_tokens"] > 0
    tools = [step for step in run["outputs"]["steps"] if step["kind"] == "tool"]
    assert [step["tool"] for step in tools] == ["calculator", "current_time"]
    assert run["answer"].startswith("237.481\n")
    assert "(Europe/Oslo)" in run["answer"]


def test_react_agent_works_with_a_model_that_cannot_call_tools(
    stack: RunningStack, model: ScriptedModel
) -> None:
    action = '{"tool": "calculator", "arguments": {"expression": "17 * 23"}}'
    model.script("[[react]]", {"text": f"Thought: I calculate.\nAction: {action}"})
    model.script("Observation: 391", {"text": "Thought: I know.\nFinal Answer: It is 391."})
    app = create_app(stack, agent_app("reacting", strategy="react"))
    follower = Follower(stack, start_run(stack, app, inputs={"mark": "react"}))

    end = follower.end()

    assert end.data["outputs"]["text"] == follower.text == "It is 391."
    assert step_keys(follower) == ["model-1", "tool-1-0", "model-2"]


def waits_of(stack: RunningStack, run_id: str) -> list[dict[str, Any]]:
    try:
        found = stack.request("GET", f"/api/v1/runs/{run_id}/waits")
    except OSError:  # not begun yet, or something is just being restarted
        return []
    return list(found["waits"]) if found["status"] == "paused" else []


def test_agent_asks_a_person_and_searches_and_runs_an_app_that_waits_itself(
    stack: RunningStack, model: ScriptedModel
) -> None:
    """Everything is killed while it waits; no call that was made is made again."""
    dataset = stack.request("POST", "/api/v1/datasets", {"name": "agents-handbook"})["id"]
    path = f"/api/v1/datasets/{dataset}/documents"
    text = {"name": "leave.md", "text": "Leave is twenty-five days a year."}
    added = stack.request("POST", path, text)
    wait_for_document(stack, f"{path}/{added['id']}")
    ask = {
        "type": "human-input",
        "settings": {
            "content": "Grant {{start.days}} days?",
            "fields": [{"name": "word", "type": "text"}],
        },
    }
    nodes = {
        "start": start(text_field("days")),
        "ask": ask,
        "end": {"type": "end", "settings": {"outputs": {"word": "{{ask.word}}"}}},
    }
    edges = [{"from": "start", "to": "ask"}, {"from": "ask.submit", "to": "end"}]
    create_app(stack, {"skep": 1, "app": {"name": "granting"}, "nodes": nodes, "edges": edges})
    model.script(
        "[[office]]", {"tool_calls": [("search_knowledge", '{"query": "leave twenty-five"}')]}
    )
    model.script("Leave is twenty-five", {"tool_calls": [("calculator", '{"expression": "25*2"}')]})
    model.script("50", {"tool_calls": [("granting", '{"days": "50"}')]})
    model.script("gladly", {"text": "Granted."})
    settings = {
        "tools": [{"name": "calculator", "ask_first": True}],
        "apps": [{"app": "granting"}],
        "knowledge": {"datasets": ["agents-handbook"]},
    }
    app = create_app(stack, agent_app("sources", **settings))
    run_id = start_run(stack, app, inputs={"mark": "office"})
    follower = Follower(stack, run_id)

    eventually(lambda: waits_of(stack, run_id))
    (wait,) = waits_of(stack, run_id)
    assert '"expression": "25*2"' in wait["data"]["content"]
    stack.kill("orchestrator")
    stack.wait_until_ready()
    allow = wait["data"]["actions"][0]["id"]
    answer(stack, run_id, wait["place"], {"action": allow, "fields": {}})

    eventually(lambda: any(each["kind"] == "run" for each in waits_of(stack, run_id)))
    child = waits_of(stack, run_id)[0]["data"]["run_id"]
    eventually(lambda: waits_of(stack, child))
    (inner,) = waits_of(stack, child)
    assert inner["data"]["content"] == "Grant 50 days?"
    answer(stack, child, inner["place"], {"action": "submit", "fields": {"word": "gladly"}})

    end = follower.end()
    assert end.event == "run.succeeded", end
    assert follower.text == "Granted."
    (source,) = end.data["outputs"]["sources"]
    assert source["document"] == "leave.md"
    # Four turns, and none of them asked for twice: two waits and a kill lie between.
    assert end.data["outputs"]["usage"]["model_calls"] == 4
    assert step_keys(follower) == [
        "model-1", "tool-1-0", "model-2", "asked-tool-2-0", "tool-2-0", "model-3", "tool-3-0",
        "model-4",
    ]  # fmt: skip


def answer(stack: RunningStack, run_id: str, place: str, given: dict[str, Any]) -> None:
    body = {"place": place, "answer": given}
    stack.request("POST", f"/api/v1/runs/{run_id}/answers", body)
