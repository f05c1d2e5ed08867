"""Renders a template, here or in the confined renderer."""

from typing import Any, Final

import msgspec

from skep_contracts.plugins.nodes import NodeResult, PureContext
from skep_contracts.problems import FieldError, InvalidInput, TooLarge, did_you_mean
from skep_contracts.values import FILE_KEY, check_value, file_from_value
from skep_node_template.growth import cannot_grow
from skep_node_template.rendering import GLOBALS, TemplateFault, find_names, render
from skep_node_template.settings import TemplateSettings

MAX_OUTPUT_CHARS: Final = 2_000_000
_MAX_BYTES_HERE: Final = 256 * 1024
"""Of all inputs. With more, an innocent comparison in an innocent loop takes noticeable time."""


class TemplateNode:
    """Gives the rendered text."""

    def evaluate(self, ctx: PureContext, settings: TemplateSettings) -> NodeResult:
        """Render the template with its inputs.

        Raises:
            InvalidInput: The template fails with these values, or takes too long; with its line.
            TooLarge: The text is longer than `MAX_OUTPUT_CHARS`.
        """
        values = {name: _shown(ctx.value(value)) for name, value in settings.inputs.items()}
        check_value(values)
        try:
            text = _render(settings.template, values)
        except TemplateFault as fault:
            raise _problem(fault) from None
        if len(text) > MAX_OUTPUT_CHARS:
            raise TooLarge(
                f"The template gave {len(text):,} characters; the limit is {MAX_OUTPUT_CHARS:,}."
            )
        return NodeResult(outputs={"text": text})


def _render(template: str, values: dict[str, Any]) -> str:
    """Render in this process what is sure to be done soon, and anything else behind a wall."""
    request = msgspec.msgpack.encode((template, values))
    if len(request) - len(template) <= _MAX_BYTES_HERE and cannot_grow(template):
        return render(template, values)
    from skep_node_template import confined

    return confined.render(request)


def _shown(value: Any) -> Any:
    """Put a file's fields where the template looks for them: ``{{ photo.name }}``."""
    if isinstance(value, list):
        return [_shown(item) for item in value] if _has_file(value) else value
    if file_from_value(value) is not None:
        return value[FILE_KEY]
    if isinstance(value, dict) and _has_file(list(value.values())):
        return {key: _shown(item) for key, item in value.items()}
    return value


def _has_file(items: list[Any]) -> bool:
    """Tell whether one of the items is a file."""
    return any(file_from_value(item) is not None for item in items)


def check_template(settings: TemplateSettings) -> None:
    """Refuse a template that is no Jinja, or that uses a name nobody gives it.

    Raises:
        InvalidInput: With the fault and its line.
    """
    try:
        names = find_names(settings.template)
    except TemplateFault as fault:
        raise _problem(fault) from None
    unknown = sorted(names - settings.inputs.keys() - GLOBALS)
    if unknown:
        raise InvalidInput(
            "The template uses names that are not among its inputs.",
            errors=[
                FieldError(
                    pointer="/template",
                    message=f"`{name}` is not among the inputs"
                    + (did_you_mean(name, settings.inputs) or "; add it to them"),
                )
                for name in unknown
            ],
        )


def _problem(fault: TemplateFault) -> InvalidInput:
    where = f"line {fault.line}: " if fault.line else ""
    return InvalidInput(
        f"The template cannot be rendered: {where}{fault.message}.",
        errors=[FieldError(pointer="/template", message=f"{where}{fault.message}")],
        code="template_failed",
    )
