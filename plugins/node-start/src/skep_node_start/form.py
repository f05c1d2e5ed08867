"""Holds inputs against the form."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from skep_contracts.form_fields.conversion import converted
from skep_contracts.form_fields.field import VALUE_TYPES, FormField
from skep_contracts.form_fields.fitting import MAX_FAULTS, faults_of_value
from skep_contracts.form_fields.soundness import faults_of_field, faults_of_names
from skep_contracts.plugins.nodes import NodeResult, OutputSpec, PureContext
from skep_contracts.problems import FieldError, InvalidInput, did_you_mean, json_pointer, sentence
from skep_node_start.json_schema import find_instance_faults, find_schema_fault
from skep_node_start.settings import StartSettings

_RESERVED: Final = frozenset({"error"})


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
            faults += _faults_of_input(field, value)
        faults += islice(_unknown_inputs(ctx, settings), MAX_FAULTS)
        if faults:
            first = faults[0]
            raise InvalidInput(
                "The inputs do not fit the form: "
                + sentence(f"{first.pointer[1:]} {first.message}"),
                errors=faults,
                code="invalid_inputs",
            )
        return NodeResult(outputs=outputs)


def _faults_of_input(field: FormField, value: object) -> list[FieldError]:
    at = json_pointer(field.name)
    return faults_of_value(field, value, pointer=at) or [
        FieldError(pointer=at + below, message=message)
        for below, message in _faults_by_schema(field, value)
    ]


def _faults_by_schema(field: FormField, value: object) -> Iterator[tuple[str, str]]:
    if field.schema is not None and value is not None:
        yield from find_instance_faults(field.schema, value)


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
            name=field.name, type=VALUE_TYPES[field.type], description=field.label or field.name
        )
        for field in settings.fields
    )


def check_form(settings: StartSettings) -> None:
    """Refuse a form that no input could fit, or that says one thing twice.

    Raises:
        InvalidInput: With every fault.
    """
    names = [field.name for field in settings.fields]
    faults = [
        FieldError(pointer=json_pointer("fields", index, "name"), message=message)
        for index, message in faults_of_names(names, reserved=_RESERVED)
    ]
    for index, field in enumerate(settings.fields):
        at = json_pointer("fields", index)
        faults += (
            FieldError(pointer=f"{at}/{key}", message=message)
            for key, message in _faults_of_field(field)
        )
    if faults:
        raise InvalidInput("The form of the start node is not sound.", errors=faults)


def _faults_of_field(field: FormField) -> Iterator[tuple[str, str]]:
    found = list(faults_of_field(field))
    yield from found
    if field.schema is not None and (fault := find_schema_fault(field.schema)):
        yield "schema", fault
    elif not found:
        for below, message in _faults_by_schema(field, field.default):
            yield f"default{below}", message
