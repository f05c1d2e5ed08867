"""Extension points: document formats, and strategies for splitting them."""

from collections.abc import Callable, Iterator
from typing import Any, Final, Literal, Protocol, TypeAlias

import msgspec

from skep_contracts.plugins.manifest import hookspec

MAX_PICTURE_BYTES: Final = 3 * 1024 * 1024


class Block(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A piece of a document in reading order: a heading, a paragraph, a table, a page of text."""

    text: str
    kind: Literal["heading", "paragraph", "table", "code", "list", "page", "picture"] = "paragraph"
    level: int = 0
    """Of a heading: 1 is the outermost."""
    page: int | None = None
    """Counted from 1, where the format has pages."""
    picture: bytes = b""
    """Of a picture, which has no text: PNG, JPEG, GIF or WebP of at most `MAX_PICTURE_BYTES`, for a
    model that sees to read; nothing when pictures were not asked for."""


class Parser(Protocol):
    """Turns a file into blocks. Runs in a confined child process with no network."""

    def parse(self, path: str, *, options: dict[str, Any]) -> Iterator[Block]:
        """Yield the blocks of the file at `path`, lazily and in bounded memory.

        Args:
            path: The file.
            options: ``name``, what the file is called; ``pictures``, true when what can only be
                seen shall be given as pictures, such as a scanned page. Otherwise a picture block
                without its bytes says what was left out.

        Raises:
            InvalidInput: The file is damaged, encrypted, empty, or not of this format; `detail`
                says which.
        """
        ...


class ParserDescription(msgspec.Struct, frozen=True, kw_only=True):
    """A parser that a plugin offers."""

    name: str
    title: str
    mime_types: tuple[str, ...]
    extensions: tuple[str, ...]
    """Lower-case, with the dot."""
    signatures: tuple[bytes, ...] = ()
    """First bytes that identify the format, whatever the file is called."""
    priority: int = 0
    factory: Callable[[], Parser]


class ChildSpec(msgspec.Struct, frozen=True, kw_only=True):
    """How chunks are cut again into children: these are searched, and the whole chunk is found."""

    max_chars: int = 250
    overlap_chars: int = 0


CleaningRule: TypeAlias = Literal[
    "collapse_whitespace", "remove_urls", "remove_emails", "remove_page_furniture"
]


class QuestionSpec(msgspec.Struct, frozen=True, kw_only=True):
    """Questions that a model writes for each chunk; who asks one of them finds the chunk."""

    count: int = 3
    """At the most, for each."""
    model: str = "default"
    """A chat model."""
    instruction: str = ""


class PictureSpec(msgspec.Struct, frozen=True, kw_only=True):
    """Pictures are read by a model: their words, and what they show."""

    model: str = "default"
    """A chat model that takes images."""
    instruction: str = ""
    most: int = 300
    """A document with more pictures is refused, before any is read."""


class ChunkSpec(msgspec.Struct, frozen=True, kw_only=True):
    """How long chunks are, in characters, and what they may split at, the best separator first.

    A chunker looks at these three. What follows holds with any chunker, and is seen to around it.
    """

    max_chars: int = 1000
    overlap_chars: int = 100
    separators: tuple[str, ...] = ("\n\n", "\n", ". ", "。", " ")
    max_tokens: int | None = None
    """A chunk, or child, has at most so many words; each character of unspaced scripts is one."""
    children: ChildSpec | None = None
    questions: QuestionSpec | None = None
    pictures: PictureSpec | None = None
    """Pictures are refused where there is none."""
    clean: tuple[CleaningRule, ...] = ()
    """What is taken out of texts before they are split. Offsets still say where they stood."""


class ChunkDraft(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A chunk before it is stored.

    `start` and `end` are character offsets into the document text, which is every block's text
    joined by a blank line, two line feeds. `text` is what is between them; in front of it may stand
    what came before and is needed to read it, such as the header of a table.
    """

    text: str
    start: int
    end: int
    page: int | None = None
    heading_path: tuple[str, ...] = ()


class Chunker(Protocol):
    """Splits blocks into chunks, lazily and in bounded memory."""

    def split(self, blocks: Iterator[Block], spec: ChunkSpec) -> Iterator[ChunkDraft]:
        """Yield chunks in document order; together with overlaps removed they rebuild the text."""
        ...


class ChunkerDescription(msgspec.Struct, frozen=True, kw_only=True):
    """A chunking strategy that a plugin offers."""

    name: str
    title: str
    factory: Callable[[], Chunker]


class ParserHooks:
    """Hooks of the group ``skep.parsers``."""

    @hookspec
    def skep_parsers(self) -> list[ParserDescription]:  # type: ignore[empty-body]  # a specification
        """Describe the document parsers this plugin offers. Synchronous and cheap."""


class ChunkerHooks:
    """Hooks of the group ``skep.chunkers``."""

    @hookspec
    def skep_chunkers(self) -> list[ChunkerDescription]:  # type: ignore[empty-body]  # a specification
        """Describe the chunking strategies this plugin offers. Synchronous and cheap."""
