r"""References inside text: ``{{node.output.path}}``. A total language without calls.

    reference = "{{" ws? root ("." segment)+ ws? "}}"
    root, segment = [A-Za-z0-9_-]+

`root` is a node id or one of `NAMESPACES`; the rest is a path into that node's outputs, where a
segment of digits indexes a list. What does not exist is null. ``\{{`` writes two braces. Anything
between braces that is not a reference stays text, so that other template languages pass through.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, cast

import msgspec

from skep_contracts.problems import json_pointer
from skep_contracts.values import FILE_KEY, Value, file_fields, file_from_value, to_text

NAMESPACES: Final = frozenset({"sys", "env", "conversation"})
"""Roots that are not nodes: run facts, environment variables, conversation variables."""

_PATTERN: Final = re.compile(r"\\\{\{|\{\{\s*([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+)\s*\}\}")

_INDEX: Final = re.compile(r"[0-9]{1,9}\Z")


class Reference(msgspec.Struct, frozen=True):
    """`root` and the path below it, at least one segment long."""

    root: str
    path: tuple[str, ...]

    def __str__(self) -> str:
        """The reference without its braces."""
        return ".".join((self.root, *self.path))


Segment = str | Reference


@lru_cache(maxsize=8192)
def parse_template(text: str) -> tuple[Segment, ...]:
    """Split a text into literal pieces and references, in order."""
    if "{{" not in text:
        return (text,) if text else ()
    segments: list[Segment] = []
    literal = ""
    position = 0
    for match in _PATTERN.finditer(text):
        literal += text[position : match.start()]
        position = match.end()
        if match.group(1) is None:
            literal += "{{"
            continue
        if literal:
            segments.append(literal)
            literal = ""
        root, *path = match.group(1).split(".")
        segments.append(Reference(root, tuple(path)))
    literal += text[position:]
    if literal:
        segments.append(literal)
    return tuple(segments)


def references_in(value: object) -> Iterator[tuple[Reference, str]]:
    """Yield every reference in the texts of a JSON value with the JSON pointer of its text."""
    stack: list[tuple[object, str]] = [(value, "")]
    while stack:
        item, pointer = stack.pop()
        if isinstance(item, str):
            for segment in parse_template(item):
                if isinstance(segment, Reference):
                    yield segment, pointer
        elif isinstance(item, dict):
            stack.extend((child, pointer + json_pointer(str(key))) for key, child in item.items())
        elif isinstance(item, list | tuple):
            stack.extend((child, f"{pointer}/{index}") for index, child in enumerate(item))


Lookup = Callable[[str], Mapping[str, Any] | None]
"""From a root to its outputs, or None when the root has none (skipped, failed, unknown)."""


def resolve(reference: Reference, lookup: Lookup) -> Value:
    """Return the value a reference points at; None when any step of it does not exist.

    The fields of a file are reached by their names: ``{{start.photo.name}}``; see `file_fields`.
    """
    current: Any = lookup(reference.root)
    for segment in reference.path:
        if isinstance(current, Mapping):
            if len(current) == 1 and file_from_value(current) is not None:
                current = file_fields(current[FILE_KEY])
            current = current.get(segment)
        elif isinstance(current, list | tuple) and _INDEX.match(segment):
            index = int(segment)
            current = current[index] if index < len(current) else None
        else:
            return None
    return cast("Value", current)


def render_text(template: str, lookup: Lookup) -> str:
    """Render a template as text; see `values.to_text` for how values look inside it."""
    return "".join(
        segment if isinstance(segment, str) else to_text(resolve(segment, lookup))
        for segment in parse_template(template)
    )


def render_value(template: Value, lookup: Lookup) -> Value:
    """Resolve references at any depth; a text that is exactly one keeps the value's type."""
    if isinstance(template, str):
        segments = parse_template(template)
        if len(segments) == 1 and isinstance(segments[0], Reference):
            return resolve(segments[0], lookup)
        return render_text(template, lookup)
    if isinstance(template, list):
        return [render_value(item, lookup) for item in template]
    if isinstance(template, dict):
        return {key: render_value(item, lookup) for key, item in template.items()}
    return template
