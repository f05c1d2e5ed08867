"""What comes in: verdicts, transcripts, images. Read leniently, like all answers."""

from typing import Any, Final

import msgspec

from skep_contracts.plugins.models import Usage


class Counts(msgspec.Struct):
    """What was used: tokens, or seconds of sound."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    seconds: float | None = None
    prompt_audio_seconds: float | None = None

    def to_usage(self) -> Usage:
        """Return the counts in our terms."""
        return Usage(
            input_tokens=self.input_tokens or self.prompt_tokens or 0,
            output_tokens=self.output_tokens or self.completion_tokens or 0,
            audio_s=self.seconds or self.prompt_audio_seconds or 0.0,
        )


class VerdictObject(msgspec.Struct):
    """What is wrong with a text; some vendors leave out whether anything is."""

    categories: dict[str, bool | None] = {}
    category_scores: dict[str, float | None] = {}
    flagged: bool | None = None


class VerdictList(msgspec.Struct):
    """The answer to a moderation request."""

    results: list[VerdictObject]
    model: str | None = None
    usage: Counts | None = None


class Span(msgspec.Struct):
    """A passage or a word of a transcript."""

    start: float = 0.0
    end: float = 0.0
    text: str = ""
    word: str = ""


class TranscriptObject(msgspec.Struct):
    """The answer to a transcription request."""

    text: str
    language: str | None = None
    duration: float | None = None
    segments: list[Span] | None = None
    words: list[Span] | None = None
    usage: Counts | None = None


class ImageObject(msgspec.Struct):
    """An image, in the answer or at an address."""

    b64_json: str | None = None
    url: str | None = None
    revised_prompt: str | None = None


class ImageList(msgspec.Struct):
    """The answer to an image request."""

    data: list[ImageObject]
    usage: Counts | None = None


VERDICTS: Final = msgspec.json.Decoder(VerdictList, strict=False)
TRANSCRIPT: Final = msgspec.json.Decoder(TranscriptObject, strict=False)
IMAGES: Final = msgspec.json.Decoder(ImageList, strict=False)
Json = dict[str, Any]
