"""Function calling keeps the promises that every strategy makes."""

from skep_contracts.plugins.agents import ModelReply
from skep_contracts.plugins.models import ToolCall
from skep_testing.conformance.agents import StrategyConformance


class TestConformance(StrategyConformance):
    """Inherits the kit, with what models that call tools say."""

    entry_point = "function_calling"
    strategy_name = "function-calling"

    def calling(self, *calls: ToolCall) -> ModelReply:
        return ModelReply(tool_calls=calls, finish_reason="tool_calls")

    def answering(self, text: str) -> ModelReply:
        return ModelReply(text=text, finish_reason="stop")
