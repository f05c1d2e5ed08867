"""What stands in the cells of a workbook: shared texts, and numbers that mean dates or shares."""

import datetime as dt
import re
from array import array
from typing import Final, Literal

from skep_contracts.plugins.parsers import Block
from skep_contracts.problems import InvalidInput
from skep_parser_office.xml_events import Attributes, check_entries

MAX_SHARED_BYTES: Final = 200_000_000

_Format = Literal["date", "percent", ""]

# Formats that files refer to by number alone (ECMA-376, part 1, 18.8.30).
_BUILT_IN: Final[dict[int, _Format]] = {
    **dict.fromkeys([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)], "date"),
    9: "percent",
    10: "percent",
}
_MAX_FORMAT_CHARS: Final = 255
_LITERAL: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DAY_ZERO: Final = dt.datetime(1899, 12, 30)  # noqa: DTZ001  # sheets know no time zones
_DAY_ZERO_1904: Final = dt.datetime(1904, 1, 1)  # noqa: DTZ001  # as above
_LAST_DAY: Final = 2_958_466


class SharedTexts:
    """The texts that cells refer to by number, in one piece of memory: there may be millions."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._bytes = bytearray()
        self._ends = array("Q")
        self._unseen = 0
        self._is_text = False

    def start(self, name: str, attributes: Attributes) -> None:
        """Hear that an element begins."""
        if self._unseen or name == "rPh":  # how the text is read aloud
            self._unseen += 1
        self._is_text = name == "t" and not self._unseen

    def end(self, name: str) -> None:
        """Hear that an element ends."""
        self._is_text = False
        if self._unseen:
            self._unseen -= 1
        elif name == "si":
            self._ends.append(len(self._bytes))
            self._check()

    def text(self, text: str) -> None:
        """Hear text, a part of it at a time."""
        if self._is_text:
            self._bytes += text.encode()
            self._check()

    def __getitem__(self, index: int) -> str:
        if not 0 <= index < len(self._ends):
            return ""
        start = self._ends[index - 1] if index else 0
        return self._bytes[start : self._ends[index]].decode()

    def _check(self) -> None:
        if len(self._bytes) + 8 * len(self._ends) > MAX_SHARED_BYTES:
            raise InvalidInput(
                f"The cells of the workbook share more than {MAX_SHARED_BYTES // 1_000_000} MB of "
                "text. Divide it into several.",
                code="document_too_large",
            )


class CellFormats:
    """The styles of a workbook, as far as they say what a number is."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._own: dict[int, _Format] = {}
        self._by_style: list[_Format] = []
        self._in_styles = False

    def start(self, name: str, attributes: Attributes) -> None:
        """Take in a format, or a style that uses one."""
        if name == "numFmt":
            self._own[number_in(attributes.get("numFmtId"))] = _meaning(
                attributes.get("formatCode", "")
            )
            check_entries(len(self._own))
        elif name == "cellXfs":
            self._in_styles = True
        elif name == "xf" and self._in_styles:
            form = number_in(attributes.get("numFmtId"))
            self._by_style.append(self._own.get(form) or _BUILT_IN.get(form, ""))
            check_entries(len(self._by_style))

    def end(self, name: str) -> None:
        """Note the end of the styles."""
        if name == "cellXfs":
            self._in_styles = False

    def text(self, text: str) -> None:
        """Nothing to do."""

    def shown(self, value: str, style: str | None, *, from_1904: bool) -> str:
        """Return a number as a reader is shown it, about."""
        index = number_in(style)
        form = self._by_style[index] if index < len(self._by_style) else ""
        if not form and value.isascii() and value.isdigit():
            return value
        try:
            number = float(value)
        except ValueError:
            return value
        if form == "percent":
            return f"{number * 100:.10g}%"
        if form == "date" and 0 <= number < _LAST_DAY:
            return _date(number, from_1904=from_1904)
        return f"{number:.15g}"


def _date(number: float, *, from_1904: bool) -> str:
    if number < 1 and not from_1904:
        seconds = min(round(number * 86_400), 86_399)
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    zero = _DAY_ZERO_1904 if from_1904 else _DAY_ZERO
    if number < 60 and not from_1904:
        number += 1  # before the 29th of February 1900, which sheets believe in
    try:
        time = zero + dt.timedelta(seconds=round(number * 86_400))
    except OverflowError:
        return f"{number:.15g}"
    if time.hour or time.minute or time.second:
        return time.strftime("%Y-%m-%d %H:%M:%S" if time.second else "%Y-%m-%d %H:%M")
    return time.strftime("%Y-%m-%d")


def _meaning(form: str) -> _Format:
    first = _LITERAL.sub("", form[:_MAX_FORMAT_CHARS]).partition(";")[0].lower()
    if first == "general":
        return ""
    if not {"d", "m", "y", "h", "s"}.isdisjoint(first):
        return "date"
    return "percent" if "%" in first else ""


def number_in(text: str | None) -> int:
    """Return a number that counts something; 0 for what is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0
