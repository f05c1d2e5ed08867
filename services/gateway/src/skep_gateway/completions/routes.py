"""Routes of OpenAI's API. Their shapes are OpenAI's; bodies are read here, not by the framework."""

from collections.abc import AsyncGenerator
from typing import Annotated, Any, Final

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from skep_contracts.decoding import convert
from skep_contracts.ids import TenantId
from skep_contracts.plugins.models import ModelKind
from skep_contracts.problems import Conflict, Forbidden, NotFound, RateLimited
from skep_gateway.apps.repository import AppRepository
from skep_gateway.completions import answers
from skep_gateway.completions.app_models import PREFIX, AppModels
from skep_gateway.completions.completing import Completing
from skep_gateway.completions.requests import ChatBody, EmbeddingBody, chat_request
from skep_gateway.web.caller import CallerIdentity
from skep_gateway.web.dependencies import Caller, Tenant, provided
from skep_gateway.web.foreign.errors import PREFIX as FOREIGN
from skep_gateway.web.limits import allow, limits, reads_body
from skep_gateway.web.problems import Malformed, problems
from skep_gateway.web.route import api_router
from skep_gateway.web.shapes import JsonResponse, inline_schema
from skep_gateway.web.sse import Closing, EventStream
from skep_inference import CallScope, Inference
from skep_runtime.database import Database

router = api_router(f"{FOREIGN}v1", tag="completions")

Models = Annotated[Inference, provided(Inference)]
Apps = Annotated[AppModels, provided(AppModels)]
Data = Annotated[Database, provided(Database)]
Ending = Annotated[Closing, provided(Closing)]
_MAX_BODY_BYTES: Final = 32 * 1024 * 1024
"""Images come inside of messages."""
_MAX_APPS: Final = 1_000
_MAX_WAIT_S: Final = 5.0
"""A vendor that asks for more is heard by the client, which knows whether it wants to wait."""
_LISTED: Final = {ModelKind.CHAT, ModelKind.EMBEDDING}


def _reads(struct: type) -> dict[str, Any]:
    """Describe the body of a route that reads it itself."""
    return {"requestBody": {"content": {"application/json": {"schema": inline_schema(struct)}}}}


@router.post(
    "/chat/completions",
    responses=problems(Forbidden, NotFound, Conflict, RateLimited),
    openapi_extra=_reads(ChatBody),
)
@allow("models:call")
@limits(max_body_bytes=_MAX_BODY_BYTES, timeout_s=None, idempotency="own")
@reads_body
async def complete(
    *, request: Request, caller: Caller, models: Models, apps: Apps, closing: Ending
) -> Response:
    """Answer a conversation: by a model (`provider/name`, `default`) or an app (`app/name`)."""
    sent = await _json(request)
    body = convert(sent, ChatBody)
    with_usage = body.stream_options is not None and body.stream_options.include_usage
    if body.model.startswith(PREFIX):
        caller.require("runs:write")
        order = await apps.prepare(request, caller, body)
        if not body.stream:
            return JsonResponse(await apps.whole(request, order, body.model))
        stream = apps.stream(order, body.model, with_usage=with_usage)
        return await _events(stream, closing)
    completing = Completing(
        models, chat_request(body, sent), scope=_scope(caller, body.user), choices=body.n or 1
    )
    if not body.stream:
        return JsonResponse(await completing.whole())
    return await _events(completing.stream(with_usage=with_usage), closing)


@router.post(
    "/embeddings",
    responses=problems(Forbidden, NotFound, RateLimited),
    openapi_extra=_reads(EmbeddingBody),
)
@allow("models:call")
@limits(max_body_bytes=_MAX_BODY_BYTES, timeout_s=None, idempotency="own")
@reads_body
async def embed(*, request: Request, caller: Caller, models: Models) -> Response:
    """Embed texts."""
    body = convert(await _json(request), EmbeddingBody)
    texts = [body.input] if isinstance(body.input, str) else body.input
    made = await models.embed(
        body.model,
        texts,
        dimensions=body.dimensions,
        scope=_scope(caller, body.user),
    )
    as_base64 = body.encoding_format == "base64"
    return JsonResponse(answers.embedding_list(made, body.model, as_base64=as_base64))


@router.get("/models", responses=problems(Forbidden))
@allow("models:call")
async def list_models(*, tenant: Tenant, models: Models, database: Data) -> Response:
    """List the models that can be called, and the published apps."""
    return JsonResponse(answers.model_list(await _names(tenant, models, database)))


@router.get("/models/{model:path}", responses=problems(Forbidden, NotFound))
@allow("models:call")
async def show_model(
    *,
    model: Annotated[str, Path(max_length=300)],
    tenant: Tenant,
    models: Models,
    database: Data,
) -> Response:
    """Show one model."""
    for name, owner in await _names(tenant, models, database):
        if name == model:
            return JsonResponse(answers.model_of(name, owner))
    raise NotFound("There is no such model here.", code="unknown_model")


async def _names(tenant: TenantId, models: Inference, database: Database) -> list[tuple[str, str]]:
    available = await models.list_models(tenant)
    names = [
        (model.reference, model.provider)
        for model in available
        if model.is_ready and model.info.kind in _LISTED
    ]
    async with database.reading() as session:
        apps = await AppRepository(session, tenant).published_names(limit=_MAX_APPS)
    return [*names, *((f"{PREFIX}{name}", "skep") for name in apps)]


async def _json(request: Request) -> dict[str, Any]:
    sent = await request.json()
    if not isinstance(sent, dict):
        raise Malformed("The body must be a JSON object.")
    return sent


async def _events(stream: AsyncGenerator[bytes, None], closing: Closing) -> Response:
    """Answer with a stream, once it is known that there will be one."""
    await anext(stream)
    return EventStream(stream, closing=closing)


def _scope(caller: CallerIdentity, user: str | None) -> CallScope:
    return CallScope(
        tenant=caller.tenant,
        key_id=caller.id if caller.kind == "key" else None,
        end_user=user,
        max_wait_s=_MAX_WAIT_S,
    )
