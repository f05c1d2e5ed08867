"""What providers promise that have models for moderation, speech or images as well."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

import pytest

from skep_contracts.plugins.modalities.images import ImageMaker, ImageRequest, MadeImages
from skep_contracts.plugins.modalities.moderation import (
    Moderation,
    ModerationRequest,
    Moderator,
)
from skep_contracts.plugins.modalities.speech import (
    Speaker,
    Speech,
    SpeechRequest,
    Transcriber,
    Transcript,
    TranscriptionRequest,
)
from skep_contracts.plugins.models import ModelKind, Provider, ProviderDescription
from skep_contracts.problems import RateLimited
from skep_testing.conformance.model_kit.vendor import Vendor
from skep_testing.http_server import Answer

PNG: Final = b"\x89PNG\r\n\x1a\n" + bytes(64)
METHODS: Final = {
    ModelKind.MODERATION: "moderate",
    ModelKind.TRANSCRIPTION: "transcribe",
    ModelKind.SPEECH: "speak",
    ModelKind.IMAGE: "make_images",
}


class MediaConformance:
    """Part of `ModelConformance`. Name a model of each kind that the provider has."""

    is_online: ClassVar[bool] = True
    moderation_model: ClassVar[str | None] = None
    transcription_model: ClassVar[str | None] = None
    speech_model: ClassVar[str | None] = None
    image_model: ClassVar[str | None] = None

    def moderation_answer(self, flags: Sequence[bool]) -> Answer:
        """Return the vendor's verdicts."""
        raise NotImplementedError

    def transcription_answer(self, text: str) -> Answer:
        """Return the vendor's transcript."""
        raise NotImplementedError

    def speech_answer(self, sound: bytes) -> Answer:
        """Return the vendor's sound."""
        raise NotImplementedError

    def image_answer(self, images: Sequence[bytes]) -> Answer:
        """Return the vendor's images."""
        raise NotImplementedError

    def error_answer(self, status: int, headers: Mapping[str, str]) -> Answer:
        """Return an error."""
        raise NotImplementedError

    def _spoken(self) -> SpeechRequest:
        model = self.speech_model or pytest.skip("this provider offers no speech")
        return SpeechRequest(model=model, text="Hello", voice="any", format="wav")

    def _recording(self) -> TranscriptionRequest:
        model = self.transcription_model or pytest.skip("this provider offers no transcription")
        return TranscriptionRequest(
            model=model, sound=b"RIFF\x04\0\0\0WAVE", name="a.wav", mime_type="audio/wav"
        )

    def _judged(self) -> ModerationRequest:
        model = self.moderation_model or pytest.skip("this provider offers no moderation")
        return ModerationRequest(model=model, texts=("A nice day.", "I will kill you."))

    def _drawn(self) -> ImageRequest:
        model = self.image_model or pytest.skip("this provider offers no images")
        return ImageRequest(model=model, prompt="A hive", count=1)

    def test_models_have_the_method_of_their_kind(
        self, description: ProviderDescription, vendor: Vendor
    ) -> None:
        """The host looks for the method, and refuses a model whose provider has none."""
        kinds = {model.kind for model in description.models} & METHODS.keys()

        async def find(provider: Provider) -> set[ModelKind]:
            return {kind for kind in kinds if callable(getattr(provider, METHODS[kind], None))}

        assert vendor.use(find) == kinds

    def test_verdicts_are_in_the_order_of_texts(self, vendor: Vendor) -> None:
        """Whoever asks about ten messages must know which one it was."""
        request = self._judged()

        async def judge(provider: Provider) -> Moderation:
            assert isinstance(provider, Moderator)
            return await provider.moderate(request)

        answers = [self.moderation_answer([False, True])] if self.is_online else []
        made = vendor.use(judge, *answers)

        assert [verdict.flagged for verdict in made.verdicts] == [False, True]
        assert any(made.verdicts[1].categories.values())

    def test_recording_is_written_down(self, vendor: Vendor) -> None:
        """The text is what was said, and nothing around it."""
        request = self._recording()

        async def listen(provider: Provider) -> Transcript:
            assert isinstance(provider, Transcriber)
            return await provider.transcribe(request)

        answers = [self.transcription_answer("Good morning.")] if self.is_online else []
        made = vendor.use(listen, *answers)

        assert made.text == "Good morning." if self.is_online else made.text

    def test_text_is_spoken(self, vendor: Vendor) -> None:
        """The sound is passed on as it is."""
        request = self._spoken()

        async def speak(provider: Provider) -> Speech:
            assert isinstance(provider, Speaker)
            return await provider.speak(request)

        answers = [self.speech_answer(b"RIFFsound")] if self.is_online else []
        made = vendor.use(speak, *answers)

        assert made.sound.startswith(b"RIFF")

    def test_images_are_made(self, vendor: Vendor) -> None:
        """The type is that of the bytes, whatever the vendor calls it."""
        request = self._drawn()

        async def draw(provider: Provider) -> MadeImages:
            assert isinstance(provider, ImageMaker)
            return await provider.make_images(request)

        answers = [self.image_answer([PNG])] if self.is_online else []
        made = vendor.use(draw, *answers)

        assert len(made.images) == 1
        assert made.images[0].data.startswith(b"\x89PNG")
        assert made.images[0].mime_type == "image/png"

    @pytest.mark.parametrize("kind", METHODS)
    def test_busy_vendor_is_a_rate_limit(self, vendor: Vendor, kind: ModelKind) -> None:
        """The host waits as long as the vendor asks, for every kind of model."""
        if not self.is_online:
            pytest.skip("this provider calls no vendor")
        request = {
            ModelKind.MODERATION: self._judged,
            ModelKind.TRANSCRIPTION: self._recording,
            ModelKind.SPEECH: self._spoken,
            ModelKind.IMAGE: self._drawn,
        }[kind]()

        async def call(provider: Provider) -> None:
            await getattr(provider, METHODS[kind])(request)

        with pytest.raises(RateLimited) as refusal:
            vendor.use(call, self.error_answer(429, {"retry-after": "7"}))

        assert refusal.value.retry_after_s == pytest.approx(7)
