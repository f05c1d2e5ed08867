"""What goes out: the body of a messages request."""

import json
from typing import Any, Final

import msgspec

from skep_contracts.plugins.models import (
    ChatMessage,
    ChatRequest,
    ImagePart,
    TextPart,
    ToolCall,
    ToolSpec,
)
from skep_contracts.problems import InvalidInput
from skep_contracts.vendor_wire.text import mended

VERSION: Final = "2023-06-01"
MESSAGES_PATH: Final = "messages"
MODELS_PATH: Final = "models?limit=1000"
ANSWER_TOOL: Final = "give_answer"
DEFAULT_MAX_TOKENS: Final = 8_192
"""The vendor wants a limit with every request."""
_NOT_EXTRA: Final = frozenset({"model", "messages", "stream", "system"})
_CHOICES: Final = {"auto": "auto", "none": "none", "required": "any"}
Block = dict[str, Any]


def messages_body(request: ChatRequest) -> dict[str, Any]:
    """Return the body of a streamed request."""
    system = [m.text() for m in request.messages if m.role == "system"]
    body: dict[str, Any] = {
        "model": request.model,
        "max_tokens": request.max_tokens or DEFAULT_MAX_TOKENS,
        "messages": _turns([m for m in request.messages if m.role != "system"]),
        "stream": True,
    }
    optional = {
        "temperature": request.temperature,
        "top_p": request.top_p,
        "stop_sequences": [stop for stop in request.stop if stop.strip()] or None,
        "tools": [_tool(tool) for tool in request.tools] or None,
        "tool_choice": _tool_choice(request),
    }
    body |= {name: value for name, value in optional.items() if value is not None}
    _ask_for_schema(body, request, system)
    if text := "\n\n".join(part for part in system if part.strip()):
        body["system"] = [{"type": "text", "text": mended(text)}]
    body |= {name: value for name, value in request.extra.items() if name not in _NOT_EXTRA}
    return body


def is_answer_by_tool(request: ChatRequest) -> bool:
    """Tell whether the answer comes as the arguments of a tool that stands for the schema."""
    wanted = request.response_schema
    return wanted is not None and not request.tools and wanted.schema.get("type") == "object"


def _ask_for_schema(body: dict[str, Any], request: ChatRequest, system: list[str]) -> None:
    """Ask for JSON: by a tool the model must call, or in words where other tools are on offer."""
    wanted = request.response_schema
    if wanted is None:
        return
    if is_answer_by_tool(request):
        body["tools"] = [
            {
                "name": ANSWER_TOOL,
                "description": "Gives the answer. Call it once, with the whole answer.",
                "input_schema": wanted.schema,
            }
        ]
        body["tool_choice"] = {"type": "tool", "name": ANSWER_TOOL}
        return
    text = msgspec.json.encode(wanted.schema).decode()
    system.append(
        "When you give your final answer, answer with one JSON value and nothing else. It must"
        f" follow this JSON Schema:\n{text}"
    )


def _turns(messages: list[ChatMessage]) -> list[dict[str, Any]]:
    """Return the turns; what one side says in a row is one turn, as the vendor wants it."""
    turns: list[dict[str, Any]] = []
    for at, message in enumerate(messages):
        role = "assistant" if message.role == "assistant" else "user"
        blocks = _blocks(message, at)
        if not blocks:
            continue
        if turns and turns[-1]["role"] == role:
            turns[-1]["content"] += blocks
        else:
            turns.append({"role": role, "content": blocks})
    if not turns or turns[0]["role"] == "assistant":  # the vendor wants the user to begin
        turns.insert(0, {"role": "user", "content": [{"type": "text", "text": "(continue)"}]})
    return turns


def _blocks(message: ChatMessage, position: int) -> list[Block]:
    if message.role == "tool":
        result = {
            "type": "tool_result",
            "tool_use_id": message.tool_call_id or "",
            "content": mended(message.text()),
        }
        return [result]
    blocks: list[Block] = []
    for call in message.tool_calls:  # reasoning stands before what was said after it
        blocks += _reasoning(call)
    blocks += _content(message, position)
    return blocks + [_tool_use(call) for call in message.tool_calls]


def _content(message: ChatMessage, position: int) -> list[Block]:
    if isinstance(message.content, str):
        return _text(message.content)
    blocks: list[Block] = []
    for part in message.content:
        if isinstance(part, TextPart):
            blocks += _text(part.text)
        else:
            blocks.append(_image(part, position))
    return blocks


def _text(text: str) -> list[Block]:
    # The vendor refuses blocks without text.
    return [{"type": "text", "text": mended(text)}] if text.strip() else []


def _image(part: ImagePart, position: int) -> Block:
    if part.data is not None:
        source = {"type": "base64", "media_type": part.mime_type, "data": part.data}
    elif part.url is not None:
        source = {"type": "url", "url": part.url}
    else:
        raise InvalidInput(f"The image in message {position + 1} has neither a URL nor data.")
    return {"type": "image", "source": source}


def _reasoning(call: ToolCall) -> list[Block]:
    """Return the signed reasoning that led to a call, as it came."""
    if not call.state:
        return []
    try:
        blocks = json.loads(call.state)
    except (ValueError, RecursionError):
        return []  # of another provider: the conversation was begun with it
    is_ours = isinstance(blocks, list) and all(
        isinstance(block, dict) and str(block.get("type", "")).endswith("thinking")
        for block in blocks
    )
    return blocks if is_ours else []


def _tool_use(call: ToolCall) -> Block:
    try:
        arguments = json.loads(call.arguments)
    except (ValueError, RecursionError):
        arguments = None
    if not isinstance(arguments, dict):
        arguments = {"arguments": mended(call.arguments)}
    return {"type": "tool_use", "id": call.id, "name": call.name, "input": arguments}


def _tool(tool: ToolSpec) -> Block:
    schema = tool.parameters or {}
    if schema.get("type") != "object":
        schema = {"type": "object", **schema}
    return {"name": tool.name, "description": tool.description, "input_schema": schema}


def _tool_choice(request: ChatRequest) -> Block | None:
    choice = request.tool_choice
    if choice is None or not request.tools:
        return None
    if choice in _CHOICES:
        return {"type": _CHOICES[choice]}
    return {"type": "tool", "name": choice}
