"""Reads an expression and calculates it on the way. Nothing is ever run as code."""

import re
from collections.abc import Callable, Iterator
from decimal import Context, Decimal, DecimalException, DivisionByZero, Inexact, Overflow
from typing import Final, NamedTuple

from skep_contracts.problems import did_you_mean
from skep_tool_calculator.functions import CONSTANTS, FUNCTIONS
from skep_tool_calculator.limits import MAX_CHARACTERS, MAX_NESTING, new_context, refuse

_TOKEN: Final = re.compile(
    r"(?P<number>(?:[0-9]+(?:_[0-9]+)*(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,5}(?![0-9]))?)"
    r"|(?P<name>[A-Za-z][A-Za-z0-9]*)"
    r"|(?P<sign>\*\*|//|[-+*/%^(),])"
)
_WRITTEN_OTHERWISE: Final = str.maketrans({"×": "*", "·": "*", "÷": "/", "−": "-", "–": "-"})
_OPERATIONS: Final[dict[str, Callable[[Context, Decimal, Decimal], Decimal]]] = {
    "+": Context.add,
    "-": Context.subtract,
    "*": Context.multiply,
    "/": Context.divide,
    "^": Context.power,
    "**": Context.power,
}
_SUM, _PRODUCT, _SIGN, _POWER = 1, 2, 3, 4
_BINDING: Final = {
    "+": _SUM,
    "-": _SUM,
    "*": _PRODUCT,
    "/": _PRODUCT,
    "//": _PRODUCT,
    "%": _PRODUCT,
    "^": _POWER,
    "**": _POWER,
}


class _Token(NamedTuple):
    kind: str
    """``number``, ``name``, ``sign`` or ``end``."""
    text: str
    at: int


class Result(NamedTuple):
    """What an expression comes to."""

    value: Decimal
    is_exact: bool


def calculate(expression: str) -> Result:
    """Return the value of an expression.

    Raises:
        InvalidInput: It is no arithmetic, or its value is not defined or out of bounds.
    """
    if len(expression) > MAX_CHARACTERS:
        raise refuse(f"it is longer than {MAX_CHARACTERS} characters")
    reader = _Reader(expression.translate(_WRITTEN_OTHERWISE))
    try:
        value = reader.whole()
    except DivisionByZero:
        raise refuse("something is divided by zero") from None
    except Overflow:
        raise refuse("a number has more than 10000 digits") from None
    except (DecimalException, ArithmeticError, ValueError):
        raise refuse("a value in it is not defined, or too large to divide exactly") from None
    return Result(value, not reader.is_inexact)


class _Reader:
    """Goes through the tokens once; how strongly operators bind decides what belongs together."""

    def __init__(self, expression: str) -> None:
        self._context: Context = new_context()
        self._tokens = list(_tokens(expression))
        self._next = 0
        self._nesting = 0

    @property
    def is_inexact(self) -> bool:
        """Whether something had to be rounded."""
        return bool(self._context.flags[Inexact])

    def whole(self) -> Decimal:
        value = self._expression(0)
        token = self._tokens[self._next]
        if token.kind != "end":
            raise refuse(f"{token.text!r} at position {token.at + 1} does not belong there")
        return value

    def _take(self) -> _Token:
        token = self._tokens[self._next]
        self._next += token.kind != "end"
        return token

    def _is_next(self, sign: str) -> bool:
        return self._tokens[self._next].text == sign

    def _expression(self, least: int) -> Decimal:
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            raise refuse(f"it is nested deeper than {MAX_NESTING} levels")
        value = self._operand()
        while True:
            token = self._tokens[self._next]
            if token.text == "%" and not self._begins_operand(self._next + 1):
                self._next += 1
                value = self._context.divide(value, Decimal(100))
                continue
            binding = _BINDING.get(token.text, 0) if token.kind == "sign" else 0
            if binding <= least:
                break
            self._next += 1
            # Powers are read from the right: 2^3^2 is 2^9.
            right = self._expression(binding - (binding == _POWER))
            value = self._combine(token.text, value, right)
        self._nesting -= 1
        return value

    def _begins_operand(self, place: int) -> bool:
        token = self._tokens[place]
        return token.kind in {"number", "name"} or token.text == "("

    def _operand(self) -> Decimal:
        token = self._take()
        match token.kind:
            case "number":
                return self._context.create_decimal(token.text.replace("_", ""))
            case "name":
                return self._named(token)
            case "sign" if token.text in {"-", "+"}:
                value = self._expression(_SIGN)
                return self._context.minus(value) if token.text == "-" else value
            case "sign" if token.text == "(":
                value = self._expression(0)
                self._close(token)
                return value
            case "end":
                raise refuse("it ends where a number is expected")
        raise refuse(f"{token.text!r} at position {token.at + 1} stands where a number is expected")

    def _named(self, token: _Token) -> Decimal:
        name = token.text.lower()
        if not self._is_next("("):
            if name in CONSTANTS:
                self._context.flags[Inexact] = True
                return self._context.plus(CONSTANTS[name])
            known = (*CONSTANTS, *FUNCTIONS)
            raise refuse(f"{token.text:.40} is no constant{did_you_mean(name, known)}")
        if name not in FUNCTIONS:
            raise refuse(f"{token.text:.40} is no function{did_you_mean(name, FUNCTIONS)}")
        function, fewest, most = FUNCTIONS[name]
        opening = self._take()
        arguments = [self._expression(0)]
        while self._is_next(","):
            self._next += 1
            arguments.append(self._expression(0))
        self._close(opening)
        if not fewest <= len(arguments) <= most:
            raise refuse(f"{name} does not take {len(arguments)} arguments")
        return function(self._context, arguments)

    def _close(self, opening: _Token) -> None:
        if self._take().text != ")":
            raise refuse(f"the parenthesis at position {opening.at + 1} is not closed")

    def _combine(self, sign: str, left: Decimal, right: Decimal) -> Decimal:
        context = self._context
        if sign not in {"//", "%"}:
            return _OPERATIONS[sign](context, left, right)
        if not right:
            raise DivisionByZero
        # As people count: the remainder has the sign of the divisor.
        remainder = context.remainder(left, right)
        if remainder and (remainder < 0) != (right < 0):
            remainder = context.add(remainder, right)
        if sign == "%":
            return remainder
        return context.divide_int(context.subtract(left, remainder), right)


def _tokens(expression: str) -> Iterator[_Token]:
    at = 0
    while at < len(expression):
        if expression[at].isspace():
            at += 1
            continue
        found = _TOKEN.match(expression, at)
        if found is None:
            raise refuse(f"{expression[at]!r} at position {at + 1} has no meaning here")
        yield _Token(found.lastgroup or "", found.group(), at)
        at = found.end()
    yield _Token("end", "", at)
