"""From the bytes of a file to plain data: YAML as Dify's exporter writes it, or JSON.

Scalars follow YAML 1.1, which is what PyYAML wrote them in. Anchors and aliases are followed, for
the exporter writes them for values that it met twice, but what they unfold to is bounded. Nothing
is ever constructed but text, numbers, booleans, lists and mappings.
"""

import json
from typing import Any, Final

import msgspec
import yaml

from skep_contracts.plugins.importers import MAX_SOURCE_BYTES
from skep_contracts.problems import FieldError, InvalidInput, TooLarge, json_pointer
from skep_contracts.values import check_value

MAX_VALUES: Final = 200_000
"""Values with what aliases repeat."""
MAX_DEPTH: Final = 60
CODE: Final = "malformed_source"
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN_TYPES: Final = ("null", "bool", "int", "float")
_MAX_NUMBER_CHARS: Final = 64


def read_source(content: bytes) -> dict[str, Any]:
    """Return the mapping that a file holds.

    Raises:
        InvalidInput: It is no YAML or JSON, or no mapping; the detail names the line.
        TooLarge: It exceeds what an importer takes, or unfolds to more.
    """
    if len(content) > MAX_SOURCE_BYTES:
        raise TooLarge(f"The file has {len(content):,} bytes; {MAX_SOURCE_BYTES:,} are taken.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _malformed(f"it is not valid UTF-8 in line {line}") from None
    data = _read_json(text) if text.lstrip()[:1] == "{" else None
    if data is None:
        data = _read_yaml(text)
    if not isinstance(data, dict):
        raise _malformed("a mapping with the sections of an app is expected")
    check_value(data, max_bytes=2 * MAX_SOURCE_BYTES)
    return data


def _malformed(fault: str, pointer: str = "") -> InvalidInput:
    return InvalidInput(
        f"The file cannot be read: {fault}.",
        errors=[FieldError(pointer=pointer, message=fault)],
        code=CODE,
    )


def _read_json(text: str) -> Any:
    """Return what JSON holds; None when it is none, for YAML may begin with a brace too."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _read_yaml(text: str) -> Any:
    reader = _Reader()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            reader.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" in line {mark.line + 1}" if mark else ""
        reason = error.problem or error.context or "it ends too early"
        raise _malformed(f"{reason}{where}", reader.pointer()) from None
    except yaml.reader.ReaderError:
        raise _malformed("it holds a control character", reader.pointer()) from None
    except RecursionError:
        raise _malformed("it is nested too deeply", reader.pointer()) from None
    return reader.result


class _Open(msgspec.Struct):
    """A container that is being filled."""

    value: Any
    anchor: str | None
    key: str | None = None
    count: int = 1
    depth: int = 0


class _Anchored(msgspec.Struct):
    """What an alias stands for, and how much that is."""

    value: Any
    count: int = 1
    depth: int = 0


class _Reader:
    """Builds data from parser events."""

    def __init__(self) -> None:
        self.result: Any = None
        self._open: list[_Open] = []
        self._anchors: dict[str, _Anchored] = {}
        self._documents = 0
        self._values = 0

    def pointer(self) -> str:
        """Return where the reader is."""
        steps: list[str | int] = []
        for level in self._open:
            if isinstance(level.value, list):
                steps.append(len(level.value))
            elif level.key is not None:
                steps.append(level.key)
        return json_pointer(*steps)

    def take(self, event: yaml.Event) -> None:
        """Take one event."""
        match event:
            case yaml.ScalarEvent():
                self._add_scalar(event)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._refuse_tag(event)
                value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
                self._begin(_Open(value, event.anchor))
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._end()
            case yaml.AliasEvent():
                self._follow(event.anchor or "")
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise _malformed("a second document (---) begins")
            case _:
                pass

    def _refuse_tag(self, event: Any) -> None:
        standard = event.tag is None or event.tag in {"!", *_STANDARD_TAGS}
        if not standard:
            raise _malformed(f"the tag {event.tag!r:.60} is not read", self.pointer())

    def _count(self, count: int) -> None:
        self._values += count
        if self._values > MAX_VALUES:
            raise TooLarge(
                f"The file holds, or its aliases unfold to, more than {MAX_VALUES:,} values.",
                errors=[FieldError(pointer=self.pointer(), message="too many values")],
            )

    def _add_scalar(self, event: yaml.ScalarEvent) -> None:
        top = self._open[-1] if self._open else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            top.key = event.value
            return
        self._refuse_tag(event)
        value = self._resolved(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(value)
        self._put(value, count=1, depth=0)

    def _resolved(self, event: yaml.ScalarEvent) -> Any:
        is_plain = event.tag is None and bool(event.implicit[0])
        return _resolve(event.value) if is_plain else event.value

    def _begin(self, level: _Open) -> None:
        if self._open and isinstance(self._open[-1].value, dict) and self._open[-1].key is None:
            raise _malformed("a key must be text", self.pointer())
        if len(self._open) >= MAX_DEPTH:
            raise _malformed(f"it is nested deeper than {MAX_DEPTH} levels", self.pointer())
        self._open.append(level)

    def _end(self) -> None:
        done = self._open.pop()
        if done.anchor is not None:
            self._anchors[done.anchor] = _Anchored(done.value, done.count, done.depth + 1)
        # Its parts were counted as they came.
        self._put(done.value, count=1, depth=done.depth + 1, inside=done.count)

    def _follow(self, anchor: str) -> None:
        found = self._anchors.get(anchor)
        if found is None:
            raise _malformed(f"the alias *{anchor:.40} has no anchor before it", self.pointer())
        if len(self._open) + found.depth > MAX_DEPTH:
            raise _malformed(f"it is nested deeper than {MAX_DEPTH} levels", self.pointer())
        self._put(found.value, count=found.count, depth=found.depth)

    def _put(self, value: Any, *, count: int, depth: int, inside: int | None = None) -> None:
        self._count(count)
        if not self._open:
            self.result = value
            return
        top = self._open[-1]
        if isinstance(top.value, list):
            top.value.append(value)
        elif top.key is None:
            raise _malformed("a key must be text", self.pointer())
        else:
            top.value[top.key] = value
            top.key = None
        top.count += count if inside is None else inside
        top.depth = max(top.depth, depth)


_STANDARD_TAGS: Final = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "map", "seq", *_PLAIN_TYPES)
)
_BOOLEANS: Final = yaml.SafeLoader.bool_values


def _resolve(text: str) -> Any:
    """Give a plain scalar its type, as PyYAML does; what looks like a date stays text."""
    resolvers = yaml.SafeLoader.yaml_implicit_resolvers
    for tag, pattern in (*resolvers.get(text[:1], ()), *resolvers.get(None, ())):
        kind = tag.rpartition(":")[2]
        if kind in _PLAIN_TYPES and pattern.match(text):
            return _typed(kind, text)
    return text


def _typed(kind: str, text: str) -> Any:
    if kind == "null":
        return None
    if kind == "bool":
        return _BOOLEANS[text.lower()]
    if len(text) > _MAX_NUMBER_CHARS:
        return text
    constructor = yaml.constructor.SafeConstructor()
    node = yaml.ScalarNode(f"tag:yaml.org,2002:{kind}", text)
    try:
        if kind == "int":
            return constructor.construct_yaml_int(node)
        return constructor.construct_yaml_float(node)
    except (ValueError, OverflowError):
        return text
