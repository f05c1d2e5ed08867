"""Errors cross every boundary as data and come back as what they were."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_contracts.problems import (
    ERROR_CLASSES,
    BusOutcome,
    Conflict,
    Defect,
    FieldError,
    Problem,
    RateLimited,
    SkepError,
    error_from_problem,
)

every_class = pytest.mark.parametrize("error", ERROR_CLASSES, ids=lambda error: error.__name__)


@every_class
def test_error_survives_the_wire(error: type[SkepError]) -> None:
    raised = error(
        "What happened.",
        errors=[FieldError(pointer="/a", message="wrong")],
        retry_after_s=2.5,
        code="more_exact",
    )

    wire = msgspec.json.encode(raised.to_problem(instance="/x", trace_id="t"))
    back = error_from_problem(msgspec.json.decode(wire, type=Problem))

    assert type(back) is error
    assert back.to_problem(instance="/x", trace_id="t") == raised.to_problem(
        instance="/x", trace_id="t"
    )


@every_class
def test_class_says_everything(error: type[SkepError]) -> None:
    assert error.code.isidentifier()
    assert error.title
    assert 400 <= error.status < 600
    assert error.bus_outcome in BusOutcome
    assert error.log_level in {"info", "warning", "error"}


def test_status_and_code_tell_classes_apart() -> None:
    assert len({error.status for error in ERROR_CLASSES}) == len(ERROR_CLASSES)
    assert len({error.code for error in ERROR_CLASSES}) == len(ERROR_CLASSES)


def test_what_the_client_caused_is_not_an_error_in_our_log() -> None:
    assert all(error.log_level == "info" for error in ERROR_CLASSES if error.status < 500)


@given(status=st.integers(100, 599))
def test_unknown_status_is_a_defect(status: int) -> None:
    problem = Problem(code="x", title="x", status=status, detail="x")
    known = {error.status: error for error in ERROR_CLASSES}

    assert type(error_from_problem(problem)) is known.get(status, Defect)


def test_problem_type_is_a_name() -> None:
    assert Conflict("x", code="stale_draft").to_problem().type == "urn:skep:problem:stale_draft"


def test_exact_code_does_not_spread() -> None:
    RateLimited("x", code="other")

    assert RateLimited("x").to_problem().code == "rate_limited"
