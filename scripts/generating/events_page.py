"""docs/events.md: the public facts, as subscribers read about them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect

from generating.docstrings import of_class, of_fields
from skep_contracts import catalogue, subjects
from skep_contracts.envelope import Envelope, Event

PATH = "docs/events.md"
_INTRODUCTION = Path(__file__).with_name("events_introduction.md")


def page() -> Iterator[tuple[str, str]]:
    """Yield the path and content of the page."""
    introduction = _INTRODUCTION.read_text(encoding="utf-8")
    parts = [introduction, "## The envelope\n", of_class(Envelope) + "\n", _table(Envelope)]
    nouns: dict[str, list[tuple[str, type[Event]]]] = {}
    for name, event in catalogue.events().items():
        nouns.setdefault(event.noun(), []).append((name, event))
    for noun, events in nouns.items():
        parts.append(f"## {noun.capitalize()}\n")
        for name, event in events:
            subject = subjects.events_of(past=event.past(), noun=noun)
            subject = subject.replace("*", "{tenant}", 1).replace("*", f"{{{event.noun_id_field}}}")
            parts += [
                f"### `{name}`\n",
                f"{of_class(event)}\n",
                f"Subject: `{subject}`\n",
                _table(event),
            ]
    yield PATH, "\n".join(parts)


def _table(struct: Any) -> str:
    info = inspect.type_info(struct)
    texts = of_fields(struct)
    lines = ["| field | type | |", "|---|---|---|"]
    for field in info.fields:  # type: ignore[attr-defined]  # a StructType
        notes = [texts.get(field.name, "")]
        if not field.required:
            notes.insert(0, f"Default: {_default(field)}.")
        text = " ".join(note for note in notes if note)
        lines.append(f"| `{field.encode_name}` | {type_name(field.type)} | {text} |")
    return "\n".join(lines) + "\n"


def _default(field: Any) -> str:
    if field.default_factory is not msgspec.NODEFAULT:
        return "empty"
    value = field.default
    if value is None:
        return "null"
    if value in ("", (), {}):
        return "empty"
    if isinstance(value, msgspec.Struct):
        return "its own defaults"
    return f"`{msgspec.json.encode(value).decode()}`"


def type_name(info: Any) -> str:
    """Return how the page calls a type."""
    found = _SIMPLE.get(type(info), "any")
    match info:
        case inspect.Metadata(type=inner):
            found = type_name(inner)
        case inspect.UnionType(types=types):
            found = " or ".join(dict.fromkeys(type_name(member) for member in types))
        case inspect.StructType(cls=cls):
            found = cls.__name__
        case inspect.EnumType(cls=cls):
            found = ", ".join(f"`{member.value}`" for member in cls)
        case inspect.LiteralType(values=values):
            found = ", ".join(f"`{value}`" for value in values)
        case inspect.ListType(item_type=inner) | inspect.VarTupleType(item_type=inner):
            found = f"list of {type_name(inner)}"
        case _:
            pass
    return found


_SIMPLE: dict[Any, str] = {
    inspect.StrType: "text",
    inspect.IntType: "integer",
    inspect.FloatType: "number",
    inspect.BoolType: "boolean",
    inspect.DateTimeType: "time (RFC 3339, UTC)",
    inspect.DictType: "object",
    inspect.RawType: "the event, by its type",
    inspect.NoneType: "null",
}
