"""From the bytes a client sent to a workflow document, and back."""

import asyncio
import json
from typing import Any, Final, NoReturn

import msgspec
from starlette.requests import Request

from skep_contracts.graph import MAX_DOCUMENT_BYTES, WorkflowDocument
from skep_contracts.graph_check import decode_graph
from skep_contracts.graph_text import in_order, write_yaml
from skep_contracts.problems import FieldError, InvalidInput, TooLarge, json_pointer
from skep_gateway.web.body import refuse_nul
from skep_gateway.web.problems import MalformedJson, NotAcceptable
from skep_gateway.web.shapes import inline_schema
from skep_gateway.workflows.yaml_reader import Places, read_yaml

JSON: Final = "application/json"
YAML: Final = "application/yaml"
_YAML_TYPES: Final = frozenset({YAML, "application/x-yaml", "text/yaml", "text/x-yaml"})
_SMALL_BYTES: Final = 8 * 1024
DOCUMENT_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {
                "schema": {
                    "type": "object",
                    "required": ["document"],
                    "properties": {"document": inline_schema(WorkflowDocument)},
                }
            },
            YAML: {"schema": {"type": "string", "description": "The same document as YAML"}},
        },
    }
}
"""OpenAPI of a body that is a document."""
_at_once = asyncio.Semaphore(2)


async def read_document(request: Request) -> WorkflowDocument:
    """Return the document in a request's body: YAML, JSON, or JSON inside ``{"document": …}``.

    Raises:
        NotAcceptable: It is of another content type.
        InvalidInput: It cannot be read or has another shape; pointers are into the document, and of
            YAML every fault names its line.
        TooLarge: It exceeds the limit.
    """
    kind = _content_type(request)
    body = await request.body()
    if len(body) <= _SMALL_BYTES:
        return parse_document(body, kind)
    async with _at_once:
        return await asyncio.to_thread(parse_document, body, kind)


def _content_type(request: Request) -> str:
    kinds = request.headers.getlist("content-type")
    kind = kinds[0].partition(";")[0].strip().lower() if len(kinds) == 1 else ""
    if kind in _YAML_TYPES:
        return YAML
    if kind == JSON or (kind.startswith("application/") and kind.endswith("+json")):
        return JSON
    raise NotAcceptable(
        "Send the document as application/yaml or application/json.",
    )


def parse_document(body: bytes, kind: str) -> WorkflowDocument:
    """Return the document in `body`; see `read_document`."""
    if len(body) > MAX_DOCUMENT_BYTES:
        raise TooLarge(f"A document may have {MAX_DOCUMENT_BYTES:,} bytes.")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise InvalidInput(
            f"The document is not valid UTF-8 in line {line}.",
            errors=[FieldError(pointer="", message=f"not UTF-8 (line {line})")],
            code="malformed_text",
        ) from None
    data = read_yaml(text) if kind == YAML else _unwrapped(_read_json(text))
    try:
        refuse_nul(data)
        return decode_graph(data)
    except InvalidInput as error:
        if kind == YAML:
            _raise_with_places(error, text)
        raise


def _unwrapped(data: Any) -> Any:
    if isinstance(data, dict) and "document" in data and "skep" not in data:
        others = sorted(set(data) - {"document"})
        if others:
            raise InvalidInput(
                "Beside `document` nothing else is expected.",
                errors=[FieldError(pointer=json_pointer(others[0]), message="unknown field")],
            )
        return data["document"]
    return data


def _raise_with_places(error: InvalidInput, text: str) -> NoReturn:
    """Raise the same error with the line and column of each fault."""
    places: Places = {}
    read_yaml(text, places=places)
    faults = [
        msgspec.structs.replace(fault, message=f"{fault.message} ({place})")
        if (place := _nearest(places, fault.pointer))
        else fault
        for fault in error.errors
    ]
    raise type(error)(error.detail, errors=faults, code=error.exact_code) from None


def _nearest(places: Places, pointer: str) -> object | None:
    """Return the place of a value, or of what it is missing from."""
    while pointer not in places and pointer:
        pointer = pointer.rpartition("/")[0]
    return places.get(pointer)


class _Twice:
    """Stands for an object in which a key came twice."""

    def __init__(self, key: str) -> None:
        self.key = key


def _object(pairs: list[tuple[str, Any]]) -> Any:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            return _Twice(key)
        seen.add(key)
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _read_json(text: str) -> Any:
    try:
        data = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise MalformedJson(
            f"The JSON cannot be read at line {error.lineno}, column {error.colno}: {error.msg}."
        ) from None
    except RecursionError:
        raise MalformedJson("The JSON is nested too deeply.") from None
    except ValueError:
        raise MalformedJson("A number in the JSON is not one JSON has, or is too long.") from None
    _refuse_twice(data)
    return data


def _refuse_twice(data: Any) -> None:
    stack: list[tuple[Any, tuple[str | int, ...]]] = [(data, ())]
    while stack:
        item, path = stack.pop()
        match item:
            case _Twice():
                raise InvalidInput(
                    f"The key `{item.key[:40]}` stands twice in one object.",
                    errors=[
                        FieldError(pointer=json_pointer(*path, item.key), message="stands twice")
                    ],
                    code="malformed_json",
                )
            case dict():
                stack += [(child, (*path, key)) for key, child in item.items()]
            case list():
                stack += [(child, (*path, index)) for index, child in enumerate(item)]


def to_yaml(document: WorkflowDocument) -> str:
    """Return the document as YAML, in the order of its fields and nodes."""
    return write_yaml(in_order(msgspec.to_builtins(document)))
