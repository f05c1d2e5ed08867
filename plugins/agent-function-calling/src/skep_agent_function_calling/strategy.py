"""Asks the model until it asks for no more tools."""

from collections.abc import Callable
from typing import Final

from skep_contracts.asking.prompts import PromptFolder
from skep_contracts.plugins.agents import AgentAnswer, AgentContext
from skep_contracts.plugins.models import ChatMessage

PROMPTS: Final = PromptFolder("skep_agent_function_calling")


class FunctionCalling:
    """The model decides; its calls are answered by messages of the role ``tool``."""

    async def answer(self, ctx: AgentContext) -> AgentAnswer:
        """Work until the model answers without asking for a tool, or the steps are used up."""
        task = ctx.task
        messages = [ChatMessage(role="system", content=task.instruction)] * bool(task.instruction)
        messages += [*task.history, ChatMessage(role="user", content=task.query)]
        say = _paragraphs(ctx.emit_text)
        while True:
            is_last = ctx.steps_left == 0
            if is_last:
                messages.append(ChatMessage(role="user", content=PROMPTS.fill("out_of_steps")))
            reply = await ctx.ask(
                messages,
                tools=task.tools,
                tool_choice="none" if is_last and task.tools else None,
                on_text=say(),
            )
            calls = () if is_last else reply.tool_calls
            messages.append(ChatMessage(role="assistant", content=reply.text, tool_calls=calls))
            if not calls:
                return AgentAnswer(
                    text=reply.text, is_complete=not is_last, messages=tuple(messages)
                )
            messages += [outcome.message() for outcome in await ctx.use(calls)]


def _paragraphs(emit: Callable[[str], None]) -> Callable[[], Callable[[str], None]]:
    """Return what gives a listener for each reply; what several say is shown as paragraphs."""
    has_spoken = False

    def listener() -> Callable[[str], None]:
        is_new = True

        def hear(text: str) -> None:
            nonlocal has_spoken, is_new
            if is_new:
                text = text.lstrip() if has_spoken else text
                if not text:
                    return
                if has_spoken:
                    emit("\n\n")
                is_new, has_spoken = False, True
            emit(text)

        return hear

    return listener
