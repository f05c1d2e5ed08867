"""The one class of route: authenticates first, then bounds, then answers in one transaction."""

import asyncio
import inspect
from collections.abc import Callable, Coroutine
from typing import Any, Final, cast

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from skep_contracts.problems import Unavailable
from skep_gateway.audit.record import Recorder
from skep_gateway.idempotency.replay import IdempotentWrites
from skep_gateway.identity.authenticator import Authenticator
from skep_gateway.key_limits.meter import KeyMeter
from skep_gateway.web.body import StrictRequest, set_body_limit
from skep_gateway.web.dependencies import resource
from skep_gateway.web.limits import Rules, WebSettings, rules_of
from skep_gateway.web.problems import NotAcceptable, TimedOut
from skep_gateway.web.sse import Closing
from skep_gateway.web.unit_of_work import UnitOfWork
from skep_runtime.database import Database
from skep_runtime.logs import log_context

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
Provider = Callable[[Request], Coroutine[Any, Any, Any]]
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def api_router(path: str, *, tag: str) -> APIRouter:
    """Return a feature's router; `path` is the whole prefix, such as ``/api/v1/apps``."""
    return APIRouter(
        prefix=path,
        tags=[tag],
        route_class=Route,
        generate_unique_id_function=lambda route: f"{route.tags[0]}_{route.name}",
    )


class Route(APIRoute):
    """Every route of the gateway. Its rules come from the decorators of `web.limits`."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """Refuse a route that does not say who may call it."""
        self.rules: Rules = rules_of(endpoint, set(options.get("methods") or {"GET"}), path)
        self.straight: Handler | None = None
        """All that the route does, where nothing of the framework is needed for it."""
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Handler:
        """Wrap the framework's handler."""
        rules = self.rules
        direct = _without_parsing(self) if rules.any_content_type else None
        handle = direct or super().get_route_handler()
        if not rules.is_public and rules.is_audited and rules.idempotency == "stored":
            handle = Recorder(f"{self.tags[0]}.{self.name}", handle).answer
        reads_json = self.body_field is not None and not rules.any_content_type

        async def answer(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            set_body_limit(request.scope, rules.max_body_bytes)
            timeout_s = rules.timeout_s
            if timeout_s is not None and timeout_s < 0:
                timeout_s = resource(request, WebSettings).request_timeout_s
            closing = resource(request, Closing)
            deadline = asyncio.timeout(timeout_s)
            try:
                async with deadline:
                    closing.watch(deadline)
                    return await _admitted(strict, rules, handle, reads_json=reads_json)
            except TimeoutError:
                if not deadline.expired():
                    raise
                raise _given_up(closing, timeout_s) from None
            finally:
                closing.forget(deadline)

        if direct is not None:
            self.straight = answer
        return answer


def _without_parsing(route: APIRoute) -> Handler | None:
    """Return a handler of a route that needs what is at hand, and nothing that is to be parsed.

    The framework's way to that costs as much as the rest of the framework. None for other routes.
    """
    needs, endpoint = route.dependant, route.endpoint
    parts = (needs, *needs.dependencies)
    is_plain = not any(map(_parses, parts)) and not any(each.dependencies for each in parts[1:])
    if not is_plain or inspect.signature(endpoint).return_annotation is not Response:
        return None
    asked = [(str(each.name), cast("Provider", each.call)) for each in needs.dependencies]

    async def handle(request: Request) -> Response:
        values = {name: await provide(request) for name, provide in asked}
        if needs.request_param_name is not None:
            values[needs.request_param_name] = request
        answer: Response = await endpoint(**values)
        return answer

    return handle


def _parses(part: Dependant) -> bool:
    return bool(
        part.path_params
        or part.query_params
        or part.header_params
        or part.cookie_params
        or part.body_params
        or part.response_param_name
        or part.background_tasks_param_name
        or part.security_scopes_param_name
    )


def _given_up(closing: Closing, timeout_s: float | None) -> Unavailable:
    if closing.is_set():
        return Unavailable(
            "The gateway is stopping. Send the request again; an Idempotency-Key makes that safe.",
            code="shutting_down",
            retry_after_s=1,
        )
    return TimedOut(f"The request took longer than {timeout_s:g} s.", retry_after_s=1)


async def _admitted(
    request: StrictRequest, rules: Rules, handle: Handler, *, reads_json: bool
) -> Response:
    if rules.is_public:
        return await _in_transaction(request, rules, handle, reads_json=reads_json)
    caller = await resource(request, Authenticator).authenticate(request)
    if rules.scope is not None:
        caller.require(rules.scope)
    request.scope["skep.caller"] = caller
    if caller.limits is not None and rules.is_metered:
        await resource(request, KeyMeter).admit(caller, request.scope)
    with log_context(tenant=caller.tenant):
        return await _in_transaction(request, rules, handle, reads_json=reads_json)


async def _in_transaction(
    request: StrictRequest, rules: Rules, handle: Handler, *, reads_json: bool
) -> Response:
    if reads_json:
        _require_json(request)
    writes = request.method not in _SAFE
    async with UnitOfWork(resource(request, Database), writes=writes) as work:
        request.scope["skep.work"] = work
        if writes and rules.idempotency == "stored" and "idempotency-key" in request.headers:
            replay = resource(request, IdempotentWrites)
            return await replay.answer(request, work, handle)
        return await handle(request)


def _require_json(request: Request) -> None:
    """Refuse a body that does not say it is JSON: what it is must not be guessed."""
    has_body = request.headers.get("content-length", "0") != "0" or (
        "transfer-encoding" in request.headers
    )
    if not has_body:
        return
    kinds = request.headers.getlist("content-type")
    kind = kinds[0].partition(";")[0].strip().lower() if len(kinds) == 1 else ""
    if kind != "application/json" and not (
        kind.startswith("application/") and kind.endswith("+json")
    ):
        raise NotAcceptable("Send the body as JSON, with Content-Type: application/json.")
