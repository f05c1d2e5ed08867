"""The items of an input, and the messages they are."""

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from skep_contracts.problems import FieldError, InvalidInput, json_pointer
from skep_gateway.completions.requests import Call, ContentPart, FunctionCall, ImageUrl, Message

_NOTHING_TO_SEND: Final = frozenset({"reasoning"})
"""Clients send back what they got; a model's reasoning is not sent to it again."""


class InputPart(msgspec.Struct):
    """A part of a message, or of what a function gave."""

    type: str
    text: str | None = None
    refusal: str | None = None
    image_url: str | None = None
    detail: Literal["auto", "low", "high"] | None = None


class Item(msgspec.Struct):
    """A message, a call of a function, or what a function gave."""

    type: str = "message"
    role: Literal["system", "developer", "user", "assistant"] | None = None
    content: str | list[InputPart] | None = None
    call_id: str | None = None
    name: str | None = None
    arguments: str | None = None
    output: str | list[InputPart] | None = None


def messages_of(given: str | Sequence[Item]) -> list[Message]:
    """Return the messages of a chat completion. Calls join the assistant's message before them.

    Raises:
        InvalidInput: An item is none that models take; the error points at it.
    """
    if isinstance(given, str):
        return [Message(role="user", content=given)]
    messages: list[Message] = []
    for at, item in enumerate(given):
        match item.type:
            case "message":
                messages.append(_message(item, at))
            case "function_call":
                _add_call(messages, item, at)
            case "function_call_output":
                messages.append(_output(item, at))
            case kind if kind in _NOTHING_TO_SEND:
                continue
            case "item_reference":
                detail = "Responses are not kept here: send the item itself."
                raise _fault(detail, at, code="not_stored")
            case _:
                raise _fault("Items of this type cannot be sent to models here.", at, "type")
    if not messages:
        raise _fault("The input says nothing.")
    return messages


def _message(item: Item, at: int) -> Message:
    if item.role is None:
        raise _fault("A message needs a role.", at, "role")
    return Message(role=item.role, content=_content(item.content, at, "content"))


def _add_call(messages: list[Message], item: Item, at: int) -> None:
    if not item.call_id or not item.name:
        raise _fault("A function call needs call_id and name.", at)
    call = Call(
        id=item.call_id, function=FunctionCall(name=item.name, arguments=item.arguments or "{}")
    )
    if not messages or messages[-1].role != "assistant":
        messages.append(Message(role="assistant"))
    last = messages[-1]
    last.tool_calls = [*(last.tool_calls or ()), call]


def _output(item: Item, at: int) -> Message:
    if not item.call_id:
        raise _fault("What a function gave needs the call_id of its call.", at, "call_id")
    content = _content(item.output, at, "output")
    return Message(role="tool", tool_call_id=item.call_id, content=content)


def _content(
    content: str | list[InputPart] | None, at: int, field: str
) -> str | list[ContentPart] | None:
    if not isinstance(content, list):
        return content
    return [_part(part, at, field, number) for number, part in enumerate(content)]


def _part(part: InputPart, at: int, field: str, number: int) -> ContentPart:
    match part.type:
        case "input_text" | "output_text" | "text":
            return ContentPart(type="text", text=part.text or "")
        case "refusal":
            return ContentPart(type="text", text=part.refusal or "")
        case "input_image":
            url = part.image_url or ""
            head, _, data = url.partition(",")
            if not url or (head.startswith("data:") and not (data and head.endswith(";base64"))):
                detail = "An image needs its address, or a data URL in base64, as image_url."
                raise _fault(detail, at, field, number, "image_url")
            image = ImageUrl(url=url, detail=part.detail or "auto")
            return ContentPart(type="image_url", image_url=image)
    detail = "Parts of this type cannot be sent to models here."
    raise _fault(detail, at, field, number, "type")


def _fault(detail: str, *path: str | int, code: str | None = None) -> InvalidInput:
    error = FieldError(pointer=json_pointer("input", *path), message=detail)
    return InvalidInput(detail, code=code, errors=[error])
