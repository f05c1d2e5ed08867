"""Builds apps as Dify exports them, in few words: for the tests of its importer, and of imports."""

import json
from typing import Any

Data = dict[str, Any]


def node(node_id: str, kind: str, **data: Any) -> Data:
    """Return a node; `inside` names its container."""
    inside = data.pop("inside", None)
    made: Data = {
        "id": node_id,
        "type": "custom",
        "position": {"x": 100, "y": 50},
        "data": {"type": kind, "title": data.pop("title", node_id), **data},
    }
    if inside is not None:
        made["parentId"] = inside
    return made


def mark(container: str, kind: str = "iteration") -> Data:
    """Return the node that stands for the begin of a round."""
    return {
        "id": f"{container}start",
        "type": f"custom-{kind}-start",
        "parentId": container,
        "position": {"x": 24, "y": 68},
        "data": {"type": f"{kind}-start", "title": ""},
    }


def edges(*texts: str) -> list[Data]:
    """Return edges written as ``a > b``, or ``a:handle > b``."""
    made = []
    for text in texts:
        source, _, target = (part.strip() for part in text.partition(">"))
        source, _, handle = source.partition(":")
        made.append(
            {
                "id": text,
                "source": source,
                "sourceHandle": handle or "source",
                "target": target,
                "targetHandle": "target",
            }
        )
    return made


def app(nodes: list[Data], connections: list[Data], *, mode: str = "workflow", **more: Any) -> Data:
    """Return an app with a graph; `more` are sections of its workflow, and `version`."""
    return {
        "app": {"name": "Test", "mode": mode, "description": "", "icon": "🤖"},
        "kind": "app",
        "version": more.pop("version", "0.3.1"),
        "workflow": {
            "graph": {"nodes": nodes, "edges": connections},
            "features": {},
            "environment_variables": [],
            "conversation_variables": [],
            **more,
        },
    }


def simple(mode: str, **config: Any) -> Data:
    """Return an app without a graph."""
    return {
        "app": {"name": "Test", "mode": mode},
        "kind": "app",
        "version": "0.1.5",
        "model_config": {
            "model": {"provider": "openai", "name": "gpt-4o", "completion_params": {"stop": []}},
            **config,
        },
    }


def written(source: Data) -> bytes:
    """Return a source as a file: JSON, which is YAML too."""
    return json.dumps(source, ensure_ascii=False).encode()


def start(*variables: Data) -> Data:
    """Return a start with a form."""
    return node("start", "start", variables=list(variables))


def field(name: str, kind: str = "text-input", **more: Any) -> Data:
    """Return a field of a form."""
    return {"variable": name, "label": name, "type": kind, "required": True, **more}
