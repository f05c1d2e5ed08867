"""Models that listen, and models that speak."""

from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

import msgspec

from skep_contracts.plugins.models import Usage

SoundFormat: TypeAlias = Literal["mp3", "opus", "aac", "flac", "wav", "pcm"]


class TranscriptionRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A recording to write down."""

    model: str
    sound: bytes
    name: str
    """With the extension that says what it is, such as ``call.mp3``."""
    mime_type: str
    is_translated: bool = False
    """Write it down in English, whatever is spoken."""
    language: str | None = None
    """ISO 639-1, where the caller knows it."""
    prompt: str | None = None
    """Names and words that may come up."""
    temperature: float | None = None
    with_segments: bool = False
    """Say when what was said, for subtitles."""
    with_words: bool = False


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A passage, or a word, and when it was said: seconds from the beginning."""

    start_s: float
    end_s: float
    text: str


class Transcript(msgspec.Struct, frozen=True, kw_only=True):
    """What was said. Segments and words are there when they were asked for."""

    text: str
    language: str | None = None
    duration_s: float | None = None
    segments: tuple[Segment, ...] = ()
    words: tuple[Segment, ...] = ()
    usage: Usage
    model: str


@runtime_checkable
class Transcriber(Protocol):
    """A provider that has models that listen.

    Raises `InvalidInput` with the code ``not_supported`` for a translation or for times that the
    model does not give.
    """

    async def transcribe(self, request: TranscriptionRequest) -> Transcript:
        """Write a recording down."""
        ...


class SpeechRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A text to speak."""

    model: str
    text: str
    voice: str
    """The vendor's name of one."""
    format: SoundFormat = "mp3"
    speed: float | None = None
    instructions: str | None = None
    """How to speak."""
    extra: dict[str, Any] = {}
    """Vendor parameters, sent as they are."""


class Speech(msgspec.Struct, frozen=True, kw_only=True):
    """A spoken text, in the format that was asked for."""

    sound: bytes
    usage: Usage
    model: str


@runtime_checkable
class Speaker(Protocol):
    """A provider that has models that speak."""

    async def speak(self, request: SpeechRequest) -> Speech:
        """Speak a text."""
        ...
