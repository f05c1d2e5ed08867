"""Images that are shown to a model."""

from base64 import b64encode
from typing import Annotated, Any, Final, Literal

import msgspec

from skep_contracts.plugins.models import ChatMessage, ImagePart, Part, TextPart
from skep_contracts.plugins.nodes import NodeContext
from skep_contracts.problems import FieldError, InvalidInput, TooLarge
from skep_contracts.values import FileRef, file_from_value

MAX_IMAGES: Final = 20
MAX_IMAGE_BYTES: Final = 20 * 1024 * 1024
MAX_BYTES: Final = 50 * 1024 * 1024
"""Of all images of a question together."""


class Vision(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Images shown to the model."""

    images: Annotated[Any, msgspec.Meta(description="A reference to a file, or a list of files.")]
    detail: Literal["auto", "low", "high"] = "auto"


async def show_images(ctx: NodeContext, vision: Vision | None) -> tuple[ImagePart, ...]:
    """Return the images as parts of a message.

    Raises:
        InvalidInput: Something is no image, or there are too many.
        TooLarge: They are.
    """
    if vision is None:
        return ()
    value = ctx.value(vision.images)
    items = value if isinstance(value, list) else [] if value is None else [value]
    files = [_image_file(item) for item in items]
    if len(files) > MAX_IMAGES:
        raise _bad_image(f"{len(files)} images; the limit is {MAX_IMAGES}")
    images: list[ImagePart] = []
    left = MAX_BYTES
    for file in files:
        content = await ctx.read_file(file, max_bytes=MAX_IMAGE_BYTES)
        left -= len(content)
        if left < 0:
            raise TooLarge(f"The images take more than {MAX_BYTES:,} bytes together.")
        data = b64encode(content).decode()
        images.append(ImagePart(mime_type=file.mime_type, data=data, detail=vision.detail))
    return tuple(images)


def with_images(text: str, images: tuple[ImagePart, ...]) -> ChatMessage:
    """Return what the user says and shows."""
    if not images:
        return ChatMessage(role="user", content=text)
    parts: tuple[Part, ...] = (TextPart(text=text),) if text else ()
    return ChatMessage(role="user", content=(*parts, *images))


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
