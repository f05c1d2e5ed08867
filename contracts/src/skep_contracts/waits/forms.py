"""A form that somebody fills in while a run waits: what it asks, and which answers fit it.

The node that asks, the gateway that takes the answer and the page that people see go by the same
rules.
"""

import math
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec

from skep_contracts.graph import VariableName
from skep_contracts.problems import FieldError, InvalidInput, did_you_mean, json_pointer
from skep_contracts.values import Value, file_from_value

FieldType: TypeAlias = Literal[
    "text", "paragraph", "number", "checkbox", "select", "multi-select", "file", "files"
]
MAX_FIELDS: Final = 100
MAX_OPTIONS: Final = 1000
MAX_CONTENT: Final = 100_000
VALUE_TYPES: Final[dict[FieldType, str]] = {
    "text": "string",
    "paragraph": "string",
    "number": "number",
    "checkbox": "boolean",
    "select": "string",
    "multi-select": "array[string]",
    "file": "file",
    "files": "array[file]",
}
"""What an answer gives of each type of field."""

_Faults: TypeAlias = Iterator[tuple[str, str]]
_OPTIONS_SHOWN: Final = 10
_MOST_FAULTS: Final = 20


class FormField(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """One thing that is asked. Limits that its type does not have are left out."""

    name: VariableName
    label: str = ""
    description: str = ""
    placeholder: str = ""
    type: FieldType = "text"
    required: bool = False
    default: Any = None
    """Filled in already; taken when nothing is given."""
    min: int | float | None = None
    max: int | float | None = None
    max_length: Annotated[int, msgspec.Meta(ge=1)] | None = None
    options: Annotated[tuple[str, ...], msgspec.Meta(max_length=MAX_OPTIONS)] = ()
    max_items: Annotated[int, msgspec.Meta(ge=1)] | None = None
    accept: tuple[str, ...] = ()
    max_size_bytes: Annotated[int, msgspec.Meta(ge=1)] | None = None


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

    A null that is given stays null.

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
        value = given.fields.get(field.name, field.default)
        values[field.name] = value
        faults += faults_of_field(field, value, pointer=json_pointer("fields", field.name))
    faults += _unknown_fields(form, given)
    if faults:
        first = faults[0]
        raise InvalidInput(
            f"The answer does not fit the form: {first.pointer.rpartition('/')[2]} "
            f"{first.message}.",
            errors=faults,
            code="bad_answer",
        )
    return FormAnswer(action=given.action, fields=values)


def default_answer(form: Form, action: str) -> FormAnswer:
    """Return what stands for an answer that nobody gave."""
    return FormAnswer(action=action, fields={field.name: field.default for field in form.fields})


def faults_of_field(field: FormField, value: Value, *, pointer: str = "") -> list[FieldError]:
    """Return what keeps a value from fitting a field."""
    if field.required and value in (None, "", []):
        return [FieldError(pointer=pointer, message="is required")]
    if value is None:
        return []
    found: list[FieldError] = []
    for below, message in _CHECKS[field.type](field, value):
        found.append(FieldError(pointer=pointer + below, message=message))
        if len(found) == _MOST_FAULTS:
            break
    return found


def _faults_of_action(form: Form, action: str) -> Iterator[FieldError]:
    known = [offered.id for offered in form.actions]
    if action not in known:
        message = f"must be one of {', '.join(known)}"
        yield FieldError(pointer="/action", message=message)


def _unknown_fields(form: Form, given: FormAnswer) -> list[FieldError]:
    known = {field.name for field in form.fields}
    unknown = [name for name in given.fields if name not in known][:_MOST_FAULTS]
    return [
        FieldError(
            pointer=json_pointer("fields", name),
            message=f"is not in the form{did_you_mean(name, known)}",
        )
        for name in unknown
    ]


def _text(field: FormField, value: object) -> _Faults:
    if not isinstance(value, str):
        yield "", f"must be text, not {_kind(value)}"
    elif field.max_length is not None and len(value) > field.max_length:
        yield "", f"has {len(value):,} characters; the limit is {field.max_length:,}"


def _number(field: FormField, value: object) -> _Faults:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield "", f"must be a number, not {_kind(value)}"
    elif not math.isfinite(value):
        yield "", "must be a finite number"
    elif field.min is not None and value < field.min:
        yield "", f"must be at least {field.min:g}"
    elif field.max is not None and value > field.max:
        yield "", f"must be at most {field.max:g}"


def _checkbox(field: FormField, value: object) -> _Faults:
    if not isinstance(value, bool):
        yield "", f"must be true or false, not {_kind(value)}"
    elif field.required and not value:
        yield "", "must be ticked"


def _select(field: FormField, value: object) -> _Faults:
    if not isinstance(value, str) or value not in field.options:
        shown = ", ".join(field.options[:_OPTIONS_SHOWN])
        more = ", …" if len(field.options) > _OPTIONS_SHOWN else ""
        yield "", f"must be one of {shown}{more}"


def _multi_select(field: FormField, value: object) -> _Faults:
    if not isinstance(value, list):
        yield "", f"must be a list, not {_kind(value)}"
        return
    yield from _too_many(field, value)
    for index, item in enumerate(value[: len(field.options) + 1]):
        yield from ((json_pointer(index), message) for _, message in _select(field, item))
    if len({item for item in value if isinstance(item, str)}) < len(value):
        yield "", "names an option twice"


def _file(field: FormField, value: object) -> _Faults:
    file = file_from_value(value)
    if file is None:
        yield "", f"must be a file, not {_kind(value)}"
        return
    if field.max_size_bytes is not None and file.size_bytes > field.max_size_bytes:
        yield "", f"has {file.size_bytes:,} bytes; the limit is {field.max_size_bytes:,}"
    name, kind = file.name.lower(), file.mime_type.lower()
    if field.accept and not any(
        name.endswith(rule.lower()) if rule.startswith(".") else fnmatchcase(kind, rule.lower())
        for rule in field.accept
    ):
        yield "", f"is of type {kind:.100}; accepted are {', '.join(field.accept)}"


def _files(field: FormField, value: object) -> _Faults:
    if not isinstance(value, list):
        yield "", f"must be a list of files, not {_kind(value)}"
        return
    yield from _too_many(field, value)
    for index, item in enumerate(value):
        yield from ((json_pointer(index), message) for _, message in _file(field, item))


def _too_many(field: FormField, value: list[object]) -> _Faults:
    if field.max_items is not None and len(value) > field.max_items:
        yield "", f"has {len(value):,} items; the limit is {field.max_items:,}"


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if file_from_value(value) is not None:
        return "a file"
    names = {bool: "true or false", int: "a number", float: "a number", str: "text"}
    return names.get(type(value), "a list" if isinstance(value, list) else "an object")


_CHECKS: Final[dict[FieldType, Callable[[FormField, object], _Faults]]] = {
    "text": _text,
    "paragraph": _text,
    "number": _number,
    "checkbox": _checkbox,
    "select": _select,
    "multi-select": _multi_select,
    "file": _file,
    "files": _files,
}
