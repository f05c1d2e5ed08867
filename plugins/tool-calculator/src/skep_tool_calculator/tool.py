"""The tool: an expression in, its value out."""

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from skep_contracts.plugins.tools import ToolResult
from skep_tool_calculator.expression import calculate
from skep_tool_calculator.limits import SHOWN, new_context

_GREATEST_INTEGER: Final = 2**53


class Calculator:
    """Calculates with 64 significant digits, so that decimal fractions stay what they are."""

    async def call(self, arguments: Mapping[str, Any], *, idempotency_key: str) -> ToolResult:
        """Return the value of ``expression``.

        Raises:
            InvalidInput: It is no arithmetic, or its value is not defined or out of bounds.
        """
        value, is_exact = calculate(str(arguments["expression"]))
        text = written(value, is_exact=is_exact)
        return ToolResult(text=text, data={"value": _number(value), "is_exact": is_exact})


def written(value: Decimal, *, is_exact: bool) -> str:
    """Return a value as people write it; what is not exact is cut to the digits that are sure."""
    context = new_context()
    if not is_exact:
        context.prec = SHOWN
    if not value:
        return "0"
    value = value.normalize(context)
    if -7 < value.adjusted() < 100:
        return f"{value:f}"
    return f"{value:e}".replace("e+", "e")


def _number(value: Decimal) -> int | float | None:
    """Return the nearest number that JSON can carry; None where there is none."""
    if value == value.to_integral_value() and abs(value) <= _GREATEST_INTEGER:
        return int(value)
    number = float(value)
    return number if math.isfinite(number) else None
