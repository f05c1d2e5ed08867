"""Shapes of requests, and what they ask of a model."""

from typing import Annotated, Any, Literal

import msgspec

from skep_contracts.plugins.modalities.images import ImageRequest
from skep_contracts.plugins.modalities.moderation import ModerationRequest
from skep_contracts.plugins.modalities.speech import SoundFormat, SpeechRequest
from skep_contracts.problems import FieldError, InvalidInput

ModelName = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
User = Annotated[str, msgspec.Meta(max_length=128)]
MAX_TEXTS = 256
MAX_IMAGES = 10
_IMAGE_EXTRA = ("style", "background", "moderation", "output_format", "output_compression")
"""Parameters of vendors, sent on as they are."""


class InputPart(msgspec.Struct):
    """A part of what is to be judged."""

    type: Literal["text", "image_url"]
    text: str = ""


class ModerationBody(msgspec.Struct):
    """``POST /openai/v1/moderations``."""

    input: str | Annotated[list[str | InputPart], msgspec.Meta(min_length=1, max_length=MAX_TEXTS)]
    model: ModelName = "default"
    user: User | None = None

    def request(self) -> ModerationRequest:
        """Return what is asked; parts are one text together.

        Raises:
            InvalidInput: There is an image among them.
        """
        if isinstance(self.input, str):
            return ModerationRequest(model=self.model, texts=(self.input,))
        texts = [each for each in self.input if isinstance(each, str)]
        parts = [each for each in self.input if isinstance(each, InputPart)]
        if any(part.type != "text" for part in parts):
            raise refused("Images are not judged here.", "input")
        if parts:
            texts.append("\n".join(part.text for part in parts))
        return ModerationRequest(model=self.model, texts=tuple(texts))


class Voice(msgspec.Struct):
    """A voice of one's own at the vendor."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class SpeechBody(msgspec.Struct):
    """``POST /openai/v1/audio/speech``."""

    input: Annotated[str, msgspec.Meta(min_length=1, max_length=40_000)]
    voice: Annotated[str, msgspec.Meta(min_length=1, max_length=200)] | Voice
    model: ModelName = "default"
    response_format: SoundFormat = "mp3"
    speed: Annotated[float, msgspec.Meta(ge=0.25, le=4)] | None = None
    instructions: Annotated[str, msgspec.Meta(max_length=8_000)] | None = None
    stream_format: Literal["audio"] = "audio"
    user: User | None = None

    def request(self) -> SpeechRequest:
        """Return what is asked."""
        return SpeechRequest(
            model=self.model,
            text=self.input,
            voice=self.voice if isinstance(self.voice, str) else self.voice.id,
            format=self.response_format,
            speed=self.speed,
            instructions=self.instructions,
        )


class ImageBody(msgspec.Struct):
    """``POST /openai/v1/images/generations``."""

    prompt: Annotated[str, msgspec.Meta(min_length=1, max_length=32_000)]
    model: ModelName = "default"
    n: Annotated[int, msgspec.Meta(ge=1, le=MAX_IMAGES)] | None = None
    size: Annotated[str, msgspec.Meta(max_length=32)] | None = None
    quality: Annotated[str, msgspec.Meta(max_length=32)] | None = None
    response_format: Literal["b64_json", "url"] | None = None
    stream: Literal[False] | None = None
    user: User | None = None

    def request(self, sent: dict[str, Any]) -> ImageRequest:
        """Return what is asked; `sent` is the body as it came."""
        return ImageRequest(
            model=self.model,
            prompt=self.prompt,
            count=self.n or 1,
            size=self.size,
            quality=self.quality,
            extra={name: sent[name] for name in _IMAGE_EXTRA if sent.get(name) is not None},
        )


def refused(detail: str, field: str) -> InvalidInput:
    """Return the problem of a field whose value is not taken here."""
    return InvalidInput(detail, errors=[FieldError(pointer=f"/{field}", message=detail)])
