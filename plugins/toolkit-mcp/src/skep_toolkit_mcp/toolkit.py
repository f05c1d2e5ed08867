"""A server's tools, over whichever transport it speaks."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from skep_contracts.plugins.manifest import PluginContext
from skep_contracts.plugins.toolkits import ToolkitTool
from skep_contracts.plugins.tools import ToolResult
from skep_contracts.problems import FieldError, InvalidInput, ProviderFailed
from skep_toolkit_mcp.access import Access
from skep_toolkit_mcp.connection import HttpConnection, WrongTransportError
from skep_toolkit_mcp.older_sse import SseConnection
from skep_toolkit_mcp.results import result_of, tools_of

_MAX_PAGES: Final = 20
_KEY: Final = "skep/idempotencyKey"


class McpToolkit:
    """One server. Its address goes through the guarded client, like every other."""

    def __init__(self, context: PluginContext, settings: Mapping[str, Any]) -> None:
        """Read the settings; nothing is asked yet.

        Raises:
            InvalidInput: The address is none, or a header cannot be sent.
        """
        url = _checked(str(settings.get("url") or ""))
        access = Access(context, settings)
        connections: dict[str, HttpConnection | SseConnection] = {
            "http": HttpConnection(context.http, url, access),
            "sse": SseConnection(context.http, url, access),
        }
        wanted = str(settings.get("transport") or "auto")
        self._tried = [connections[wanted]] if wanted in connections else [*connections.values()]

    async def list_tools(self) -> Sequence[ToolkitTool]:
        """Return the server's tools, page by page.

        Raises:
            SkepError: It cannot be asked, or answers with something else.
        """
        tools: list[ToolkitTool] = []
        cursor: str | None = None
        for _ in range(_MAX_PAGES):
            params = {} if cursor is None else {"cursor": cursor}
            found, cursor = tools_of(await self._request("tools/list", params))
            tools += found
            if cursor is None:
                break
        return tools

    async def call(
        self, name: str, arguments: Mapping[str, Any], *, idempotency_key: str
    ) -> ToolResult:
        """Call a tool. The key is in the request's ``_meta``, for servers that know it.

        Raises:
            SkepError: The server cannot be asked, or refuses the call.
        """
        params = {"name": name, "arguments": dict(arguments), "_meta": {_KEY: idempotency_key}}
        return result_of(await self._request("tools/call", params))

    async def _request(self, method: str, params: Mapping[str, Any]) -> Any:
        for connection in self._tried:
            try:
                result = await connection.request(method, params)
            except WrongTransportError:
                continue
            self._tried = [connection]
            return result
        raise ProviderFailed(
            "No MCP server answers at this address. It is the address of the server's endpoint,"
            " which often ends in /mcp or /sse.",
            code="no_mcp_server",
        )


def _checked(url: str) -> str:
    url = url.strip()
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_good = False
    if not is_good:
        raise InvalidInput(
            "The address must look like https://host/mcp.",
            errors=[FieldError(pointer="/url", message="not an http or https URL")],
        )
    return url
