"""The kit for agent strategies finds what it says it finds."""

import time
from pathlib import Path
from typing import Any

import pytest

from skep_contracts.plugins.agents import (
    AgentAnswer,
    AgentContext,
    ModelReply,
    StrategyDescription,
)
from skep_contracts.plugins.models import ChatMessage, ToolCall
from skep_contracts.problems import TooLarge
from skep_testing.conformance.agents import SmallestStrategy, StrategyConformance
from skep_testing.conformance.isolation import TouchedTheWorldError


class Kit(StrategyConformance):
    """The kit, for a strategy that is handed over and not installed."""

    __test__ = False

    def __init__(self, strategy: Any) -> None:
        self.strategy = strategy

    def describe(self) -> StrategyDescription:
        """Return what was handed over."""
        return StrategyDescription(
            name="x", title="X", description="Works.", factory=lambda _: self.strategy
        )

    def calling(self, *calls: ToolCall) -> ModelReply:
        """Ask for tools as models do that can."""
        return ModelReply(tool_calls=calls)

    def answering(self, text: str) -> ModelReply:
        """Answer."""
        return ModelReply(text=text)


def check(strategy: Any, test: str, *arguments: Any) -> None:
    getattr(Kit(strategy), f"test_{test}")(*arguments)


@pytest.mark.parametrize(
    "test",
    [
        "description_is_complete",
        "answer_at_once_is_shown_and_returned",
        "model_hears_what_a_tool_gave",
        "several_calls_are_handed_over_together",
        "same_steps_lead_to_the_same_work",
        "strategy_touches_nothing_but_its_context",
    ],
)
def test_sound_strategy_passes(test: str) -> None:
    check(SmallestStrategy(), test)


class Deaf:
    """Never tells the model what the tools gave."""

    async def answer(self, ctx: AgentContext) -> AgentAnswer:
        messages = [ChatMessage(role="user", content=ctx.task.query)]
        reply = await ctx.ask(messages)
        while reply.tool_calls:
            await ctx.use(reply.tool_calls)
            reply = await ctx.ask(messages)
        return AgentAnswer(text=reply.text, messages=tuple(messages))


class Fickle:
    """Asks something else every time."""

    async def answer(self, ctx: AgentContext) -> AgentAnswer:
        now = ChatMessage(role="user", content=str(time.perf_counter_ns()))
        return AgentAnswer(text=(await ctx.ask([now])).text)


def look_around() -> str:
    return Path("/etc/hostname").read_text(encoding="utf-8")


class Curious:
    """Looks around."""

    async def answer(self, ctx: AgentContext) -> AgentAnswer:
        return AgentAnswer(text=look_around())


class Tireless:
    """Does not see that the steps are used up."""

    async def answer(self, ctx: AgentContext) -> AgentAnswer:
        while True:
            reply = await ctx.ask([ChatMessage(role="user", content=ctx.task.query)])
            await ctx.use(reply.tool_calls)


@pytest.mark.parametrize(
    ("strategy", "test", "error"),
    [
        (Deaf(), "model_hears_what_a_tool_gave", AssertionError),
        (Deaf(), "answer_at_once_is_shown_and_returned", AssertionError),
        (Fickle(), "same_steps_lead_to_the_same_work", AssertionError),
        (Curious(), "strategy_touches_nothing_but_its_context", TouchedTheWorldError),
        (Tireless(), "used_up_steps_lead_to_a_last_question", TooLarge),
        (SmallestStrategy(), "model_that_does_not_obey_at_the_end_uses_no_tool", TooLarge),
    ],
)
def test_fault_is_found(strategy: Any, test: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        check(strategy, test)
