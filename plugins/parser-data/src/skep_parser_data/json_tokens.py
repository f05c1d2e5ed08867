"""JSON taken apart into its tokens (RFC 8259), in bounded memory however long the text is."""

import json
import re
from collections.abc import Iterator
from typing import Final, TextIO

from skep_contracts.problems import InvalidInput
from skep_parser_data.decoding import PIECE_CHARS, cleaned

MAX_TOKEN_CHARS: Final = 8_000_000
"""Of one string."""
_MOST_OF_A_NUMBER: Final = 3
"""What of a number may stand behind what is one already, as of ``1e+5`` the ``e+5``."""
# Possessive, so that no text makes it try twice. Comments are not JSON, but settings have them.
_TOKEN: Final = re.compile(
    r"""[ \t\n]*+(?:
        (?P<string>"[^"\\]*+(?:\\.[^"\\]*+)*+")
      | (?P<mark>[][{},:])
      | (?P<word>-?[0-9]++(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+|true|false|null|NaN|-?Infinity)
      | (?P<comment>//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/)
      | (?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)


class Tokens:
    """The tokens of a file: marks, words and strings, as they stand there."""

    def __init__(self, file: TextIO) -> None:
        """Read from `file`, from where it stands."""
        self._file = file
        self._text = ""
        self._at = 0
        self._lines = 1  # before what is held
        self._is_over = False

    def __iter__(self) -> Iterator[str]:
        while True:
            found = _TOKEN.match(self._text, self._at)
            if not self._is_over and (
                found is None or found.end() + _MOST_OF_A_NUMBER > len(self._text)
            ):
                self._read_on()
                continue
            if found is None:
                raise self.fault()
            kind = found.lastgroup or ""
            if kind == "end":
                return
            if kind == "string":
                yield self._readable(found[kind])
            elif kind != "comment":
                yield found[kind]
            self._at = found.end()

    def fault(self) -> InvalidInput:
        """Return the error for what stands here."""
        rest = self._text[self._at :].lstrip()
        line = self._lines + self._text.count("\n", 0, len(self._text) - len(rest))
        return InvalidInput(f"The file is not JSON: see its line {line:,}.", code="not_json")

    def _read_on(self) -> None:
        """Read more, as much as is held, so that a long token is looked at a few times only."""
        held = self._text[self._at :]
        if len(held) > MAX_TOKEN_CHARS:
            raise InvalidInput(
                f"A value in the file is longer than {MAX_TOKEN_CHARS:,} characters, or a quote "
                "is not closed.",
                code="document_too_large",
            )
        self._lines += self._text.count("\n", 0, self._at)
        more = self._file.read(max(PIECE_CHARS, len(held)))
        self._text, self._at, self._is_over = held + more, 0, not more

    def _readable(self, text: str) -> str:
        """Return a string with the characters that its escapes stand for."""
        if "\\" not in text:
            return text if text.isprintable() else cleaned(text).replace("\n", "\\n")
        try:
            return cleaned(json.dumps(json.loads(text, strict=False), ensure_ascii=False))
        except ValueError:
            raise self.fault() from None
