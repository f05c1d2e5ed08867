"""Plain data as YAML: blocks, but for small lists, edges and positions, which take one line each.

What is written is read the same by YAML 1.1 and 1.2. Texts of several lines are blocks, so that a
changed prompt is one hunk; everything else is on one line, so that it is one line of a diff.
"""

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

import msgspec

WIDTH: Final = 100
_INDENT: Final = "  "
Path: TypeAlias = tuple[str | int, ...]


class Comment(msgspec.Struct, kw_only=True):
    """What stands beside a value: lines before it (an empty one is a blank line), and behind it."""

    before: list[str] = []
    after: str = ""


Comments: TypeAlias = Mapping[Path, Comment]
"""By place. What stands before ``()`` heads the document, what is behind it ends it."""

_PRINTS: Final = (
    r"\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010fffe"
)
_PLAIN: Final = re.compile(rf"[A-Za-z_/\u00c0-\u024f\u0370-\u1fff\u3040-\ud7ff][{_PRINTS}]*\Z")
_NOT_PLAIN: Final = re.compile(r": |:\Z| #|\s\Z")
_NOT_PLAIN_IN_FLOW: Final = re.compile(r"[\[\]{},?]")
_WORDS: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_BLOCK: Final = re.compile(rf"[\t\n{_PRINTS}]*\Z")
_SINGLE: Final = re.compile(rf"[{_PRINTS}]*\Z")
_FOLDABLE: Final = re.compile(r"[!-~\u00a1-\u1fff]+(?: [!-~\u00a1-\u1fff]+)+\n?\Z")
"""One paragraph with single spaces: a line break stands for each that it is wrapped at."""
_ESCAPED: Final = re.compile(rf"[^{_PRINTS}]")
_ONE_LINE_EACH: Final = frozenset({"edges", "layout"})


def write_yaml(data: Any, comments: Comments | None = None) -> str:
    """Return plain data as YAML, ending in a line feed.

    Args:
        data: What JSON has; keys of mappings are text. Finite numbers only.
        comments: By place; see `Comments`.
    """
    writer = _Writer(comments or {})
    return "\n".join(writer.document(data)) + "\n"


class _Writer:
    def __init__(self, comments: Comments) -> None:
        self._comments = comments
        # A collection with a comment somewhere inside cannot stand on one line.
        self._commented = {path[:end] for path in comments for end in range(len(path))}

    def document(self, data: Any) -> Iterator[str]:
        outer = self._comments.get((), Comment())
        yield from outer.before
        if isinstance(data, dict) and data:
            yield from self._mapping(data, (), "")
        elif isinstance(data, list | tuple) and data:
            yield from self._list(data, (), "")
        else:
            yield from self._scalar_lines("", data, _INDENT)
        if outer.after:
            yield from outer.after.split("\n")

    def _before(self, path: Path, indent: str) -> Iterator[str]:
        comment = self._comments.get(path)
        for line in comment.before if comment is not None else ():
            yield f"{indent}{line}" if line else ""

    def _after(self, path: Path) -> str:
        comment = self._comments.get(path)
        return f"  {comment.after}" if comment is not None and comment.after else ""

    def _mapping(self, data: dict[str, Any], path: Path, indent: str) -> Iterator[str]:
        for key, value in data.items():
            place = (*path, key)
            yield from self._before(place, indent)
            yield from self._value(f"{indent}{_scalar(key)}:", value, place, indent)

    def _value(self, head: str, value: Any, path: Path, indent: str) -> Iterator[str]:
        """Write what stands behind a key."""
        if isinstance(value, dict | list | tuple) and value:
            line = f"{head} {_flow(value)}"
            is_small = _is_position(path) or (
                isinstance(value, list | tuple) and _holds_scalars(value)
            )
            if is_small and path not in self._commented and len(line) <= WIDTH:
                yield line + self._after(path)
                return
            yield head + self._after(path)
            if isinstance(value, dict):
                yield from self._mapping(value, path, indent + _INDENT)
            else:
                yield from self._list(value, path, indent + _INDENT)
        else:
            yield from self._scalar_lines(f"{head} ", value, indent + _INDENT, self._after(path))

    def _list(self, data: Sequence[Any], path: Path, indent: str) -> Iterator[str]:
        for index, item in enumerate(data):
            place = (*path, index)
            yield from self._before(place, indent)
            yield from self._item(item, place, indent)

    def _item(self, item: Any, path: Path, indent: str) -> Iterator[str]:
        if not isinstance(item, dict | list | tuple) or not item:
            lines = self._scalar_lines(f"{indent}- ", item, indent + _INDENT, self._after(path))
            yield from lines
            return
        line = f"{indent}- {_flow(item)}"
        fits = len(line) <= WIDTH or path[0] in _ONE_LINE_EACH
        if _holds_scalars(item) and path not in self._commented and fits:
            yield line + self._after(path)
            return
        if after := self._after(path).strip():
            yield f"{indent}{after}"
        inner = indent + _INDENT
        if isinstance(item, list | tuple):
            lines = self._list(item, path, inner)
        else:
            lines = self._mapping(item, path, inner)
        is_first = True
        for text in lines:
            # The dash goes before the first line that is not a comment.
            if is_first and text.strip() and not text.lstrip().startswith("#"):
                yield f"{indent}- {text[len(inner) :]}"
                is_first = False
            elif is_first:
                yield f"{indent}{text.strip()}" if text.strip() else ""
            else:
                yield text

    def _scalar_lines(self, head: str, value: Any, indent: str, after: str = "") -> Iterator[str]:
        is_text = isinstance(value, str) and bool(head.strip())
        if is_text and len(value) > WIDTH - len(head) and _FOLDABLE.match(value):
            mark = ">" if value.endswith("\n") else ">-"
            lines = textwrap.wrap(
                value, WIDTH - len(indent), break_long_words=False, break_on_hyphens=False
            )
            yield f"{head}{mark}{after}"
            yield from (f"{indent}{line}" for line in lines)
        elif isinstance(value, str) and "\n" in value and _can_be_block(value):
            mark, lines = _block(value)
            yield f"{head}{mark}{after}"
            yield from (f"{indent}{line}" if line else "" for line in lines)
        else:
            yield f"{head}{_scalar(value)}{after}"


