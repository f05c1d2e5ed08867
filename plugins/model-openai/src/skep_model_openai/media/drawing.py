"""Images, in the three forms that vendors want them asked for."""

import base64
import binascii
import re
from typing import Any, Final

from skep_contracts.plugins.modalities.images import ImageRequest, MadeImage, MadeImages
from skep_contracts.plugins.models import Usage
from skep_contracts.problems import FieldError, InvalidInput
from skep_contracts.vendor_wire.reading import decoded, malformed
from skep_contracts.vendor_wire.text import encode_json
from skep_model_openai.media import wire
from skep_model_openai.session import Session

PATH: Final = "images/generations"
MAX_IMAGE_BYTES: Final = 64 * 1024 * 1024
_FORMAT: Final = "response_format"
_ALWAYS_INLINE: Final = re.compile(r"gpt-image", re.IGNORECASE)
"""Models that know no other form, and refuse the parameter for it."""
_SIZE: Final = re.compile(r"(\d{1,5})x(\d{1,5})\Z")
_NOT_EXTRA: Final = frozenset({"model", "prompt", "n", "stream", _FORMAT})
_TYPES: Final = (
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"RIFF", "image/webp"),
    (b"GIF8", "image/gif"),
)
_MAX_MODELS: Final = 512


class Drawing:
    """Sends image requests."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._inline: set[str] = set()
        """Models that refused to be told the form of the answer."""

    async def make_images(self, request: ImageRequest) -> MadeImages:
        """Make images, in one request; images that the vendor only names are fetched."""
        if self._session.vendor.draws == "workflow":
            return await self._in_a_workflow(request)
        try:
            raw = await self._session.post(PATH, self._body(request))
        except InvalidInput as error:
            if request.model in self._inline or _FORMAT not in error.detail:
                raise
            if len(self._inline) < _MAX_MODELS:
                self._inline.add(request.model)
            raw = await self._session.post(PATH, self._body(request, is_inline=True))
        answer = decoded(wire.IMAGES, raw, "no list of images")
        images = [await self._image(found) for found in answer.data]
        usage = answer.usage.to_usage() if answer.usage is not None else Usage()
        return MadeImages(images=tuple(images), usage=usage, model=request.model)

    def _body(self, request: ImageRequest, *, is_inline: bool = False) -> dict[str, Any]:
        vendor = self._session.vendor
        body: dict[str, Any] = {
            "model": request.model,
            "prompt": request.prompt,
            "n": request.count,
        }
        is_told = not (
            is_inline or request.model in self._inline or _ALWAYS_INLINE.search(request.model)
        )
        if is_told:
            body[_FORMAT] = vendor.inline_word
        if request.quality is not None:
            body["quality"] = request.quality
        if request.size is not None and vendor.draws == "sides":
            body |= _sides(request.size)
        elif request.size is not None:
            body["size"] = request.size
        return body | {k: v for k, v in request.extra.items() if k not in _NOT_EXTRA}

    async def _image(self, found: wire.ImageObject) -> MadeImage:
        if found.b64_json:
            try:
                data = base64.b64decode(found.b64_json.rpartition(",")[2], validate=True)
            except (binascii.Error, ValueError) as error:
                raise malformed("an image that is not base64") from error
        elif found.url:
            data = await self._fetched(found.url)
        else:
            raise malformed("an image without content")
        return MadeImage(data=data, mime_type=_type_of(data), prompt=found.revised_prompt)

    async def _fetched(self, url: str) -> bytes:
        """Return what is at an address that the vendor named; the credential is not sent there."""
        answer = await self._session.context.http.request(
            "GET", url, timeout_s=60.0, max_bytes=MAX_IMAGE_BYTES
        )
        if answer.status >= 400:
            raise malformed("the address of an image that is not there")
        return answer.body

    async def _in_a_workflow(self, request: ImageRequest) -> MadeImages:
        """Ask a model at its own address, which answers with the image itself."""
        if request.count != 1:
            detail = "This vendor makes one image a call."
            raise InvalidInput(detail, errors=[FieldError(pointer="/n", message=detail)])
        body: dict[str, Any] = {"prompt": request.prompt}
        if request.size is not None:
            sides = _sides(request.size)
            body["aspect_ratio"] = _ratio(sides["width"], sides["height"])
        body |= {k: v for k, v in request.extra.items() if k not in _NOT_EXTRA}
        answer = await self._session.send(
            "POST",
            f"workflows/{request.model}/text_to_image",
            encode_json(body),
            headers={"accept": "image/png"},
        )
        if answer.status >= 400:
            raise self._session.failure(answer)
        image = MadeImage(data=answer.body, mime_type=_type_of(answer.body))
        return MadeImages(images=(image,), usage=Usage(), model=request.model)


def _sides(size: str) -> dict[str, int]:
    found = _SIZE.match(size)
    if found is None:
        detail = "This vendor takes a size as width and height, such as 1024x768."
        raise InvalidInput(detail, errors=[FieldError(pointer="/size", message=detail)])
    return {"width": int(found[1]), "height": int(found[2])}


def _ratio(width: int, height: int) -> str:
    """Return the nearest of the ratios that the vendor knows."""
    known = ((1, 1), (21, 9), (16, 9), (3, 2), (5, 4), (4, 5), (2, 3), (9, 16), (9, 21))
    wanted = width / max(height, 1)
    wide, high = min(known, key=lambda sides: abs(sides[0] / sides[1] - wanted))
    return f"{wide}:{high}"


def _type_of(data: bytes) -> str:
    for begin, mime_type in _TYPES:
        if data.startswith(begin):
            return mime_type
    raise malformed("something that is no image")
