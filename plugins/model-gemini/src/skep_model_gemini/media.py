"""Speech and images: answers of a model that are not texts."""

import base64
import binascii
import re
import struct
from typing import Final

from skep_contracts.plugins.modalities.images import ImageRequest, MadeImage, MadeImages
from skep_contracts.plugins.modalities.speech import Speech, SpeechRequest
from skep_contracts.plugins.models import Usage
from skep_contracts.problems import FieldError, InvalidInput
from skep_contracts.vendor_wire.reading import decoded, malformed
from skep_contracts.vendor_wire.session import VendorSession
from skep_model_gemini.wire import answers, requests

_RATE: Final = 24_000
"""Samples per second of the vendor's sound, where it does not say."""
_RATE_OF: Final = re.compile(r"rate=(\d+)")
_SIZE: Final = re.compile(r"(\d{1,5})x(\d{1,5})\Z")
_RATIOS: Final = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")


async def speak(session: VendorSession, request: SpeechRequest) -> Speech:
    """Speak a text. The vendor gives bare samples, which a WAV file can hold."""
    if request.format not in {"wav", "pcm"}:
        raise _fault("This vendor's sound comes as wav or pcm.", "response_format")
    if request.speed not in {None, 1.0}:
        raise _fault("This vendor knows no speed; say it in the instructions.", "speed")
    text = f"{request.instructions}\n\n{request.text}" if request.instructions else request.text
    path = requests.model_path(request.model, "generateContent")
    raw = await session.post(path, requests.speech_body(text, request.voice, request.extra))
    answer = decoded(answers.CHUNKS, raw, "something that is no answer of a model")
    found, samples = _inline(answer, "sound")
    rate = _RATE_OF.search(found.mime_type)
    sound = (
        _as_wav(samples, int(rate[1]) if rate else _RATE) if request.format == "wav" else samples
    )
    return Speech(sound=sound, usage=_usage(answer), model=request.model)


async def make_images(session: VendorSession, request: ImageRequest) -> MadeImages:
    """Make an image: one, because that is what the vendor makes of a request."""
    if request.count != 1:
        raise _fault("This vendor makes one image a call.", "n")
    ratio = None
    if request.size not in {None, "auto"}:
        ratio = _ratio(request.size or "")
    path = requests.model_path(request.model, "generateContent")
    raw = await session.post(path, requests.image_body(request.prompt, ratio, request.extra))
    answer = decoded(answers.CHUNKS, raw, "something that is no answer of a model")
    found, data = _inline(answer, "image")
    image = MadeImage(data=data, mime_type=found.mime_type)
    return MadeImages(images=(image,), usage=_usage(answer), model=request.model)


def _inline(answer: answers.Chunk, what: str) -> tuple[answers.InlineData, bytes]:
    """Return the first bytes of an answer.

    Raises:
        InvalidInput: The vendor gives none because of what was asked.
        ProviderFailed: It gives none for no reason that it tells, or what is none.
    """
    candidate = next(iter(answer.candidates or ()), None)
    content = None if candidate is None else candidate.content
    for part in (content.parts if content is not None else None) or ():
        if part.inline_data is not None:
            try:
                return part.inline_data, base64.b64decode(part.inline_data.data, validate=True)
            except (binascii.Error, ValueError) as error:
                raise malformed(f"a {what} that is not base64") from error
    is_blocked = answer.prompt_feedback is not None and answer.prompt_feedback.block_reason
    reason = (candidate.finish_reason if candidate is not None else None) or ""
    if is_blocked or reason not in {"", "STOP", "MAX_TOKENS"}:
        raise InvalidInput(
            "The model provider refuses the content of the request.", code="content_refused"
        )
    raise malformed(f"an answer without {what}")


def _usage(answer: answers.Chunk) -> Usage:
    return Usage() if answer.usage_metadata is None else answer.usage_metadata.to_usage()


def _as_wav(samples: bytes, rate: int) -> bytes:
    """Return 16-bit mono samples as a WAV file."""
    form = struct.pack("<IHHIIHH", 16, 1, 1, rate, 2 * rate, 2, 16)
    head = b"WAVEfmt " + form + b"data" + struct.pack("<I", len(samples))
    return b"RIFF" + struct.pack("<I", len(head) + len(samples)) + head + samples


def _ratio(size: str) -> str:
    """Return the nearest of the ratios that the vendor knows."""
    found = _SIZE.match(size)
    if found is None or not int(found[2]):
        raise _fault("A size is a width and a height, such as 1024x768.", "size")
    wanted = int(found[1]) / int(found[2])

    def distance(ratio: str) -> float:
        wide, _, high = ratio.partition(":")
        return abs(int(wide) / int(high) - wanted)

    return min(_RATIOS, key=distance)


def _fault(detail: str, field: str) -> InvalidInput:
    return InvalidInput(detail, errors=[FieldError(pointer=f"/{field}", message=detail)])
