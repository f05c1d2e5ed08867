"""What expressions come to, and what is refused."""

import asyncio
import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_contracts.plugins.tools import ToolResult
from skep_contracts.problems import InvalidInput
from skep_tool_calculator.tool import Calculator


def call(expression: str) -> ToolResult:
    return asyncio.run(Calculator().call({"expression": expression}, idempotency_key="k"))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1+1", "2"),
        ("0.1 + 0.2", "0.3"),
        ("2^3^2", "512"),
        ("-2^2", "-4"),
        ("2**-1", "0.5"),
        ("(1 + 2) × 3 ÷ 2 − 1", "3.5"),
        ("15% * 80", "12"),
        ("200 * 15%", "30"),
        ("50% - 3", "-2.5"),
        ("17 % 5", "2"),
        ("-7 // 2", "-4"),
        ("-7 % 3", "2"),
        ("1_000 * 2", "2000"),
        ("1/3", "0.3333333333333333"),
        ("sqrt(2)", "1.414213562373095"),
        ("sqrt(144)", "12"),
        ("round(19.99 * 1.19, 2)", "23.79"),
        ("round(2.5)", "3"),
        ("round(12345, -2)", "12300"),
        ("floor(-0.5) + ceil(0.2)", "0"),
        ("max(1, 2, 3) - min(4, 5)", "-1"),
        ("sum(1, 2, 3) / avg(2, 4)", "2"),
        ("log(8, 2)", "3"),
        ("sin(pi)", "0"),
        ("e", "2.718281828459045"),
        ("2^200", "1606938044258990275541962092341162602522202993782792835301376"),
        ("10^400", "1e400"),
        ("factorial(20)", "2432902008176640000"),
    ],
)
def test_expression_has_its_value(expression: str, value: str) -> None:
    assert call(expression).text == value


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("", "ends where a number"),
        ("1 +", "ends where a number"),
        ("2 3", "position 3"),
        ("(1", "position 1 is not closed"),
        ("1/0", "divided by zero"),
        ("1 % 0", "divided by zero"),
        ("9^9^9", "10000 digits"),
        ("1e99999", "10000 digits"),
        ("sqrt(-1)", "not defined"),
        ("0^0", "not defined"),
        ("factorial(1001)", "1000"),
        ("factorial(1.5)", "whole number"),
        ("round(1, 999)", "-50 to 50"),
        ("abs(1, 2)", "does not take 2"),
        ("squrt(4)", "did you mean `sqrt`"),
        ("pie", "did you mean `pi`"),
        ("__import__('os').system('x')", "no meaning"),
        ("(" * 100 + "1" + ")" * 100, "nested deeper"),
        ("-" * 500 + "1", "nested deeper"),
        ("1" * 1001, "longer than"),
    ],
)
def test_what_is_no_arithmetic_is_refused_with_the_reason(expression: str, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        call(expression)

    assert reason in refused.value.detail
    assert refused.value.errors[0].pointer == "/expression"


def test_number_that_json_does_not_have_is_null() -> None:
    assert call("10^400").data == {"value": None, "is_exact": True}
    assert call("1/4").data == {"value": 0.25, "is_exact": True}
    assert call("1/3").data["is_exact"] is False


@given(st.text(alphabet="0123456789+-*/%^().,e abcsqrtpi_", max_size=60))
def test_any_text_is_calculated_or_refused_at_once(expression: str) -> None:
    begin = time.monotonic()

    with contextlib.suppress(InvalidInput):
        call(expression)

    assert time.monotonic() - begin < 1.0


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6))
def test_quotient_and_remainder_belong_together(number: int, divisor: int) -> None:
    quotient = call(f"({number}) // {divisor}").data["value"]
    remainder = call(f"({number}) % {divisor}").data["value"]

    assert (quotient, remainder) == divmod(number, divisor)
