"""MiniJinja, set up: no escaping, no other templates, fuel for so many steps."""

from functools import lru_cache
from typing import Any, Final

FUEL: Final = 250_000
"""Instructions, and more for those that work on long values."""
GLOBALS: Final = frozenset({"cycler", "dict", "joiner", "namespace", "range"})


class TemplateFault(Exception):
    """What is wrong, in words of the template's author."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@lru_cache(maxsize=1)
def _environment() -> Any:
    import minijinja

    environment = minijinja.Environment(
        fuel=FUEL,
        debug=False,
        auto_escape_callback=lambda _: False,
        undefined_behavior="chainable",
    )
    for name in set(environment.globals) - GLOBALS:
        environment.remove_global(name)
    return environment


def render(template: str, values: dict[str, Any]) -> str:
    """Return the rendered text.

    Raises:
        TemplateFault: It fails with these values, or runs out of fuel.
    """
    import minijinja

    try:
        return str(_environment().render_str(template, None, **values))
    except minijinja.TemplateError as error:
        raise _fault(error) from None
    except (ValueError, OverflowError, RecursionError):
        raise TemplateFault("a value cannot be used in a template") from None


def find_names(template: str) -> set[str]:
    """Return the names a template expects to be given.

    Raises:
        TemplateFault: It is no template.
    """
    import minijinja

    try:
        return set(_environment().undeclared_variables_in_str(template))
    except minijinja.TemplateError as error:
        raise _fault(error) from None


def _fault(error: Any) -> TemplateFault:
    if error.kind == "OutOfFuel":
        return TemplateFault("it takes too many steps", error.line)
    detail = str(error.message or error).partition("\n")[0].partition(" (in ")[0]
    return TemplateFault(detail[:500], error.line)
