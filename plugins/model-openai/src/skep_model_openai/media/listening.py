"""Transcription and translation of recordings."""

import re
from typing import Final, Literal

from skep_contracts.plugins.modalities.speech import Segment, Transcript, TranscriptionRequest
from skep_contracts.plugins.models import Usage
from skep_contracts.problems import InvalidInput
from skep_contracts.vendor_wire.form import Form, FormFile, encode_form
from skep_contracts.vendor_wire.reading import decoded
from skep_model_openai.media import wire
from skep_model_openai.session import Session

TRANSCRIPTIONS: Final = "audio/transcriptions"
TRANSLATIONS: Final = "audio/translations"
_TIMELESS: Final = re.compile(r"gpt-4o|transcribe", re.IGNORECASE)
"""Models that give no times, and know no format that has them."""
_FORMAT: Final = "response_format"
_MAX_MODELS: Final = 512
Times = Literal["verbose", "asked", "none"]
"""``asked``: the vendor gives times when asked, without a format for it."""


class Listening:
    """Sends recordings."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._learnt: dict[str, Times] = {}

    async def transcribe(self, request: TranscriptionRequest) -> Transcript:
        """Write a recording down, in one request; a model without times gets a second one."""
        vendor = self._session.vendor
        if request.is_translated and vendor.hears == "plain":
            raise InvalidInput(f"{vendor.title} does not translate.", code="not_supported")
        times = self._times(request.model)
        if request.with_words and times == "none":
            raise InvalidInput(
                f"{request.model} does not say when words were spoken.", code="not_supported"
            )
        path = TRANSLATIONS if request.is_translated else TRANSCRIPTIONS
        try:
            raw = await self._session.post_form(path, _form(request, times))
        except InvalidInput as error:
            if times != "verbose" or _FORMAT not in error.detail or request.with_words:
                raise
            times = "none"
            if len(self._learnt) < _MAX_MODELS:
                self._learnt[request.model] = times
            raw = await self._session.post_form(path, _form(request, times))
        answer = decoded(wire.TRANSCRIPT, raw, "no transcript")
        return Transcript(
            text=answer.text,
            language=answer.language,
            duration_s=answer.duration,
            segments=_spans(answer.segments) if request.with_segments else (),
            words=_spans(answer.words) if request.with_words else (),
            usage=answer.usage.to_usage() if answer.usage is not None else Usage(),
            model=request.model,
        )

    def _times(self, model: str) -> Times:
        if self._session.vendor.hears == "plain":
            return "asked"
        return self._learnt.get(model, "none" if _TIMELESS.search(model) else "verbose")


def _form(request: TranscriptionRequest, times: Times) -> Form:
    fields = [("model", request.model)]
    if times != "asked":
        fields.append((_FORMAT, "verbose_json" if times == "verbose" else "json"))
    if times != "none" and not request.is_translated:
        wanted = ("segment",) * request.with_segments + ("word",) * request.with_words
        fields += [("timestamp_granularities[]", each) for each in wanted]
    optional = {
        "language": None if request.is_translated else request.language,
        "prompt": request.prompt,
        "temperature": request.temperature,
    }
    fields += [(name, str(value)) for name, value in optional.items() if value is not None]
    file = FormFile(
        field="file", name=request.name, mime_type=request.mime_type, content=request.sound
    )
    return encode_form(fields, file)


def _spans(found: list[wire.Span] | None) -> tuple[Segment, ...]:
    return tuple(
        Segment(start_s=span.start, end_s=span.end, text=span.text or span.word)
        for span in found or ()
    )
