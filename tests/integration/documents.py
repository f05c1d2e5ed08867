"""Workflow documents that integration tests run."""

from typing import Any


def start(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "start", "settings": {"fields": list(fields)}}


def text_field(name: str, *, required: bool = True) -> dict[str, Any]:
    return {"name": name, "label": name, "type": "text", "required": required}


def workflow(
    name: str, nodes: dict[str, Any], edges: list[tuple[str, str]], *, mode: str = "workflow"
) -> dict[str, Any]:
    return {
        "skep": 1,
        "app": {"name": name, "mode": mode},
        "nodes": nodes,
        "edges": [{"from": source, "to": target} for source, target in edges],
    }


def model_chain(name: str, model: str, length: int, **settings: Any) -> dict[str, Any]:
    """`length` model calls one after the other; the last one's text is streamed."""
    nodes: dict[str, Any] = {"start": start(text_field("topic"))}
    edges = []
    before = "start"
    for number in range(1, length + 1):
        source = "{{start.topic}}" if number == 1 else f"{{{{n{number - 1}.text}}}}"
        nodes[f"n{number}"] = {
            "type": "llm",
            "settings": {"model": model, "prompt": f"step {number}: {source}", **settings},
        }
        edges.append((before, f"n{number}"))
        before = f"n{number}"
    nodes["answer"] = {"type": "answer", "settings": {"text": f"{{{{{before}.text}}}}"}}
    nodes["end"] = {"type": "end", "settings": {"outputs": {"text": f"{{{{{before}.text}}}}"}}}
    edges += [(before, "answer"), ("answer", "end")]
    return workflow(name, nodes, edges)


def code_app(name: str, code: str) -> dict[str, Any]:
    """A code node that gets `topic` and gives `result`."""
    return workflow(
        name,
        {
            "start": start(text_field("topic", required=False)),
            "work": {
                "type": "code",
                "settings": {
                    "language": "python",
                    "inputs": {"topic": "{{start.topic}}"},
                    "code": code,
                    "outputs": {"result": "any"},
                },
            },
            "end": {"type": "end", "settings": {"outputs": {"result": "{{work.result}}"}}},
        },
        [("start", "work"), ("work", "end")],
    )


def echo_app(name: str) -> dict[str, Any]:
    """The smallest app with a model: it says back what it was told."""
    return model_chain(name, "echo/echo", 1)
