"""What a page says to programs: where it leads, what it is really called, what not to do.

Pages come from strangers, so only tags are looked for, in time linear to the page's size; no tree
is built.
"""

import html
import re
from typing import Final

import msgspec

from skep_source_web.addresses import normal

MAX_LINKS: Final = 1_000
_TAG: Final = re.compile(r"<(a|area|base|link|meta)\s([^<>]{1,4000})>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(
    r"([a-zA-Z-]{1,30})\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))"
)
_UNSEEN: Final = (("<!--", "-->"), ("<script", "</script"), ("<style", "</style"))


class PageLinks(msgspec.Struct, frozen=True, kw_only=True):
    """Addresses in their normal form."""

    links: tuple[str, ...] = ()
    canonical: str = ""
    is_indexed: bool = True
    """False where the page asks to be left out of indexes."""


def read_links(page: str, *, address: str, said: str = "") -> PageLinks:
    """Return what a page leads to; `said` is the header ``X-Robots-Tag``."""
    base, canonical, orders = address, "", said.lower()
    links: dict[str, None] = {}
    for found in _TAG.finditer(_seen(page)):
        tag, values = found[1].lower(), _attributes(found[2])
        relations = values.get("rel", "").lower().split()
        if tag == "base" and base == address:
            base = normal(values.get("href", ""), address) or address
        elif tag == "meta" and values.get("name", "").lower() in {"robots", "skep"}:
            orders += "," + values.get("content", "").lower()
        elif tag == "link" and "canonical" in relations and not canonical:
            canonical = normal(values.get("href", ""), base)
        elif tag in {"a", "area"} and "nofollow" not in relations and len(links) < MAX_LINKS:
            links[normal(values.get("href", ""), base) if "href" in values else ""] = None
    links.pop("", None)
    is_followed = "nofollow" not in orders and "none" not in orders
    return PageLinks(
        links=tuple(links) if is_followed else (),
        canonical=canonical,
        is_indexed="noindex" not in orders and "none" not in orders,
    )


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in _ATTRIBUTE.finditer(text):
        found.setdefault(one[1].lower(), html.unescape(one[2] or one[3] or one[4] or ""))
    return found


def _seen(page: str) -> str:
    """Return a page without comments, scripts and styles."""
    for opening, closing in _UNSEEN:
        lower, parts, at = page.lower(), [], 0
        while (start := lower.find(opening, at)) >= 0:
            parts.append(page[at:start])
            end = lower.find(closing, start + len(opening))
            at = len(page) if end < 0 else end + len(closing)
        page = "".join([*parts, page[at:]]) if len(lower) == len(page) else page
    return page
