"""What flows along edges: JSON values, files as references, and limits on both.

A file is an object ``{"$file": …}`` and never bytes; a value too large for a message is an object
``{"$blob": …}`` in the run log only, put back before a node sees it.
"""

import hashlib
import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias

import msgspec

from skep_contracts.ids import BlobKey, FileId
from skep_contracts.problems import FieldError, InvalidInput, TooLarge, json_pointer

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"
"""A JSON value. Finite numbers only; integers within 64 bits, or they travel as floats."""

MAX_DEPTH: Final = 64
MAX_VALUE_BYTES: Final = 8 * 1024 * 1024
_LEAST_INTEGER: Final = -(2**63)
_GREATEST_INTEGER: Final = 2**64 - 1
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


def file_fields(file: dict[str, Value]) -> dict[str, Value]:
    """Return what can be read of a file by name, given what stands below ``$file``.

    Besides what is stored: `extension`, in small letters with its dot, empty when there is none;
    and `kind`, one of ``image``, ``audio``, ``video``, ``document`` and ``other``.
    """
    stem, dot, extension = str(file.get("name", "")).rpartition(".")
    mime_type = str(file.get("mime_type", "")).lower()
    kind = mime_type.partition("/")[0]
    if kind not in {"image", "audio", "video"}:
        kind = "document" if _DOCUMENTS.match(mime_type) else "other"
    has_extension = bool(stem and dot) and "/" not in extension
    return {**file, "extension": f".{extension.lower()}" if has_extension else "", "kind": kind}


_DOCUMENTS: Final = re.compile(
    r"text/|application/(([a-z0-9.+-]+\+)?(json|xml|yaml)|pdf|rtf|epub\+zip|msword|x-yaml"
    r"|vnd\.(ms-(excel|powerpoint|outlook)|openxmlformats-|oasis\.opendocument\.).*)|message/rfc822"
)


def blob_key(content: bytes) -> BlobKey:
    """Return the key that `content` is stored under: its SHA-256 in hexadecimal."""
    return BlobKey(hashlib.sha256(content).hexdigest())


def to_text(value: object) -> str:
    """Render a value inside text: strings as they are, null as nothing, the rest as compact JSON.

    Booleans become ``true`` and ``false``; a file becomes its name.

    Raises:
        InvalidInput: It is no value; see `check_value`.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    file = file_from_value(value)
    if file is not None:
        return file.name
    try:
        return msgspec.json.encode(value).decode()
    except (OverflowError, RecursionError, TypeError, ValueError) as error:
        raise InvalidInput("What is to be shown as text is not a JSON value.") from error


def check_value(value: object, *, pointer: str = "", max_bytes: int = MAX_VALUE_BYTES) -> None:
    """Refuse what is not a bounded JSON value.

    A structure that refers to itself is too deep; one that repeats its parts counts them each time.

    Raises:
        InvalidInput: Not JSON, a NaN or infinity, an integer beyond 64 bits, a lone surrogate, or
            nested deeper than `MAX_DEPTH`.
        TooLarge: The encoded value exceeds `max_bytes`.
    """
    too_large = TooLarge(
        f"A value takes more than {max_bytes:,} bytes.",
        errors=[FieldError(pointer=pointer, message=f"over {max_bytes:,} bytes")],
    )
    least_bytes = 0
    # The root stands in a list of its own, so that everything is the child of something.
    stack: list[tuple[_Container, _Place | None, int]] = [([value], None, -1)]
    while stack:
        container, place, depth = stack.pop()
        if depth == MAX_DEPTH and container:
            raise _fault(place, f"nested deeper than {MAX_DEPTH} levels", pointer)
        for step, child in _children(container, place, pointer):
            least_bytes += 1 + (len(step) if isinstance(step, str) else 0)
            if isinstance(child, list | tuple | dict):
                stack.append((child, (place, step), depth + 1))
                continue
            fault = _fault_of_scalar(child)
            if fault is not None:
                raise _fault((place, step), fault, pointer)
            if isinstance(child, str):
                least_bytes += len(child)
        if least_bytes > max_bytes:
            raise too_large
    if len(msgspec.json.encode(value)) > max_bytes:
        raise too_large


_Container: TypeAlias = "list[object] | tuple[object, ...] | dict[object, object]"
_Place: TypeAlias = "tuple[_Place | None, object]"
"""A way from the root: the place above, and the step from there."""


def _children(
    container: "_Container", place: "_Place | None", pointer: str
) -> Iterable[tuple[object, object]]:
    """Return what a container holds, with the index or key of each; keys are checked here."""
    if not isinstance(container, dict):
        return enumerate(container)
    for key in container:
        if not isinstance(key, str):
            raise _fault(place, f"the key {key!r:.40} is not text; quote it", pointer)
        if not key.isascii() and not _is_unicode(key):
            message = "a key holds half of a surrogate pair, which is not valid Unicode"
            raise _fault(place, message, pointer)
    return container.items()


def _fault(place: "_Place | None", message: str, root: str) -> InvalidInput:
    """Write the place out as a pointer; that of a sound value never needs it."""
    steps: list[str] = []
    while place is not None:
        place, step = place
        steps.append(str(step))
    pointer = root + json_pointer(*steps[-2::-1])
    where = f" at {pointer}" if pointer else ""
    return InvalidInput(
        f"The value{where} cannot be used: {message}.",
        errors=[FieldError(pointer=pointer, message=message)],
    )


def _fault_of_scalar(item: object) -> str | None:
    fault = None
    if isinstance(item, str):
        if not item.isascii() and not _is_unicode(item):
            fault = "half of a surrogate pair, which is not valid Unicode"
    elif isinstance(item, int):
        if not _LEAST_INTEGER <= item <= _GREATEST_INTEGER:
            fault = "an integer beyond 64 bits"
    elif isinstance(item, float):
        if not math.isfinite(item):
            fault = "NaN and infinity are not JSON values"
    elif item is not None:
        fault = f"{type(item).__name__} is not a JSON value"
    return fault


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def has_type(value: object, declared: str) -> bool:
    """Tell whether a value is of a declared type such as ``string``, ``file`` or ``array[number]``.

    Null is of every type: it is what an output is that was not given.
    """
    if value is None or declared == "any":
        return True
    if declared.startswith("array["):
        element = declared[len("array[") : -1]
        return isinstance(value, list | tuple) and all(has_type(item, element) for item in value)
    check = _TYPE_CHECKS.get(declared)
    return check is not None and check(value)


_TYPE_CHECKS: Final[dict[str, Callable[[object], bool]]] = {
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "file": lambda value: file_from_value(value) is not None,
}


def texts_in(value: object) -> Iterator[str]:
    """Yield every text that stands in built-in values, at whatever depth; not keys of objects."""
    match value:
        case str():
            yield value
        case list() | tuple():
            for item in value:
                yield from texts_in(item)
        case dict():
            for item in value.values():
                yield from texts_in(item)
