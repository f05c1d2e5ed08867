"""What goes out: the bodies of chat and embedding requests."""

import json
from typing import Any, Final

import msgspec

from skep_contracts.plugins.models import (
    ChatMessage,
    ChatRequest,
    EmbedRequest,
    ImagePart,
    ToolCall,
    ToolSpec,
)
from skep_contracts.problems import InvalidInput
from skep_contracts.vendor_wire.text import mended
from skep_model_ollama.server import Server

CHAT_PATH: Final = "api/chat"
EMBED_PATH: Final = "api/embed"
MODELS_PATH: Final = "api/tags"
STATE: Final = "ollama:"
"""What the state of a tool call begins with; the reasoning that led to the call follows."""
_NOT_EXTRA: Final = frozenset({"model", "messages", "stream"})


def chat_body(request: ChatRequest, server: Server) -> dict[str, Any]:
    """Return the body of a streamed chat request.

    The server would silently forget the beginning of a conversation that is too long for it. It is
    told not to: such a request is refused, and the caller hears of it.
    """
    tools = _offered(request)
    messages = _messages(request, has_tools=bool(tools))
    body: dict[str, Any] = {
        "model": request.model,
        "messages": messages,
        "stream": True,
        "truncate": False,
        "shift": False,
        **_kept(server),
    }
    if tools:
        body["tools"] = [_tool(tool) for tool in tools]
    elif request.response_schema is not None:
        body["format"] = request.response_schema.schema
    options = {
        "num_ctx": server.num_ctx,
        "temperature": request.temperature,
        "top_p": request.top_p,
        "num_predict": request.max_tokens,
        "stop": list(request.stop) or None,
        "seed": request.seed,
    }
    extra = {name: value for name, value in request.extra.items() if name not in _NOT_EXTRA}
    more = extra.pop("options", None)
    options |= more if isinstance(more, dict) else {}
    if options := {name: value for name, value in options.items() if value is not None}:
        body["options"] = options
    return body | extra


def _kept(server: Server) -> dict[str, Any]:
    return {} if server.keep_alive is None else {"keep_alive": server.keep_alive}


def _offered(request: ChatRequest) -> tuple[ToolSpec, ...]:
    """Return the tools to offer. The server cannot be told to call one, so others are left out."""
    choice = request.tool_choice
    if choice == "none":
        return ()
    named = tuple(tool for tool in request.tools if tool.name == choice)
    return named or request.tools


def _tool(tool: ToolSpec) -> dict[str, Any]:
    parameters = tool.parameters
    if parameters.get("type") != "object":
        parameters = {"type": "object", **parameters}
    if "properties" not in parameters:  # templates of models walk through them
        parameters = {**parameters, "properties": {}}
    function = {"name": tool.name, "description": tool.description, "parameters": parameters}
    return {"type": "function", "function": function}


def _messages(request: ChatRequest, *, has_tools: bool) -> list[dict[str, Any]]:
    names = {call.id: call.name for message in request.messages for call in message.tool_calls}
    messages = [_message(message, at, names) for at, message in enumerate(request.messages)]
    if has_tools and request.response_schema is not None:
        # A format the server enforces would keep the model from calling tools.
        schema = msgspec.json.encode(request.response_schema.schema).decode()
        wish = (
            "When you give your final answer, answer with one JSON value and nothing else. It must"
            f" follow this JSON Schema:\n{schema}"
        )
        messages.insert(0, {"role": "system", "content": wish})
    return messages


def _message(message: ChatMessage, position: int, names: dict[str, str]) -> dict[str, Any]:
    written: dict[str, Any] = {"role": message.role, "content": mended(message.text())}
    if message.role == "tool":
        name = names.get(message.tool_call_id or "") or message.name
        more = {"tool_name": name, "tool_call_id": message.tool_call_id}
        return written | {field: value for field, value in more.items() if value}
    if images := _images(message, position):
        written["images"] = images
    if message.tool_calls:
        thought = "".join(
            call.state.removeprefix(STATE)
            for call in message.tool_calls
            if call.state.startswith(STATE)
        )
        if thought:
            written["thinking"] = mended(thought)
        written["tool_calls"] = [_call(call) for call in message.tool_calls]
    return written


def _call(call: ToolCall) -> dict[str, Any]:
    try:
        arguments = json.loads(call.arguments)
    except (ValueError, RecursionError):
        arguments = None
    if not isinstance(arguments, dict):
        arguments = {"arguments": mended(call.arguments)}
    return {"id": call.id, "function": {"name": call.name, "arguments": arguments}}


def _images(message: ChatMessage, position: int) -> list[str]:
    if isinstance(message.content, str):
        return []
    return [_image(part, position) for part in message.content if isinstance(part, ImagePart)]


def _image(part: ImagePart, position: int) -> str:
    if part.data is None:
        raise InvalidInput(
            f"The image in message {position + 1} has no data. This provider takes images as data,"
            " never as a URL."
        )
    return part.data


def embed_body(request: EmbedRequest, server: Server) -> dict[str, Any]:
    """Return the body of an embedding request; a text that is too long is refused, never cut."""
    body: dict[str, Any] = {
        "model": request.model,
        "input": [mended(text) or " " for text in request.texts],
        "truncate": False,
        **_kept(server),
    }
    if request.dimensions is not None:
        body["dimensions"] = request.dimensions
    if server.num_ctx is not None:
        body["options"] = {"num_ctx": server.num_ctx}
    return body
