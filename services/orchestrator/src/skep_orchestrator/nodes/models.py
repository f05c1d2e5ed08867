"""The door to models, as nodes need it."""

from collections.abc import AsyncGenerator, Callable
from typing import Protocol

import msgspec

from skep_contracts.plugins.models import ChatDelta, ChatRequest
from skep_contracts.run_log import ModelCall
from skep_inference import CallReport, CallScope, Inference


class ModelOrigin(msgspec.Struct, frozen=True, kw_only=True):
    """On whose behalf a model is called; goes into the usage ledger."""

    tenant: str
    run_id: str
    app_id: str
    node: str
    key_id: str | None = None
    end_user: str | None = None


class ChatModels(Protocol):
    """Calls chat models. Retries, fallback, limits and the ledger are done behind it."""

    def chat(
        self,
        model: str,
        request: ChatRequest,
        *,
        origin: ModelOrigin,
        record: Callable[[ModelCall], None],
    ) -> AsyncGenerator[ChatDelta, None]:
        """Stream a completion from ``provider/name`` or ``default``.

        `record` is told what it took, also when it fails.
        """
        ...


class InferredModels:
    """`ChatModels` by way of the inference library."""

    def __init__(self, inference: Inference) -> None:
        """Call through `inference`."""
        self._inference = inference

    def chat(
        self,
        model: str,
        request: ChatRequest,
        *,
        origin: ModelOrigin,
        record: Callable[[ModelCall], None],
    ) -> AsyncGenerator[ChatDelta, None]:
        """Stream a completion; see `ChatModels.chat`."""
        scope = CallScope(
            tenant=origin.tenant,
            run_id=origin.run_id,
            app_id=origin.app_id,
            node=origin.node,
            key_id=origin.key_id,
            end_user=origin.end_user,
            idempotency_key=request.idempotency_key,
        )
        return self._inference.chat(
            model, request, scope=scope, on_finished=lambda report: record(model_call(report))
        )


def model_call(report: CallReport) -> ModelCall:
    """Return a call's report as it stands in the run's log."""
    return ModelCall(
        provider=report.provider,
        model=report.model,
        usage=report.usage,
        cost_usd=report.cost_usd,
        elapsed_s=round(report.elapsed_s, 4),
        first_token_s=None if report.first_token_s is None else round(report.first_token_s, 4),
        attempts=report.attempts,
        is_cache_hit=report.is_cache_hit,
    )
