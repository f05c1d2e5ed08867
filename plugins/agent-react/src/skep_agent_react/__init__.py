"""Agent strategy: thoughts and actions in plain text, for any model."""

from skep_contracts.plugins.agents import AgentStrategy, StrategyDescription
from skep_contracts.plugins.manifest import PluginContext, hookimpl


def _strategy(_context: PluginContext) -> AgentStrategy:
    from skep_agent_react.strategy import React

    return React()


@hookimpl
def skep_strategies() -> list[StrategyDescription]:
    """Describe the strategy ``react``."""
    return [
        StrategyDescription(
            name="react",
            title="ReAct",
            description=(
                "The model writes its thoughts and one action at a time as plain text. For models "
                "that were not trained to call tools."
            ),
            factory=_strategy,
        )
    ]
