"""Embeddings in batches, and rerank: calls that are answered as a whole."""

import asyncio
from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from skep_contracts.plugins.models import (
    Embeddings,
    EmbedRequest,
    ModelInfo,
    ModelKind,
    Provider,
    RerankRequest,
    RerankScores,
    Usage,
)
from skep_contracts.problems import ProviderFailed, TooLarge
from skep_inference.calls.call import Call, Finished, Parts
from skep_inference.calls.estimating import text_usage
from skep_inference.calls.whole import whole
from skep_inference.money.expected import searches_at_most, texts_at_most
from skep_inference.scope import CallScope, ResolvedModel

_DEFAULT_BATCH: Final = 64
_FLOAT_BYTES: Final = 4


class _Work(msgspec.Struct, frozen=True):
    """One embedding call, to be done in batches."""

    parts: Parts
    model: ResolvedModel
    purpose: Literal["document", "query"]
    dimensions: int | None
    scope: CallScope
    on_finished: Finished | None
    limit: asyncio.Semaphore


async def embed(
    parts: Parts,
    model: str,
    texts: Sequence[str],
    *,
    purpose: Literal["document", "query"],
    dimensions: int | None,
    scope: CallScope,
    on_finished: Finished | None,
) -> Embeddings:
    """Embed texts in batches of the size the model takes; see `Inference.embed`."""
    resolved = parts.router.resolve(model, ModelKind.EMBEDDING, tenant=scope.tenant)
    info = resolved.info or ModelInfo(
        name=resolved.name, kind=ModelKind.EMBEDDING, max_batch=_DEFAULT_BATCH
    )
    if not texts:
        size = dimensions or info.dimensions or 0
        return Embeddings(vectors=(), dimensions=size, usage=Usage(), model=resolved.name)
    limit = asyncio.Semaphore(parts.settings.embed_concurrency)
    work = _Work(parts, resolved, purpose, dimensions, scope, on_finished, limit)
    starts = range(0, len(texts), info.max_batch)
    try:
        async with asyncio.TaskGroup() as tasks:
            running = [
                tasks.create_task(
                    _embed_batch(work, tuple(texts[start : start + info.max_batch]), start)
                )
                for start in starts
            ]
    except BaseExceptionGroup as group:
        raise _first(group) from None
    return _joined([task.result() for task in running], resolved.name)


async def _embed_batch(work: _Work, texts: tuple[str, ...], start: int) -> Embeddings:
    """Embed one batch; one that the provider finds too large is done in halves."""
    request = EmbedRequest(
        model=work.model.name, texts=texts, purpose=work.purpose, dimensions=work.dimensions
    )
    call = Call(
        work.parts,
        work.model,
        ModelKind.EMBEDDING,
        expected=_expected(work.parts, work.scope, texts),
        scope=work.scope,
        on_finished=work.on_finished,
        part=start,
    )

    async def perform(provider: Provider) -> Embeddings:
        made = await provider.embed(request)
        _check_vectors(made, len(texts))
        return made

    try:
        async with work.limit:
            return await whole(call, perform, spent=lambda: text_usage(texts))
    except TooLarge:
        if len(texts) == 1:
            raise
    middle = len(texts) // 2
    halves = [
        await _embed_batch(work, texts[:middle], start),
        await _embed_batch(work, texts[middle:], start + middle),
    ]
    return _joined(halves, work.model.name)


async def rerank(
    parts: Parts,
    model: str,
    query: str,
    passages: Sequence[str],
    *,
    scope: CallScope,
    on_finished: Finished | None,
) -> RerankScores:
    """Score passages in one request; see `Inference.rerank`."""
    resolved = parts.router.resolve(model, ModelKind.RERANK, tenant=scope.tenant)
    if not passages:
        return RerankScores(scores=(), usage=Usage(), model=resolved.name)
    request = RerankRequest(model=resolved.name, query=query, passages=tuple(passages))
    call = Call(
        parts,
        resolved,
        ModelKind.RERANK,
        expected=_expected_of_rerank(parts, scope, query, passages),
        scope=scope,
        on_finished=on_finished,
    )
    is_by_search = resolved.info is not None and resolved.info.search_price is not None

    async def perform(provider: Provider) -> RerankScores:
        made = await provider.rerank(msgspec.structs.replace(request, model=call.model.name))
        if len(made.scores) != len(passages):
            raise ProviderFailed(
                f"The provider gave {len(made.scores)} scores for {len(passages)} passages.",
                code="malformed_answer",
            )
        if is_by_search and not made.usage.searches:
            return msgspec.structs.replace(made, usage=counted(made.usage))
        return made

    def counted(usage: Usage) -> Usage:
        if not is_by_search:
            return usage
        most = searches_at_most(query, passages)
        return msgspec.structs.replace(usage, searches=most, estimated=True)

    return await whole(call, perform, spent=lambda: counted(text_usage((query, *passages))))


def _expected_of_rerank(
    parts: Parts, scope: CallScope, query: str, passages: Sequence[str]
) -> Usage:
    expected = _expected(parts, scope, (query, *passages))
    if expected == Usage():
        return expected
    return msgspec.structs.replace(expected, searches=searches_at_most(query, passages))


def _expected(parts: Parts, scope: CallScope, texts: Sequence[str]) -> Usage:
    return texts_at_most(texts) if parts.guard.counts_tokens(scope) else Usage()


def _check_vectors(made: Embeddings, count: int) -> None:
    size = made.dimensions * _FLOAT_BYTES
    if len(made.vectors) != count or any(len(vector) != size for vector in made.vectors):
        raise ProviderFailed(
            f"The provider gave {len(made.vectors)} vectors of {made.dimensions} dimensions for"
            f" {count} texts, or vectors of other lengths.",
            code="malformed_answer",
        )


def _joined(made: Sequence[Embeddings], model: str) -> Embeddings:
    """Put batches together, in order."""
    sizes = {each.dimensions for each in made}
    if len(sizes) != 1:
        raise ProviderFailed(
            "The provider gave vectors of different lengths.", code="malformed_answer"
        )
    usages = [each.usage for each in made]
    usage = Usage(
        input_tokens=sum(u.input_tokens for u in usages),
        output_tokens=sum(u.output_tokens for u in usages),
        estimated=any(u.estimated for u in usages),
    )
    vectors = tuple(vector for each in made for vector in each.vectors)
    return Embeddings(
        vectors=vectors, dimensions=sizes.pop(), usage=usage, model=made[0].model or model
    )


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the error that made the others be cancelled."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
