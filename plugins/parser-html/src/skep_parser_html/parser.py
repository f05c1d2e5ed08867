"""A page into blocks: what a reader sees, in order, without what only a browser needs."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from skep_contracts.plugins.parsers import Block
from skep_contracts.problems import InvalidInput
from skep_parser_html.blocks import BlockBuilder
from skep_parser_html.decoding import read_page

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MAX_DEPTH: Final = 5_000
"""Building the tree takes time that grows with the square of how deep containers are nested."""
_CONTAINER: Final = re.compile(
    r"<(/?)(?:address|article|aside|blockquote|center|details|dialog|div|dl|fieldset|figure|footer"
    r"|form|header|main|menu|nav|ol|section|ul)\b",
    re.IGNORECASE,
)
_UNSEEN: Final = frozenset(
    [
        "applet",
        "audio",
        "button",
        "canvas",
        "datalist",
        "embed",
        "frame",
        "frameset",
        "head",
        "iframe",
        "input",
        "link",
        "meta",
        "nav",
        "noembed",
        "noframes",
        "noscript",
        "object",
        "script",
        "select",
        "style",
        "svg",
        "template",
        "textarea",
        "title",
        "track",
        "video",
    ]
)
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


class HtmlParser:
    """A `Parser` of HTML. The page's title is its first heading, unless the page repeats it."""

    def __init__(self) -> None:
        # Imported here, so that a process that is about to fork for each document has it loaded.
        from selectolax.lexbor import LexborHTMLParser

        self._tree = LexborHTMLParser

    def parse(self, path: str, *, options: dict[str, Any]) -> Iterator[Block]:
        """Yield headings, paragraphs, lists, tables and code.

        Raises:
            InvalidInput: The file is empty, no text, too deeply nested, or has nothing to read.
        """
        page = read_page(path)
        _check_depth(page)
        tree = self._tree(page)
        title = tree.css_first("head title")
        builder = BlockBuilder(" ".join(title.text().split()) if title is not None else "")
        is_empty = True
        for block in _walk(tree.root, builder):
            is_empty = False
            yield block
        if is_empty:
            raise InvalidInput(
                "The page has no text. Pages that a script fills in the browser are like that.",
                code="document_empty",
            )


def _check_depth(page: str) -> None:
    depth = 0
    for found in _CONTAINER.finditer(page):
        depth = max(0, depth - 1) if found[1] else depth + 1
        if depth > MAX_DEPTH:
            raise InvalidInput(
                f"The page is nested deeper than {MAX_DEPTH:,} levels.", code="document_too_deep"
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
            yield from builder.text(node.text_content or "")
        elif node.is_element_node and _is_seen(node):
            yield from builder.enter(node.tag or "", node.attributes)
            goes_in = node.first_child is not None
            if not goes_in:
                yield from builder.leave(node.tag or "")
        if goes_in:
            node = node.first_child
            continue
        while node.next is None:
            parent = node.parent
            if parent is None or parent.mem_id == top:
                yield from builder.finish()
                return
            node = parent
            yield from builder.leave(node.tag or "")
        node = node.next


def _is_seen(node: "LexborNode") -> bool:
    if node.tag in _UNSEEN:
        return False
    attributes = node.attributes
    return not attributes or not (
        "hidden" in attributes or _HIDDEN.search(attributes.get("style") or "")
    )
