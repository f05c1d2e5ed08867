"""Blocks as one text in Markdown."""

from collections.abc import Iterator

from skep_contracts.plugins.nodes import ParsedText
from skep_contracts.plugins.parsers import Block
from skep_contracts.problems import InvalidInput, TooLarge

_MAX_TITLE_CHARS = 300


class MarkdownWriter:
    """Writes a document down once.

    Headings get their marks and code its fences, but for a document that is nothing but code: a
    JSON file stays JSON. Everything else is Markdown as parsers give it.
    """

    def __init__(self, max_bytes: int) -> None:
        """Write at most so many bytes."""
        self._left = max_bytes
        self._max_bytes = max_bytes
        self._title: tuple[int, str] | None = None
        self._pages: int | None = None

    def write(self, blocks: Iterator[Block]) -> ParsedText:
        """Return the document; stops reading when it gets too long.

        Raises:
            InvalidInput: There is no text in it.
            TooLarge: There is too much.
        """
        kept: list[Block] = []
        for block in blocks:
            self._left -= len(block.text.encode()) + 2
            if self._left < 0:
                raise TooLarge(
                    f"The file holds more than {self._max_bytes // 1024**2} MiB of text.",
                    code="too_much_text",
                )
            self._note(block)
            kept.append(block)
        is_code = all(block.kind == "code" for block in kept)
        text = "\n\n".join(block.text if is_code else _written(block) for block in kept)
        if not text.strip():
            raise InvalidInput("The file holds no text.", code="no_text")
        title = self._title[1] if self._title else ""
        return ParsedText(text=text, pages=self._pages, title=title[:_MAX_TITLE_CHARS])

    def _note(self, block: Block) -> None:
        if block.page is not None:
            self._pages = max(block.page, self._pages or 0)
        if block.kind == "heading" and (self._title is None or block.level < self._title[0]):
            self._title = (block.level, " ".join(block.text.split()))


def _written(block: Block) -> str:
    if block.kind == "heading":
        return f"{'#' * min(max(block.level, 1), 6)} {' '.join(block.text.split())}"
    if block.kind == "code":
        fence = "```"
        while fence in block.text:
            fence += "`"
        return f"{fence}\n{block.text}\n{fence}"
    return block.text
