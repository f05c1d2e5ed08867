"""Reason and act: a thought, an action, what was observed, and so on until the final answer.

Yao et al., ReAct: Synergizing Reasoning and Acting in Language Models, 2023.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from skep_agent_react.reading import Action, Broken, FinalAnswer, FinalAnswerFilter, read_reply
from skep_contracts.asking.prompts import PromptFolder
from skep_contracts.plugins.agents import AgentAnswer, AgentContext
from skep_contracts.plugins.models import ChatMessage, ToolCall, ToolSpec

PROMPTS: Final = PromptFolder("skep_agent_react")
STOP: Final = ("\nObservation:",)
"""Where the model would begin to make up what it observes."""


class React:
    """Everything is text: the tools are in the prompt, and actions are read out of the replies."""

    async def answer(self, ctx: AgentContext) -> AgentAnswer:
        """Work until the model gives its final answer, or the steps are used up."""
        task = ctx.task
        system = "\n\n".join(part for part in (task.instruction, _manual(task.tools)) if part)
        messages = [ChatMessage(role="system", content=system)] * bool(system)
        messages += [*task.history, ChatMessage(role="user", content=task.query)]
        number = 0
        while True:
            is_last = ctx.steps_left == 0
            if is_last:
                messages.append(ChatMessage(role="user", content=PROMPTS.fill("out_of_steps")))
            shown = FinalAnswerFilter(ctx.emit_text)
            reply = await ctx.ask(messages, stop=STOP if task.tools else (), on_text=shown.feed)
            said = read_reply(reply.text)
            messages.append(ChatMessage(role="assistant", content=said.spoken or "(nothing)"))
            if isinstance(said, FinalAnswer) or is_last or not task.tools:
                text = shown.finish(said)
                return AgentAnswer(text=text, is_complete=not is_last, messages=tuple(messages))
            number += 1
            observed = await _observe(ctx, said, number)
            observation = PROMPTS.fill("observation", observation=observed)
            messages.append(ChatMessage(role="user", content=observation))


async def _observe(ctx: AgentContext, said: Action | Broken, number: int) -> str:
    """Return what came of an action, or what was wrong with it."""
    if isinstance(said, Broken):
        return PROMPTS.fill("broken", fault=said.fault)
    call = ToolCall(id=f"action_{number}", name=said.tool, arguments=said.arguments)
    (outcome,) = await ctx.use((call,))
    return outcome.text


def _manual(tools: Sequence[ToolSpec]) -> str:
    """Return how to act, and with what; nothing when there is nothing to act with."""
    if not tools:
        return ""
    described = "\n".join(
        PROMPTS.fill(
            "tool",
            name=tool.name,
            description=" ".join(tool.description.split()),
            parameters=msgspec.json.encode(tool.parameters).decode(),
        )
        for tool in tools
    )
    names = ", ".join(tool.name for tool in tools)
    return PROMPTS.fill("manual", tools=described, names=names)
