"""The kit for tools finds what it says it finds."""

import time
from collections.abc import Mapping
from typing import Any, ClassVar

import pytest

from skep_contracts.plugins.tools import ToolDescription, ToolResult
from skep_contracts.problems import InvalidInput
from skep_testing.conformance import tools
from skep_testing.conformance.tools import ToolConformance

SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string", "description": "Where."}},
    "required": ["city"],
    "additionalProperties": False,
}


class Weather:
    """A tool that does what it is told."""

    def __init__(self, work: Any) -> None:
        self._work = work

    async def call(self, arguments: Mapping[str, Any], *, idempotency_key: str) -> ToolResult:
        """Do it."""
        result: ToolResult = self._work(arguments)
        return result


def offer(work: Any = lambda arguments: ToolResult(text="Rain."), **changes: Any) -> Any:
    fields: dict[str, Any] = {
        "name": "weather",
        "title": "Weather",
        "description": "Tells the weather.",
        "parameters": SCHEMA,
        "factory": lambda context, credential: Weather(work),
    }
    return ToolDescription(**fields | changes)


class Kit(ToolConformance):
    """The kit, for a tool that is handed over and not installed."""

    __test__ = False
    valid_arguments: ClassVar[dict[str, Any]] = {"city": "Oslo"}
    invalid_arguments: ClassVar[tuple[dict[str, Any], ...]] = ({},)
    expected_text = "Rain."

    def __init__(self, description: ToolDescription) -> None:
        self.description = description

    def describe(self) -> ToolDescription:
        """Return what was handed over."""
        return self.description


class Broken:
    """Gives a tool whose call is not as the protocol says."""

    async def call(self, arguments: Mapping[str, Any], *, idempotency_key: str) -> Any:
        """Give a text in place of a result."""
        return "Rain."


def check(kit: Kit, test: str, *arguments: Any) -> None:
    getattr(kit, f"test_{test}")(*arguments)


TESTS = (
    "description_is_complete",
    "parameters_are_a_closed_schema_that_models_understand",
    "schema_tells_arguments_apart",
    "valid_arguments_give_a_result",
    "one_tool_serves_many_calls",
)


@pytest.mark.parametrize("test", TESTS)
def test_sound_tool_passes(test: str) -> None:
    check(Kit(offer()), test)


def slow(arguments: Mapping[str, Any]) -> ToolResult:
    time.sleep(0 if arguments["city"] == "Oslo" else 0.3)
    return ToolResult(text="Rain.")


@pytest.mark.parametrize(
    ("description", "test"),
    [
        (offer(name="my.weather"), "description_is_complete"),
        (offer(description="no stop"), "description_is_complete"),
        (offer(timeout_s=0), "description_is_complete"),
        (offer(parameters={"type": "object"}), TESTS[1]),
        (offer(parameters={**SCHEMA, "required": ["town"]}), TESTS[1]),
        (offer(parameters={**SCHEMA, "properties": {"city": {"type": "string"}}}), TESTS[1]),
        (offer(parameters={**SCHEMA, "required": []}), "schema_tells_arguments_apart"),
        (offer(lambda _: ToolResult(text="Sun.")), "valid_arguments_give_a_result"),
        (offer(lambda _: ToolResult(text="\ud800")), "valid_arguments_give_a_result"),
        (offer(lambda _: ToolResult(text="Rain.", data={1})), "valid_arguments_give_a_result"),
        (offer(lambda _: ToolResult(text="Rain.", is_error=True)), TESTS[3]),
        (offer(factory=lambda context, credential: Broken()), "valid_arguments_give_a_result"),
    ],
    ids=[
        "name",
        "description",
        "timeout",
        "schema",
        "required",
        "property",
        "none",
        "other",
        "text",
        "data",
        "error",
        "factory",
    ],
)
def test_fault_is_found(description: ToolDescription, test: str) -> None:
    with pytest.raises((AssertionError, InvalidInput, UnicodeError)):
        check(Kit(description), test)


def test_defect_and_slowness_with_hostile_arguments_are_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tools, "MAX_CALL_S", 0.2)

    def fail(arguments: Mapping[str, Any]) -> ToolResult:
        raise ValueError(arguments["city"])

    with pytest.raises(ValueError, match="etc/passwd"):
        check(Kit(offer(fail)), "hostile_argument_is_a_problem_at_the_most", "path")
    with pytest.raises(AssertionError):
        check(Kit(offer(slow)), "hostile_argument_is_a_problem_at_the_most", "path")


def test_secret_that_a_form_shows_is_found() -> None:
    form = {"type": "object", "properties": {"token": {"type": "string"}}}

    with pytest.raises(AssertionError):
        check(Kit(offer(credential_schema=form)), "credential_form_hides_secrets")
