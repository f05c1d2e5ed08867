"""JSON stays JSON, with an indent that shows its structure; a block is some members of it."""

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any, Final, Literal

from skep_contracts.plugins.parsers import Block
from skep_contracts.problems import InvalidInput
from skep_parser_data.decoding import empty, open_text
from skep_parser_data.json_tokens import Tokens

MAX_DEPTH: Final = 1_000
MAX_BLOCK_CHARS: Final = 65_536
_GROUP_CHARS: Final = 2_000
"""A block ends with a member once it is so long; deep inside of one, later."""
_LINE_CHARS: Final = 100
_LINES_OF_JSON: Final = frozenset({".jsonl", ".ndjson"})
_CLOSING: Final = {"[": "]", "{": "}"}
_MARKS: Final = frozenset({"]", "}", ",", ":"})

_Expects = Literal["member", "colon", "value", "next"]
"""What may come: a member or an end, a colon, a value, a comma or an end."""


class JsonParser:
    """A `Parser` of JSON, and of many JSON values behind each other (JSON Lines)."""

    def parse(self, path: str, *, options: dict[str, Any]) -> Iterator[Block]:
        """Yield code, piece by piece.

        Raises:
            InvalidInput: The file is empty, not JSON, or nested or long without end.
        """
        name = str(options.get("name") or path)
        writer = JsonWriter(is_dense=PurePath(name).suffix.lower() in _LINES_OF_JSON)
        is_empty = True
        with open_text(path) as file:
            for text in writer.pieces(Tokens(file)):
                for start in range(0, len(text), MAX_BLOCK_CHARS):
                    piece = text[start : start + MAX_BLOCK_CHARS]
                    if piece.strip():
                        is_empty = False
                        yield Block(text=piece, kind="code")
        if is_empty:
            raise empty()


class JsonWriter:
    """Writes tokens down anew, and checks that they make up JSON. A comma too many is forgiven."""

    def __init__(self, *, is_dense: bool) -> None:
        """Write one value a line where `is_dense`, else one member a line."""
        self._is_dense = is_dense
        self._open: list[str] = []  # the brackets that are not closed
        self._is_long: list[bool] = []  # of each: whether its members have lines of their own
        self._is_first = True
        self._expects: _Expects = "member"
        self._parts: list[str] = []
        self._size = 0
        self._line_size = 0

    def pieces(self, tokens: Tokens) -> Iterator[str]:
        """Yield the text in pieces that end with a member.

        Raises:
            InvalidInput: It is not JSON.
        """
        for word in tokens:
            if not self._fits(word):
                raise tokens.fault()
            match word:
                case "}" | "]":
                    self._leave(word)
                case ",":
                    self._expects = "member"
                case ":":
                    self._add(": ")
                    self._expects = "value"
                case _:
                    if self._expects == "member":
                        yield from self._before_member(word)
                    self._value(word)
        if self._open:
            raise tokens.fault()
        yield from self._taken()

    def _fits(self, word: str) -> bool:
        """Tell whether a token may stand here."""
        if self._expects == "colon":
            return word == ":"
        if self._expects == "value":
            return word not in _MARKS
        within = self._open[-1] if self._open else ""
        if _CLOSING.get(within) == word:
            return True
        if self._expects == "next":
            return word == ","
        return word[0] == '"' if within == "{" else word not in _MARKS

    def _value(self, word: str) -> None:
        """Write a value, the key of one, or the bracket that one begins with."""
        is_key = self._expects == "member" and self._open[-1:] == ["{"]
        self._add(word)
        if word not in _CLOSING:
            self._expects = "colon" if is_key else self._after_value
            return
        if self._is_long:
            self._is_long[-1] = True
        self._open.append(word)
        self._is_long.append(word == "{")
        self._expects, self._is_first = "member", True
        if len(self._open) > MAX_DEPTH:
            raise InvalidInput(
                f"The file is nested deeper than {MAX_DEPTH:,} levels.", code="document_too_deep"
            )

    @property
    def _after_value(self) -> _Expects:
        return "next" if self._open else "member"

    def _leave(self, word: str) -> None:
        self._open.pop()
        if self._is_long.pop() and not self._is_first and not self._is_dense:
            self._break()
        self._add(word)
        self._expects, self._is_first = self._after_value, False

    def _before_member(self, word: str) -> Iterator[str]:
        """Write what divides a member from what stands before it."""
        depth = len(self._open)
        if depth and not self._is_first:
            self._add(",")
        has_line = not depth or (
            not self._is_dense and (self._is_long[-1] or word in _CLOSING or self._is_wide)
        )
        if has_line:
            self._break()
        elif not self._is_first:
            self._add(" ")
        self._is_first = False
        if self._size > _GROUP_CHARS * min(max(1, depth), 8):
            yield from self._taken()

    @property
    def _is_wide(self) -> bool:
        return self._line_size > _LINE_CHARS and not self._is_first

    def _break(self) -> None:
        indent = "" if self._is_dense else "  " * len(self._open)
        self._add(f"\n{indent}")
        self._line_size = len(indent)

    def _add(self, part: str) -> None:
        self._parts.append(part)
        self._size += len(part)
        self._line_size += len(part)

    def _taken(self) -> Iterator[str]:
        """Yield what is written; the indent of what follows begins the next piece."""
        text = "".join(self._parts)
        written = text.rstrip()
        self._parts, self._size = [text[len(written) :].strip("\n")], 0
        if written:
            yield written.removeprefix("\n")
