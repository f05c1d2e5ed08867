"""Has a model write a draft, and write it again when it is of no use."""

import contextlib
from collections.abc import Sequence
from typing import Final

from skep_contracts.plugins.models import ChatMessage, ChatRequest, ModelKind, TextDelta
from skep_contracts.problems import ProviderFailed
from skep_gateway.drafts.briefs import repair_text, system_text, user_text
from skep_gateway.drafts.soundness import UnsoundDraftError, sound
from skep_gateway.drafts.views import ModelDraftRequest, ModelDraftView
from skep_inference import CallReport, CallScope, Inference

_TRIES: Final = 2
_MAX_TOKENS: Final = 4_000
_MAX_CHARS: Final = 200_000
_TEMPERATURE: Final = 0.2


class Drafter:
    """One draft: asks, looks at what comes, and asks once more where that helps."""

    def __init__(self, inference: Inference, scope: CallScope, wanted: ModelDraftRequest) -> None:
        """Prepare; nothing is called yet."""
        self._inference = inference
        self._scope = scope
        self._wanted = wanted
        self._reports: list[CallReport] = []

    async def write(self) -> ModelDraftView:
        """Return the draft.

        Raises:
            ProviderFailed: What the model writes is of no use, twice.
            SkepError: The model cannot be called.
        """
        messages = [
            ChatMessage(role="system", content=system_text(self._wanted)),
            ChatMessage(role="user", content=user_text(self._wanted)),
        ]
        fault = ""
        for _ in range(_TRIES):
            text = await self._ask(messages)
            try:
                return self._shown(sound(text, self._wanted))
            except UnsoundDraftError as error:
                fault = str(error)
            messages += [
                ChatMessage(role="assistant", content=text or "…"),
                ChatMessage(role="user", content=repair_text(fault)),
            ]
        raise ProviderFailed(
            f"What {self._wanted.model} wrote cannot be used. {fault} Try another model, or say"
            " more exactly what you want.",
            code="draft_unusable",
        )

    async def _ask(self, messages: Sequence[ChatMessage]) -> str:
        resolved = await self._inference.resolve(
            self._wanted.model, ModelKind.CHAT, tenant=self._scope.tenant
        )
        request = ChatRequest(
            model=resolved.reference,
            messages=tuple(messages),
            temperature=_TEMPERATURE,
            max_tokens=_MAX_TOKENS,
        )
        stream = self._inference.chat(
            resolved.reference, request, scope=self._scope, on_finished=self._reports.append
        )
        pieces: list[str] = []
        length = 0
        async with contextlib.aclosing(stream) as deltas:
            async for delta in deltas:
                if isinstance(delta, TextDelta) and length <= _MAX_CHARS:
                    pieces.append(delta.text)
                    length += len(delta.text)
        return "".join(pieces)

    def _shown(self, text: str) -> ModelDraftView:
        costs = [report.cost_usd for report in self._reports]
        known = [cost for cost in costs if cost is not None]
        last = self._reports[-1]
        return ModelDraftView(
            text=text,
            model=f"{last.provider}/{last.model}",
            input_tokens=sum(report.usage.input_tokens for report in self._reports),
            output_tokens=sum(report.usage.output_tokens for report in self._reports),
            cost_usd=sum(known) if len(known) == len(costs) else None,
        )
