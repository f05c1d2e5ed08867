"""A chapter, a page of HTML, into blocks; read as browsers do, so that slips are no harm."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from skep_contracts.plugins.parsers import Block
from skep_contracts.problems import InvalidInput
from skep_parser_epub.blocks import BlockBuilder

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_DEPTH: Final = 5_000
"""Building the tree takes time that grows with the square of how deep containers are nested."""
_CONTAINER: Final = re.compile(
    r"<(/?)(?:address|article|aside|blockquote|center|details|dialog|div|dl|fieldset|figure|footer"
    r"|form|header|main|menu|nav|ol|section|ul)\b",
    re.IGNORECASE,
)
_CLOSED: Final = re.compile(r"<([A-Za-z][^\s/<>]*)([^<>]*)/>")
_VOID: Final = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"]
)
_UNSEEN: Final = frozenset(
    [
        "audio",
        "button",
        "canvas",
        "embed",
        "head",
        "iframe",
        "input",
        "nav",
        "noscript",
        "object",
        "rp",
        "rt",
        "script",
        "select",
        "style",
        "template",
        "textarea",
        "title",
        "video",
    ]
)
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def read_chapter(
    content: bytes, parser: "type[LexborHTMLParser]", *, outer_level: int
) -> Iterator[Block]:
    """Yield the blocks of a chapter, whose headings stand below `outer_level`.

    Raises:
        InvalidInput: It is nested without end.
    """
    page = _CLOSED.sub(_opened, _decoded(content))
    _check_depth(page)
    yield from _walk(parser(page).root, BlockBuilder(outer_level))


def _decoded(content: bytes) -> str:
    """Return the text: books are UTF-8 or UTF-16, and old ones what Windows wrote."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _opened(found: re.Match[str]) -> str:
    """Return ``<a/>`` as ``<a></a>``: it means so in XHTML, and in HTML that it stays open."""
    name, attributes = found.groups()
    if name.lower() in _VOID:
        return found[0]
    return f"<{name}{attributes}></{name}>"


def _check_depth(page: str) -> None:
    depth = 0
    for found in _CONTAINER.finditer(page):
        depth = max(0, depth - 1) if found[1] else depth + 1
        if depth > MAX_DEPTH:
            raise InvalidInput(
                f"A chapter is nested deeper than {MAX_DEPTH:,} levels.", code="document_too_deep"
            )


def _walk(root: "LexborNode | None", builder: BlockBuilder) -> Iterator[Block]:
    """Visit the tree without recursion: its depth is the author's choice, our stack's is not."""
    if root is None:
        return
    node: LexborNode | None = root
    top = root.mem_id
    while node is not None:
        goes_in = False
        if node.is_text_node:
            builder.text(node.text_content or "")
        elif node.is_element_node and _is_seen(node):
            builder.enter(node.tag or "", node.attributes)
            goes_in = node.first_child is not None
            if not goes_in:
                builder.leave(node.tag or "")
        yield from builder.taken()
        if goes_in:
            node = node.first_child
            continue
        while node.next is None:
            parent = node.parent
            if parent is None or parent.mem_id == top:
                builder.finish()
                yield from builder.taken()
                return
            node = parent
            builder.leave(node.tag or "")
        node = node.next


def _is_seen(node: "LexborNode") -> bool:
    if node.tag in _UNSEEN:
        return False
    attributes = node.attributes
    return not attributes or not (
        "hidden" in attributes or _HIDDEN.search(attributes.get("style") or "")
    )
