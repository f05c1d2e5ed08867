"""A book into blocks, chapter by chapter in the order of reading, under its title."""

from collections.abc import Iterator
from typing import Any, Final

from skep_contracts.documents.archive import opened_archive
from skep_contracts.plugins.parsers import Block
from skep_contracts.problems import InvalidInput
from skep_parser_epub.archive import BOOK
from skep_parser_epub.chapter import read_chapter
from skep_parser_epub.package import Package, read_package

MAX_CHAPTER_BYTES: Final = 15_000_000
"""A chapter becomes a tree some ten times its size."""
_MAX_TITLE_CHARS: Final = 1_000


class EpubParser:
    """A `Parser` of EPUB 2 and 3. The book's title is above the headings of its chapters."""

    def __init__(self) -> None:
        # Imported here, so that a process that is about to fork for each document has it loaded.
        from selectolax.lexbor import LexborHTMLParser

        self._parser = LexborHTMLParser

    def parse(self, path: str, *, options: dict[str, Any]) -> Iterator[Block]:
        """Yield the title, then headings, paragraphs, lists, tables and code of all chapters.

        Raises:
            InvalidInput: The file is empty, no book, damaged, encrypted, hostile, or has nothing to
                read.
        """
        is_empty = True
        with opened_archive(path, BOOK) as archive:
            package = read_package(archive)
            yield from _front(package)
            outer = 1 if _title(package) else 0
            for chapter in package.chapters:
                content = archive.read(chapter, max_bytes=MAX_CHAPTER_BYTES)
                for block in read_chapter(content, self._parser, outer_level=outer):
                    is_empty = False
                    yield block
        if is_empty:
            raise InvalidInput(
                "The book has no text. Text in pictures is not read.", code="document_empty"
            )


def _title(package: Package) -> str:
    return "".join(c for c in package.title if c.isprintable())[:_MAX_TITLE_CHARS]


def _front(package: Package) -> Iterator[Block]:
    title = _title(package)
    if title:
        yield Block(text=title, kind="heading", level=1)
    authors = ", ".join(package.authors)[:_MAX_TITLE_CHARS]
    authors = "".join(c for c in authors if c.isprintable())
    if title and authors.strip():
        yield Block(text=authors)
