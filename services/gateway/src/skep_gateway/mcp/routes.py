"""Routes of the MCP server. What a message cannot do is told in the protocol's own way."""

from importlib.metadata import version
from typing import Annotated, Any, Final

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from skep_contracts.problems import Conflict, Forbidden, NotFound, SkepError
from skep_gateway.mcp.app_tools import AppTools, refused
from skep_gateway.mcp.messages import (
    ENVELOPE_VERSIONS,
    HANDSHAKE_VERSIONS,
    METHOD_NOT_FOUND,
    VERSION_HEADER,
    Json,
    Rpc,
    RpcError,
    agreed_version,
    check_envelope,
    failure,
    read,
    result,
    rpc_error,
    status_of,
)
from skep_gateway.mcp.telling_progress import CalledApps
from skep_gateway.web.caller import CallerIdentity
from skep_gateway.web.dependencies import Caller, provided
from skep_gateway.web.limits import allow, limits, reads_body
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_gateway.web.shapes import JsonResponse
from skep_gateway.web.sse import Closing, EventStream

router = api_router("/mcp", tag="mcp")

Tools = Annotated[AppTools, provided(AppTools)]
Called = Annotated[CalledApps, provided(CalledApps)]
Ending = Annotated[Closing, provided(Closing)]
App = Annotated[str, Path(max_length=200)]

_TTL_MS: Final = 10_000
_CAPABILITIES: Final = {"tools": {"listChanged": False}}
_INSTRUCTIONS: Final = "Each tool runs an application of this workspace and gives its result."
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"type": "object", "description": "A JSON-RPC message of MCP"}
            }
        },
    }
}
_LONG: Final = limits(timeout_s=None, idempotency="own")


@router.post("", responses=problems(Forbidden), openapi_extra=_BODY)
@allow("runs:write")
@_LONG
@reads_body
async def serve(
    *, request: Request, caller: Caller, tools: Tools, called: Called, closing: Ending
) -> Response:
    """Serve the workspace's published apps as tools, over MCP's streamable HTTP."""
    return await _serve(request, _Serving(request, caller, tools=tools, called=called), closing)


@router.post("/{app}", responses=problems(Forbidden, NotFound, Conflict), openapi_extra=_BODY)
@allow("runs:write")
@_LONG
@reads_body
async def serve_app(
    *, app: App, request: Request, caller: Caller, tools: Tools, called: Called, closing: Ending
) -> Response:
    """Serve one published app, by id or name, as the only tool."""
    await tools.require(caller.tenant, app)
    serving = _Serving(request, caller, tools=tools, called=called, only=app)
    return await _serve(request, serving, closing)


class _Serving:
    """What answers one message."""

    def __init__(
        self,
        request: Request,
        caller: CallerIdentity,
        *,
        tools: AppTools,
        called: CalledApps,
        only: str | None = None,
    ) -> None:
        self.is_envelope = request.headers.get(VERSION_HEADER) in ENVELOPE_VERSIONS
        self._request = request
        self._caller = caller
        self._tools = tools
        self._called = called
        self._only = only

    async def answer(self, message: Rpc, closing: Closing) -> Json | Response:
        """Return what a request is answered with.

        Raises:
            RpcError: It cannot be carried out.
        """
        if self.is_envelope:
            check_envelope(message, self._request.headers)
        match message.method:
            case "initialize":
                return self._hello(agreed_version(message.params.get("protocolVersion")))
            case "server/discover":
                return self._discovered()
            case "ping":
                return {}
            case "tools/list":
                return await self._listed(message)
            case "tools/call":
                return await self._call(message, closing)
            case _:
                raise RpcError(
                    METHOD_NOT_FOUND, f"The method {message.method:.80} is not served here."
                )

    def _hello(self, agreed: str) -> Json:
        return {
            "protocolVersion": agreed,
            "capabilities": _CAPABILITIES,
            "serverInfo": {"name": "skep", "title": "Skep", "version": version("skep-gateway")},
            "instructions": _INSTRUCTIONS,
        }

    def _discovered(self) -> Json:
        return {
            "supportedVersions": [*HANDSHAKE_VERSIONS, *ENVELOPE_VERSIONS],
            "capabilities": _CAPABILITIES,
            "instructions": _INSTRUCTIONS,
            "cacheScope": "private",
            "ttlMs": _TTL_MS,
        }

    async def _listed(self, message: Rpc) -> Json:
        try:
            page = await self._tools.page(
                self._caller.tenant, message.params.get("cursor"), self._only
            )
        except SkepError as error:
            raise rpc_error(error) from error
        return {**page, "cacheScope": "private", "ttlMs": _TTL_MS} if self.is_envelope else page

    async def _call(self, message: Rpc, closing: Closing) -> Json | Response:
        try:
            order = await self._tools.prepare(
                self._request, self._caller, message.params, self._only
            )
            if message.progress_token is None or not _hears_events(self._request):
                return await self._called.whole(self._request, order)
            stream = self._called.stream(message, order, is_envelope=self.is_envelope)
            await anext(stream)
        except SkepError as error:
            return refused(error)
        return EventStream(stream, closing=closing)


async def _serve(request: Request, serving: _Serving, closing: Closing) -> Response:
    message: Rpc | None = None
    try:
        message = read(await request.body())
        if not message.is_request:
            return Response(status_code=202)
        answer = await serving.answer(message, closing)
    except RpcError as error:
        status = status_of(error, is_envelope=serving.is_envelope)
        return JsonResponse(failure(message, error), status_code=status)
    if isinstance(answer, Response):
        return answer
    return JsonResponse(result(message, answer, is_envelope=serving.is_envelope))


def _hears_events(request: Request) -> bool:
    return "text/event-stream" in request.headers.get("accept", "")
