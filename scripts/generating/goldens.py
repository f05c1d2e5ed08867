"""Golden files: an example of every message as it was when its version began.

They are written once. What a later version of the code reads and writes is held against them, so a
file that is there already is left alone, whatever the code says today.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec
from msgspec import inspect

from skep_contracts import catalogue, run_log
from skep_contracts.envelope import Envelope
from skep_contracts.graph import WorkflowDocument
from skep_contracts.problems import Problem

FOLDER = "contracts/golden"
SUMS = f"{FOLDER}/SHA256SUMS"
Size = Literal["minimal", "full"]

_TEXTS = {
    "tenant": "t_01JG0000000000000000000000",
    "time": "2026-01-02T03:04:05Z",
    "version": "0f343b0931126a20f133d67c2b018a3b1e7a6d2f5c5c5e1b6b4a5c9d8e7f6a5b",
    "key": "name",
    "query": "Can I return boots I wore twice?",
    "answer": "Yes, within 30 days [1].",
}
_MAX_DEPTH = 6


def subjects() -> dict[str, Any]:
    """Return what has golden files, by the name of its folder."""
    found: dict[str, Any] = {}
    for messages in (catalogue.events(), catalogue.commands(), catalogue.calls()):
        found |= messages
    found |= {f"reply.{name}": reply for name, reply in catalogue.replies().items()}
    for event in get_args(run_log.RunEvent):
        found[f"log.{event.__struct_config__.tag}"] = event
    found |= {
        "log.batch": run_log.Batch,
        "log.live_text": run_log.LiveText,
        "envelope": Envelope,
        "problem": Problem,
        "workflow": WorkflowDocument,
    }
    return found


def missing(root: Path) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of golden files that are not there yet."""
    for name, struct in subjects().items():
        for size in get_args(Size):
            value = _struct(inspect.type_info(struct), size, 0)
            encoded = msgspec.json.encode(value)
            msgspec.json.decode(encoded, type=struct)
            path = f"{FOLDER}/{name}/{size}.json"
            if not (root / path).exists():
                yield path, msgspec.json.format(encoded, indent=2) + b"\n"
            packed = f"{FOLDER}/{name}/{size}.msgpack"
            if name.startswith("log.") and not (root / packed).exists():
                yield packed, msgspec.msgpack.encode(value)


def sums(root: Path) -> str:
    """Return the digests of all golden files; a changed one shows in a diff of this list."""
    files = sorted(
        path for path in (root / FOLDER).rglob("*") if path.is_file() and path.name != "SHA256SUMS"
    )
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(root / FOLDER)}\n"
        for path in files
    )


def _struct(info: Any, size: Size, depth: int) -> Any:
    if not isinstance(info, inspect.StructType):
        return _value(info, "", size, depth)
    fields = {
        field.encode_name: _value(field.type, field.name, size, depth + 1)
        for field in info.fields
        if field.required or (size == "full" and depth < _MAX_DEPTH)
    }
    if info.array_like:
        return list(fields.values())
    tag = {info.tag_field: info.tag} if info.tag_field else {}
    return tag | fields


def _value(info: Any, name: str, size: Size, depth: int) -> Any:  # noqa: C901, PLR0911, PLR0912 - one case for each type
    match info:
        case inspect.Metadata(type=inner):
            return _value(inner, name, size, depth)
        case inspect.UnionType(types=types):
            chosen = [t for t in types if not isinstance(t, inspect.NoneType)]
            return _value(chosen[0], name, size, depth)
        case inspect.StructType():
            return _struct(info, size, depth)
        case inspect.LiteralType(values=values):
            return values[0]
        case inspect.EnumType(cls=cls):
            return next(iter(cls)).value
        case inspect.StrType(pattern=pattern):
            return _text(name, pattern)
        case inspect.BoolType():
            return True
        case inspect.IntType(ge=least):
            return max(least or 0, 1 if name in {"skep", "format"} else 3)
        case inspect.FloatType():
            return 1.5
        case inspect.DateTimeType():
            return datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
        case inspect.BytesType():
            return b"\x93\x01\x01\x90"
        case inspect.RawType():
            return {"type": "run.succeeded.v1"}
        case inspect.DictType(key_type=key, value_type=inner):
            if size == "minimal" or depth > _MAX_DEPTH:
                return {}
            return {_value(key, "key", size, depth): _value(inner, name, size, depth + 1)}
        case inspect.ListType(item_type=inner) | inspect.VarTupleType(item_type=inner):
            if depth > _MAX_DEPTH or (size == "minimal" and name != "events"):
                return []
            return [_value(one, name, size, depth + 1) for one in _alternatives(inner, size)]
        case inspect.AnyType():
            return {"text": "é", "list": [1, 2.5, None, True]}
        case _:
            raise TypeError(f"no example for {info!r}")


def _alternatives(info: Any, size: Size) -> list[Any]:
    """Return the members of a union of structs, so that a full list shows each of them."""
    if size == "full" and isinstance(info, inspect.UnionType):
        return [t for t in info.types if not isinstance(t, inspect.NoneType)]
    return [info]


def _text(name: str, pattern: str | None) -> str:
    if name in _TEXTS:
        return _TEXTS[name]
    if name.endswith("_id") or name == "id":
        noun = name.removesuffix("_id") or "thing"
        return f"{noun}_01JG0000000000000000000000"
    if pattern is not None:
        return "example"
    return f"an example of {name.replace('_', ' ')}"
