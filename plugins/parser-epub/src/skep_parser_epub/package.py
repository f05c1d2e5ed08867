"""What a book says of itself (EPUB Open Container, Package Document): title, chapters, order."""

import posixpath
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote
from xml.parsers import expat

import msgspec

from skep_contracts.documents.archive import Archive
from skep_contracts.problems import InvalidInput
from skep_parser_epub.archive import damaged, encrypted, not_a_book

MAX_PACKAGE_BYTES: Final = 4_000_000
MAX_CHAPTERS: Final = 50_000
_CONTAINER: Final = "META-INF/container.xml"
_ENCRYPTION: Final = "META-INF/encryption.xml"
_READ: Final = frozenset(
    [
        "application/xhtml+xml",
        "application/x-dtbook+xml",
        "application/xml",
        "text/html",
        "text/x-oeb1-document",
    ]
)
"""Types of chapters that hold text. A chapter that is a picture alone does not."""


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """A book, as far as it matters here."""

    title: str
    authors: tuple[str, ...]
    chapters: tuple[str, ...]
    """Names in the archive, in the order of reading."""


class _Element(msgspec.Struct):
    name: str
    attributes: dict[str, str]
    text: str = ""


def read_package(archive: Archive) -> Package:
    """Return what the archive's package document says.

    Raises:
        InvalidInput: The archive is no book, or it is damaged, encrypted or hostile.
    """
    if _CONTAINER not in archive:
        raise not_a_book()
    place = next(
        (each.attributes.get("full-path") for each in _elements(archive, _CONTAINER, "rootfile")),
        None,
    )
    if not place or place not in archive:
        raise damaged("it does not say which chapters it has")
    package = _package(archive, place)
    if not package.chapters:
        raise damaged("it lists no chapters")
    if _ENCRYPTION in archive:
        locked = {
            unquote(each.attributes.get("URI", ""))
            for each in _elements(archive, _ENCRYPTION, "CipherReference")
        }
        if not locked.isdisjoint(package.chapters):  # fonts may be, and often are
            raise encrypted()
    for chapter in package.chapters:
        if chapter not in archive:
            raise damaged("a chapter that it lists is missing")
    return package


def _package(archive: Archive, place: str) -> Package:
    folder = posixpath.dirname(place)
    titles: list[str] = []
    authors: list[str] = []
    files: dict[str, str] = {}
    order: list[str] = []
    for element in _elements(archive, place, "title", "creator", "item", "itemref"):
        attributes = element.attributes
        match element.name:
            case "title":
                titles.append(" ".join(element.text.split()))
            case "creator":
                authors.append(" ".join(element.text.split()))
            case "item" if attributes.get("media-type", "").lower() in _READ:
                if "nav" not in attributes.get("properties", "").split():
                    path = unquote(attributes.get("href", "").partition("#")[0])
                    files[attributes.get("id", "")] = posixpath.normpath(
                        posixpath.join(folder, path)
                    )
            case "itemref":
                order.append(attributes.get("idref", ""))
        if len(files) + len(order) > 2 * MAX_CHAPTERS:
            raise damaged("it lists chapters without end")
    return Package(
        title=next(filter(None, titles), ""),
        authors=tuple(filter(None, authors)),
        chapters=tuple(files[each] for each in dict.fromkeys(order) if each in files),
    )


def _elements(archive: Archive, part: str, *names: str) -> Iterator[_Element]:
    """Yield the elements of these names, without their namespaces, as they end.

    Raises:
        InvalidInput: The part is not well-formed XML, declares entities, or is too long.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    ended: list[_Element] = []
    opened: list[_Element] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if local in names and len(opened) < 100:
            opened.append(_Element(local, attributes))

    def end(name: str) -> None:
        if opened and opened[-1].name == name.rpartition(" ")[2]:
            ended.append(opened.pop())

    def text(text: str) -> None:
        if opened and len(opened[-1].text) < 1_000:
            opened[-1].text += text[:1_000]

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.EntityDeclHandler = _refuse_entity
    try:
        # In one piece: Expat would look at an endless tag again with every further piece.
        parser.Parse(archive.read(part, max_bytes=MAX_PACKAGE_BYTES), True)  # noqa: FBT003  # by position alone
    except (expat.ExpatError, ValueError, LookupError):
        raise damaged("its description is not well-formed XML") from None
    yield from ended


def _refuse_entity(*_: object) -> None:
    raise InvalidInput(
        "The book declares entities of XML, which would unfold or fetch something.",
        code="document_hostile",
    )
