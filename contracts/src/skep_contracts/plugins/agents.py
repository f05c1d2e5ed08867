"""Extension point: an agent strategy, the way a model and its tools take turns."""

import logging
from collections.abc import Callable, Sequence
from typing import Literal, Protocol

import msgspec

from skep_contracts.plugins.manifest import PluginContext, hookspec
from skep_contracts.plugins.models import ChatMessage, ToolCall, ToolSpec, Usage


class AgentTask(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent is asked, and with what it may work."""

    query: str
    instruction: str = ""
    """Who the agent is and what it minds; with an answer schema, the schema is described in it."""
    history: tuple[ChatMessage, ...] = ()
    """Earlier turns of the conversation, oldest first."""
    tools: tuple[ToolSpec, ...] = ()
    """By the names the model is to use. What is fixed by the workflow is not in the parameters."""
    max_steps: int = 10
    """Model calls in which tools may be asked for. One more, without tools, is left to answer."""


class ModelReply(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a model said in one step."""

    text: str = ""
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    finish_reason: Literal["stop", "length", "tool_calls", "content_filter", "other"] = "other"
    usage: Usage = Usage()


class ToolOutcome(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came of one tool call, as the model is told it."""

    call: ToolCall
    text: str
    """Bounded; of a call that went wrong: why, in words for the model."""
    is_error: bool = False

    def message(self) -> ChatMessage:
        """Return the message that answers the call."""
        return ChatMessage(role="tool", content=self.text, tool_call_id=self.call.id)


class AgentAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the strategy came to."""

    text: str
    """The final answer, without what was said on the way."""
    is_complete: bool = True
    """False when the steps were used up before the model was done."""
    messages: tuple[ChatMessage, ...] = ()
    """The conversation that led to the answer, so that the host can ask to put it into a form."""


class AgentContext(Protocol):
    """What a strategy works with. Each model call and each tool call is a step.

    A step that is done is written down before the next begins. When the worker is lost, the
    strategy is run again from its beginning, and the steps that were done give at once what they
    gave before. So a strategy decides from its task and from what steps gave, and from nothing
    else: no clock, no chance, no I/O of its own.
    """

    @property
    def task(self) -> AgentTask:
        """What is asked."""
        ...

    @property
    def steps_left(self) -> int:
        """Model calls left in which tools may be asked for."""
        ...

    @property
    def logger(self) -> logging.Logger:
        """Knows the run and the node."""
        ...

    async def ask(
        self,
        messages: Sequence[ChatMessage],
        *,
        tools: Sequence[ToolSpec] = (),
        tool_choice: str | None = None,
        stop: Sequence[str] = (),
        on_text: Callable[[str], None] | None = None,
    ) -> ModelReply:
        """Ask the model. `on_text` hears the text as it comes; of a step done before, at once.

        Once no steps are left, tools may still be described but not asked for: give the choice
        ``none``. Ids of tool calls are unique within the agent's work, whatever the model wrote.

        Raises:
            TooLarge: The steps are used up, and the call to answer without tools as well; or the
                workflow wants that to fail.
        """
        ...

    async def use(self, calls: Sequence[ToolCall]) -> tuple[ToolOutcome, ...]:
        """Call tools, side by side where the workflow allows it; one outcome each, same order.

        Whatever goes wrong in a tool, or with the arguments, is an outcome and never an error.
        """
        ...

    def emit_text(self, text: str) -> None:
        """Show more text to the user: what was shown, joined, is the agent's text."""
        ...


class AgentStrategy(Protocol):
    """One way of working. Holds no state: it serves many agents at a time."""

    async def answer(self, ctx: AgentContext) -> AgentAnswer:
        """Work on the task until there is an answer."""
        ...


class StrategyDescription(msgspec.Struct, frozen=True, kw_only=True):
    """A strategy that a plugin offers."""

    name: str
    title: str
    description: str
    """For people: how it works, and for which models."""
    needs_tool_calls: bool = False
    """Only for models that can ask for tools by themselves."""
    factory: Callable[[PluginContext], AgentStrategy]


class AgentHooks:
    """Hooks of the group ``skep.agents``."""

    @hookspec
    def skep_strategies(self) -> list[StrategyDescription]:  # type: ignore[empty-body]  # a specification
        """Describe the agent strategies this plugin offers. Synchronous and cheap."""
