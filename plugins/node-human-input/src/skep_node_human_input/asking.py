"""Asks, waits, and gives what was answered."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from skep_contracts.plugins.manifest import PluginContext
from skep_contracts.plugins.nodes import (
    TIMED_OUT,
    NodeContext,
    NodeResult,
    NodeWait,
    OutputSpec,
    PureContext,
)
from skep_contracts.problems import FieldError, InvalidInput, TooLarge, json_pointer
from skep_contracts.references import references_in
from skep_contracts.values import to_text
from skep_contracts.waits.forms import (
    MAX_CONTENT,
    MAX_OPTIONS,
    VALUE_TYPES,
    FieldType,
    Form,
    FormAnswer,
    FormField,
    default_answer,
    faults_of_field,
    read_answer,
)
from skep_node_human_input.settings import AskedField, HumanInputSettings

TIMEOUT: Final = "timeout"
RESERVED: Final = frozenset({"action", "content", "error"})
"""Outputs of every such node."""
_WRITTEN: Final = frozenset({"text", "paragraph"})
_ONLY_FOR: Final[dict[str, tuple[FieldType, ...]]] = {
    "min": ("number",),
    "max": ("number",),
    "max_length": ("text", "paragraph"),
    "options": ("select", "multi-select"),
    "max_items": ("files", "multi-select"),
    "accept": ("file", "files"),
    "max_size_bytes": ("file", "files"),
}


class HumanInputNode:
    """Waits without a worker; who answers, and how they come to the form, is not its business."""

    def __init__(self, plugin: PluginContext) -> None:
        """Take the clock from the host."""
        self._now_s = plugin.now_s

    async def run(self, ctx: NodeContext, settings: HumanInputSettings) -> NodeResult | NodeWait:
        """Return the wait, and once it is over what was answered. An unfit answer is asked anew.

        Raises:
            InvalidInput: What the form refers to does not fit it.
            TooLarge: The text has grown beyond what a form may show.
        """
        form = _form(ctx, settings)
        given = _read(form, settings, ctx.resumption)
        if given is None:
            until = None
            if settings.timeout_s is not None:
                until = datetime.fromtimestamp(self._now_s() + settings.timeout_s, UTC)
            data = msgspec.to_builtins(form, str_keys=True)
            return NodeWait(kind="form", until=until, data=data)
        outputs = {**given.fields, "action": given.action, "content": form.content}
        return NodeResult(outputs=outputs, port=given.action)


def _read(
    form: Form, settings: HumanInputSettings, answer: Mapping[str, Any] | None
) -> FormAnswer | None:
    if answer is None:
        return None
    if answer.get(TIMED_OUT) is True:
        return default_answer(form, settings.on_timeout)
    try:
        return read_answer(form, dict(answer))
    except InvalidInput:
        # Whoever takes answers in has looked at them; this came another way, perhaps too early.
        return None


def _form(ctx: PureContext, settings: HumanInputSettings) -> Form:
    content = ctx.text(settings.content)
    if len(content) > MAX_CONTENT:
        raise TooLarge(f"A form shows {MAX_CONTENT:,} characters; its text has {len(content):,}.")
    return Form(
        content=content,
        fields=tuple(_field(ctx, field) for field in settings.fields),
        actions=settings.actions,
    )


def _field(ctx: PureContext, asked: AskedField) -> FormField:
    default = ctx.value(asked.default)
    if asked.type in _WRITTEN and default is not None:
        default = to_text(default)
    field = FormField(
        **{
            name: getattr(asked, name)
            for name in FormField.__struct_fields__
            if name not in {"label", "description", "placeholder", "default", "options"}
        },
        label=ctx.text(asked.label),
        description=ctx.text(asked.description),
        placeholder=ctx.text(asked.placeholder),
        options=_options(ctx, asked),
        default=default,
    )
    if default is not None:
        faults = faults_of_field(field, default, pointer=json_pointer("fields", asked.name))
        if faults:
            raise InvalidInput(
                f"The default of the field `{asked.name}` {faults[0].message}.",
                errors=faults,
                code="bad_form_default",
            )
    return field


def _options(ctx: PureContext, asked: AskedField) -> tuple[str, ...]:
    given = ctx.value(asked.options) if isinstance(asked.options, str) else list(asked.options)
    if not isinstance(given, list) or len(given) > MAX_OPTIONS:
        raise InvalidInput(
            f"The options of the field `{asked.name}` must be an array of at most {MAX_OPTIONS:,}.",
            errors=[
                FieldError(
                    pointer=json_pointer("fields", asked.name, "options"), message="no array"
                )
            ],
            code="bad_form_options",
        )
    return tuple(dict.fromkeys(text for option in given if (text := to_text(option))))


def outputs(settings: HumanInputSettings) -> tuple[OutputSpec, ...]:
    """Declare an output for every field, and what was pressed."""
    return (
        *(
            OutputSpec(
                name=field.name,
                type=VALUE_TYPES[field.type],
                description=field.label or field.name,
            )
            for field in settings.fields
        ),
        OutputSpec(name="action", type="string", description="What was pressed, or `timeout`."),
        OutputSpec(name="content", type="string", description="The text that was shown."),
    )


def ports(settings: HumanInputSettings) -> tuple[str, ...]:
    """Return a port for each action, and ``timeout``."""
    return (*(action.id for action in settings.actions), TIMEOUT)


def check_form(settings: HumanInputSettings) -> None:
    """Refuse a form that nobody could fill in, or that says one thing twice.

    Raises:
        InvalidInput: With every fault.
    """
    faults = [*_faults_of_names(settings)]
    for index, field in enumerate(settings.fields):
        at = json_pointer("fields", index)
        faults += (
            FieldError(pointer=f"{at}/{key}", message=message)
            for key, message in _faults_of_field(field)
        )
    if settings.on_timeout not in ports(settings):
        known = ", ".join(ports(settings))
        faults.append(FieldError(pointer="/on_timeout", message=f"must be one of {known}"))
    if faults:
        raise InvalidInput("The form is not sound.", errors=faults)


def _faults_of_names(settings: HumanInputSettings) -> Iterator[FieldError]:
    for key, names in (
        ("fields", [field.name for field in settings.fields]),
        ("actions", [action.id for action in settings.actions]),
    ):
        part = "name" if key == "fields" else "id"
        seen: set[str] = set()
        for index, name in enumerate(names):
            pointer = json_pointer(key, index, part)
            if name in seen:
                yield FieldError(pointer=pointer, message=f"`{name}` is there twice")
            if key == "fields" and name in RESERVED:
                yield FieldError(pointer=pointer, message=f"`{name}` is a reserved name")
            seen.add(name)


def _faults_of_field(field: AskedField) -> Iterator[tuple[str, str]]:
    for key, types in _ONLY_FOR.items():
        if getattr(field, key) not in (None, ()) and field.type not in types:
            yield key, f"is for {' and '.join(types)}, not for {field.type}"
    if field.type in _ONLY_FOR["options"] and not field.options:
        yield "options", f"a {field.type} needs options"
    if isinstance(field.options, str):
        if not list(references_in(field.options)):
            yield "options", "must be a list, or a reference to one"
    elif len(set(field.options)) < len(field.options):
        yield "options", "an option is there twice"
    if field.min is not None and field.max is not None and field.min > field.max:
        yield "min", "is greater than max"
    yield from _faults_of_default(field)


def _faults_of_default(field: AskedField) -> Iterator[tuple[str, str]]:
    # What refers to values of the run is looked at when it is known.
    if isinstance(field.options, str) or _refers(field.default):
        return
    plain = FormField(
        name=field.name,
        type=field.type,
        options=field.options,
        min=field.min,
        max=field.max,
        max_length=field.max_length,
        max_items=field.max_items,
    )
    for fault in faults_of_field(plain, field.default):
        yield "default" + fault.pointer, fault.message


def _refers(value: Any) -> bool:
    return bool(list(references_in(value)))
