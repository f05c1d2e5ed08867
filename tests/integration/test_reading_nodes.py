"""Nodes that ask a model for one thing, and nodes that read: files, datasets, metadata."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from skep_testing.documents import make_pdf
from skep_testing.stack import RunningStack
from tests.integration.api import create_app, eventually, start_run, wait_until_ended
from tests.integration.documents import start, text_field, workflow
from tests.integration.models import ScriptedModel, scripted_model

pytestmark = [pytest.mark.integration]
MODEL = "openai/gpt-4o-mini"


@pytest.fixture(scope="module")
def model(stack: RunningStack) -> Iterator[ScriptedModel]:
    with scripted_model() as model:
        model.connect(stack)
        yield model


def run(stack: RunningStack, app: str, **inputs: Any) -> dict[str, Any]:
    return wait_until_ended(stack, start_run(stack, app, inputs=inputs))


def upload(stack: RunningStack, name: str, content: bytes) -> dict[str, Any]:
    """Store a file; return it as an input of a run."""
    mark = "----skep-test"
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    body = f"{head}Content-Type: application/octet-stream\r\n\r\n".encode()
    body += content + f"\r\n--{mark}--\r\n".encode()
    kind = f"multipart/form-data; boundary={mark}"
    made = stack.request("POST", "/api/v1/files", body, content_type=kind)
    return {"$file": {"id": made["id"]}}


def has_two(stack: RunningStack, dataset: str) -> bool:
    """Tell whether two documents are ready."""
    path = f"/api/v1/datasets/{dataset}/documents?status=ready"
    return len(stack.request("GET", path)["items"]) == 2


def end(**outputs: str) -> dict[str, Any]:
    return {"type": "end", "settings": {"outputs": outputs}}


def test_class_and_values_come_from_a_model(stack: RunningStack, model: ScriptedModel) -> None:
    model.script("[[sort]]", {"text": '```json\n{"class_id": "Order"}\n```'})
    call = ["extract_parameters", json.dumps({"size": "42", "colour": "BROWN"})]
    model.script("[[order]]", {"text": "", "tool_calls": [call]})
    nodes = {
        "start": start(text_field("query")),
        "sort": {
            "type": "question-classifier",
            "settings": {
                "model": MODEL,
                "query": "{{start.query}}",
                "instruction": "[[sort]]",
                "classes": [{"id": "other", "name": "Other"}, {"id": "order", "name": "An order"}],
            },
        },
        "order": {
            "type": "parameter-extractor",
            "settings": {
                "model": MODEL,
                "query": "{{start.query}}",
                "instruction": "[[order]]",
                "mode": "tools",
                "parameters": [
                    {"name": "size", "type": "number", "required": True},
                    {"name": "colour", "options": ["black", "brown"]},
                ],
            },
        },
        "ordered": end(size="{{order.size}}", colour="{{order.colour}}", ok="{{order.is_success}}"),
        "else": end(nothing="true"),
    }
    edges = [("start", "sort"), ("sort.other", "else"), ("sort.order", "order")]
    edges.append(("order", "ordered"))

    app = create_app(stack, workflow("sorting", nodes, edges))

    ended = run(stack, app, query="Boots in 42, brown.")

    assert ended["outputs"] == {"size": 42, "colour": "brown", "ok": True}
    assert model.count("sort")["completed"] == model.count("order")["completed"] == 1


def test_files_are_read_in_order_and_refusals_name_them(stack: RunningStack) -> None:
    nodes = {
        "start": start({"name": "files", "type": "files"}),
        "read": {"type": "document-extractor", "settings": {"file": "{{start.files}}"}},
        "end": end(texts="{{read.text}}"),
    }
    edges = [("start", "read"), ("read", "end")]
    app = create_app(stack, workflow("reading", nodes, edges))
    pdf = upload(stack, "hive.pdf", make_pdf(["The queen lives here."]))
    table = upload(stack, "bees.csv", b"name,legs\nbee,6\n")
    archive = upload(stack, "bees.zip", b"PK\x03\x04" + b"\0" * 100)

    read = run(stack, app, files=[pdf, table, pdf])
    refused = run(stack, app, files=[pdf, archive])

    assert read["problem"] is None
    assert read["outputs"]["texts"] == [
        "The queen lives here.",
        "name: bee; legs: 6",
        "The queen lives here.",
    ]
    assert refused["status"] == "failed"
    assert refused["problem"]["code"] == "unsupported_format"
    assert "'bees.zip', number 2 of 2," in refused["problem"]["detail"]


def test_model_writes_a_filter_over_several_datasets(
    stack: RunningStack, model: ScriptedModel
) -> None:
    for name in ("north", "south"):
        stack.request("POST", "/api/v1/datasets", {"name": name})
        for year in (2023, 2024):
            document = {
                "name": f"{name} {year}.md",
                "text": f"In the {name} bees made honey in {year}.",
                "metadata": {"year": year},
            }
            stack.request("POST", f"/api/v1/datasets/{name}/documents", document)
        eventually(partial(has_two, stack, name))
    condition = {"field": "Year", "op": "eq", "value": "2024"}
    model.script("[[filter]]", {"text": json.dumps({"conditions": [condition]})})
    nodes = {
        "start": start(text_field("query")),
        "find": {
            "type": "knowledge-retrieval",
            "settings": {
                "query": "{{start.query}}",
                "datasets": ["north", "south"],
                "top_k": 10,
                "rerank_model": "echo/overlap",
                "automatic_filter": {"model": MODEL, "instruction": "[[filter]]"},
            },
        },
        "end": end(passages="{{find.passages}}", filter="{{find.filter}}"),
    }

    edges = [("start", "find"), ("find", "end")]

    ended = run(stack, create_app(stack, workflow("finding", nodes, edges)), query="honey of 2024")

    found = {passage["document"] for passage in ended["outputs"]["passages"]}
    assert found == {"north 2024.md", "south 2024.md"}
    expected = {"kind": "is", "field": "year", "op": "eq", "value": 2024}
    assert ended["outputs"]["filter"] == expected
