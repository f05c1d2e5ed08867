"""The text of a page of HTML in an email, as a reader sees it, blank lines between blocks."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from skep_contracts.problems import InvalidInput
from skep_parser_email.charsets import cleaned

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_DEPTH: Final = 5_000
"""Building the tree takes time that grows with the square of how deep containers are nested."""
_CONTAINER: Final = re.compile(
    r"<(/?)(?:address|article|aside|blockquote|center|details|dialog|div|dl|fieldset|figure|footer"
    r"|form|header|main|menu|nav|ol|section|ul)\b",
    re.IGNORECASE,
)
_UNSEEN: Final = frozenset(
    ["head", "noscript", "object", "script", "select", "style", "template", "textarea", "title"]
)
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_LINE: Final = "\x1e"
"""Stands where a line ends if it has not ended yet; controls are gone by then."""
_CELL: Final = "\x1f"
"""Stands where a cell begins."""
_LINES: Final = dict.fromkeys(["dd", "div", "dt", "tr"], _LINE)
_BLOCKS: Final = dict.fromkeys(
    [
        *("address", "article", "blockquote", "center", "dl", "footer", "header", "hr", "main"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "section", "table", "ul"),
    ],
    "\n\n",
)
_BEFORE: Final = {**_LINES, **_BLOCKS, "br": "\n", "li": "\n- ", "td": _CELL, "th": _CELL}
_AFTER: Final = {**_LINES, **_BLOCKS}
_LINE_ENDS: Final = re.compile(f"{_LINE}[ {_LINE}]*")
_SPACE: Final = re.compile(r"[ \t\r\f\v\u00a0\u200b-\u200f\u034f\ufeff]+")


def page_text(page: str, parser: "type[LexborHTMLParser]") -> str:
    """Return the text of a page; cells of a row are divided by bars.

    Raises:
        InvalidInput: It is nested without end.
    """
    _check_depth(page)
    text = _LINE_ENDS.sub("\n", "".join(_walk(parser(page).root)))
    return "\n".join(_cells(line) for line in text.split("\n"))


def _cells(line: str) -> str:
    cells = (_SPACE.sub(" ", cell).strip() for cell in line.split(_CELL))
    return " | ".join(filter(None, cells))


def _check_depth(page: str) -> None:
    depth = 0
    for found in _CONTAINER.finditer(page):
        depth = max(0, depth - 1) if found[1] else depth + 1
        if depth > MAX_DEPTH:
            raise InvalidInput(
                f"A message is nested deeper than {MAX_DEPTH:,} levels.", code="document_too_deep"
            )


def _walk(root: "LexborNode | None") -> Iterator[str]:
    """Visit the tree without recursion: its depth is the author's choice, our stack's is not."""
    if root is None:
        return
    node: LexborNode | None = root
    top = root.mem_id
    while node is not None:
        goes_in = False
        if node.is_text_node:
            yield cleaned(node.text_content or "").replace("\n", " ")
        elif node.is_element_node and _is_seen(node):
            yield _before(node)
            goes_in = node.first_child is not None
        if goes_in:
            node = node.first_child
            continue
        while node.next is None:
            parent = node.parent
            if parent is None or parent.mem_id == top:
                return
            node = parent
            yield _AFTER.get(node.tag or "", "")
        node = node.next


def _before(node: "LexborNode") -> str:
    if node.tag == "img":
        return cleaned(f" {node.attributes.get('alt') or ''} ").replace("\n", " ")
    return _BEFORE.get(node.tag or "", "")


def _is_seen(node: "LexborNode") -> bool:
    if node.tag in _UNSEEN:
        return False
    attributes = node.attributes
    return not attributes or not (
        "hidden" in attributes or _HIDDEN.search(attributes.get("style") or "")
    )
