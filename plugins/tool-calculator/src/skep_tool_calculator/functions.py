"""The functions and constants that expressions may use."""

import math
from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, Inexact
from typing import Final, TypeAlias

from skep_tool_calculator.limits import MAX_FACTORIAL, refuse, whole

_PLACES: Final = 15
"""Decimal places of sines and their like; beyond is noise of floating point."""
Arguments: TypeAlias = list[Decimal]
Function: TypeAlias = Callable[[Context, Arguments], Decimal]

CONSTANTS: Final[Mapping[str, Decimal]] = {
    "pi": Decimal("3.141592653589793238462643383279502884197169399375105820974944592"),
    "e": Decimal("2.718281828459045235360287471352662497757247093699959574966967628"),
}


def _round(context: Context, arguments: Arguments) -> Decimal:
    places = whole(arguments[1], "the number of places") if len(arguments) == 2 else 0
    if not -50 <= places <= 50:
        raise refuse("places go from -50 to 50")
    return _quantized(context, arguments[0], Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _quantized(context: Context, value: Decimal, unit: Decimal, rounding: str) -> Decimal:
    """Round without calling the result inexact: it is exactly what was asked for."""
    if value.adjusted() - unit.adjusted() >= context.prec:
        return value
    rounded = value.quantize(unit, rounding=rounding, context=context.copy())
    return rounded if unit < 1 else rounded.quantize(Decimal(1), context=context.copy())


def _factorial(context: Context, arguments: Arguments) -> Decimal:
    number = whole(arguments[0], "a factorial's argument")
    if not 0 <= number <= MAX_FACTORIAL:
        raise refuse(f"a factorial's argument goes from 0 to {MAX_FACTORIAL}")
    return context.plus(Decimal(math.factorial(number)))


def _log(context: Context, arguments: Arguments) -> Decimal:
    logarithm = context.ln(arguments[0])
    return logarithm if len(arguments) == 1 else context.divide(logarithm, context.ln(arguments[1]))


def _sum(context: Context, arguments: Arguments) -> Decimal:
    total = Decimal(0)
    for value in arguments:
        total = context.add(total, value)
    return total


def _trigonometric(function: Callable[[float], float]) -> Function:
    """Return a function of angles, as exact as floating point is."""

    def calculate(context: Context, arguments: Arguments) -> Decimal:
        angle = arguments[0]
        if angle:
            context.flags[Inexact] = True
        return Decimal(str(round(function(float(angle)), _PLACES)))

    return calculate


FUNCTIONS: Final[Mapping[str, tuple[Function, int, int]]] = {
    "abs": (lambda c, a: c.abs(a[0]), 1, 1),
    "avg": (lambda c, a: c.divide(_sum(c, a), Decimal(len(a))), 1, 1_000),
    "ceil": (lambda c, a: _quantized(c, a[0], Decimal(1), ROUND_CEILING), 1, 1),
    "cos": (_trigonometric(math.cos), 1, 1),
    "exp": (lambda c, a: c.exp(a[0]), 1, 1),
    "factorial": (_factorial, 1, 1),
    "floor": (lambda c, a: _quantized(c, a[0], Decimal(1), ROUND_FLOOR), 1, 1),
    "ln": (lambda c, a: c.ln(a[0]), 1, 1),
    "log": (_log, 1, 2),
    "log10": (lambda c, a: c.log10(a[0]), 1, 1),
    "max": (lambda _, a: max(a), 1, 1_000),
    "min": (lambda _, a: min(a), 1, 1_000),
    "round": (_round, 1, 2),
    "sin": (_trigonometric(math.sin), 1, 1),
    "sqrt": (lambda c, a: c.sqrt(a[0]), 1, 1),
    "sum": (_sum, 1, 1_000),
    "tan": (_trigonometric(math.tan), 1, 1),
}
"""By name: the function, and the fewest and the most arguments it takes."""
