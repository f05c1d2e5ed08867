"""Messages as the vendor wants them: turns of the user and the assistant, made of blocks."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from skep_contracts.plugins.models import ChatMessage, ImagePart, TextPart, ToolCall
from skep_contracts.problems import InvalidInput
from skep_contracts.vendor_wire.text import mended

STATE: Final = "bedrock:"
"""What the state of a tool call begins with; the signed reasoning follows, as a list of blocks."""
_FORMATS: Final = {
    "image/png": "png",
    "image/jpeg": "jpeg",
    "image/jpg": "jpeg",
    "image/gif": "gif",
    "image/webp": "webp",
}
_NOT_IN_ID: Final = re.compile(r"[^A-Za-z0-9_-]")
_MAX_ID: Final = 64
Block = dict[str, Any]


def turns(messages: Sequence[ChatMessage]) -> list[dict[str, Any]]:
    """Return the turns; what one side says in a row is one turn, as the vendor wants it."""
    found: list[dict[str, Any]] = []
    for at, message in enumerate(messages):
        role = "assistant" if message.role == "assistant" else "user"
        blocks = _blocks(message, at)
        if not blocks:
            continue
        if found and found[-1]["role"] == role:
            found[-1]["content"] += blocks
        else:
            found.append({"role": role, "content": blocks})
    if not found or found[0]["role"] == "assistant":  # the vendor wants the user to begin
        found.insert(0, {"role": "user", "content": [{"text": "(continue)"}]})
    return found


def called_tools(messages: Iterable[ChatMessage]) -> list[str]:
    """Return the names of tools that were called, each once."""
    return list(dict.fromkeys(call.name for message in messages for call in message.tool_calls))


def _blocks(message: ChatMessage, position: int) -> list[Block]:
    if message.role == "tool":
        result = {
            "toolUseId": _id(message.tool_call_id or ""),
            "content": _text(message.text()) or [{"text": "(nothing)"}],
        }
        return [{"toolResult": result}]
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
    return [{"text": mended(text)}] if text.strip() else []


def _image(part: ImagePart, position: int) -> Block:
    where = f"The image in message {position + 1}"
    name = _FORMATS.get(part.mime_type.lower())
    if name is None:
        raise InvalidInput(f"{where} must be a PNG, JPEG, GIF or WebP.")
    if part.data is not None:
        source: dict[str, Any] = {"bytes": part.data}
    elif part.url is not None and part.url.startswith("s3://"):
        source = {"s3Location": {"uri": part.url}}
    else:
        raise InvalidInput(f"{where} must be data, or an object in S3; other URLs are not read.")
    return {"image": {"format": name, "source": source}}


def _reasoning(call: ToolCall) -> list[Block]:
    """Return the signed reasoning that led to a call, as it came."""
    if not call.state.startswith(STATE):
        return []  # of another provider: the conversation was begun with it
    try:
        blocks = json.loads(call.state.removeprefix(STATE))
    except (ValueError, RecursionError):
        return []
    is_ours = isinstance(blocks, list) and all(
        isinstance(block, dict) and block.keys() == {"reasoningContent"} for block in blocks
    )
    return blocks if is_ours else []


def _tool_use(call: ToolCall) -> Block:
    try:
        arguments = json.loads(call.arguments)
    except (ValueError, RecursionError):
        arguments = None
    if not isinstance(arguments, dict):
        arguments = {"arguments": mended(call.arguments)}
    return {"toolUse": {"toolUseId": _id(call.id), "name": call.name, "input": arguments}}


def _id(text: str) -> str:
    """Return the id of a call, perhaps of another provider's, with characters the vendor takes."""
    return _NOT_IN_ID.sub("_", text)[:_MAX_ID] or "call"
