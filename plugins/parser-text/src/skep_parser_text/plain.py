"""Plain text and source code: paragraphs, which blank lines separate."""

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any, Final

from skep_contracts.plugins.parsers import Block
from skep_parser_text.decoding import PIECE_CHARS, nothing_found, open_text, read_lines

_PAGE_BREAK: Final = "\f"


class PlainTextParser:
    """A `Parser` of text. What it yields for source code is of kind ``code``."""

    def __init__(self, code_extensions: frozenset[str]) -> None:
        self._code_extensions = code_extensions

    def parse(self, path: str, *, options: dict[str, Any]) -> Iterator[Block]:
        """Yield paragraphs.

        Args:
            path: The file.
            options: `name`, the document's own name, whose extension tells code from text.

        Raises:
            InvalidInput: The file is empty or not text.
        """
        extension = PurePath(str(options.get("name") or path)).suffix.lower()
        is_code = extension in self._code_extensions
        is_empty = True
        with open_text(path) as file:
            for text in paragraphs(read_lines(file)):
                is_empty = False
                yield Block(text=text, kind="code") if is_code else Block(text=text)
        if is_empty:
            raise nothing_found()


def paragraphs(lines: Iterator[str]) -> Iterator[str]:
    """Join lines up to the next blank one, or up to `PIECE_CHARS`."""
    pending: list[str] = []
    size = 0
    for line in lines:
        text = line.replace(_PAGE_BREAK, "").rstrip()
        ends = not text or line.startswith(_PAGE_BREAK) or size + len(text) > PIECE_CHARS
        if ends and pending:
            yield "\n".join(pending)
            pending, size = [], 0
        if text:
            pending.append(text)
            size += len(text) + 1
    if pending:
        yield "\n".join(pending)
