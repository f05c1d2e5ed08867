"""Holds inputs against the form."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from skep_contracts.plugins.nodes import NodeResult, OutputSpec, PureContext
from skep_contracts.problems import FieldError, InvalidInput, did_you_mean, json_pointer
from skep_node_start.conversion import converted
from skep_node_start.fields import faults_of
from skep_node_start.json_schema import find_schema_fault
from skep_node_start.settings import FieldType, FormField, StartSettings

OUTPUT_TYPES: Final[dict[FieldType, str]] = {
    "text": "string",
    "paragraph": "string",
    "number": "number",
    "checkbox": "boolean",
    "select": "string",
    "multi-select": "array[string]",
    "date": "string",
    "datetime": "string",
    "file": "file",
    "files": "array[file]",
    "object": "object",
    "json": "any",
}
MAX_FAULTS: Final = 20
"""Of one input; the others are like them."""
_ONLY_FOR: Final[dict[str, tuple[FieldType, ...]]] = {
    "min": ("number",),
    "max": ("number",),
    "allow_empty": ("text", "paragraph"),
    "max_length": ("text", "paragraph"),
    "options": ("select", "multi-select"),
    "max_items": ("files", "multi-select"),
    "accept": ("file", "files"),
    "max_size_bytes": ("file", "files"),
    "schema": ("object", "json"),
}


class StartNode:
    """Gives the inputs on, once they fit the form."""

    def evaluate(self, ctx: PureContext, settings: StartSettings) -> NodeResult:
        """Return a value for every field: what was given, as its type, or the default, or null.

        Raises:
            InvalidInput: With a fault for every input that does not fit; pointers are ``/name``.
        """
        faults: list[FieldError] = []
        outputs: dict[str, Any] = {}
        for field in settings.fields:
            value = converted(field, ctx.inputs.get(field.name))
            if value is None:
                value = field.default
            outputs[field.name] = value
            faults += islice(_faults_of_input(field, value), MAX_FAULTS)
        faults += islice(_unknown_inputs(ctx, settings), MAX_FAULTS)
        if faults:
            first = faults[0]
            raise InvalidInput(
                f"The inputs do not fit the form: {first.pointer[1:]} {first.message}.",
                errors=faults,
                code="invalid_inputs",
            )
        return NodeResult(outputs=outputs)


def _faults_of_input(field: FormField, value: object) -> Iterator[FieldError]:
    at = json_pointer(field.name)
    if field.required and value in (None, "", []) and not (field.allow_empty and value == ""):
        yield FieldError(pointer=at, message="is required")
        return
    if value is None:
        return
    for below, message in faults_of(field, value):
        yield FieldError(pointer=at + below, message=message)


def _unknown_inputs(ctx: PureContext, settings: StartSettings) -> Iterator[FieldError]:
    known = {field.name for field in settings.fields}
    for name in ctx.inputs.keys() - known:
        hint = did_you_mean(name, known) or (
            f"; the form has {', '.join(sorted(known))}" if known else "; the form has no field"
        )
        yield FieldError(pointer=json_pointer(name), message=f"is not in the form{hint}")


def outputs(settings: StartSettings) -> tuple[OutputSpec, ...]:
    """Declare an output for every field."""
    return tuple(
        OutputSpec(
            name=field.name, type=OUTPUT_TYPES[field.type], description=field.label or field.name
        )
        for field in settings.fields
    )


def check_form(settings: StartSettings) -> None:
    """Refuse a form that no input could fit, or that says one thing twice.

    Raises:
        InvalidInput: With every fault.
    """
    faults: list[FieldError] = []
    seen: set[str] = set()
    for index, field in enumerate(settings.fields):
        at = json_pointer("fields", index)
        if field.name in seen:
            faults.append(
                FieldError(pointer=f"{at}/name", message=f"`{field.name}` is there twice")
            )
        seen.add(field.name)
        if field.name == "error":
            faults.append(FieldError(pointer=f"{at}/name", message="`error` is a reserved name"))
        faults += (
            FieldError(pointer=f"{at}/{key}", message=message)
            for key, message in _faults_of_field(field)
        )
    if faults:
        raise InvalidInput("The form of the start node is not sound.", errors=faults)


def _faults_of_field(field: FormField) -> Iterator[tuple[str, str]]:
    for key, types in _ONLY_FOR.items():
        value = getattr(field, key)
        if value is not None and value is not False and value != () and field.type not in types:
            yield key, f"is for {' and '.join(types)}, not for {field.type}"
    if field.type in _ONLY_FOR["options"] and not field.options:
        yield "options", f"a {field.type} needs options"
    if len(set(field.options)) < len(field.options):
        yield "options", "an option is there twice"
    if field.min is not None and field.max is not None and field.min > field.max:
        yield "min", "is greater than max"
    if field.schema is not None and (fault := find_schema_fault(field.schema)):
        yield "schema", fault
    elif field.default is not None:
        yield from (
            ("default" + below, message) for below, message in faults_of(field, field.default)
        )
