"""Tools that other systems describe: asked when somebody names one, and remembered for a while."""

import asyncio
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from skep_contracts.plugins.manifest import PluginContext
from skep_contracts.plugins.toolkits import (
    NAME_FIELD,
    SEPARATOR,
    Toolkit,
    ToolkitDescription,
    ToolkitTool,
    toolkit_of,
    toolkit_owner,
)
from skep_contracts.plugins.tools import Tool, ToolDescription, ToolResult
from skep_contracts.problems import (
    InvalidInput,
    NotFound,
    ProviderFailed,
    ProviderTimedOut,
    SkepError,
    TooLarge,
    did_you_mean,
    sentence,
)
from skep_contracts.values import check_value
from skep_inference.routing.credentials import Credential
from skep_orchestrator.tools.building import Credentials, ToolHost
from skep_orchestrator.tools.results import is_cancelled

logger = logging.getLogger(__name__)

MAX_KEPT: Final = 1_024
MAX_TOOLS: Final = 500
"""Of one toolkit."""
_FRESH_S: Final = 300.0
_AGAIN_S: Final = 10.0
"""A tool that is not in a list older than this is looked for in a new one."""
_MAX_SCHEMA_BYTES: Final = 64 * 1024
_MAX_DESCRIPTION: Final = 4_000
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class FoundTool(msgspec.Struct, frozen=True):
    """A tool of a toolkit, ready to be called."""

    description: ToolDescription
    tool: Tool


class Toolkits:
    """The toolkits of all tenants, as far as this process was asked about them."""

    def __init__(
        self,
        host: ToolHost,
        credentials: Credentials | None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Find what `credentials` hold of the kinds that `host` has loaded."""
        self._host = host
        self._credentials = credentials
        self._clock = clock
        self._kept: OrderedDict[tuple[str, int], _Kept] = OrderedDict()

    async def find(self, name: str, tenant: str) -> FoundTool | None:
        """Return a tool by its whole name; None when no toolkit of the tenant is called so.

        Raises:
            NotFound: The toolkit has no such tool.
            SkepError: The other side cannot be asked.
        """
        parts = toolkit_of(name)
        kept = parts and self._toolkit(parts[0], tenant)
        if not parts or not kept:
            return None
        found = await kept.tool(parts[1])
        if found is None:
            hint = did_you_mean(parts[1], kept.tools)
            raise NotFound(
                sentence(f"The toolkit `{parts[0]}` has no tool `{parts[1]:.80}`{hint}"),
                code="unknown_tool",
            )
        return found

    def names(self, tenant: str) -> list[str]:
        """Return the names of a tenant's toolkits."""
        return sorted(kept.name for kept in self._of(tenant))

    def _toolkit(self, name: str, tenant: str) -> "_Kept | None":
        return next((kept for kept in self._of(tenant) if kept.name == name), None)

    def _of(self, tenant: str) -> list["_Kept"]:
        if self._credentials is None:
            return []
        return [
            self._keep(description, credential)
            for kind, description in self._host.toolkits.items()
            for credential in self._credentials.of(tenant, toolkit_owner(kind))
        ]

    def _keep(self, description: ToolkitDescription, credential: Credential) -> "_Kept":
        key = (credential.key, credential.revision)
        kept = self._kept.get(key)
        if kept is None or kept.description is not description:
            values = self._credentials.open(credential) if self._credentials else {}
            name = str(values.pop(NAME_FIELD, ""))
            kept = _Kept(name, description, values, host=self._host, clock=self._clock)
            self._kept[key] = kept
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return kept


class _Kept:
    """One toolkit, and what it said that it has."""

    def __init__(
        self,
        name: str,
        description: ToolkitDescription,
        values: dict[str, Any],
        *,
        host: ToolHost,
        clock: Callable[[], float],
    ) -> None:
        self.name = name
        self.description = description
        self.tools: Mapping[str, FoundTool] = {}
        self._values = values
        self._host = host
        self._clock = clock
        self._toolkit: Toolkit | None = None
        self._asked_s: float | None = None
        self._asking = asyncio.Lock()

    async def tool(self, name: str) -> FoundTool | None:
        """Return a tool, asking the other side where what is known may be old."""
        limit_s = _FRESH_S if name in self.tools else _AGAIN_S
        if self._age_s() > limit_s:
            async with self._asking:
                if self._age_s() > limit_s:  # nobody else has asked meanwhile
                    await self._ask(is_known=name in self.tools)
        return self.tools.get(name)

    def _age_s(self) -> float:
        return float("inf") if self._asked_s is None else self._clock() - self._asked_s

    async def _ask(self, *, is_known: bool) -> None:
        try:
            async with asyncio.timeout(self.description.list_timeout_s):
                offered = await self._built().list_tools()
        except Exception as error:
            if is_cancelled():
                raise
            known = _known_error(self.name, error, self.description.list_timeout_s)
            if not is_known:
                raise known from error
            # What it had is likely still there; the call itself tells when it is not.
            logger.warning("toolkit is not asked anew", extra={"code": known.exact_code})
        else:
            self.tools = self._described(offered)
        self._asked_s = self._clock()

    def _built(self) -> Toolkit:
        if self._toolkit is None:
            context: PluginContext = self._host.context(self.description)
            self._toolkit = self.description.factory(context, dict(self._values))
        return self._toolkit

    def _described(self, offered: Sequence[ToolkitTool]) -> dict[str, FoundTool]:
        if self._toolkit is None:
            return {}
        found: dict[str, FoundTool] = {}
        for tool in offered[:MAX_TOOLS]:
            parameters = _schema(tool)
            if parameters is None or not tool.name:
                logger.warning("tool of a toolkit left out", extra={"tool": tool.name[:80]})
                continue
            description = ToolDescription(
                name=f"{self.name}{SEPARATOR}{tool.name}",
                title=tool.title or tool.name,
                description=_CONTROL.sub(" ", tool.description)[:_MAX_DESCRIPTION],
                parameters=parameters,
                repeatable=tool.repeatable,
                timeout_s=self.description.call_timeout_s,
                factory=_never,
            )
            found[tool.name] = FoundTool(description, _OneTool(self._toolkit, tool.name))
        return found


class _OneTool:
    """A tool of a toolkit as the toolbox calls it."""

    def __init__(self, toolkit: Toolkit, name: str) -> None:
        self._toolkit = toolkit
        self._name = name

    async def call(self, arguments: Mapping[str, Any], *, idempotency_key: str) -> ToolResult:
        return await self._toolkit.call(self._name, arguments, idempotency_key=idempotency_key)


def _schema(tool: ToolkitTool) -> dict[str, Any] | None:
    """Return a schema of arguments that can be used, None for what is too large or no object."""
    try:
        check_value(tool.parameters, max_bytes=_MAX_SCHEMA_BYTES)
    except (InvalidInput, TooLarge):
        return None
    schema = {"type": "object", **tool.parameters}
    return schema if schema["type"] == "object" else None


def _known_error(name: str, error: Exception, timeout_s: float) -> SkepError:
    if isinstance(error, TimeoutError):
        return ProviderTimedOut(
            f"The toolkit `{name}` did not list its tools within {timeout_s:g} s.",
            code="toolkit_timed_out",
        )
    if isinstance(error, SkepError):
        return error
    logger.error("toolkit failed with a defect", exc_info=error)
    return ProviderFailed(
        f"The toolkit `{name}` cannot be asked for its tools; the server's log says why.",
        code="bad_plugin",
    )


def _never(_context: PluginContext, _values: dict[str, Any]) -> Tool:
    raise NotImplementedError("a tool of a toolkit is built with it")
