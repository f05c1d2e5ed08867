"""The short way to the busiest routes: past everything of the framework that finds and parses."""

from collections.abc import Iterable
from typing import Any, Final, TypeAlias

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from skep_contracts.problems import SkepError
from skep_gateway.web.problems import on_http_exception, on_skep_error
from skep_gateway.web.route import Handler, Route

_Found: TypeAlias = tuple[Handler, Scope]
_TOLD: Final = frozenset({"endpoint", "route"})
"""What the framework's router tells of the route it found, and others ask for."""


class Shortcut:
    """ASGI middleware: calls routes with a fixed address and nothing to parse straight away.

    The framework's router, its exit stacks and its three layers that look for errors cost as much
    as a quarter of a model call. Such a route needs none of them: it checks and answers itself, and
    raises what it refuses with. All other requests go on.
    """

    def __init__(self, app: ASGIApp, *, routes: Iterable[BaseRoute]) -> None:
        """Find out which routes may be called straight away; they are tried in this order."""
        self._app = app
        self._found = _straight(list(routes))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        found = self._found.get((scope.get("method"), scope.get("path")))
        if found is None or scope.get("root_path"):
            await self._app(scope, receive, send)
            return
        handle, told = found
        scope.update(told, path_params={})
        await _answer(handle, scope, receive, send)


async def _answer(handle: Handler, scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope, receive, send)
    has_begun = False

    async def send_on(message: Message) -> None:
        nonlocal has_begun
        has_begun = True
        await send(message)

    try:
        response = await handle(request)
        await response(scope, receive, send_on)
    except (SkepError, HTTPException) as error:
        if has_begun:
            raise RuntimeError("The answer had begun before it was refused.") from error
        refuse = on_skep_error if isinstance(error, SkepError) else on_http_exception
        await (await refuse(request, error))(scope, receive, send)


def _straight(routes: list[BaseRoute]) -> dict[Any, _Found]:
    """Return the routes that may be called straight away, by method and path."""
    found: dict[Any, _Found] = {}
    for route in routes:
        if not isinstance(route, Route) or route.straight is None or "{" in route.path:
            continue
        for method in route.methods or ():
            scope: Scope = {"type": "http", "method": method, "path": route.path, "headers": []}
            # Whoever comes before it in the list and answers to the same address keeps it.
            first = next(each for each in routes if each.matches(scope)[0] is Match.FULL)
            if first is route:
                _, told = route.matches(scope)
                wanted = {key: value for key, value in told.items() if key in _TOLD}
                found[method, route.path] = route.straight, wanted
    return found
