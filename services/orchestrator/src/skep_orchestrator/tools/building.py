"""Tool objects and strategies: built when needed, kept while their plugin stays the same."""

import logging
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final, Protocol

from skep_contracts.plugins.agents import AgentStrategy, StrategyDescription
from skep_contracts.plugins.manifest import PluginContext
from skep_contracts.plugins.toolkits import ToolkitDescription
from skep_contracts.plugins.tools import Tool, ToolDescription, credential_owner
from skep_contracts.problems import ProviderFailed, SkepError, Unauthenticated
from skep_inference.routing.credentials import Credential

logger = logging.getLogger(__name__)

MAX_KEPT: Final = 1_024


class ToolHost(Protocol):
    """Where tools, toolkits and strategies come from: the plugin host."""

    @property
    def tools(self) -> Mapping[str, ToolDescription]:
        """Installed tools."""
        ...

    @property
    def toolkits(self) -> Mapping[str, ToolkitDescription]:
        """Installed kinds of toolkits."""
        ...

    @property
    def strategies(self) -> Mapping[str, StrategyDescription]:
        """Installed agent strategies."""
        ...

    def context(self, owner: Any) -> PluginContext:
        """Return what a factory is given; `owner` is a description."""
        ...


class Credentials(Protocol):
    """Where credentials come from: the inference library's copy of the bucket."""

    def of(self, tenant: str, provider: str) -> tuple[Credential, ...]:
        """Return a tenant's credentials for an owner, oldest first."""
        ...

    def open(self, credential: Credential) -> dict[str, Any]:
        """Return a credential's values."""
        ...


class Builder:
    """Builds what plugins describe. A description that was replaced is built anew."""

    def __init__(self, host: ToolHost, credentials: Credentials | None) -> None:
        self._host = host
        self._credentials = credentials
        self._tools: OrderedDict[tuple[str, str, int], tuple[ToolDescription, Tool]] = OrderedDict()
        self._strategies: dict[str, tuple[StrategyDescription, AgentStrategy]] = {}

    def tool(self, description: ToolDescription, tenant: str) -> Tool:
        """Return a tool with the tenant's credential, where it takes one.

        Raises:
            Unauthenticated: It needs one, and the tenant has none.
            SkepError: It cannot be built.
        """
        credential = self._credential(description, tenant)
        key = (
            (description.name, "", 0)
            if credential is None
            else (description.name, credential.key, credential.revision)
        )
        kept = self._tools.get(key)
        if kept is not None and kept[0] is description:
            self._tools.move_to_end(key)
            return kept[1]
        values = self._values(credential)
        built: Tool = self._build(description, description.name, values)
        self._tools[key] = (description, built)
        if len(self._tools) > MAX_KEPT:
            self._tools.popitem(last=False)
        return built

    def strategy(self, description: StrategyDescription) -> AgentStrategy:
        """Return a strategy.

        Raises:
            SkepError: It cannot be built.
        """
        kept = self._strategies.get(description.name)
        if kept is None or kept[0] is not description:
            kept = (description, self._build(description, description.name))
            self._strategies[description.name] = kept
        return kept[1]

    def _credential(self, description: ToolDescription, tenant: str) -> Credential | None:
        if not description.credential_schema or self._credentials is None:
            return None
        found = self._credentials.of(tenant, credential_owner(description.name))
        if not found and description.credential_schema.get("required"):
            raise Unauthenticated(
                f"The tool `{description.name}` needs a credential. Store one for the provider "
                f"`{credential_owner(description.name)}` and run again.",
                code="credential_missing",
            )
        return found[0] if found else None

    def _values(self, credential: Credential | None) -> dict[str, Any]:
        if credential is None or self._credentials is None:
            return {}
        return self._credentials.open(credential)

    def _build(self, description: Any, name: str, *arguments: Any) -> Any:
        try:
            return description.factory(self._host.context(description), *arguments)
        except SkepError:
            raise
        except Exception as error:
            logger.exception("plugin cannot build what it offers", extra={"offer": name})
            raise ProviderFailed(
                f"The plugin that brings `{name}` cannot start it; the server's log says why.",
                code="bad_plugin",
            ) from error
