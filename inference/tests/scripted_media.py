"""A provider for what is not chat, embeddings or rerank; it does what a test says."""

import asyncio
from typing import Any

from skep_contracts.plugins.modalities.images import ImageRequest, MadeImage, MadeImages
from skep_contracts.plugins.modalities.moderation import Moderation, ModerationRequest, Verdict
from skep_contracts.plugins.modalities.speech import (
    Speech,
    SpeechRequest,
    Transcript,
    TranscriptionRequest,
)
from skep_contracts.plugins.models import ModelInfo, ModelKind, Usage

MEDIA_MODELS = (
    ModelInfo(name="judge", kind=ModelKind.MODERATION, input_price=0.0),
    ModelInfo(name="ear", kind=ModelKind.TRANSCRIPTION, minute_price=0.006),
    ModelInfo(name="voice", kind=ModelKind.SPEECH, character_price=15.0),
    ModelInfo(name="token-voice", kind=ModelKind.SPEECH, input_price=0.6, output_price=12.0),
    ModelInfo(
        name="brush",
        kind=ModelKind.IMAGE,
        image_price=0.04,
        image_prices={"hd 1024x1792": 0.12},
    ),
    ModelInfo(name="unpriced-brush", kind=ModelKind.IMAGE),
)


class MediaScript:
    """One step per attempt, the last repeats: an error to raise, or seconds to wait."""

    def __init__(self) -> None:
        self.steps: list[BaseException | float] = [0.0]
        self.usage = Usage()
        self.duration_s: float | None = None
        self.verdicts = 1
        self.images = 1
        self.requests: list[Any] = []


class ScriptedMedia:
    """Follows the script."""

    def __init__(self, script: MediaScript) -> None:
        self._media = script

    async def _step(self, request: object) -> None:
        script = self._media
        script.requests.append(request)
        step = script.steps.pop(0) if len(script.steps) > 1 else script.steps[0]
        if isinstance(step, BaseException):
            raise step
        await asyncio.sleep(step)

    async def moderate(self, request: ModerationRequest) -> Moderation:
        await self._step(request)
        verdict = Verdict(flagged=False, categories={}, scores={})
        return Moderation(
            verdicts=(verdict,) * self._media.verdicts, usage=self._media.usage, model=""
        )

    async def transcribe(self, request: TranscriptionRequest) -> Transcript:
        await self._step(request)
        media = self._media
        return Transcript(text="Hm.", duration_s=media.duration_s, usage=media.usage, model="")

    async def speak(self, request: SpeechRequest) -> Speech:
        await self._step(request)
        return Speech(sound=b"la", usage=self._media.usage, model="")

    async def make_images(self, request: ImageRequest) -> MadeImages:
        await self._step(request)
        image = MadeImage(data=b"png", mime_type="image/png")
        return MadeImages(images=(image,) * self._media.images, usage=self._media.usage, model="")
