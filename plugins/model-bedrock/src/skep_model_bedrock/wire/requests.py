"""What goes out to chat models: the body of a Converse request."""

import re
from typing import Any, Final

import msgspec

from skep_contracts.plugins.models import ChatRequest, ToolSpec
from skep_contracts.vendor_wire.text import mended
from skep_model_bedrock.wire.turns import called_tools, turns

CONVERSE: Final = "converse-stream"
ANSWER_TOOL: Final = "give_answer"
_NOT_EXTRA: Final = frozenset({"modelId", "messages", "system", "toolConfig"})
_CHOICES: Final = {"auto": "auto", "required": "any"}
FORCES_TOOLS: Final = re.compile(r"(^|[./])(anthropic\.claude|amazon\.nova|mistral\.mistral-large)")
"""Models that can be made to call a tool."""


def converse_body(request: ChatRequest) -> dict[str, Any]:
    """Return the body of a streamed request. The vendor takes no seed."""
    system = [m.text() for m in request.messages if m.role == "system"]
    messages = [m for m in request.messages if m.role != "system"]
    body: dict[str, Any] = {"messages": turns(messages)}
    if tools := _tool_config(request, system):
        body["toolConfig"] = tools
    if text := "\n\n".join(part for part in system if part.strip()):
        body["system"] = [{"text": mended(text)}]
    extra = {name: value for name, value in request.extra.items() if name not in _NOT_EXTRA}
    more = extra.pop("inferenceConfig", None)
    config = {
        "maxTokens": request.max_tokens,
        "temperature": request.temperature,
        "topP": request.top_p,
        "stopSequences": [stop for stop in request.stop if stop.strip()] or None,
        **(more if isinstance(more, dict) else {}),
    }
    if config := {name: value for name, value in config.items() if value is not None}:
        body["inferenceConfig"] = config
    return body | extra


def is_answer_by_tool(request: ChatRequest) -> bool:
    """Tell whether the answer comes as the arguments of a tool that stands for the schema."""
    wanted = request.response_schema
    if wanted is None or request.tools or wanted.schema.get("type") != "object":
        return False
    return bool(FORCES_TOOLS.search(request.model))


def _tool_config(request: ChatRequest, system: list[str]) -> dict[str, Any]:
    """Return the tools on offer. A schema becomes one, or a wish in the system's words."""
    wanted = request.response_schema
    offered = [_tool(tool) for tool in request.tools if request.tool_choice != "none"]
    config: dict[str, Any] = {}
    if wanted is not None and is_answer_by_tool(request):
        answer = ToolSpec(
            name=ANSWER_TOOL,
            description="Gives the answer. Call it once, with the whole answer.",
            parameters=wanted.schema,
        )
        offered.append(_tool(answer))
        config["toolChoice"] = {"tool": {"name": ANSWER_TOOL}}
    elif wanted is not None:
        schema = msgspec.json.encode(wanted.schema).decode()
        system.append(
            "When you give your final answer, answer with one JSON value and nothing else. It must"
            f" follow this JSON Schema:\n{schema}"
        )
    if offered and not config and (choice := _tool_choice(request.tool_choice)):
        config["toolChoice"] = choice
    # A conversation with calls in it is refused without tools, also where none may be called.
    known = {tool["toolSpec"]["name"] for tool in offered}
    for name in called_tools(request.messages):
        if name not in known:
            gone = ToolSpec(name=name, description="No longer on offer.", parameters={})
            offered.append(_tool(gone))
    return {"tools": offered, **config} if offered else {}


def _tool_choice(choice: str | None) -> dict[str, Any] | None:
    if choice is None:
        return None
    if choice in _CHOICES:
        return {_CHOICES[choice]: {}}
    return {"tool": {"name": choice}}


def _tool(tool: ToolSpec) -> dict[str, Any]:
    schema = tool.parameters
    if schema.get("type") != "object":
        schema = {"type": "object", **schema}
    spec: dict[str, Any] = {"name": tool.name, "inputSchema": {"json": schema}}
    if tool.description.strip():  # an empty one is refused
        spec["description"] = tool.description
    return {"toolSpec": spec}
