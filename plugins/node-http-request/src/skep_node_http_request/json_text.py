"""JSON that an author writes as text, with references in it, so that values cannot break out."""

from collections.abc import Callable
from typing import Final

import msgspec

from skep_contracts.references import Reference, parse_template
from skep_contracts.values import Value, check_value, to_text

_LONGEST_FAULT: Final = 200


class JsonTextFault(Exception):
    """What is wrong with the text."""


def render_json(template: str, resolve: Callable[[Reference], Value]) -> bytes:
    """Fill in the references of a text that is to be JSON.

    Between quotes a value is written as text, escaped; elsewhere as JSON, so that a text gets its
    quotes. A template that is exactly one reference to a text takes that text for JSON.

    Raises:
        JsonTextFault: The result is not JSON.
        InvalidInput: A value cannot be written as JSON.
    """
    segments = parse_template(template)
    if len(segments) == 1 and isinstance(segments[0], Reference):
        value = resolve(segments[0])
        check_value(value)
        whole = value.encode() if isinstance(value, str) else msgspec.json.encode(value)
        return _checked(whole)
    parts: list[bytes] = []
    is_inside = False
    for segment in segments:
        if isinstance(segment, str):
            check_value(segment)
            parts.append(segment.encode())
            is_inside = _ends_inside(segment, is_inside=is_inside)
            continue
        value = resolve(segment)
        check_value(value)
        if is_inside:
            parts.append(msgspec.json.encode(to_text(value))[1:-1])
        else:
            parts.append(msgspec.json.encode(value))
    return _checked(b"".join(parts))


def find_fault(template: str) -> str | None:
    """Return what is wrong with a text whatever its references turn out to be, or None."""
    segments = parse_template(template)
    if len(segments) == 1 and isinstance(segments[0], Reference):
        return None
    try:
        render_json(template, lambda _: None)
    except JsonTextFault as fault:
        return str(fault)
    return None


def _ends_inside(text: str, *, is_inside: bool) -> bool:
    """Tell whether a text ends between quotes."""
    is_escaped = False
    for character in text:
        if is_escaped:
            is_escaped = False
        elif character == "\\" and is_inside:
            is_escaped = True
        elif character == '"':
            is_inside = not is_inside
    return is_inside


def _checked(text: bytes) -> bytes:
    try:
        msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise JsonTextFault(f"is no JSON: {error}"[:_LONGEST_FAULT]) from None
    except RecursionError:
        raise JsonTextFault("is nested too deeply") from None
    return text
