"""A completion that may have been made before."""

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Final

import msgspec

from skep_contracts.events.usage import UsageRecorded
from skep_contracts.plugins.models import (
    CacheChoice,
    ChatDelta,
    ChatRequest,
    ModelKind,
    SimilarChoice,
    StreamEnd,
    Usage,
)
from skep_contracts.problems import SkepError
from skep_inference.caching.alike import AlikeQuestions, Question, question_of
from skep_inference.caching.kept import KeptAnswer, KeptAnswers, answer_key
from skep_inference.calls import batching
from skep_inference.calls.call import Finished, Parts
from skep_inference.ledger import entry_id
from skep_inference.scope import CallReport, CallScope, ResolvedModel

Chat = Callable[[ChatRequest], AsyncGenerator[ChatDelta, None]]
_KIND: Final = ModelKind.CHAT
_DIGITS: Final = 4
_LOG: Final = logging.getLogger(__name__)


class _Found(msgspec.Struct, frozen=True, kw_only=True):
    answer: KeptAnswer
    similarity: float | None = None
    """None when the very same was asked."""


class _Search(msgspec.Struct, frozen=True, kw_only=True):
    """A question that may be answered by what another was answered."""

    question: Question
    vector: bytes


class CachedChat:
    """One request whose answer may be kept.

    Args:
        parts: The machinery.
        kept: Where answers are.
        alike: Where questions are.
        model: What is asked, by its reference.
        scope: Whom the call is for; answers of one tenant are never given to another.
        on_finished: Hears the report of an answer that was kept; a call reports for itself.
    """

    def __init__(
        self,
        parts: Parts,
        kept: KeptAnswers,
        model: str,
        *,
        alike: AlikeQuestions,
        scope: CallScope,
        on_finished: Finished | None,
    ) -> None:
        """Look for nothing yet."""
        self._parts = parts
        self._kept = kept
        self._alike = alike
        self._model = model
        self._scope = scope
        self._on_finished = on_finished

    async def stream(
        self, request: ChatRequest, choice: CacheChoice, call: Chat
    ) -> AsyncGenerator[ChatDelta, None]:
        """Yield the answer that is kept, or else that of `call`, and keep it."""
        model = self._parts.router.resolve(self._model, _KIND, tenant=self._scope.tenant)
        bare = msgspec.structs.replace(request, cache=None)
        try:
            key = answer_key(self._scope.tenant, model.reference, bare)
        except UnicodeEncodeError:
            key = None
        found = search = None
        if key is not None and choice.mode == "use":
            answer = await self._kept.find(key, ttl_s=choice.ttl_s)
            found = None if answer is None else _Found(answer=answer)
        if key is not None and found is None and choice.similar is not None:
            search = await self._search(model, bare, choice.similar)
        if search is not None and choice.mode == "use":
            found = await self._similar(search, choice)
        if found is not None:
            self._record(model)
            for delta in _marked(found):
                yield delta
            return
        deltas: list[ChatDelta] = []
        async with aclosing(call(bare)) as pieces:
            async for delta in pieces:
                deltas.append(delta)
                if isinstance(delta, StreamEnd) and key is not None:
                    # The end is passed on last: who stops at it has an answer that is kept.
                    await self._keep(key, deltas, search)
                yield delta

    async def _keep(self, key: str, deltas: list[ChatDelta], search: _Search | None) -> None:
        if await self._kept.keep(key, deltas) and search is not None:
            asked = search.question.asked(search.vector, key)
            await self._alike.remember(search.question, asked)

    async def _search(
        self, model: ResolvedModel, request: ChatRequest, choice: SimilarChoice
    ) -> _Search | None:
        """Embed the question; None where only the very same counts, or it cannot be embedded.

        Raises:
            InvalidInput: There is no such embedding model.
        """
        scope = self._scope
        embedding = self._parts.router.resolve(
            choice.embedding_model, ModelKind.EMBEDDING, tenant=scope.tenant
        ).reference
        question = question_of(scope.tenant, model.reference, request, embedding=embedding)
        if question is None:
            return None
        own_key = scope.idempotency_key and f"{scope.idempotency_key}.question"
        try:
            made = await batching.embed(
                self._parts,
                embedding,
                [question.text],
                purpose="query",
                dimensions=None,
                scope=msgspec.structs.replace(scope, idempotency_key=own_key),
                on_finished=self._on_finished,
            )
        except SkepError as error:
            _LOG.warning("question not embedded", extra={"code": error.code})
            return None
        return _Search(question=question, vector=made.vectors[0])

    async def _similar(self, search: _Search, choice: CacheChoice) -> _Found | None:
        assert choice.similar is not None  # noqa: S101  # or nothing was embedded
        near = await self._alike.nearest(
            search.question, search.vector, least=choice.similar.least, ttl_s=choice.ttl_s
        )
        if near is None:
            return None
        key, similarity = near
        answer = await self._kept.find(key, ttl_s=choice.ttl_s)
        if answer is None:
            return None
        return _Found(answer=answer, similarity=round(similarity, _DIGITS))

    def _record(self, model: ResolvedModel) -> None:
        """Write down that nobody was called, and report it."""
        scope = self._scope
        entry = UsageRecorded(
            entry_id=entry_id(scope.idempotency_key, 1),
            provider=model.provider,
            model=model.name,
            kind=_KIND.value,
            outcome="succeeded",
            is_cache_hit=True,
            cost_usd=0.0,
            run_id=scope.run_id,
            node=scope.node,
            app_id=scope.app_id,
            key_id=scope.key_id,
            end_user=scope.end_user,
        )
        self._parts.ledger.record(entry, tenant=scope.tenant)
        if self._on_finished is not None:
            self._on_finished(
                CallReport(
                    provider=model.provider,
                    model=model.name,
                    kind=_KIND,
                    outcome="succeeded",
                    usage=Usage(),
                    cost_usd=0.0,
                    attempts=0,
                    elapsed_s=0.0,
                    is_cache_hit=True,
                )
            )


def _marked(found: _Found) -> list[ChatDelta]:
    """Return an answer whose end says that it was kept, and for which question."""
    return [
        msgspec.structs.replace(delta, is_cache_hit=True, similarity=found.similarity)
        if isinstance(delta, StreamEnd)
        else delta
        for delta in found.answer.deltas
    ]
