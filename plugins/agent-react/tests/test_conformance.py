"""ReAct keeps the promises that every strategy makes."""

from skep_contracts.plugins.agents import ModelReply
from skep_contracts.plugins.models import ToolCall
from skep_testing.conformance.agents import StrategyConformance


class TestConformance(StrategyConformance):
    """Inherits the kit, with what models write that keep to the form."""

    entry_point = "react"
    strategy_name = "react"
    calls_side_by_side = False

    def calling(self, *calls: ToolCall) -> ModelReply:
        (call,) = calls
        action = f'{{"tool": "{call.name}", "arguments": {call.arguments}}}'
        return ModelReply(text=f"Thought: I have to look.\nAction: {action}", finish_reason="stop")

    def answering(self, text: str) -> ModelReply:
        return ModelReply(text=f"Thought: I know.\nFinal Answer: {text}", finish_reason="stop")
