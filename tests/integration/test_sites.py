"""A published app's page on a real stack: an answer in pieces, a conversation, a form."""

import json
import urllib.request
from typing import Any

from skep_testing.stack import RunningStack
from tests.integration.api import create_app, eventually, refused
from tests.integration.documents import start, text_field, workflow


def opened(stack: RunningStack, document: dict[str, Any]) -> tuple[str, str]:
    """Publish an app and open its page; return the page's address in the API and a visitor."""
    app = create_app(stack, document)
    site = stack.request("PUT", f"/api/v1/apps/{app}/site", {"is_open": True})
    path = f"/api/v1/sites/{site['address'].rpartition('/')[2]}"
    return path, stack.request("POST", f"{path}/visitors", {}, key="-")["visitor"]


def sent(stack: RunningStack, path: str, visitor: str, body: Any) -> list[tuple[str, Any]]:
    """Run the app without a credential; return the events."""
    request = urllib.request.Request(
        f"{stack.url}{path}/runs",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "X-Skep-Visitor": visitor},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        blocks = answer.read().decode().split("\n\n")
    lines = [dict(x.split(": ", 1) for x in block.splitlines() if ": " in x) for block in blocks]
    return [(each["event"], json.loads(each["data"])) for each in lines if "event" in each]


def test_visitor_chats_and_goes_on(stack: RunningStack) -> None:
    nodes = {
        "start": start(),
        "answer": {"type": "answer", "settings": {"text": "You said: {{sys.query}}"}},
    }
    document = workflow("parrot-page", nodes, [("start", "answer")], mode="chat")
    path, visitor = opened(stack, document)

    first = sent(stack, path, visitor, {"query": "Hello"})
    text = "".join(data["text"] for name, data in first if name == "text")
    assert text == first[-1][1]["answer"] == "You said: Hello"
    more = {"query": "Again", "conversation_id": first[0][1]["conversation_id"]}
    second = sent(stack, path, visitor, more)

    assert second[-1][1]["answer"] == "You said: Again"
    stranger = stack.request("POST", f"{path}/visitors", {}, key="-")["visitor"]
    headers = {"X-Skep-Visitor": stranger}
    assert refused(stack, "POST", f"{path}/runs", more, headers=headers)["status"] == 404


def test_visitor_is_led_to_the_form_that_a_run_waits_for(stack: RunningStack) -> None:
    ask = {"content": "Sure?", "actions": [{"id": "yes", "label": "Yes"}]}
    nodes = {
        "start": start(text_field("what")),
        "ask": {"type": "human-input", "settings": ask},
        "end": {"type": "end", "settings": {"outputs": {"what": "{{start.what}}"}}},
    }
    edges = [{"from": "start", "to": "ask"}, {"from": "ask.yes", "to": "end"}]
    document = {"skep": 1, "app": {"name": "asking-page"}, "nodes": nodes, "edges": edges}
    path, visitor = opened(stack, document)

    events = sent(stack, path, visitor, {"inputs": {"what": "tea"}})
    assert events[-1][1]["status"] == "waiting"
    headers = {"X-Skep-Visitor": visitor}
    where = f"{path}/runs/{events[0][1]['id']}"
    form = stack.request("GET", where, headers=headers)["form_url"]
    page = form[form.index("/forms/") :]
    stack.request("POST", f"/api/v1{page}", {"action": "yes", "fields": {}})

    eventually(lambda: stack.request("GET", where, headers=headers)["status"] == "succeeded")
    assert stack.request("GET", where, headers=headers)["outputs"] == {"what": "tea"}
