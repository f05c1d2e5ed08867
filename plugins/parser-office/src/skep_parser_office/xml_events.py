"""XML as it is read: no tree, no entities, no other file, and nothing that can grow without end.

Expat itself is used, for its wrappers in the standard library do not let a caller refuse entities.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Protocol
from xml.parsers import expat

from skep_contracts.plugins.parsers import Block
from skep_contracts.problems import InvalidInput
from skep_parser_office.archive import damaged

MAX_DEPTH: Final = 5_000
MAX_TAG_BYTES: Final = 4_000_000
"""Of one tag, comment or instruction: expat looks at an unfinished one again with every piece."""
MAX_ENTRIES: Final = 100_000
"""Of anything that is remembered while a file is read: styles, relationships, sheets."""

Attributes = Mapping[str, str]


class Listener(Protocol):
    """Is told what is read. Names of elements come without their namespace."""

    blocks: list[Block]
    """What is complete. Whoever drives the reading takes it out of this very list."""

    def start(self, name: str, attributes: Attributes) -> None:
        """Hear that an element begins."""
        ...

    def end(self, name: str) -> None:
        """Hear that an element ends."""
        ...

    def text(self, text: str) -> None:
        """Hear text, a part of it at a time."""
        ...


class _Names(dict[str, str]):
    """Names without their namespace, each taken apart once."""

    def __missing__(self, name: str) -> str:
        local = name.rpartition(" ")[2]
        if len(self) < MAX_ENTRIES:
            self[name] = local
        return local


def read_xml(pieces: Iterable[bytes], listener: Listener) -> Iterator[Block]:
    """Tell the listener what stands in the XML, and yield the blocks it completes.

    Raises:
        InvalidInput: It is not well-formed, declares entities, or is made to exhaust a parser.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = 65_536
    names = _Names()
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise damaged("its parts are nested without end")
        listener.start(names[name], attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        listener.end(names[name])

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = listener.text
    parser.EntityDeclHandler = _refuse_entity
    fed = 0
    try:
        for piece in pieces:
            fed += len(piece)
            parser.Parse(piece)
            if fed - parser.CurrentByteIndex > MAX_TAG_BYTES:
                raise damaged("a tag in it is longer than any should be")
            if listener.blocks:
                yield from listener.blocks
                listener.blocks.clear()
        parser.Parse(b"", True)  # noqa: FBT003  # takes it by position alone
    except (expat.ExpatError, ValueError, LookupError):
        raise damaged("a part of it is not well-formed XML") from None
    yield from listener.blocks
    listener.blocks.clear()


def exhaust(pieces: Iterable[bytes], listener: Listener) -> None:
    """Read XML that gives no blocks: styles, relationships and the like."""
    for _ in read_xml(pieces, listener):
        pass


def named(attributes: Attributes, name: str) -> str | None:
    """Return the value of an attribute that has a namespace."""
    ending = f" {name}"
    for key, value in attributes.items():
        if key.endswith(ending):
            return value
    return None


def check_entries(entries: int) -> None:
    """Refuse a file that makes us remember too much.

    Raises:
        InvalidInput: It does.
    """
    if entries > MAX_ENTRIES:
        raise InvalidInput(
            f"The file declares more than {MAX_ENTRIES:,} styles, references or parts.",
            code="document_too_large",
        )


def _refuse_entity(*_: object) -> None:
    raise InvalidInput(
        "The file declares entities of XML, which office programs do not write.",
        code="document_hostile",
    )
