"""A stack with something to look at: the examples, with runs that took their time."""

from pathlib import Path
from typing import Any, Final

import yaml

from skep_testing.stack import RunningStack
from tests.e2e.chromium import ROOT
from tests.e2e.documents import template
from tests.integration.api import (
    create_app,
    skep,
    start_run,
    upload,
    wait_for_document,
    wait_until_ended,
)
from tests.integration.models import ScriptedModel

EXAMPLES: Final = ROOT / "examples"
HANDBOOK: Final = EXAMPLES / "support-assistant/datasets/handbook"
_TYPES: Final = {".md": "text/markdown", ".html": "text/html", ".txt": "text/plain"}
QUESTION: Final = "Can I return boots I wore twice?"
_REPLY: Final = (
    "Boots that you wore outside count as used, so they cannot go back for a refund [1]. You may "
    "exchange them once for another size within 30 days, if the soles are clean [1]."
)
_NOTES: Final = {
    "written": {
        "kind": "frame",
        "text": "A model writes",
        "at": [-20, -60],
        "size": [572, 140],
        "color": "blue",
    },
    "decided": {
        "kind": "frame",
        "text": "A person decides",
        "at": [580, -140],
        "size": [600, 320],
        "color": "green",
    },
    "why": {
        "text": "**Nothing leaves unread.** Who is asked has a day; then the reply is dropped.",
        "at": [-20, 110],
        "size": [300, 90],
    },
}
_TAGS: Final = {
    "Support assistant": ["shop", "live"],
    "Approved reply": ["shop"],
    "Office agent": ["internal"],
}


def prepare(stack: RunningStack, model: ScriptedModel) -> dict[str, str]:
    """Fill the stack; return ids: of apps by name, `dataset`, `run`, `waiting` and `fork`."""
    _teach(model)
    model.connect(stack)
    stack.request("PUT", "/api/v1/default-models", {"chat": "openai/gpt-4.1-mini"})
    made = {"dataset": _dataset(stack)}
    for name in ("text", "assistant", "triage", "agent", "approval"):
        document = template(name, "")
        document["app"]["name"] = yaml.safe_load(
            (ROOT / f"console/src/features/apps/templates/{name}.en.yaml").read_text()
        )["app"]["name"]
        if name == "approval":
            document["notes"] = _NOTES
        made[document["app"]["name"]] = create_app(stack, document)
    support = yaml.safe_load((EXAMPLES / "support-assistant/app.yaml").read_text())
    support["app"] |= {"name": "Support assistant", "icon": "🥾"}
    made["Support assistant"] = create_app(stack, support)
    for name, tags in _TAGS.items():
        stack.request("PATCH", f"/api/v1/apps/{made[name]}", {"tags": tags})
    return made | _runs(stack, made)


def _teach(model: ScriptedModel) -> None:
    pace = {"latency_s": 0.35, "token_delay_s": 0.03}
    model.script("You sort questions", {"text": '{"topic": "returns"}', **pace})
    model.script("You are the support assistant", {"text": _REPLY, **pace})
    model.script("Dear Ada", {"text": "Dear Ada, your parcel is on its way.", **pace})


def _dataset(stack: RunningStack) -> str:
    body = {
        "name": "handbook",
        "description": "What the shop promises: delivery, returns, warranty.",
        "tags": ["shop", "policies"],
    }
    dataset = str(stack.request("POST", "/api/v1/datasets", body)["id"])
    for path in sorted(HANDBOOK.iterdir()):
        _document(stack, dataset, path)
    return dataset


def _document(stack: RunningStack, dataset: str, path: Path) -> None:
    file = upload(stack, path.name, path.read_bytes(), _TYPES[path.suffix])
    where = f"/api/v1/datasets/{dataset}/documents"
    made = stack.request("POST", where, {"file_id": file["id"], "name": path.name})
    wait_for_document(stack, f"{where}/{made['id']}")


def _runs(stack: RunningStack, made: dict[str, str]) -> dict[str, str]:
    earlier = start_run(stack, made["Support assistant"], query="How long is the warranty?")
    wait_until_ended(stack, earlier)
    run = start_run(stack, made["Support assistant"], query=QUESTION)
    wait_until_ended(stack, run)
    reviewed: dict[str, Any] = {"customer": "Ada", "matter": "Where is my parcel?"}
    waiting = start_run(stack, made["Approved reply"], inputs=reviewed)
    changed = {"pins": {"classify": {"text": "{}", "structured": {"topic": "other"}}}}
    fork = str(stack.request("POST", f"/api/v1/runs/{run}/forks", changed)["id"])
    wait_until_ended(stack, fork)
    savings = EXAMPLES / "savings-plan.yaml"
    done = skep(stack, "run", str(savings), "--input", "goal=5000")
    assert done.returncode == 0, done.stderr
    return {"run": run, "waiting": waiting, "fork": fork}