def _is_position(path: Path) -> bool:
    if len(path) == 2:
        return path[0] in {"layout", "sizes"}
    return len(path) == 3 and path[0] == "notes" and path[2] in {"at", "size"}


def _holds_scalars(value: dict[str, Any] | Sequence[Any]) -> bool:
    """Tell whether a collection has nothing inside that takes several lines."""
    items = value.values() if isinstance(value, dict) else value
    return all(
        not isinstance(item, dict | list | tuple) and not (isinstance(item, str) and "\n" in item)
        for item in items
    )


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        items = (f"{_scalar(key, in_flow=True)}: {_flow(item)}" for key, item in value.items())
        return "{" + ", ".join(items) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value, in_flow=True)


def _scalar(value: Any, *, in_flow: bool = False) -> str:
    """Return a scalar, or an empty collection, on one line."""
    if not isinstance(value, str):
        if isinstance(value, float):
            return _number(value)
        return msgspec.json.encode(value).decode()
    if _is_plain(value) and not (in_flow and _NOT_PLAIN_IN_FLOW.search(value)):
        return value
    if ('"' in value or "\\" in value) and _SINGLE.match(value):
        return "'" + value.replace("'", "''") + "'"
    quoted = json.dumps(value, ensure_ascii=False)
    return _ESCAPED.sub(lambda match: _escape(match.group()), quoted)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _number(value: float) -> str:
    """Return a number as both versions of YAML read it: with a point and a sign."""
    text = repr(value)
    mantissa, mark, exponent = text.partition("e")
    if not mark:
        return text
    mantissa = mantissa if "." in mantissa else f"{mantissa}.0"
    return f"{mantissa}e{exponent if exponent[0] in '+-' else f'+{exponent}'}"


def _is_plain(text: str) -> bool:
    return (
        _PLAIN.match(text) is not None
        and _NOT_PLAIN.search(text) is None
        and text.lower() not in _WORDS
    )


def _can_be_block(text: str) -> bool:
    """Tell whether a block says the text: it must print, and be more than line feeds."""
    return _BLOCK.match(text) is not None and text.strip("\n") != ""


def _block(text: str) -> tuple[str, list[str]]:
    """Return the mark of a literal block, and its lines."""
    lines = text.split("\n")
    if not text.endswith("\n"):
        keep = "-"
    elif text.endswith("\n\n"):
        keep, lines = "+", lines[:-1]
    else:
        keep, lines = "", lines[:-1]
    first = next(line for line in lines if line)
    # Where a text begins with white space the indentation has to be stated.
    indicator = str(len(_INDENT)) if first[0] in " \t" else ""
    return f"|{indicator}{keep}", lines
