"""What keeps every calculation short, whoever asks for it."""

from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Final

from skep_contracts.problems import FieldError, InvalidInput

MAX_CHARACTERS: Final = 1_000
MAX_NESTING: Final = 60
MAX_FACTORIAL: Final = 1_000
PRECISION: Final = 64
"""Significant digits that are calculated with."""
SHOWN: Final = 16
"""Significant digits of a result that is not exact."""


def new_context() -> Context:
    """Return what one calculation is done with; it also notes whether the result is exact."""
    return Context(
        prec=PRECISION,
        Emin=-10_000,
        Emax=10_000,
        traps=[InvalidOperation, DivisionByZero, Overflow],
    )


def refuse(fault: str) -> InvalidInput:
    """Return the error for an expression that cannot be calculated."""
    return InvalidInput(
        f"The expression cannot be calculated: {fault}.",
        errors=[FieldError(pointer="/expression", message=fault)],
        code="bad_expression",
    )


def whole(value: Decimal, what: str) -> int:
    """Return a value that has to be a whole number of moderate size.

    Raises:
        InvalidInput: It is not.
    """
    if value != value.to_integral_value() or abs(value) > 10_000:
        raise refuse(f"{what} has to be a whole number up to 10000")
    return int(value)
