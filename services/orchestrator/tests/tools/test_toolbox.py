"""Tools: found, given what they need, called within bounds, and not believed."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from skep_contracts.plugins.agents import StrategyDescription
from skep_contracts.plugins.toolkits import ToolkitDescription
from skep_contracts.plugins.tools import ToolDescription, ToolResult
from skep_contracts.problems import (
    InvalidInput,
    NotFound,
    ProviderFailed,
    ProviderTimedOut,
    RateLimited,
    SkepError,
    TooLarge,
    Unauthenticated,
)
from skep_inference.routing.credentials import Credential
from skep_orchestrator.tools.results import MAX_TEXT_CHARACTERS
from skep_orchestrator.tools.toolbox import NO_TOOLS, Toolbox

SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string", "pattern": "^[A-Z]"}, "days": {"type": "integer"}},
    "required": ["city"],
    "additionalProperties": False,
}
FORM = {
    "type": "object",
    "required": ["token"],
    "properties": {"token": {"type": "string", "writeOnly": True}},
}
LOOP: list[Any] = []
LOOP.append(LOOP)


class Weather:
    """Does what a test says; keeps what it was called with."""

    def __init__(self, values: dict[str, Any], deed: Callable[[], Any]) -> None:
        self.values = values
        self.deed = deed
        self.calls: list[tuple[dict[str, Any], str]] = []

    async def call(self, arguments: Mapping[str, Any], *, idempotency_key: str) -> ToolResult:
        self.calls.append((dict(arguments), idempotency_key))
        result = self.deed()
        given: ToolResult = await result if asyncio.iscoroutine(result) else result
        return given


class Stage:
    """A plugin host and credentials."""

    def __init__(
        self, deed: Callable[[], Any] = lambda: ToolResult(text="sun"), **rest: Any
    ) -> None:
        self.built: list[Weather] = []
        self.strategies: dict[str, StrategyDescription] = {}
        self.toolkits: dict[str, ToolkitDescription] = {}
        self.stored: dict[tuple[str, str], tuple[Credential, ...]] = {}
        self.deed = deed
        self.tools = {"weather": self.describe(**rest)}
        self.box = Toolbox(self, self)

    def describe(self, **rest: Any) -> ToolDescription:
        given = {"name": "weather", "title": "W", "description": "W.", "parameters": SCHEMA, **rest}
        return ToolDescription(**{"factory": self.build, **given})

    def build(self, context: Any, values: dict[str, Any]) -> Weather:
        self.built.append(Weather(values, self.deed))
        return self.built[-1]

    def context(self, owner: Any) -> Any:
        return None

    def of(self, tenant: str, provider: str) -> tuple[Credential, ...]:
        return self.stored.get((tenant, provider), ())

    def open(self, credential: Credential) -> dict[str, Any]:
        return {"token": credential.id}

    def store(self, tenant: str, name: str, revision: int = 1) -> None:
        made = Credential(
            key=f"{tenant}.tool/weather.{name}",
            provider="tool:weather",
            id=name,
            revision=revision,
            sealed=b"",
        )
        self.stored[tenant, "tool:weather"] = (made,)

    def call(self, arguments: Any = None, *, name: str = "weather", tenant: str = "t_1") -> Any:
        given = {"city": "Oslo"} if arguments is None else arguments
        return asyncio.run(self.box.call(name, given, tenant=tenant, idempotency_key="k"))


def test_tool_is_called_with_its_arguments_and_a_key() -> None:
    stage = Stage()

    assert stage.call({"city": "Oslo", "days": 2}) == ToolResult(text="sun")
    stage.call()

    (tool,) = stage.built
    assert tool.calls[0] == ({"city": "Oslo", "days": 2}, "k")


@pytest.mark.parametrize(
    ("arguments", "pointer"),
    [
        ({}, ""),
        ({"city": 5}, "/city"),
        ({"city": "oslo"}, "/city"),
        ({"city": "Oslo", "more": 1}, ""),
        ({"city": "Oslo", "days": 1.5}, "/days"),
    ],
)
def test_arguments_that_break_the_schema_reach_no_tool(
    arguments: dict[str, Any], pointer: str
) -> None:
    stage = Stage()

    with pytest.raises(InvalidInput) as refused:
        stage.call(arguments)

    assert refused.value.exact_code == "bad_arguments"
    assert pointer in {error.pointer for error in refused.value.errors}
    assert stage.built == []


def test_fault_repeats_no_value() -> None:
    with pytest.raises(InvalidInput) as refused:
        Stage().call({"city": "canary-1234", "days": "canary-5678"})

    told = f"{refused.value.detail} {refused.value.errors}"
    assert "canary" not in told


@pytest.mark.parametrize(
    "arguments",
    [{"city": "\ud800"}, {"city": float("nan")}, {"city": LOOP}, {"city": 2**70}, {1: 2}],
)
def test_arguments_that_are_no_values_are_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        Stage().call(arguments)


def test_arguments_have_a_limit() -> None:
    with pytest.raises(TooLarge):
        Stage().call({"city": "O" * 3_000_000})


def test_pattern_of_a_schema_takes_linear_time() -> None:
    slow = {"type": "object", "properties": {"x": {"type": "string", "pattern": "^(a+)+$"}}}

    with pytest.raises(InvalidInput):
        Stage(parameters=slow).call({"x": "a" * 50_000 + "b"})


@pytest.mark.parametrize(
    "parameters", [{"type": "no type"}, {"$ref": "http://127.0.0.1:1/x"}, {"pattern": "("}]
)
def test_schema_that_is_none_is_the_plugins_fault(parameters: dict[str, Any]) -> None:
    with pytest.raises(ProviderFailed) as failed:
        Stage(parameters=parameters).call({})

    assert failed.value.exact_code == "bad_plugin"


def test_unknown_tool_is_said_with_a_close_one() -> None:
    with pytest.raises(NotFound) as missing:
        Stage().call(name="wether")

    assert "did you mean `weather`" in missing.value.detail


def test_credential_of_the_tenant_goes_into_the_tool_and_nobody_elses() -> None:
    stage = Stage(credential_schema=FORM)
    stage.store("t_1", "one")
    stage.store("t_2", "two")

    for tenant in ("t_1", "t_2", "t_1"):
        stage.call(tenant=tenant)

    assert [tool.values for tool in stage.built] == [{"token": "one"}, {"token": "two"}]
    stage.store("t_1", "one", revision=2)
    stage.call()
    assert len(stage.built) == 3, "a changed credential makes a new tool"


def test_tool_that_needs_a_credential_is_not_called_without() -> None:
    with pytest.raises(Unauthenticated) as refused:
        Stage(credential_schema=FORM).call()

    assert refused.value.exact_code == "credential_missing"
    assert "tool:weather" in refused.value.detail


def test_tool_that_can_do_without_a_credential_is_called_without() -> None:
    stage = Stage(credential_schema={**FORM, "required": []})

    stage.call()

    assert stage.built[0].values == {}


def test_tool_whose_plugin_was_replaced_is_built_anew() -> None:
    stage = Stage()
    stage.call()

    stage.tools = {"weather": stage.describe()}
    stage.call()

    assert len(stage.built) == 2


class Sour(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


async def hang() -> None:
    await asyncio.Event().wait()


def failing(error: BaseException) -> Callable[[], Any]:
    def fail() -> Any:
        raise error

    return fail


@pytest.mark.parametrize(
    ("deed", "kind", "code"),
    [
        (lambda: None, ProviderFailed, "bad_tool_result"),
        (lambda: ToolResult(text=None), ProviderFailed, "bad_tool_result"),  # type: ignore[arg-type]
        (lambda: ToolResult(text="x", data=LOOP), ProviderFailed, "bad_tool_result"),
        (lambda: ToolResult(text="x", data=object()), ProviderFailed, "bad_tool_result"),
        (lambda: ToolResult(text="x", data=["\ud800"]), ProviderFailed, "bad_tool_result"),
        (lambda: ToolResult(text="x", data="x" * 9_000_000), TooLarge, "tool_result_too_large"),
        (failing(RateLimited("Later.")), RateLimited, "rate_limited"),
        (failing(ValueError("canary")), ProviderFailed, "tool_failed"),
        (failing(Sour()), ProviderFailed, "tool_failed"),
        (failing(SystemExit(1)), ProviderFailed, "tool_failed"),
        (failing(asyncio.CancelledError()), ProviderFailed, "tool_failed"),
        (failing(TimeoutError()), ProviderTimedOut, "tool_timed_out"),
        (hang, ProviderTimedOut, "tool_timed_out"),
    ],
)
def test_hostile_tool_is_a_known_problem(
    deed: Callable[[], Any], kind: type[SkepError], code: str
) -> None:
    with pytest.raises(kind) as failed:
        Stage(deed, timeout_s=0.05).call()

    assert failed.value.exact_code == code
    assert "canary" not in failed.value.detail


def test_long_text_is_cut_and_made_valid() -> None:
    long = Stage(lambda: ToolResult(text="x" * 1_000_000)).call()
    mended = Stage(lambda: ToolResult(text="a\ud800", is_error=True)).call()

    assert len(long.text) == MAX_TEXT_CHARACTERS
    assert (mended.text, mended.is_error) == ("a?", True)


def test_result_shares_nothing_with_the_tool() -> None:
    shared: dict[str, Any] = {"a": [1]}
    result = Stage(lambda: ToolResult(text="x", data=shared)).call()

    shared["a"].append(2)

    assert result.data == {"a": [1]}


async def test_cancelled_call_stays_cancelled() -> None:
    stage = Stage(hang)
    async with asyncio.TaskGroup() as tasks:
        call = tasks.create_task(
            stage.box.call("weather", {"city": "Oslo"}, tenant="t_1", idempotency_key="k")
        )
        await asyncio.sleep(0.01)
        call.cancel()

    assert call.cancelled()


def test_factory_that_fails_is_the_plugins_fault() -> None:
    with pytest.raises(ProviderFailed) as failed:
        Stage(factory=lambda context, values: 1 / 0).call()

    assert failed.value.exact_code == "bad_plugin"


def test_strategy_is_built_once() -> None:
    stage = Stage()
    made: list[object] = []

    def build(context: Any) -> Any:
        made.append(object())
        return made[-1]

    stage.strategies["guess"] = StrategyDescription(
        name="guess", title="G", description="G.", factory=build
    )

    assert stage.box.strategy("guess") is stage.box.strategy("guess")
    assert len(made) == 1
    with pytest.raises(NotFound) as missing:
        stage.box.strategy("gess")
    assert "did you mean `guess`" in missing.value.detail


def test_box_without_plugins_is_empty() -> None:
    assert NO_TOOLS.descriptions() == []
    with pytest.raises(NotFound):
        NO_TOOLS.strategy("any")
