"""Models that make images."""

from typing import Any, Protocol, runtime_checkable

import msgspec

from skep_contracts.plugins.models import Usage


class ImageRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Images to make from a description."""

    model: str
    prompt: str
    count: int = 1
    size: str | None = None
    """Width and height, such as ``1024x1024``."""
    quality: str | None = None
    """In the vendor's words."""
    extra: dict[str, Any] = {}
    """Vendor parameters, sent as they are."""


class MadeImage(msgspec.Struct, frozen=True, kw_only=True):
    """One image."""

    data: bytes
    mime_type: str
    prompt: str | None = None
    """What the model made of the description, where it says so."""


class MadeImages(msgspec.Struct, frozen=True, kw_only=True):
    """As many images as were asked for, unless the vendor withheld some."""

    images: tuple[MadeImage, ...]
    usage: Usage
    model: str


@runtime_checkable
class ImageMaker(Protocol):
    """A provider that has models that make images."""

    async def make_images(self, request: ImageRequest) -> MadeImages:
        """Make images."""
        ...


def image_form(request: ImageRequest) -> str:
    """Return which of `ModelInfo.image_prices` a request's images have."""
    return " ".join(part for part in (request.quality, request.size) if part)
