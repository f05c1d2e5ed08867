"""An app from Dify that reaches outside, brought over as people do: import, set, publish, run."""

from collections.abc import Iterator
from typing import Any

import pytest

from skep_testing import dify_sources as dify
from skep_testing.dify_sources import edges, field, node, start
from skep_testing.http_server import Answer, Received, ScriptedServer
from skep_testing.model_server import ModelServer, Turn
from skep_testing.stack import RunningStack
from tests.integration.api import wait_for_document

pytestmark = [pytest.mark.integration]
KEY = "sk-shop-0123456789"
SAID = 'The manual says "42" [1].\nEnjoy.'

Data = dict[str, Any]


@pytest.fixture(scope="module")
def model(stack: RunningStack) -> Iterator[ModelServer]:
    with ModelServer() as server:
        values = {"api_key": server.api_key, "base_url": server.base_url}
        credential = {"provider": "openai", "name": "scripted", "values": values}
        stack.request("POST", "/api/v1/credentials", credential)
        yield server


@pytest.fixture(scope="module")
def shop() -> Iterator[ScriptedServer]:
    """Takes orders from whoever has the key."""

    def order(got: Received) -> Answer:
        if got.headers.get("authorization") != f"Bearer {KEY}":
            return Answer(status=401)
        return Answer(json={"ordered": got.json()})

    with ScriptedServer() as server:
        server.serve("/orders", order)
        yield server


def source(shop: ScriptedServer) -> Data:
    """Search, ask, decide, order, and count what was found."""
    nodes = [
        start(field("question"), field("year", "number")),
        node("search", "knowledge-retrieval", query_variable_selector=["start", "question"],
             dataset_ids=["0b3f4c1e-7d2a-4a52-9a6f-6f1f3f1b2c3d"], retrieval_mode="multiple",
             multiple_retrieval_config={"top_k": 4, "reranking_enable": False},
             metadata_filtering_mode="manual",
             metadata_filtering_conditions={"logical_operator": "and", "conditions": [
                 {"name": "year", "comparison_operator": "=", "value": "{{#start.year#}}"}]}),
        node("ask", "llm", model={"provider": "langgenius/openai/openai", "name": "gpt-4o-mini",
                                  "mode": "chat", "completion_params": {"temperature": 0}},
             prompt_template=[
                 {"role": "system", "text": "[[ask]] Answer from:\n{{#context#}}"},
                 {"role": "user", "text": "{{#start.question#}}"}],
             context={"enabled": True, "variable_selector": ["search", "result"]}),
        node("known", "if-else", cases=[{"case_id": "true", "logical_operator": "and",
             "conditions": [{"variable_selector": ["ask", "text"], "varType": "string",
                             "comparison_operator": "contains", "value": "42"}]}]),
        node("order", "http-request", method="post", url="{{#env.SHOP#}}/orders", headers="",
             params="", authorization={"type": "api-key", "config": {
                 "type": "bearer", "api_key": "{{#env.KEY#}}"}},
             body={"type": "json", "data": [{"type": "text", "value":
                   '{"text": "{{#ask.text#}}", "year": {{#start.year#}}}'}]},
             retry_config={"retry_enabled": True, "max_retries": 1, "retry_interval": 100}),
        node("each", "iteration", iterator_selector=["search", "result"],
             output_selector=["count", "text"], start_node_id="eachstart"),
        dify.mark("each"),
        node("count", "tool", inside="each", provider_id="calculator", provider_type="builtin",
             provider_name="calculator", tool_name="calculator", tool_configurations={},
             tool_parameters={"expression": {"type": "mixed", "value": "{{#each.index#}} + 1"}}),
        node("end", "end", outputs=[
            {"variable": "order", "value_selector": ["order", "body"]},
            {"variable": "status", "value_selector": ["order", "status_code"]},
            {"variable": "counted", "value_selector": ["each", "output"]}]),
        node("sorry", "end", outputs=[{"variable": "said", "value_selector": ["ask", "text"]}]),
    ]  # fmt: skip
    connections = edges(
        "start > search",
        "search > ask",
        "ask > known",
        "known:true > order",
        "known:false > sorry",
        "order > each",
        "eachstart > count",
        "each > end",
    )
    variables = [
        {"name": "SHOP", "value_type": "string", "value": shop.url, "id": "1"},
        {"name": "KEY", "value_type": "secret", "value": "", "id": "2"},
    ]
    return dify.app(nodes, connections, environment_variables=variables)


def fill(stack: RunningStack, dataset: str) -> None:
    stack.request("POST", "/api/v1/datasets", {"name": dataset})
    for name, year in (("manual", 2024), ("leaflet", 2024), ("draft", 1999)):
        document = {
            "name": f"{name}.md",
            "text": f"The answer in the {name} is 42.",
            "metadata": {"year": year},
        }
        path = f"/api/v1/datasets/{dataset}/documents"
        made = stack.request("POST", path, document)
        assert wait_for_document(stack, f"{path}/{made['id']}")["status"] == "ready"


def bring(stack: RunningStack, shop: ScriptedServer) -> str:
    """Import, do what the report asks for, publish; return the app's id."""
    content = dify.written(source(shop))
    found = stack.request("POST", "/api/v1/imports", content, content_type="application/yaml")
    assert found["issues"] == []
    asked = "\n".join(remark["message"] for part in found["report"] for remark in part["remarks"])
    app = str(found["app"]["id"])

    assert "choose yours" in asked
    document = found["document"]
    document["nodes"]["search"]["settings"]["datasets"] = ["answers"]
    stack.request("PUT", f"/api/v1/apps/{app}/draft", document)
    assert "set `KEY`" in asked
    stack.request("PUT", f"/api/v1/apps/{app}/secrets/KEY", {"value": KEY})
    assert "a credential for openai is needed" in asked
    stack.request("POST", f"/api/v1/apps/{app}/versions", {})
    return app


def test_imported_app_that_reaches_outside_does_its_work(
    stack: RunningStack, model: ModelServer, shop: ScriptedServer
) -> None:
    fill(stack, "answers")
    app = bring(stack, shop)
    model.on("[[ask]]", Turn(text=SAID))
    model.on("What is nothing?", Turn(text="I do not know."))

    def run(question: str) -> Data:
        inputs = {"question": question, "year": 2024}
        ended = stack.request("POST", "/api/v1/runs", {"app": app, "inputs": inputs})
        assert ended["status"] == "succeeded", ended
        return dict(ended["outputs"])

    known = run("What is the answer?")
    unknown = run("What is nothing?")

    assert unknown == {"said": "I do not know."}
    assert (known["status"], known["counted"]) == (200, ["1", "2"])
    (order,) = shop.requests_to("/orders")
    assert order.json() == {"text": SAID, "year": 2024}
    prompt = str(model.requests[0].json()["messages"])
    assert "The answer in the manual is 42." in prompt
    assert "draft" not in prompt
    assert model.count("ask").completed == 2
