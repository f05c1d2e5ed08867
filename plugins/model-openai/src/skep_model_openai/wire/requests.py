"""What goes out: the bodies of chat, embedding and rerank requests."""

import re
from typing import Any, Final

import msgspec

from skep_contracts.plugins.models import (
    ChatMessage,
    ChatRequest,
    EmbedRequest,
    ImagePart,
    RerankRequest,
    TextPart,
    ToolSpec,
)
from skep_contracts.problems import InvalidInput
from skep_model_openai.vendors.vendor import Vendor
from skep_model_openai.wire.dialect import Dialect

CHAT_PATH: Final = "chat/completions"
EMBEDDINGS_PATH: Final = "embeddings"
RERANK_PATH: Final = "rerank"
MODELS_PATH: Final = "models"
ENCODING_FIELD: Final = "encoding_format"
EMPTY_CHAT: Final[dict[str, Any]] = {"model": "none", "messages": []}
_NOT_EXTRA: Final = frozenset({"model", "messages", "stream", "stream_options"})
_TOOL_WORDS: Final = frozenset({"auto", "none", "required"})
_SCHEMA_NAME: Final = re.compile(r"[^a-zA-Z0-9_-]+")


def chat_body(request: ChatRequest, dialect: Dialect) -> dict[str, Any]:
    """Return the body of a streamed chat request."""
    body: dict[str, Any] = {
        "model": request.model,
        "messages": [_message(m, at) for at, m in enumerate(request.messages)],
        "stream": True,
    }
    if dialect.usage_in_stream:
        body["stream_options"] = {"include_usage": True}
    optional = {
        "temperature": request.temperature,
        "top_p": request.top_p,
        dialect.limit_field: request.max_tokens,
        "stop": list(request.stop) or None,
        "seed": request.seed,
        "tools": [_tool(tool) for tool in request.tools] or None,
        "tool_choice": _tool_choice(request) if request.tools else None,
    }
    renamed = dict(dialect.renamed)
    body |= {
        renamed.get(name, name): value
        for name, value in optional.items()
        if value is not None and name not in dialect.left_out
    }
    _ask_for_schema(body, request, dialect)
    body |= {k: v for k, v in request.extra.items() if k not in _NOT_EXTRA}
    return body


def _message(message: ChatMessage, position: int) -> dict[str, Any]:
    wire: dict[str, Any] = {"role": message.role}
    images = not isinstance(message.content, str) and any(
        isinstance(part, ImagePart) for part in message.content
    )
    wire["content"] = _content_parts(message, position) if images else message.text()
    if message.role == "tool":
        wire["tool_call_id"] = message.tool_call_id or ""
    elif message.name:
        wire["name"] = message.name
    if message.tool_calls:
        wire["content"] = wire["content"] or None
        wire["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for call in message.tool_calls
        ]
    return wire


def _content_parts(message: ChatMessage, position: int) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    for part in message.content:
        if isinstance(part, TextPart):
            parts.append({"type": "text", "text": part.text})
        elif isinstance(part, ImagePart):
            if part.url is None and part.data is None:
                raise InvalidInput(
                    f"The image in message {position + 1} has neither a URL nor data."
                )
            url = part.url or f"data:{part.mime_type};base64,{part.data}"
            parts.append({"type": "image_url", "image_url": {"url": url, "detail": part.detail}})
    return parts


def _tool(tool: ToolSpec) -> dict[str, Any]:
    parameters = tool.parameters or {"type": "object", "properties": {}}
    function = {"name": tool.name, "description": tool.description, "parameters": parameters}
    return {"type": "function", "function": function}


def _tool_choice(request: ChatRequest) -> str | dict[str, Any] | None:
    choice = request.tool_choice
    if choice is None or choice in _TOOL_WORDS:
        return choice
    return {"type": "function", "function": {"name": choice}}


def _ask_for_schema(body: dict[str, Any], request: ChatRequest, dialect: Dialect) -> None:
    wanted = request.response_schema
    if wanted is None:
        return
    if dialect.schema_mode in {"strict", "loose"}:
        is_enforced = dialect.schema_mode == "strict" and wanted.strict
        schema = {
            "name": _SCHEMA_NAME.sub("_", wanted.name)[:64] or "answer",
            "schema": wanted.schema,
            "strict": is_enforced and is_strict(wanted.schema),
        }
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
        return
    if dialect.schema_mode == "json_object":
        body["response_format"] = {"type": "json_object"}
    text = msgspec.json.encode(wanted.schema).decode()
    order = f"Answer with one JSON value and nothing else. It must follow this JSON Schema:\n{text}"
    body["messages"].insert(0, {"role": "system", "content": order})


def is_strict(schema: object, *, depth: int = 0) -> bool:
    """Tell whether a schema stays inside the subset that the vendor enforces token by token."""
    if isinstance(schema, list):
        return all(is_strict(item, depth=depth) for item in schema)
    if not isinstance(schema, dict):
        return True
    if depth > 10 or "oneOf" in schema or "allOf" in schema:
        return False
    if schema.get("type") == "object" or "properties" in schema:
        properties = schema.get("properties", {})
        if schema.get("additionalProperties") is not False:
            return False
        if set(schema.get("required", ())) != set(properties):
            return False
    inner = [
        *schema.get("properties", {}).values(),
        *schema.get("$defs", {}).values(),
        schema.get("items"),
        schema.get("anyOf"),
    ]
    return all(is_strict(item, depth=depth + 1) for item in inner)


def embed_body(request: EmbedRequest, vendor: Vendor, *, as_base64: bool) -> dict[str, Any]:
    """Return the body of an embedding request. Empty texts are refused; a space stands in."""
    body: dict[str, Any] = {
        "model": request.model,
        "input": [text or " " for text in request.texts],
    }
    if as_base64:
        body[ENCODING_FIELD] = "base64"
    if request.dimensions is not None:
        body[vendor.dimensions_field] = request.dimensions
    if vendor.purpose is not None:
        body[vendor.purpose.field] = vendor.purpose.of(request)
    return body


def rerank_body(request: RerankRequest, vendor: Vendor) -> dict[str, Any]:
    """Return the body of a rerank request, as several vendors have it."""
    return {
        "model": request.model,
        "query": request.query,
        "documents": list(request.passages),
        vendor.top_field: len(request.passages),
    }
