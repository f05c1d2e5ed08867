"""Asks, waits, and gives what was answered."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from skep_contracts.form_fields.field import MAX_OPTIONS, VALUE_TYPES, FormField
from skep_contracts.form_fields.fitting import faults_of_default
from skep_contracts.form_fields.soundness import faults_of_field, faults_of_names
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
    Form,
    FormAnswer,
    default_answer,
    read_answer,
)
from skep_node_human_input.settings import AskedField, HumanInputSettings

TIMEOUT: Final = "timeout"
RESERVED: Final = frozenset({"action", "content", "error"})
"""Outputs of every such node."""
_LIMITS: Final = (
    "name", "type", "required", "min", "max", "max_length", "max_items", "accept", "max_size_bytes",
)  # fmt: skip
_WRITTEN: Final = frozenset({"text", "paragraph"})


class HumanInputNode:
    """Waits without a worker; who answers, and how they come to the form, is not its business."""

    def __init__(self, plugin: PluginContext) -> None:
        """Take the clock from the host."""
        self._now_s = plugin.now_s

    async def run(self, ctx: NodeContext, settings: HumanInputSettings) -> NodeResult | NodeWait:
        """Return the wait, and once it is over what was answered.

        An answer that does not fit is asked for anew, and no longer than before.

        Raises:
            InvalidInput: What the form refers to does not fit it.
            TooLarge: The text has grown beyond what a form may show.
        """
        form = _form(ctx, settings)
        given = _read(form, settings, ctx.resumption)
        if given is None:
            until = ctx.waited_until
            if until is None and settings.timeout_s is not None:
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
        **_limits(asked),
        label=ctx.text(asked.label),
        description=ctx.text(asked.description),
        placeholder=ctx.text(asked.placeholder),
        options=_options(ctx, asked),
        default=default,
    )
    faults = faults_of_default(field, pointer=json_pointer("fields", asked.name))
    if faults:
        raise InvalidInput(
            f"The default of the field `{asked.name}` {faults[0].message}.",
            errors=faults,
            code="bad_form_default",
        )
    return field


def _limits(asked: AskedField) -> dict[str, Any]:
    """Return what no value of a run changes."""
    return {name: getattr(asked, name) for name in _LIMITS}


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
    fields = [field.name for field in settings.fields]
    for index, message in faults_of_names(fields, reserved=RESERVED):
        yield FieldError(pointer=json_pointer("fields", index, "name"), message=message)
    for index, message in faults_of_names([action.id for action in settings.actions]):
        yield FieldError(pointer=json_pointer("actions", index, "id"), message=message)


def _faults_of_field(asked: AskedField) -> Iterator[tuple[str, str]]:
    options = asked.options
    if isinstance(options, str):
        if not list(references_in(options)):
            yield "options", "must be a list, or a reference to one"
        options = (options,)  # stands for those that are known in a run
    # What refers to values of the run is looked at when it is known.
    is_open = isinstance(asked.options, str) or bool(list(references_in(asked.default)))
    default = None if is_open else asked.default
    yield from faults_of_field(FormField(**_limits(asked), options=options, default=default))
