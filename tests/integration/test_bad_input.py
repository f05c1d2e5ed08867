"""What a careless or hostile caller sends: each a clear problem with a place, never a 500."""

import json
import urllib.error
from collections.abc import Iterator
from typing import Any

import pytest

from skep_testing.stack import RunningStack
from tests.integration.api import (
    create_app,
    start_run,
    wait_for_document,
    wait_until_ended,
)
from tests.integration.documents import echo_app, start, text_field, workflow

pytestmark = [pytest.mark.integration]


@pytest.fixture(autouse=True)
def _no_defects(stack: RunningStack) -> Iterator[None]:
    before = len(stack.log())
    yield
    assert '"level":"error"' not in stack.log()[before:].replace(" ", "")


def refused(
    stack: RunningStack, method: str, path: str, body: object = None, **more: Any
) -> dict[str, Any]:
    """Send what must be refused; return the problem."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        stack.request(method, path, body, **more)
    answer = caught.value
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = json.loads(answer.read())
    assert problem["status"] == answer.code
    assert problem["code"]
    assert problem["detail"]
    return problem


def pointers(problem: dict[str, Any]) -> set[str]:
    return {error["pointer"] for error in problem["errors"]}


def test_malformed_yaml_names_the_line(stack: RunningStack) -> None:
    text = b"skep: 1\napp:\n  name: x\n nodes: {\n"

    problem = refused(stack, "POST", "/api/v1/apps", text, content_type="application/yaml")

    assert problem["status"] == 422
    assert "line" in problem["detail"]


def test_unknown_node_type_is_pointed_at(stack: RunningStack) -> None:
    document = echo_app("unknown-type")
    document["nodes"]["n1"]["type"] = "llmm"

    check = stack.request("POST", "/api/v1/workflow-checks", {"document": document})

    assert not check["ok"]
    (error,) = (e for e in check["errors"] if e["pointer"] == "/nodes/n1/type")
    assert "llm" in error["message"]


def test_cycle_is_found(stack: RunningStack) -> None:
    document = echo_app("cycle")
    document["edges"].append({"from": "answer", "to": "n1"})

    check = stack.request("POST", "/api/v1/workflow-checks", {"document": document})

    assert not check["ok"]
    assert any("cycle" in error["message"] for error in check["errors"])


def test_faulty_draft_cannot_be_published(stack: RunningStack) -> None:
    document = echo_app("faulty")
    document["nodes"]["n1"]["settings"]["prompt"] = "{{nowhere.text}}"
    app = stack.request("POST", "/api/v1/apps", {"document": document})

    problem = refused(stack, "POST", f"/api/v1/apps/{app['id']}/versions", {})

    assert problem["status"] == 422
    assert "/nodes/n1/settings/prompt" in pointers(problem)


def test_misspelt_setting_is_pointed_at(stack: RunningStack) -> None:
    document = echo_app("misspelt")
    document["nodes"]["n1"]["settings"]["promt"] = "x"

    check = stack.request("POST", "/api/v1/workflow-checks", {"document": document})

    assert not check["ok"]
    assert any(e["pointer"].startswith("/nodes/n1/settings") for e in check["errors"])


@pytest.mark.parametrize(
    ("inputs", "pointer"),
    [
        ({}, "/inputs/topic"),
        ({"topic": 3}, "/inputs/topic"),
        ({"topic": "x", "other": 1}, "/inputs/other"),
    ],
)
def test_wrong_inputs_are_pointed_at(
    stack: RunningStack, inputs: dict[str, Any], pointer: str
) -> None:
    app = create_app(stack, echo_app(f"inputs-{len(inputs)}-{pointer[-5:]}"))

    problem = refused(stack, "POST", "/api/v1/runs", {"app": app, "inputs": inputs})

    assert problem["status"] == 422
    assert pointer in pointers(problem)


def test_oversized_input_is_refused(stack: RunningStack) -> None:
    app = create_app(stack, echo_app("oversized"))

    problem = refused(
        stack, "POST", "/api/v1/runs", {"app": app, "inputs": {"topic": "x" * 9_000_000}}
    )

    assert problem["status"] == 413


def test_twenty_megabytes_are_refused_unread(stack: RunningStack) -> None:
    problem = refused(stack, "POST", "/api/v1/apps", b"x" * 20_000_000)

    assert problem["status"] == 413


def test_deep_nesting_is_refused(stack: RunningStack) -> None:
    app = create_app(stack, echo_app("deep"))
    body = b'{"app": "%s", "inputs": {"topic": %s}}' % (
        app.encode(),
        b"[" * 100_000 + b"]" * 100_000,
    )

    problem = refused(stack, "POST", "/api/v1/runs", body)

    assert problem["status"] in {400, 422}


def test_wrong_key_is_refused(stack: RunningStack) -> None:
    problem = refused(stack, "GET", "/api/v1/apps", key="sk_wrong")

    assert problem["status"] == 401


def test_key_without_the_scope_is_refused(stack: RunningStack) -> None:
    made = stack.request("POST", "/api/v1/keys", {"name": "reader", "scopes": ["runs:read"]})

    problem = refused(
        stack, "POST", "/api/v1/apps", {"document": echo_app("denied")}, key=made["key"]
    )

    assert problem["status"] == 403


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/runs/run_01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "/api/v1/runs/..%2f..%2fetc",
        "/api/v1/apps/app_01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "/api/v1/datasets/ds_01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "/api/v1/datasets/nowhere/documents",
        "/api/v1/conversations/conv_01ARZ3NDEKTSV4RRFFQ69G5FAV/messages",
        "/api/v1/files/file_01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "/api/v1/nowhere",
    ],
)
def test_what_does_not_exist_is_404(stack: RunningStack, path: str) -> None:
    assert refused(stack, "GET", path)["status"] == 404


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b"\xff\xfe", b'{"app": 1}', b""])
def test_body_that_is_not_what_was_asked_for_is_refused(stack: RunningStack, body: bytes) -> None:
    assert refused(stack, "POST", "/api/v1/runs", body)["status"] in {400, 422}


def test_run_may_not_bring_its_own_graph(stack: RunningStack) -> None:
    app = create_app(stack, echo_app("own-graph"))
    body = {"app": app, "inputs": {"topic": "x"}, "document": echo_app("theirs")}

    assert refused(stack, "POST", "/api/v1/runs", body)["status"] == 422


def test_broken_pdf_fails_with_a_reason(stack: RunningStack) -> None:
    dataset = stack.request("POST", "/api/v1/datasets", {"name": "broken"})
    boundary = "----b"
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="x.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n%PDF-1.7 this is no PDF at all\r\n"
        f"--{boundary}--\r\n"
    ).encode()

    document = stack.request(
        "POST",
        f"/api/v1/datasets/{dataset['id']}/documents",
        body,
        content_type=f"multipart/form-data; boundary={boundary}",
    )

    path = f"/api/v1/datasets/{dataset['id']}/documents/{document['id']}"
    settled = wait_for_document(stack, path)
    assert settled["status"] == "failed"
    assert settled["error"]


def test_node_that_fails_ends_the_run_with_its_problem(stack: RunningStack) -> None:
    document = workflow(
        "failing",
        {
            "start": start(text_field("topic", required=False)),
            "fetch": {
                "type": "http-request",
                "settings": {"method": "GET", "url": "http://127.0.0.1:9/nothing"},
            },
            "end": {"type": "end", "settings": {"outputs": {"x": "{{fetch.body}}"}}},
        },
        [("start", "fetch"), ("fetch", "end")],
    )
    app = create_app(stack, document)

    run = wait_until_ended(stack, start_run(stack, app, inputs={}))

    assert run["status"] == "failed"
    assert run["problem"]["code"]
