"""Routes of OpenAI's API. Their shapes are OpenAI's; bodies are read here, not by the framework."""

from functools import partial
from typing import Annotated, Final

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from skep_contracts.decoding import convert
from skep_contracts.plugins.models import ModelKind
from skep_contracts.problems import BudgetExhausted, Conflict, Forbidden, NotFound, RateLimited
from skep_gateway.apps.repository import AppRepository
from skep_gateway.completions import answers
from skep_gateway.completions.answers import Chunks, Heading
from skep_gateway.completions.app_models import PREFIX, AppModels, completion_of
from skep_gateway.completions.asking import (
    MAX_BODY_BYTES,
    Ending,
    Models,
    count_tokens,
    count_usage,
    events,
    json_object,
    reads,
    scope_of,
    while_waited_for,
)
from skep_gateway.completions.completing import Completing
from skep_gateway.completions.requests import ChatBody, EmbeddingBody, chat_request
from skep_gateway.web.caller import CallerIdentity
from skep_gateway.web.dependencies import Caller, provided
from skep_gateway.web.foreign.errors import PREFIX as FOREIGN
from skep_gateway.web.foreign.errors import foreign_problems
from skep_gateway.web.limits import allow, limits, metered, reads_body
from skep_gateway.web.problems import EVERYWHERE
from skep_gateway.web.route import api_router
from skep_gateway.web.shapes import JsonResponse
from skep_inference import Inference
from skep_runtime.database import Database

router = api_router(f"{FOREIGN}v1", tag="completions")

Apps = Annotated[AppModels, provided(AppModels)]
Data = Annotated[Database, provided(Database)]
_MAX_APPS: Final = 1_000
_UNLISTED: Final = {ModelKind.RERANK}
"""What this API has no address for."""


@router.post(
    "/chat/completions",
    responses=foreign_problems(
        *EVERYWHERE, Forbidden, NotFound, Conflict, RateLimited, BudgetExhausted
    ),
    openapi_extra=reads(ChatBody),
)
@allow("models:call")
@limits(max_body_bytes=MAX_BODY_BYTES, timeout_s=None, idempotency="own")
@reads_body
@metered
async def complete(
    *, request: Request, caller: Caller, models: Models, apps: Apps, closing: Ending
) -> Response:
    """Answer a conversation: by a model (`provider/name`, `default`) or an app (`app/name`)."""
    sent = await json_object(request)
    body = convert(sent, ChatBody)
    caller.check_model(body.model)
    with_usage = body.stream_options is not None and body.stream_options.include_usage
    if body.model.startswith(PREFIX):
        caller.require("runs:write")
        order = await apps.prepare(request, caller, body)
        if not body.stream:
            result = await apps.result(request, order)
            count_tokens(request, result.input_tokens + result.output_tokens)
            return JsonResponse(completion_of(result, body.model))
        chunks = Chunks(Heading.new(body.model), with_usage=with_usage)
        told = partial(count_usage, request)
        return await events(apps.stream(order, chunks, told=told), closing)
    completing = Completing(
        models, chat_request(body, sent), scope=scope_of(caller, body.user), choices=body.n or 1
    )
    async with while_waited_for(request):
        if not body.stream:
            return JsonResponse(await completing.whole())
        return await events(completing.stream(with_usage=with_usage), closing)


@router.post(
    "/embeddings",
    responses=foreign_problems(*EVERYWHERE, Forbidden, NotFound, RateLimited, BudgetExhausted),
    openapi_extra=reads(EmbeddingBody),
)
@allow("models:call")
@limits(max_body_bytes=MAX_BODY_BYTES, timeout_s=None, idempotency="own")
@reads_body
@metered
async def embed(*, request: Request, caller: Caller, models: Models) -> Response:
    """Embed texts."""
    body = convert(await json_object(request), EmbeddingBody)
    caller.check_model(body.model)
    texts = [body.input] if isinstance(body.input, str) else body.input
    async with while_waited_for(request):
        made = await models.embed(
            body.model,
            texts,
            dimensions=body.dimensions,
            scope=scope_of(caller, body.user),
        )
    as_base64 = body.encoding_format == "base64"
    return JsonResponse(answers.embedding_list(made, body.model, as_base64=as_base64))


@router.get("/models", responses=foreign_problems(*EVERYWHERE, Forbidden))
@allow("models:call")
async def list_models(*, caller: Caller, models: Models, database: Data) -> Response:
    """List the models that can be called, and the published apps, that the key may ask."""
    return JsonResponse(answers.model_list(await _names(caller, models, database)))


@router.get("/models/{model:path}", responses=foreign_problems(*EVERYWHERE, Forbidden, NotFound))
@allow("models:call")
async def show_model(
    *,
    model: Annotated[str, Path(max_length=300)],
    caller: Caller,
    models: Models,
    database: Data,
) -> Response:
    """Show one model."""
    for name, owner in await _names(caller, models, database):
        if name == model:
            return JsonResponse(answers.model_of(name, owner))
    raise NotFound("There is no such model here.", code="unknown_model")


async def _names(
    caller: CallerIdentity, models: Inference, database: Database
) -> list[tuple[str, str]]:
    available = await models.list_models(caller.tenant)
    names = [
        (model.reference, model.provider)
        for model in available
        if model.is_ready and model.info.kind not in _UNLISTED
    ]
    async with database.reading() as session:
        apps = await AppRepository(session, caller.tenant).published_names(limit=_MAX_APPS)
    names += ((f"{PREFIX}{name}", "skep") for name in apps)
    limits = caller.limits
    return names if limits is None else [each for each in names if limits.allows(each[0])]
