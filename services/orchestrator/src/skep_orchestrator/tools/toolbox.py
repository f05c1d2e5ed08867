"""From a tool's name to what it gave."""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from skep_contracts.plugins.agents import AgentStrategy, StrategyDescription
from skep_contracts.plugins.manifest import PluginContext
from skep_contracts.plugins.toolkits import ToolkitDescription, toolkit_of
from skep_contracts.plugins.tools import Tool, ToolDescription, ToolResult
from skep_contracts.problems import NotFound, did_you_mean, sentence
from skep_orchestrator.tools.arguments import ArgumentChecker
from skep_orchestrator.tools.building import Builder, Credentials, ToolHost
from skep_orchestrator.tools.results import accept_result, is_cancelled, known_error
from skep_orchestrator.tools.toolkits import Toolkits
from skep_runtime import telemetry
from skep_runtime.telemetry import genai

_tracer = telemetry.tracer(__name__)
_OPERATION: Final = "execute_tool"


class Toolbox:
    """The tools and strategies of one process, for all tenants."""

    def __init__(self, host: ToolHost, credentials: Credentials | None = None) -> None:
        """Offer what `host` has loaded; without `credentials` no tenant has any."""
        self._host = host
        self._builder = Builder(host, credentials)
        self._toolkits = Toolkits(host, credentials)
        self._arguments = ArgumentChecker()

    def descriptions(self) -> Sequence[ToolDescription]:
        """Return the installed tools, by name."""
        return [tool for _, tool in sorted(self._host.tools.items())]

    async def find(self, names: Iterable[str], *, tenant: str) -> dict[str, ToolDescription]:
        """Return tools by name, installed ones and those of the tenant's toolkits.

        What there is not is left out.

        Raises:
            SkepError: A toolkit cannot be asked for what it has.
        """
        found = {}
        for name in names:
            with contextlib.suppress(NotFound):
                found[name] = (await self._find(name, tenant))[0]
        return found

    async def _find(self, name: str, tenant: str) -> tuple[ToolDescription, Tool | None]:
        """Return a tool; what is installed is built only when it is called."""
        installed = self._host.tools.get(name)
        if installed is not None:
            return installed, None
        found = await self._toolkits.find(name, tenant)
        if found is not None:
            return found.description, found.tool
        what = "is installed"
        toolkit = toolkit_of(name)
        if toolkit is not None:
            kits = ", ".join(self._toolkits.names(tenant)) or "none"
            what = f"is there; toolkits of the workspace: {kits}"
        raise NotFound(
            sentence(f"No tool `{name:.80}` {what}{did_you_mean(name, self._host.tools)}"),
            code="unknown_tool",
        )

    def strategy(self, name: str) -> AgentStrategy:
        """Return an agent strategy.

        Raises:
            NotFound: None of that name is installed.
            SkepError: It cannot be built.
        """
        description = self._host.strategies.get(name)
        if description is None:
            raise NotFound(
                sentence(
                    f"No agent strategy `{name:.80}` is installed"
                    f"{did_you_mean(name, self._host.strategies)}"
                ),
                code="unknown_strategy",
            )
        return self._builder.strategy(description)

    async def call(
        self, name: str, arguments: Mapping[str, Any], *, tenant: str, idempotency_key: str
    ) -> ToolResult:
        """Call a tool for a tenant.

        Raises:
            NotFound: No tool of that name is installed.
            InvalidInput: The arguments do not follow its schema.
            Unauthenticated: It needs a credential that the tenant has not got.
            ProviderTimedOut: It did not answer in its time.
            SkepError: What else it raises, or a defect in it.
        """
        description, tool = await self._find(name, tenant)
        self._arguments.check(description, arguments)
        tool = tool or self._builder.tool(description, tenant)
        attributes = {genai.OPERATION: _OPERATION, genai.TOOL_NAME: name}
        span_name = genai.span_name(_OPERATION, name)
        with _tracer.start_as_current_span(span_name, attributes=attributes):
            try:
                async with asyncio.timeout(description.timeout_s):
                    result = await tool.call(dict(arguments), idempotency_key=idempotency_key)
            except (KeyboardInterrupt, GeneratorExit):
                raise
            except BaseException as error:
                if is_cancelled():
                    raise
                raise known_error(description, error) from error
            return accept_result(description, result)


class _Nothing:
    """A host without plugins."""

    tools: Mapping[str, ToolDescription] = {}
    toolkits: Mapping[str, ToolkitDescription] = {}
    strategies: Mapping[str, StrategyDescription] = {}

    def context(self, owner: Any) -> PluginContext:
        raise NotFound("No plugin is loaded.", code="unknown_plugin")


NO_TOOLS: Final = Toolbox(_Nothing())
