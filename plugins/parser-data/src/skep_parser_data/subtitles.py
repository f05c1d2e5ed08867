"""Subtitles (SubRip and WebVTT): cues joined to paragraphs, each with the time it begins at."""

import html
import io
import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from skep_contracts.plugins.parsers import Block
from skep_contracts.problems import InvalidInput
from skep_parser_data.decoding import cleaned, open_text

MAX_LINE_CHARS: Final = 10_000
MAX_CUE_CHARS: Final = 60_000
_PAUSE_S: Final = 3.0
"""Silence of which a new paragraph comes."""
_ENOUGH_CHARS: Final = 400
"""So long a paragraph ends with the next sentence, and twice as long with the next cue."""
_TIME: Final = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?"
_TIMING: Final = re.compile(rf"\s{{0,99}}{_TIME}\s{{0,99}}-->\s{{0,99}}{_TIME}")
_VOICE: Final = re.compile(r"<v(?:\.[^\s<>]{0,99})?\s{1,9}([^<>]{1,100})>")
_MARKUP: Final = re.compile(r"<[^<>]{0,200}>|\{\\[^{}]{0,200}\}")
_SENTENCE_ENDS: Final = (".", "!", "?", "…", "。", "！", "？", '"', "”")  # noqa: RUF001


class _Cue(msgspec.Struct):
    start_s: float
    end_s: float
    lines: list[str]


class SubtitleParser:
    """A `Parser` of subtitles. Marks of style and position are left out, speakers stay."""

    def parse(self, path: str, *, options: dict[str, Any]) -> Iterator[Block]:
        """Yield paragraphs, such as ``[00:01:02] What was said`` and more.

        Raises:
            InvalidInput: The file is empty, not text, or has no subtitles.
        """
        is_empty = True
        with open_text(path) as file:
            for paragraph in _paragraphs(_cues(file)):
                is_empty = False
                yield Block(text=paragraph)
        if is_empty:
            raise InvalidInput(
                "The file has no subtitles of the formats SubRip or WebVTT.", code="no_subtitles"
            )


def _cues(file: io.TextIOWrapper) -> Iterator[_Cue]:
    cue: _Cue | None = None
    while line := file.readline(MAX_LINE_CHARS):
        text = line.strip()
        timing = _TIMING.match(line) if "-->" in line else None
        if timing is not None:
            if cue is not None:
                if cue.lines and cue.lines[-1].isdecimal():
                    cue.lines.pop()  # the number of the one that begins
                yield cue
            cue = _Cue(_seconds(timing.groups()[:4]), _seconds(timing.groups()[4:]), [])
        elif cue is not None and not text:
            yield cue
            cue = None
        elif cue is not None and sum(map(len, cue.lines)) < MAX_CUE_CHARS:
            cue.lines.append(text)
    if cue is not None:
        yield cue


def _paragraphs(cues: Iterator[_Cue]) -> Iterator[str]:
    parts: list[str] = []
    size, end_s, last = 0, 0.0, ""
    for cue in cues:
        # Subtitles that roll upwards say every line twice.
        lines = [line for line in map(_readable, cue.lines) if line and line != last]
        if not lines:
            continue
        last = lines[-1]
        text = " ".join(lines)
        is_new = cue.start_s - end_s > _PAUSE_S or cue.start_s < end_s - 60 or ": " in text[:100]
        is_long = size > 2 * _ENOUGH_CHARS or (
            size > _ENOUGH_CHARS and parts[-1].endswith(_SENTENCE_ENDS)
        )
        if parts and (is_new or is_long):
            yield " ".join(parts)
            parts, size = [], 0
        if not parts:
            parts.append(_clock(cue.start_s))
        parts.append(text)
        size += len(text)
        end_s = cue.end_s
    if parts:
        yield " ".join(parts)


def _readable(line: str) -> str:
    spoken = _VOICE.sub(lambda found: f"{found[1].strip()}: ", line)
    return " ".join(cleaned(html.unescape(_MARKUP.sub("", spoken))).split())


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    return int(hours) * 3600 + int(minutes) * 60 + float(f"{seconds}.{fraction}")


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"[{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}]"
