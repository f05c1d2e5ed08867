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

    images: Annotated[
        Any,
        msgspec.Meta(
            description="A reference to an image, or to a list of files, of which images are shown."
        ),
    ]
    detail: Literal["auto", "low", "high"] = "auto"


class Shown(msgspec.Struct, frozen=True):
    """Images as parts of a message, and lines for the trace about what is not shown."""

    images: tuple[ImagePart, ...] = ()
    logs: tuple[str, ...] = ()


async def show_images(ctx: NodeContext, vision: Vision | None) -> Shown:
    """Return the images that a model is to be shown.

    Of a list, which may be whatever somebody sent, files that are no images are left out.

    Raises:
        InvalidInput: A single file is no image, something is no file, or there are too many.
        TooLarge: They are.
    """
    if vision is None:
        return Shown()
    value = ctx.value(vision.images)
    items = value if isinstance(value, list) else [] if value is None else [value]
    files = [_file(item) for item in items]
    others = [file for file in files if not _is_image(file)]
    if others and not isinstance(value, list):
        kind = f"{others[0].name:.100} is of type {others[0].mime_type:.100}, not an image"
        raise _bad_image(kind)
    logs = tuple(f"Not shown to the model, for it is no image: {one.name:.100}" for one in others)
    return Shown(await _read(ctx, [file for file in files if _is_image(file)], vision), logs)


async def _read(ctx: NodeContext, files: list[FileRef], vision: Vision) -> tuple[ImagePart, ...]:
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


def _file(item: object) -> FileRef:
    file = file_from_value(item)
    if file is None:
        raise _bad_image("a value that is no file")
    return file


def _is_image(file: FileRef) -> bool:
    return file.mime_type.startswith("image/")


def _bad_image(fault: str) -> InvalidInput:
    return InvalidInput(
        f"The model cannot be shown this: {fault}.",
        errors=[FieldError(pointer="/vision/images", message=fault)],
        code="not_an_image",
    )
