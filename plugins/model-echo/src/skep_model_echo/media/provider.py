"""Moderation, speech, transcription and images of the echo provider."""

import asyncio
import re
from typing import Final

from skep_contracts.plugins.modalities.images import ImageRequest, MadeImage, MadeImages
from skep_contracts.plugins.modalities.moderation import Moderation, ModerationRequest
from skep_contracts.plugins.modalities.speech import (
    Segment,
    Speech,
    SpeechRequest,
    Transcript,
    TranscriptionRequest,
)
from skep_contracts.plugins.models import Usage
from skep_contracts.problems import FieldError, InvalidInput
from skep_model_echo.media import judging, picture, sound
from skep_model_echo.words import count_words

MAX_CHARACTERS: Final = 20_000
_SIZE: Final = re.compile(r"(\d{2,4})x(\d{2,4})\Z")
_USUAL: Final = ("auto", "1024x1024")
_SMALLEST, _LARGEST = 16, 2_048
_SPEEDS: Final = (0.25, 4.0)


class EchoMedia:
    """What echo does besides texts."""

    async def moderate(self, request: ModerationRequest) -> Moderation:
        """Flag texts that have a word of a short list."""
        _check(request.model, "word-list")
        usage = Usage(input_tokens=count_words(request.texts), estimated=True)
        verdicts = tuple(judging.judge(text) for text in request.texts)
        return Moderation(verdicts=verdicts, usage=usage, model=request.model)

    async def speak(self, request: SpeechRequest) -> Speech:
        """Sound a tone for each word. There is one voice, whatever it is called."""
        _check(request.model, "tones")
        if request.format not in {"wav", "pcm"}:
            raise _fault("Tones come as wav or pcm.", "response_format")
        if len(request.text) > MAX_CHARACTERS:
            raise _fault(f"Tones are made of up to {MAX_CHARACTERS:,} characters.", "input")
        speed = 1.0 if request.speed is None else request.speed
        if not _SPEEDS[0] <= speed <= _SPEEDS[1]:
            raise _fault(f"The speed is from {_SPEEDS[0]} to {_SPEEDS[1]}.", "speed")
        samples = await asyncio.to_thread(sound.speak, request.text, speed=speed)
        made = sound.as_wav(samples, request.text) if request.format == "wav" else samples
        usage = Usage(characters=len(request.text))
        return Speech(sound=made, usage=usage, model=request.model)

    async def transcribe(self, request: TranscriptionRequest) -> Transcript:
        """Write down what echo has spoken; of anything else, say how long it is."""
        _check(request.model, "listener")
        if request.is_translated:
            raise InvalidInput("Echo does not translate.", code="not_supported")
        words, duration_s = sound.read(request.sound)
        if words is None:
            length = "unknown length" if duration_s is None else f"{duration_s:.1f} seconds"
            words = f"[sound of {length}]"
        span = Segment(start_s=0.0, end_s=duration_s or 0.0, text=words)
        return Transcript(
            text=words,
            duration_s=duration_s,
            segments=(span,) if request.with_segments else (),
            words=_spread(words, duration_s or 0.0) if request.with_words else (),
            usage=Usage(audio_s=duration_s or 0.0),
            model=request.model,
        )

    async def make_images(self, request: ImageRequest) -> MadeImages:
        """Draw the description's letters."""
        _check(request.model, "letters")
        size = _USUAL[1] if request.size in {None, _USUAL[0]} else request.size or ""
        found = _SIZE.match(size)
        if not found or not all(_SMALLEST <= int(side) <= _LARGEST for side in found.groups()):
            raise _fault(f"Sides have from {_SMALLEST} to {_LARGEST:,} pixels.", "size")
        width, height = int(found[1]), int(found[2])
        images = [
            await asyncio.to_thread(picture.draw, request.prompt, width, height, number)
            for number in range(request.count)
        ]
        return MadeImages(
            images=tuple(MadeImage(data=data, mime_type="image/png") for data in images),
            usage=Usage(),
            model=request.model,
        )


def _spread(text: str, duration_s: float) -> tuple[Segment, ...]:
    """Give each word of a text the time that its letters take."""
    words = text.split()
    letters = sum(map(len, words)) or 1
    spans, at = [], 0
    for word in words:
        start_s, at = duration_s * at / letters, at + len(word)
        spans.append(Segment(start_s=start_s, end_s=duration_s * at / letters, text=word))
    return tuple(spans)


def _check(name: str, expected: str) -> None:
    if name != expected:
        raise InvalidInput(f"For this, echo has the model {expected!r} only.")


def _fault(detail: str, field: str) -> InvalidInput:
    return InvalidInput(detail, errors=[FieldError(pointer=f"/{field}", message=detail)])
