"""The form with a recording, and what was said in it in each of the formats there are."""

import contextlib
from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

import msgspec
from starlette.datastructures import FormData

from skep_contracts.decoding import convert
from skep_contracts.plugins.modalities.speech import Segment, Transcript, TranscriptionRequest
from skep_contracts.plugins.models import Usage
from skep_contracts.problems import TooLarge
from skep_gateway.completions.media.bodies import ModelName, User, refused
from skep_gateway.files.upload import clean_mime_type, clean_name, file_of

MAX_SOUND_BYTES: Final = 25 * 1024 * 1024
"""What vendors take."""
MAX_FORM_BYTES: Final = MAX_SOUND_BYTES + 128 * 1024
_WORDS: Final = {"true": True, "1": True, "false": False, "0": False}
_LISTS: Final = ("timestamp_granularities[]", "include[]")
FORM: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "model": {"type": "string", "default": "default"},
                        "language": {"type": "string", "description": "ISO 639-1"},
                        "prompt": {"type": "string"},
                        "response_format": {
                            "type": "string",
                            "enum": ["json", "text", "srt", "verbose_json", "vtt"],
                            "default": "json",
                        },
                        "temperature": {"type": "number", "minimum": 0, "maximum": 1},
                        "timestamp_granularities[]": {
                            "type": "array",
                            "items": {"type": "string", "enum": ["word", "segment"]},
                        },
                    },
                }
            }
        },
    }
}


class _Fields(msgspec.Struct):
    model: ModelName = "default"
    language: Annotated[str, msgspec.Meta(max_length=35)] | None = None
    prompt: Annotated[str, msgspec.Meta(max_length=8_000)] | None = None
    response_format: Literal["json", "text", "srt", "verbose_json", "vtt"] = "json"
    temperature: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    stream: bool = False
    user: User | None = None
    granularities: tuple[Literal["word", "segment"], ...] = ()


class Recording(msgspec.Struct, frozen=True):
    """What is asked, in which format the answer goes out, and whom it is for."""

    request: TranscriptionRequest
    format: str
    user: str | None
    granularities: tuple[str, ...]


async def recording_of(form: FormData, *, is_translated: bool) -> Recording:
    """Return what a form asks.

    Raises:
        InvalidInput: A field is missing or has a value that is not taken.
        TooLarge: The recording is longer than vendors take.
    """
    fields = convert({**_texts(form), "granularities": form.getlist(_LISTS[0])}, _Fields)
    if fields.stream:
        raise refused("Transcripts are not streamed here.", "stream")
    if form.getlist(_LISTS[1]):
        raise refused("Transcripts come without log probabilities.", "include")
    upload = file_of(form)
    sound = await upload.read(MAX_SOUND_BYTES + 1)
    if len(sound) > MAX_SOUND_BYTES:
        raise TooLarge(f"A recording has at most {MAX_SOUND_BYTES:,} bytes.")
    if not sound:
        raise refused("The recording is empty.", "file")
    name = clean_name(upload.filename)
    is_timed = fields.response_format in {"srt", "vtt", "verbose_json"}
    request = TranscriptionRequest(
        model=fields.model,
        sound=sound,
        name=name,
        mime_type=clean_mime_type(upload.content_type, name),
        is_translated=is_translated,
        language=fields.language,
        prompt=fields.prompt,
        temperature=fields.temperature,
        with_segments=is_timed and fields.granularities != ("word",),
        with_words="word" in fields.granularities,
    )
    return Recording(request, fields.response_format, fields.user, fields.granularities)


def _texts(form: FormData) -> dict[str, Any]:
    """Return the fields that are texts, and those that are numbers or yes and no as such."""
    found: dict[str, Any] = {
        name: value
        for name, value in form.items()
        if isinstance(value, str) and value and name not in _LISTS
    }
    with contextlib.suppress(ValueError):
        if "temperature" in found:
            found["temperature"] = float(found["temperature"])
    if "stream" in found:
        found["stream"] = _WORDS.get(found["stream"].lower(), found["stream"])
    return found


def written(made: Transcript, form: str) -> tuple[bytes, str]:
    """Return a transcript in a format, and its content type."""
    match form:
        case "text":
            return f"{made.text}\n".encode(), "text/plain; charset=utf-8"
        case "srt":
            return _subtitles(made, mark=",").encode(), "application/x-subrip; charset=utf-8"
        case "vtt":
            return f"WEBVTT\n\n{_subtitles(made, mark='.')}".encode(), "text/vtt; charset=utf-8"
        case "verbose_json":
            return msgspec.json.encode(_verbose(made)), "application/json"
        case _:
            shown = {"text": made.text, "usage": _usage(made.usage)}
            return msgspec.json.encode(shown), "application/json"


def _subtitles(made: Transcript, *, mark: str) -> str:
    """Return numbered lines for SRT, unnumbered ones for WebVTT."""
    blocks = []
    for number, segment in enumerate(_segments(made), 1):
        head = f"{number}\n" if mark == "," else ""
        span = f"{_clock(segment.start_s, mark)} --> {_clock(segment.end_s, mark)}"
        blocks.append(f"{head}{span}\n{segment.text.strip()}\n")
    return "\n".join(blocks)


def _segments(made: Transcript) -> Sequence[Segment]:
    """Return the segments, or where the model gives none, one with all of the text."""
    if made.segments or not made.text:
        return made.segments
    return (Segment(start_s=0.0, end_s=made.duration_s or made.usage.audio_s, text=made.text),)


def _clock(seconds: float, mark: str) -> str:
    milliseconds = round(seconds * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    return (
        f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds // 1000:02}{mark}"
        f"{milliseconds % 1000:03}"
    )


def _verbose(made: Transcript) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "task": "transcribe",
        "language": made.language,
        "duration": made.duration_s or made.usage.audio_s,
        "text": made.text,
        "segments": [
            {"id": number, "start": each.start_s, "end": each.end_s, "text": each.text}
            for number, each in enumerate(made.segments)
        ],
        "usage": _usage(made.usage),
    }
    if made.words:
        shown["words"] = [
            {"word": each.text, "start": each.start_s, "end": each.end_s} for each in made.words
        ]
    return shown


def _usage(usage: Usage) -> dict[str, Any]:
    if not usage.input_tokens:
        return {"type": "duration", "seconds": usage.audio_s}
    return {
        "type": "tokens",
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "total_tokens": usage.input_tokens + usage.output_tokens,
    }
