"""Agent strategy: the model asks for tools by itself."""

from skep_contracts.plugins.agents import AgentStrategy, StrategyDescription
from skep_contracts.plugins.manifest import PluginContext, hookimpl


def _strategy(_context: PluginContext) -> AgentStrategy:
    from skep_agent_function_calling.strategy import FunctionCalling

    return FunctionCalling()


@hookimpl
def skep_strategies() -> list[StrategyDescription]:
    """Describe the strategy ``function-calling``."""
    return [
        StrategyDescription(
            name="function-calling",
            title="Function calling",
            description=(
                "The model asks for tools by itself, several at a time where it wants to. For all "
                "models that were trained to call tools."
            ),
            needs_tool_calls=True,
            factory=_strategy,
        )
    ]
