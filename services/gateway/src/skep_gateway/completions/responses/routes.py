"""The route of the Responses API."""

from typing import Annotated

from starlette.requests import Request
from starlette.responses import Response

from skep_contracts.decoding import convert
from skep_contracts.problems import BudgetExhausted, Conflict, Forbidden, NotFound, RateLimited
from skep_gateway.completions.app_models import PREFIX, AppModels
from skep_gateway.completions.asking import (
    MAX_BODY_BYTES,
    Ending,
    Models,
    events,
    json_object,
    reads,
    scope_of,
    while_waited_for,
)
from skep_gateway.completions.requests import chat_request
from skep_gateway.completions.responses.app_responses import respond_with_app
from skep_gateway.completions.responses.bodies import (
    ResponseBody,
    chat_body,
    passed_on,
    refuse_memory,
)
from skep_gateway.completions.responses.events import ResponseWriter
from skep_gateway.completions.responses.responding import Responding
from skep_gateway.web.dependencies import Caller, provided
from skep_gateway.web.foreign.errors import PREFIX as FOREIGN
from skep_gateway.web.foreign.errors import foreign_problems
from skep_gateway.web.limits import allow, limits, metered, reads_body
from skep_gateway.web.problems import EVERYWHERE
from skep_gateway.web.route import api_router
from skep_gateway.web.shapes import JsonResponse

router = api_router(f"{FOREIGN}v1", tag="completions")
Apps = Annotated[AppModels, provided(AppModels)]


@router.post(
    "/responses",
    responses=foreign_problems(
        *EVERYWHERE, Forbidden, NotFound, Conflict, RateLimited, BudgetExhausted
    ),
    openapi_extra=reads(ResponseBody),
)
@allow("models:call")
@limits(max_body_bytes=MAX_BODY_BYTES, timeout_s=None, idempotency="own")
@reads_body
@metered
async def respond(
    *, request: Request, caller: Caller, models: Models, apps: Apps, closing: Ending
) -> Response:
    """Respond to items: by a model (`provider/name`, `default`) or an app (`app/name`)."""
    sent = await json_object(request)
    refuse_memory(sent)
    body = convert(sent, ResponseBody)
    caller.check_model(body.model)
    if body.model.startswith(PREFIX):
        caller.require("runs:write")
        return await respond_with_app(apps, request, caller, body=body, closing=closing)
    asked = chat_request(chat_body(body), passed_on(body))
    scope = scope_of(caller, body.user or body.safety_identifier)
    responding = Responding(models, asked, scope=scope, writer=ResponseWriter(body))
    async with while_waited_for(request):
        if not body.stream:
            return JsonResponse(await responding.whole())
        return await events(responding.stream(), closing)
