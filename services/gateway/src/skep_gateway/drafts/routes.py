"""Routes of drafts and of counting tokens."""

from typing import Annotated, Final

from fastapi import Request

from skep_contracts.plugins.models import ModelKind
from skep_contracts.problems import BudgetExhausted, Forbidden, ProviderFailed, RateLimited
from skep_gateway.completions.asking import scope_of, while_waited_for
from skep_gateway.drafts.views import (
    ModelDraftRequest,
    ModelDraftView,
    TokenCountRequest,
    TokenCountView,
)
from skep_gateway.drafts.write_draft import Drafter
from skep_gateway.web.dependencies import Caller, Tenant, provided
from skep_gateway.web.limits import allow, limits, unaudited
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_inference import Inference, estimated_tokens

router = api_router("/api/v1", tag="drafts")

Models = Annotated[Inference, provided(Inference)]
_MAX_BODY_BYTES: Final = 8 * 1024 * 1024
_TIMEOUT_S: Final = 180.0
_PER_PRICE: Final = 1_000_000


@router.post("/drafts", responses=problems(Forbidden, RateLimited, BudgetExhausted, ProviderFailed))
@allow("models:call")
@limits(timeout_s=_TIMEOUT_S, idempotency="own")
async def write_draft(
    *, body: ModelDraftRequest, request: Request, caller: Caller, models: Models
) -> ModelDraftView:
    """Have a model write a prompt, a JSON Schema or code, or improve what is there."""
    async with while_waited_for(request):
        return await Drafter(models, scope_of(caller, None), body).write()


@router.post("/token-counts", responses=problems(Forbidden))
@allow("models:call")
@limits(max_body_bytes=_MAX_BODY_BYTES)
@unaudited
async def count_tokens(
    *, body: TokenCountRequest, tenant: Tenant, models: Models
) -> TokenCountView:
    """Tell about how many tokens texts have for a model, whether they fit, and what they cost."""
    resolved = await models.resolve(body.model, ModelKind.CHAT, tenant=tenant)
    count = sum(map(estimated_tokens, body.texts))
    context = resolved.info.context_tokens if resolved.info else None
    price = resolved.info.input_price if resolved.info else None
    return TokenCountView(
        model=resolved.reference,
        tokens=count,
        is_estimate=True,
        context_tokens=context,
        fits=None if context is None else count <= context,
        cost_usd=None if price is None else count * price / _PER_PRICE,
    )
