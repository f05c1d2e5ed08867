"""From plain data to a workflow document."""

from collections.abc import Iterator
from typing import Any, Final

from skep_contracts.decoding import convert, find_fault
from skep_contracts.graph import DOCUMENT_FORMAT, MAX_DOCUMENT_BYTES, Edge, WorkflowDocument
from skep_contracts.graph_check.faults import CODE, Faults
from skep_contracts.problems import FieldError, InvalidInput, json_pointer
from skep_contracts.values import check_value

_SMALLEST: Final[dict[str, Any]] = {"skep": DOCUMENT_FORMAT, "app": {"name": "x"}, "nodes": {}}
"""What every document has. Held against this, one part of a document shows its own fault alone."""


def decode_graph(data: object) -> WorkflowDocument:
    """Return the document that plain data holds, as a JSON or YAML reader gave it.

    Raises:
        InvalidInput: Its shape is wrong; there is an error for each section, node, edge at fault.
        TooLarge: It exceeds `MAX_DOCUMENT_BYTES`.
    """
    check_value(data, max_bytes=MAX_DOCUMENT_BYTES)
    if not isinstance(data, dict):
        raise InvalidInput(
            "A workflow is an object with the keys skep, app, nodes and edges.",
            errors=[FieldError(pointer="", message=f"expected an object, got {_kind(data)}")],
            code=CODE,
        )
    if find_fault(data, WorkflowDocument) is not None:
        faults = Faults()
        for fault in _faults_by_part(data):
            faults.add(fault.pointer, fault.message)
        faults.raise_any()
    return convert(data, WorkflowDocument)


def _kind(data: object) -> str:
    names = {type(None): "nothing", list: "a list", str: "text"}
    return names.get(type(data), type(data).__name__)


def _faults_by_part(data: dict[str, Any]) -> Iterator[FieldError]:
    for name in _SMALLEST:
        if name not in data:
            yield FieldError(pointer="", message=f"`{name}` is missing")
    for name, value in data.items():
        for fault in _faults_of_part(name, value):
            if fault is not None:
                yield fault


def _faults_of_part(name: str, value: object) -> Iterator[FieldError | None]:
    match name, value:
        case "skep", _ if value != DOCUMENT_FORMAT or isinstance(value, bool):
            message = f"unknown format {value!r:.20}; this version reads format {DOCUMENT_FORMAT}"
            yield FieldError(pointer="/skep", message=message)
        case "nodes", dict():
            for key, node in value.items():
                yield find_fault({**_SMALLEST, name: {key: node}}, WorkflowDocument)
        case "edges", list():
            for index, edge in enumerate(value):
                yield find_fault(edge, Edge, pointer=json_pointer(name, index))
        case _:
            yield find_fault({**_SMALLEST, name: value}, WorkflowDocument)
