"""A small part of Markdown as HTML. Everything is escaped first, so no text becomes a tag of ours.

Headings, paragraphs, lists, quotes, code, emphasis and links; images are shown as links. The source
is the content of forms, which may hold what strangers wrote.
"""

import html
import re
from collections.abc import Iterator
from typing import Final

_HEADING: Final = re.compile(r"(#{1,6})\s+(\S.*)")
_ITEM: Final = re.compile(r"\s{0,8}(?:[-*+]|(\d{1,9})[.)])\s+(\S.*)")
_RULE: Final = re.compile(r"\s{0,3}([-*_])(?:\s*\1){2,}\s*\Z")
_CODE: Final = re.compile(r"`([^`\n]{1,2000})`")
_LINK: Final = re.compile(r"!?\[([^\[\]\n]{0,500})\]\(([^()\s]{1,2000})\)")
_STRONG: Final = re.compile(r"\*\*([^*\n]{1,2000})\*\*")
_EMPHASIS: Final = re.compile(r"(?<![*\w])\*([^*\n]{1,2000})\*(?![*\w])")
_SAFE: Final = re.compile(r"(?:https?://|mailto:)[^\s]+\Z", re.IGNORECASE)
_HELD: Final = re.compile("\x00(\\d+)\x00")


def to_html(text: str) -> str:
    """Return HTML of ours that shows `text`."""
    return "".join(_blocks(text.replace("\x00", "").replace("\r\n", "\n").split("\n")))


def _blocks(lines: list[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("```"):
            at, block = _fenced(lines, at)
            yield block
        elif heading := _HEADING.match(line):
            # The page has a heading of its own.
            level = min(6, len(heading[1]) + 1)
            yield f"<h{level}>{_inline(heading[2].rstrip('# '))}</h{level}>"
            at += 1
        elif _RULE.match(line):
            yield "<hr>"
            at += 1
        elif _ITEM.match(line):
            at, block = _list(lines, at)
            yield block
        elif line.startswith(">"):
            at, block = _quote(lines, at)
            yield block
        elif line.strip():
            at, block = _paragraph(lines, at)
            yield block
        else:
            at += 1


def _fenced(lines: list[str], at: int) -> tuple[int, str]:
    end = at + 1
    while end < len(lines) and not lines[end].startswith("```"):
        end += 1
    code = html.escape("\n".join(lines[at + 1 : end]))
    return end + 1, f"<pre><code>{code}</code></pre>"


def _list(lines: list[str], at: int) -> tuple[int, str]:
    items = []
    first = _ITEM.match(lines[at])
    tag = "ol" if first is not None and first[1] else "ul"
    while at < len(lines) and (item := _ITEM.match(lines[at])):
        items.append(f"<li>{_inline(item[2])}</li>")
        at += 1
    return at, f"<{tag}>{''.join(items)}</{tag}>"


def _quote(lines: list[str], at: int) -> tuple[int, str]:
    quoted = []
    while at < len(lines) and lines[at].startswith(">"):
        quoted.append(_inline(lines[at][1:].strip()))
        at += 1
    return at, f"<blockquote>{'<br>'.join(quoted)}</blockquote>"


def _paragraph(lines: list[str], at: int) -> tuple[int, str]:
    held = []
    while at < len(lines) and lines[at].strip() and not _begins_block(lines[at]):
        held.append(_inline(lines[at].strip()))
        at += 1
    return at, f"<p>{'<br>'.join(held)}</p>"


def _begins_block(line: str) -> bool:
    return line.startswith(("```", ">")) or bool(_HEADING.match(line) or _ITEM.match(line))


def _inline(text: str) -> str:
    held: list[str] = []

    def hold(markup: str) -> str:
        held.append(markup)
        return f"\x00{len(held) - 1}\x00"

    text = _CODE.sub(lambda found: hold(f"<code>{html.escape(found[1])}</code>"), text)
    text = _LINK.sub(lambda found: hold(_link(found[1], found[2])), text)
    text = html.escape(text)
    text = _STRONG.sub(r"<strong>\1</strong>", text)
    text = _EMPHASIS.sub(r"<em>\1</em>", text)
    # What a link's text held is put in with it, so twice is enough.
    for _ in range(2):
        text = _HELD.sub(lambda found: held[int(found[1])], text)
    return text


def _link(label: str, target: str) -> str:
    shown = html.escape(label or target)
    if not _SAFE.match(target):
        return shown
    return f'<a href="{html.escape(target)}" rel="noreferrer noopener nofollow">{shown}</a>'
