"""Moderation, speech and images, where the vendor has them."""

from skep_contracts.plugins.modalities.images import ImageRequest, MadeImages
from skep_contracts.plugins.modalities.moderation import Moderation, ModerationRequest
from skep_contracts.plugins.modalities.speech import (
    Speech,
    SpeechRequest,
    Transcript,
    TranscriptionRequest,
)
from skep_contracts.problems import InvalidInput
from skep_model_openai.media import judging, speaking
from skep_model_openai.media.drawing import Drawing
from skep_model_openai.media.listening import Listening
from skep_model_openai.session import Session


class OpenAIMedia:
    """What the vendors of the table do besides texts."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._vendor = session.vendor
        self._listening = Listening(session)
        self._drawing = Drawing(session)

    async def moderate(self, request: ModerationRequest) -> Moderation:
        """Judge texts, in one request."""
        self._need("moderation", is_there=self._vendor.judges)
        return await judging.moderate(self._session, request)

    async def transcribe(self, request: TranscriptionRequest) -> Transcript:
        """Write a recording down."""
        self._need("transcription", is_there=bool(self._vendor.hears))
        return await self._listening.transcribe(request)

    async def speak(self, request: SpeechRequest) -> Speech:
        """Speak a text, in one request."""
        self._need("speech", is_there=self._vendor.speaks)
        return await speaking.speak(self._session, request)

    async def make_images(self, request: ImageRequest) -> MadeImages:
        """Make images, in one request."""
        self._need("images", is_there=bool(self._vendor.draws))
        return await self._drawing.make_images(request)

    def _need(self, what: str, *, is_there: bool) -> None:
        if not is_there:
            raise InvalidInput(
                f"{self._vendor.title} has no models for {what}, as far as is known here.",
                code="not_supported",
            )
