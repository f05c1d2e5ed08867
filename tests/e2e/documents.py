"""Apps that these tests run."""

from typing import Any

import yaml

from tests.e2e.chromium import ROOT
from tests.integration.documents import start, text_field, workflow

_TEMPLATES = ROOT / "console/src/features/apps/templates"


def writer(name: str, *, model: str = "echo/echo", prompt: str = "{{start.topic}}") -> Any:
    """A form, a model, an answer."""
    nodes = {
        "start": start(text_field("topic")),
        "write": {"type": "llm", "settings": {"model": model, "prompt": prompt}},
        "answer": {"type": "answer", "settings": {"text": "{{write.text}}"}},
    }
    return workflow(name, nodes, [("start", "write"), ("write", "answer")])


def template(name: str, title: str) -> Any:
    """One of the console's templates, under a name of its own."""
    document = yaml.safe_load((_TEMPLATES / f"{name}.en.yaml").read_text())
    document["app"]["name"] = title
    return document
