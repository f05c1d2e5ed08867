"""YAML as plain data with its comments, or JSON. What no document may use is refused."""

import re
import sys
from pathlib import Path
from typing import Any, Final

import click
import msgspec
import yaml

from skep_contracts.graph_text.writing import Comment
from skep_contracts.graph_text.writing import Path as Place

_MAX_DEPTH: Final = 64
_MAX_BYTES: Final = 4 * 1024 * 1024
_COMMENT: Final = re.compile(r"(?:^|(?<=[ \t\n]))#[^\n]*")
_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,18})\Z")
_FLOAT: Final = re.compile(
    r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?\Z"
)


class Document(msgspec.Struct):
    """A file: its data, and comments by the place of the value they are about."""

    data: Any
    comments: dict[Place, Comment] = {}


class UnreadableError(click.ClickException):
    """The file cannot be read as a document."""

    exit_code = 2


def read_document(path: str) -> Document:
    """Return what a file holds; ``-`` is standard input.

    Raises:
        UnreadableError: It is no YAML or JSON, or uses anchors, aliases or tags.
    """
    try:
        content = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}") from None
    if len(content) > _MAX_BYTES:
        raise UnreadableError(f"{path}: a document may have {_MAX_BYTES:,} bytes")
    try:
        text = content.decode("utf-8-sig")
        if path.endswith(".json"):
            return Document(msgspec.json.decode(text))
        return read_text(text)
    except UnicodeDecodeError:
        raise UnreadableError(f"{path}: is not valid UTF-8") from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise UnreadableError(f"{path}: {error}") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f":{mark.line + 1}" if mark else ""
        raise UnreadableError(f"{path}{line}: {error.problem or error.context}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise UnreadableError(f"{path}: {str(error).splitlines()[0]}") from None


def read_text(text: str) -> Document:
    """Return the data of a YAML text with its comments."""
    reader = _Reader(text)
    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        reader.take(event)
    return reader.finish()


class _Open(msgspec.Struct):
    """A container that is being filled."""

    value: Any
    place: Place
    key: str | None = None


class _Reader:
    """Builds data from events; what stands between two events can only be comments and marks."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._open: list[_Open] = []
        self._data: Any = None
        self._comments: dict[Place, Comment] = {}
        self._position = 0
        self._last: Place | None = None
        self._pending: list[str] = []
        self._is_started = False

    def take(self, event: Any) -> None:
        match event:
            case yaml.AliasEvent():
                raise _refused("aliases (*name) are not used in documents", event)
            case yaml.DocumentStartEvent() if self._is_started:
                raise _refused("a second document (---) begins", event)
            case yaml.ScalarEvent() | yaml.CollectionStartEvent():
                if event.anchor is not None or event.tag not in (None, "!"):
                    raise _refused("anchors and tags are not used in documents", event)
                self._gap(event)
                self._begin(event)
            case yaml.CollectionEndEvent():
                self._gap(event)
                closed = self._open.pop()
                self._last = closed.place
                if self._open:
                    self._open[-1].key = None
            case _:
                pass

    def finish(self) -> Document:
        """Return the document; comments at the end belong to it as a whole."""
        self._collect(self._text[self._position :])
        tail = "\n".join(self._pending).strip("\n")
        if tail:
            self._comment(()).after = tail
        return Document(self._data, self._comments)

    def _gap(self, event: Any) -> None:
        """Take the comments between the last event and this one."""
        start = event.start_mark.index
        self._collect(self._text[self._position : start])
        self._position = max(self._position, event.end_mark.index)

    def _collect(self, gap: str) -> None:
        first, _, rest = gap.partition("\n")
        behind = _COMMENT.search(first)
        if behind and self._last is not None:
            self._comment(self._last).after = behind.group().rstrip()
        elif behind:
            self._pending.append(behind.group().rstrip())
        blank = 0
        for line in rest.split("\n")[:-1] if rest else ():
            found = _COMMENT.search(line)
            if found:
                self._pending += [""] * min(blank, 1) + [found.group().rstrip()]
                blank = 0
            elif not line.strip():
                blank += 1
        if blank and rest:
            self._pending.append("")

    def _comment(self, place: Place) -> Comment:
        return self._comments.setdefault(place, Comment())

    def _begin(self, event: Any) -> None:
        top = self._open[-1] if self._open else None
        is_key = top is not None and isinstance(top.value, dict) and top.key is None
        place = self._place(event, is_key=is_key)
        is_inside_value = bool(place) and isinstance(place[-1], str) and not is_key
        if not is_inside_value:
            # What stands between a key and its first entry is about the entry.
            self._attach(place, is_first=not self._is_started)
        self._is_started = True
        if isinstance(event, yaml.ScalarEvent):
            if is_key and top is not None:
                if event.value in top.value:
                    raise _refused(f"the key {event.value!r:.40} stands here twice", event)
                top.key = event.value
                self._last = place
                return
            self._put(_resolved(event), place)
            self._last = place
            if event.style in {"|", ">"}:
                self._take_header(event, place)
            return
        if is_key or len(self._open) >= _MAX_DEPTH:
            raise _refused("a key must be text" if is_key else "nested too deeply", event)
        value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._put(value, place, is_open=True)
        self._open.append(_Open(value, place))
        self._last = place

    def _take_header(self, event: Any, place: Place) -> None:
        """Take what stands behind the mark of a block."""
        header = self._text[event.start_mark.index :].partition("\n")[0]
        if found := _COMMENT.search(header):
            self._comment(place).after = found.group().rstrip()
        body = self._text[event.start_mark.index : event.end_mark.index]
        if body.endswith("\n\n") and event.style != "|":
            self._pending.append("")

    def _place(self, event: Any, *, is_key: bool) -> Place:
        if not self._open:
            return ()
        top = self._open[-1]
        if isinstance(top.value, list):
            return (*top.place, len(top.value))
        return (*top.place, event.value if is_key else top.key or "")

    def _attach(self, place: Place, *, is_first: bool) -> None:
        """Give the comments that came last to the value that follows them."""
        if not self._pending:
            return
        lines, self._pending = self._pending, []
        if is_first:
            self._comment(()).before += lines
        else:
            self._comment(place).before += lines

    def _put(self, value: Any, place: Place, *, is_open: bool = False) -> None:
        if not self._open:
            self._data = value
            return
        top = self._open[-1]
        if isinstance(top.value, list):
            top.value.append(value)
        else:
            top.value[top.key or ""] = value
            if not is_open:
                top.key = None


def _refused(message: str, event: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=message, problem_mark=event.start_mark)


def _resolved(event: Any) -> Any:
    """Give a plain scalar its type, as the server does."""
    text = event.value
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text)
    return float(text) if _FLOAT.match(text) else text
