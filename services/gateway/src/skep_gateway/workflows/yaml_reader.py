"""YAML, as far as a workflow document needs it: plain data, bounded, with places for faults.

Read from the parser's events, so nothing is ever constructed but text, numbers, lists and mappings.
Scalars follow the core schema of YAML 1.2: ``on``, ``no`` and ``12:30`` are texts. Anchors,
aliases, tags and a second document are refused: no workflow needs them, and bombs are made of them.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec
import yaml

from skep_contracts.problems import FieldError, InvalidInput, TooLarge, json_pointer

MAX_VALUES: Final = 200_000
_MAX_DEPTH: Final = 64
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_BEGINS_NUMBER: Final = frozenset("+-.0123456789")
# A number with leading zeros is a text here (a code, a telephone number), as it is in JSON.
_INTEGER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,30})\Z")
_OTHER_BASE: Final = re.compile(r"0o[0-7]{1,30}\Z|0x[0-9a-fA-F]{1,30}\Z")
_FLOAT: Final = re.compile(
    r"[-+]?(?:\.[0-9]{1,60}|(?:0|[1-9][0-9]{0,60})(?:\.[0-9]{0,60})?)(?:[eE][-+]?[0-9]{1,4})?\Z"
)
_SPECIAL: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z")
CODE: Final = "malformed_yaml"


class Place(msgspec.Struct, frozen=True):
    """Where a value begins, counted from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


Places = dict[str, Place]
"""Places by JSON pointer."""


class _Open(msgspec.Struct):
    """A container that is being filled; `key` is the mapping key that waits for its value."""

    value: Any
    key: str | None = None


def read_yaml(text: str, *, places: Places | None = None) -> Any:
    """Return the data in a YAML text.

    Args:
        text: One document.
        places: Filled with the place of every value; costs time, so only when there is a fault.

    Raises:
        InvalidInput: It is no YAML or uses what is refused; the detail names line and column.
        TooLarge: It holds more than `MAX_VALUES` values.
    """
    reader = _Reader(places)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            reader.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else None
        # PyYAML's phrases are fixed; they name at most one character of the text.
        raise reader.fault(error.problem or error.context or "it ends too early", place) from None
    except yaml.reader.ReaderError as error:
        before = text[: error.position] if isinstance(error.position, int) else ""
        place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise reader.fault("a control character stands in the text", place) from None
    return reader.result


class _Reader:
    def __init__(self, places: Places | None) -> None:
        self.result: Any = None
        self._places = places
        self._open: list[_Open] = []
        self._documents = 0
        self._values = 0

    def fault(self, message: str, place: Place | None) -> InvalidInput:
        where, after = (f" at {place}", f" ({place})") if place else ("", "")
        return InvalidInput(
            f"The YAML cannot be read{where}: {message}.",
            errors=[FieldError(pointer=self._pointer(), message=message + after)],
            code=CODE,
        )

    def take(self, event: yaml.Event) -> None:
        match event:
            case yaml.ScalarEvent():
                self._refuse_extras(event)
                self._add_scalar(event)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._refuse_extras(event)
                self._begin({} if isinstance(event, yaml.MappingStartEvent) else [], event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._open.pop()
                if self._open:
                    self._open[-1].key = None
            case yaml.AliasEvent():
                raise self.fault("aliases (*name) are not used here; write it out", _place(event))
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise self.fault("a second document (---) begins", _place(event))

    def _refuse_extras(self, event: Any) -> None:
        if event.anchor is not None:
            raise self.fault("anchors (&name) are not used here", _place(event))
        if event.tag is not None and event.tag != "!":
            raise self.fault("tags (!name) are not used here", _place(event))
        self._values += 1
        if self._values > MAX_VALUES:
            raise TooLarge(f"The YAML holds more than {MAX_VALUES:,} values.")

    def _add_scalar(self, event: yaml.ScalarEvent) -> None:
        top = self._open[-1] if self._open else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            top.key = self._key(top.value, event)
            return
        self._put(_resolve(event.value) if _is_plain(event) else event.value, event)

    def _key(self, mapping: dict[str, Any], event: yaml.ScalarEvent) -> str:
        key = event.value
        if _is_plain(event) and not isinstance(_resolve(key), str):
            raise self.fault(f'a key must be text: write "{key[:40]}" with quotes', _place(event))
        if key in mapping:
            raise self.fault(f"the key `{key[:40]}` stands here twice", _place(event))
        return str(key)

    def _begin(self, container: Any, event: yaml.Event) -> None:
        top = self._open[-1] if self._open else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            raise self.fault("a key must be text, not a list or a mapping", _place(event))
        if len(self._open) >= _MAX_DEPTH:
            raise self.fault(f"nested deeper than {_MAX_DEPTH} levels", _place(event))
        self._put(container, event)
        self._open.append(_Open(container))

    def _put(self, value: Any, event: yaml.Event) -> None:
        if self._places is not None:
            self._places[self._pointer()] = _place(event)
        if not self._open:
            self.result = value
            return
        top = self._open[-1]
        if isinstance(top.value, list):
            top.value.append(value)
        elif top.key is not None:
            top.value[top.key] = value
            if not isinstance(value, dict | list):
                top.key = None

    def _pointer(self) -> str:
        return json_pointer(*self._path())

    def _path(self) -> Iterator[str | int]:
        for depth, level in enumerate(self._open, start=1):
            if isinstance(level.value, list):
                # A container that is being filled is in its list already.
                yield len(level.value) - (depth < len(self._open))
            elif level.key is not None:
                yield level.key


def _place(event: yaml.Event) -> Place:
    mark = event.start_mark
    return Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)


def _is_plain(event: yaml.ScalarEvent) -> bool:
    return bool(event.implicit[0])


def _resolve(text: str) -> Any:
    """Give a plain scalar its type."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in _BEGINS_NUMBER:
        return _number(text)
    return text


def _number(text: str) -> int | float | str:
    if _INTEGER.match(text):
        return int(text)
    if _OTHER_BASE.match(text):
        return int(text, 0)
    if _FLOAT.match(text):
        return float(text)
    if _SPECIAL.match(text):
        return float(text.lower().replace(".", ""))
    return text
