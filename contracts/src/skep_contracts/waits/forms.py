"""A form that somebody fills in while a run waits: what it asks, and which answers fit it.

The node that asks, the gateway that takes the answer and the page that people see go by the same
rules, which are those of all forms; see `form_fields`.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

import msgspec

from skep_contracts.form_fields.conversion import converted
from skep_contracts.form_fields.field import FormField
from skep_contracts.form_fields.fitting import MAX_FAULTS, faults_of_value
from skep_contracts.problems import FieldError, InvalidInput, did_you_mean, json_pointer, sentence

MAX_FIELDS: Final = 100
MAX_CONTENT: Final = 100_000


class FormAction(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """One of the ways to answer: a button. `id` is also the port that the node leaves by."""

    id: Annotated[str, msgspec.Meta(pattern=r"^(?!(timeout|failed)$)[A-Za-z0-9_-]{1,64}$")]
    label: Annotated[str, msgspec.Meta(max_length=200)] = ""
    style: Literal["default", "primary", "danger", "quiet"] = "default"


class Form(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`NodeWait.data` of a wait of the kind ``form``."""

    content: Annotated[str, msgspec.Meta(max_length=MAX_CONTENT)] = ""
    """Markdown."""
    fields: Annotated[tuple[FormField, ...], msgspec.Meta(max_length=MAX_FIELDS)] = ()
    actions: Annotated[tuple[FormAction, ...], msgspec.Meta(min_length=1, max_length=20)]


class FormAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a run is resumed with. Fields without a value are null."""

    action: str
    fields: dict[str, Any] = {}


def read_answer(form: Form, answer: object) -> FormAnswer:
    """Return an answer with a value for every field: what was given, else the default, else null.

    A null that is given stays null, and what is only written otherwise is converted.

    Raises:
        InvalidInput: It does not fit the form; pointers are ``/action`` and ``/fields/name``.
    """
    try:
        given = msgspec.convert(answer, FormAnswer)
    except (msgspec.ValidationError, UnicodeError, RecursionError):
        raise InvalidInput(
            "An answer names the action and gives the fields.",
            errors=[FieldError(pointer="/action", message="is required")],
            code="bad_answer",
        ) from None
    faults = [*_faults_of_action(form, given.action)]
    values: dict[str, Any] = {}
    for field in form.fields:
        value = field.default
        if field.name in given.fields:
            value = converted(field, given.fields[field.name])
        values[field.name] = value
        faults += _faults_of_value(field, value)
    faults += _unknown_fields(form, given)
    if faults:
        first = faults[0]
        raise InvalidInput(
            "The answer does not fit the form: "
            + sentence(f"{first.pointer.rpartition('/')[2]} {first.message}"),
            errors=faults,
            code="bad_answer",
        )
    return FormAnswer(action=given.action, fields=values)


def default_answer(form: Form, action: str) -> FormAnswer:
    """Return what stands for an answer that nobody gave."""
    return FormAnswer(action=action, fields={field.name: field.default for field in form.fields})


def _faults_of_action(form: Form, action: str) -> Iterator[FieldError]:
    known = [offered.id for offered in form.actions]
    if action not in known:
        message = f"must be one of {', '.join(known)}"
        yield FieldError(pointer="/action", message=message)


def _faults_of_value(field: FormField, value: object) -> list[FieldError]:
    at = json_pointer("fields", field.name)
    if field.type == "checkbox" and field.required and value is False:
        # Whoever has to agree has not when they were asked and did not tick.
        return [FieldError(pointer=at, message="must be ticked")]
    return faults_of_value(field, value, pointer=at)


def _unknown_fields(form: Form, given: FormAnswer) -> list[FieldError]:
    known = {field.name for field in form.fields}
    unknown = [name for name in given.fields if name not in known][:MAX_FAULTS]
    return [
        FieldError(
            pointer=json_pointer("fields", name),
            message=f"is not in the form{did_you_mean(name, known)}",
        )
        for name in unknown
    ]
