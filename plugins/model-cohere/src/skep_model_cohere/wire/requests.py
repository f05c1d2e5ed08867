"""What goes out: the bodies of chat, embedding and rerank requests."""

import json
from typing import Any, Final

import msgspec

from skep_contracts.plugins.models import (
    ChatMessage,
    ChatRequest,
    EmbedRequest,
    ImagePart,
    RerankRequest,
    TextPart,
    ToolCall,
    ToolSpec,
)
from skep_contracts.problems import InvalidInput
from skep_contracts.vendor_wire.text import mended

CHAT_PATH: Final = "v2/chat"
EMBED_PATH: Final = "v2/embed"
RERANK_PATH: Final = "v2/rerank"
MODELS_PATH: Final = "v1/models?page_size=1000"
STATE: Final = "cohere:"
"""What the state of a tool call begins with; a `Plan` follows."""
_MAX_P: Final = 0.99
_NOT_EXTRA: Final = frozenset({"model", "messages", "stream"})


class Plan(msgspec.Struct, omit_defaults=True):
    """What a model thought before it called tools; the vendor wants it back with the calls."""

    plan: str = ""
    thinking: str = ""


_PLANS: Final = msgspec.json.Decoder(Plan)


def chat_body(request: ChatRequest) -> dict[str, Any]:
    """Return the body of a streamed chat request."""
    body: dict[str, Any] = {
        "model": request.model,
        "messages": _messages(request),
        "stream": True,
    }
    tools = _offered(request)
    optional = {
        "temperature": request.temperature,
        # One means all words, which is the most that can be said to other vendors.
        "p": min(request.top_p, _MAX_P) if request.top_p is not None else None,
        "max_tokens": request.max_tokens,
        "stop_sequences": list(request.stop) or None,
        "seed": request.seed,
        "tools": [_tool(tool) for tool in tools] or None,
        "tool_choice": _tool_choice(request.tool_choice) if tools else None,
        "response_format": _response_format(request),
    }
    body |= {name: value for name, value in optional.items() if value is not None}
    body |= {name: value for name, value in request.extra.items() if name not in _NOT_EXTRA}
    return body


def _offered(request: ChatRequest) -> tuple[ToolSpec, ...]:
    """Return the tools to offer: a choice by name is the only one, and required."""
    named = tuple(tool for tool in request.tools if tool.name == request.tool_choice)
    return named or request.tools


def _tool_choice(choice: str | None) -> str | None:
    if choice in {None, "auto"}:
        return None
    return "NONE" if choice == "none" else "REQUIRED"


def _response_format(request: ChatRequest) -> dict[str, Any] | None:
    """Return the schema as a format; beside tools, where the vendor takes none, nothing."""
    wanted = request.response_schema
    if wanted is None or request.tools:
        return None
    return {"type": "json_object", "json_schema": wanted.schema}


def _tool(tool: ToolSpec) -> dict[str, Any]:
    parameters = tool.parameters
    if parameters.get("type") != "object":
        parameters = {"type": "object", **parameters}
    if "properties" not in parameters:
        parameters = {**parameters, "properties": {}}
    function = {"name": tool.name, "description": tool.description, "parameters": parameters}
    return {"type": "function", "function": function}


def _messages(request: ChatRequest) -> list[dict[str, Any]]:
    messages = [
        written
        for at, message in enumerate(request.messages)
        if (written := _message(message, at)) is not None
    ]
    wanted = request.response_schema
    if wanted is not None and request.tools:
        schema = msgspec.json.encode(wanted.schema).decode()
        wish = (
            "When you give your final answer, answer with one JSON value and nothing else. It must"
            f" follow this JSON Schema:\n{schema}"
        )
        messages.insert(0, {"role": "system", "content": wish})
    return messages


def _message(message: ChatMessage, position: int) -> dict[str, Any] | None:
    """Return a message; None for one that says nothing, which the vendor refuses."""
    if message.role == "tool":
        return {
            "role": "tool",
            "tool_call_id": message.tool_call_id or "",
            "content": mended(message.text()),
        }
    content = _content(message, position)
    if message.tool_calls:
        return _with_calls(message.tool_calls, content)
    return {"role": message.role, "content": content} if content else None


def _with_calls(calls: tuple[ToolCall, ...], content: str | list[dict[str, Any]]) -> dict[str, Any]:
    written: dict[str, Any] = {"role": "assistant", "tool_calls": [_call(call) for call in calls]}
    plan = _plan(calls)
    if plan.thinking:
        thought = {"type": "thinking", "thinking": mended(plan.thinking)}
        said = [{"type": "text", "text": content}] if isinstance(content, str) else content
        content = [thought, *(part for part in said if part.get("text") != "")]
    if plan.plan:
        written["tool_plan"] = mended(plan.plan)
    if content:
        written["content"] = content
    return written


def _plan(calls: tuple[ToolCall, ...]) -> Plan:
    for call in calls:
        if call.state.startswith(STATE):
            try:
                return _PLANS.decode(call.state.removeprefix(STATE))
            except (msgspec.DecodeError, UnicodeError, RecursionError):
                continue
    return Plan()


def _call(call: ToolCall) -> dict[str, Any]:
    arguments = mended(call.arguments)
    try:
        is_object = isinstance(json.loads(arguments), dict)
    except (ValueError, RecursionError):
        is_object = False
    if not is_object:
        arguments = json.dumps({"arguments": arguments})
    return {
        "id": call.id,
        "type": "function",
        "function": {"name": call.name, "arguments": arguments},
    }


def _content(message: ChatMessage, position: int) -> str | list[dict[str, Any]]:
    if isinstance(message.content, str):
        return mended(message.content)
    if all(isinstance(part, TextPart) for part in message.content):
        return mended(message.text())
    parts: list[dict[str, Any]] = []
    for part in message.content:
        if isinstance(part, ImagePart):
            parts.append(_image(part, position))
        elif part.text:
            parts.append({"type": "text", "text": mended(part.text)})
    return parts


def _image(part: ImagePart, position: int) -> dict[str, Any]:
    if part.data is not None:
        url = f"data:{part.mime_type};base64,{part.data}"
    elif part.url is not None:
        url = part.url
    else:
        raise InvalidInput(f"The image in message {position + 1} has neither a URL nor data.")
    return {"type": "image_url", "image_url": {"url": url, "detail": part.detail}}


def embed_body(request: EmbedRequest) -> dict[str, Any]:
    """Return the body of an embedding request; a text that is too long is refused, never cut."""
    body: dict[str, Any] = {
        "model": request.model,
        "texts": [mended(text) or " " for text in request.texts],
        "input_type": "search_query" if request.purpose == "query" else "search_document",
        "embedding_types": ["float"],
        "truncate": "NONE",
    }
    if request.dimensions is not None:
        body["output_dimension"] = request.dimensions
    return body


def rerank_body(request: RerankRequest) -> dict[str, Any]:
    """Return the body of a rerank request."""
    return {
        "model": request.model,
        "query": mended(request.query),
        "documents": [mended(passage) for passage in request.passages],
    }
