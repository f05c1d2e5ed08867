"""From settings to the messages a model gets: system, examples, memory, and this turn."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from skep_contracts.plugins.models import ChatMessage, ImagePart, Part, TextPart
from skep_contracts.plugins.nodes import NodeContext
from skep_contracts.problems import FieldError, InvalidInput
from skep_contracts.values import FileRef, file_from_value, to_text
from skep_node_llm.settings import LlmSettings, Vision
from skep_node_llm.texts import prompt

MAX_IMAGES: Final = 20
MAX_IMAGE_BYTES: Final = 20 * 1024 * 1024


async def build_messages(ctx: NodeContext, settings: LlmSettings) -> list[ChatMessage]:
    """Return the whole conversation, the turn of the user last.

    Raises:
        InvalidInput: There is nothing to say to the model, or an image is none.
    """
    system = "\n\n".join(part for part in _system_parts(ctx, settings) if part)
    messages = [ChatMessage(role="system", content=system)] if system else []
    messages += (
        ChatMessage(role=message.role, content=ctx.text(message.content))
        for message in settings.messages
    )
    messages += _remembered(ctx.history, settings)
    text = ctx.text(settings.prompt)
    images = await _images(ctx, settings.vision) if settings.vision is not None else []
    if images:
        parts: list[Part] = [TextPart(text=text)] if text else []
        messages.append(ChatMessage(role="user", content=(*parts, *images)))
    elif text.strip():
        messages.append(ChatMessage(role="user", content=text))
    elif not settings.messages:
        raise InvalidInput(
            "The prompt is empty once its references are filled in.",
            errors=[FieldError(pointer="/prompt", message="empty with these values")],
            code="empty_prompt",
        )
    return messages


def _system_parts(ctx: NodeContext, settings: LlmSettings) -> list[str]:
    parts = [ctx.text(settings.system).strip()]
    if settings.response_schema is not None:
        schema = msgspec.json.encode(settings.response_schema).decode()
        parts.append(prompt("structured", schema=schema))
    if settings.context is not None:
        passages = number_passages(ctx.value(settings.context))
        parts.append(prompt("context", passages=passages) if passages else prompt("no_context"))
    return parts


def number_passages(context: Any) -> str:
    """Return passages as text, each behind the number it is cited by.

    A list of a retrieval keeps its numbers; other lists are counted from 1; a text stays as it is.
    """
    if not isinstance(context, list):
        return to_text(context).strip()
    lines = []
    for count, item in enumerate(context, start=1):
        number, text = count, item
        if isinstance(item, dict):
            text = next((item[key] for key in ("text", "content") if item.get(key)), item)
            given = item.get("number")
            number = given if isinstance(given, int) and not isinstance(given, bool) else count
        lines.append(f"[{number}] {to_text(text).strip()}")
    return "\n\n".join(lines)


def _remembered(history: Sequence[ChatMessage], settings: LlmSettings) -> Sequence[ChatMessage]:
    """Return the last turns; a turn begins with what the user said."""
    if settings.memory is None or not settings.memory.enabled or settings.memory.window == 0:
        return ()
    starts = [index for index, message in enumerate(history) if message.role == "user"]
    first = starts[-settings.memory.window :][:1]
    return history[first[0] :] if first else ()


async def _images(ctx: NodeContext, vision: Vision) -> list[ImagePart]:
    value = ctx.value(vision.images)
    items = value if isinstance(value, list) else [] if value is None else [value]
    files = [_image_file(item) for item in items]
    if len(files) > MAX_IMAGES:
        raise _bad_image(f"{len(files)} images; the limit is {MAX_IMAGES}")
    images = []
    for file in files:
        content = await ctx.read_file(file, max_bytes=MAX_IMAGE_BYTES)
        data = b64encode(content).decode()
        images.append(ImagePart(mime_type=file.mime_type, data=data, detail=vision.detail))
    return images


def _image_file(item: object) -> FileRef:
    file = file_from_value(item)
    if file is None:
        raise _bad_image("a value that is no file")
    if not file.mime_type.startswith("image/"):
        raise _bad_image(f"{file.name:.100} is of type {file.mime_type:.100}, not an image")
    return file


def _bad_image(fault: str) -> InvalidInput:
    return InvalidInput(
        f"The model cannot be shown this: {fault}.",
        errors=[FieldError(pointer="/vision/images", message=fault)],
        code="not_an_image",
    )
