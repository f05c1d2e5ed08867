"""What flows along edges: JSON values, files as references, and limits on both.

A file is an object ``{"$file": …}`` and never bytes; a value too large for a message is an object
``{"$blob": …}`` in the run log only, put back before a node sees it.
"""

import hashlib
import math
from typing import Final, TypeAlias

import msgspec

from skep_contracts.ids import BlobKey, FileId
from skep_contracts.problems import FieldError, InvalidInput, TooLarge

Value: TypeAlias = "None | bool | int | float | str | list[Value] | dict[str, Value]"
"""A JSON value. Finite numbers only; integers within 64 bits, or they travel as floats."""

MAX_DEPTH: Final = 64
MAX_VALUE_BYTES: Final = 8 * 1024 * 1024
FILE_KEY: Final = "$file"
BLOB_KEY: Final = "$blob"


class FileRef(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A stored file: what it is, and the key its bytes are kept under."""

    id: FileId
    name: str
    mime_type: str
    size_bytes: int
    blob: BlobKey


def file_to_value(file: FileRef) -> "dict[str, Value]":
    """Return the file as it travels in values: an object with the single key ``$file``."""
    return {FILE_KEY: msgspec.to_builtins(file)}


def file_from_value(value: object) -> FileRef | None:
    """Return the file a value refers to, or None when the value is not a file."""
    if not isinstance(value, dict) or len(value) != 1 or FILE_KEY not in value:
        return None
    try:
        return msgspec.convert(value[FILE_KEY], FileRef)
    except msgspec.ValidationError:
        return None


def blob_key(content: bytes) -> BlobKey:
    """Return the key that `content` is stored under: its SHA-256 in hexadecimal."""
    return BlobKey(hashlib.sha256(content).hexdigest())


def to_text(value: object) -> str:
    """Render a value inside text: strings as they are, null as nothing, the rest as compact JSON.

    Booleans become ``true`` and ``false``; a file becomes its name.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    file = file_from_value(value)
    if file is not None:
        return file.name
    return msgspec.json.encode(value).decode()


def check_value(value: object, *, pointer: str = "", max_bytes: int = MAX_VALUE_BYTES) -> None:
    """Refuse what is not a bounded JSON value.

    Raises:
        InvalidInput: Not JSON, a NaN or infinity, a lone surrogate, or nested deeper than `MAX_DEPTH`.
        TooLarge: The encoded value exceeds `max_bytes`.
    """
    stack: list[tuple[object, str, int]] = [(value, pointer, 0)]
    while stack:
        item, place, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise InvalidInput(
                f"A value is nested deeper than {MAX_DEPTH} levels.",
                errors=[FieldError(pointer=place, message="nested too deeply")],
            )
        match item:
            case None | bool() | int():
                pass
            case str():
                if not item.isascii() and any("\ud800" <= c <= "\udfff" for c in item):
                    raise InvalidInput(
                        "A text contains half of a surrogate pair, which is not valid Unicode.",
                        errors=[FieldError(pointer=place, message="lone surrogate")],
                    )
            case float():
                if not math.isfinite(item):
                    raise InvalidInput(
                        "NaN and infinity are not JSON values.",
                        errors=[FieldError(pointer=place, message="not a finite number")],
                    )
            case list() | tuple():
                stack.extend((child, f"{place}/{i}", depth + 1) for i, child in enumerate(item))
            case dict():
                for key, child in item.items():
                    if not isinstance(key, str):
                        raise InvalidInput(
                            "Object keys must be text.",
                            errors=[FieldError(pointer=place, message="a key is not text")],
                        )
                    token = key.replace("~", "~0").replace("/", "~1")
                    stack.append((child, f"{place}/{token}", depth + 1))
            case _:
                raise InvalidInput(
                    f"{type(item).__name__} is not a JSON value.",
                    errors=[FieldError(pointer=place, message="not a JSON value")],
                )
    try:
        size = len(msgspec.json.encode(value))
    except (OverflowError, UnicodeEncodeError, TypeError) as error:
        raise InvalidInput(
            "A value cannot be written as JSON; integers must fit in 64 bits.",
            errors=[FieldError(pointer=pointer, message="not encodable")],
        ) from error
    if size > max_bytes:
        raise TooLarge(
            f"A value takes {size:,} bytes; the limit is {max_bytes:,}.",
            errors=[FieldError(pointer=pointer, message=f"over {max_bytes:,} bytes")],
        )
