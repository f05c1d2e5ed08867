"""Embeddings in batches, and rerank: calls that are answered as a whole."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Literal, TypeVar

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
from skep_contracts.problems import ProviderFailed, ProviderTimedOut, SkepError, TooLarge
from skep_inference.calls.call import Attempt, Call, Finished, Parts
from skep_inference.calls.estimating import text_usage
from skep_inference.money.expected import texts_at_most
from skep_inference.routing.pool import plugin_failed
from skep_inference.scope import CallScope, ResolvedModel

_LOG: Final = logging.getLogger(__name__)
_DEFAULT_BATCH: Final = 64
_FLOAT_BYTES: Final = 4
A = TypeVar("A", Embeddings, RerankScores)


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
            return await _whole(call, perform, texts)
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
        expected=_expected(parts, scope, (query, *passages)),
        scope=scope,
        on_finished=on_finished,
    )

    async def perform(provider: Provider) -> RerankScores:
        made = await provider.rerank(request)
        if len(made.scores) != len(passages):
            raise ProviderFailed(
                f"The provider gave {len(made.scores)} scores for {len(passages)} passages.",
                code="malformed_answer",
            )
        return made

    return await _whole(call, perform, (query, *passages))


def _expected(parts: Parts, scope: CallScope, texts: Sequence[str]) -> Usage:
    return texts_at_most(texts) if parts.guard.applies(scope) else Usage()


async def _whole(
    call: Call, perform: Callable[[Provider], Awaitable[A]], texts: Sequence[str]
) -> A:
    """Make a call that is answered as a whole, with retries."""
    try:
        async with asyncio.timeout_at(call.until):
            made = await _with_retries(call, perform, texts)
    except TimeoutError:
        error = ProviderTimedOut("The model did not answer in time.")
        call.finish("failed", error)
        raise error from None
    except SkepError as error:
        call.finish("failed", error)
        raise
    except BaseException:
        call.finish("cancelled")
        raise
    call.finish("succeeded")
    return made


async def _with_retries(
    call: Call, perform: Callable[[Provider], Awaitable[A]], texts: Sequence[str]
) -> A:
    while True:
        attempt = await call.begin()
        try:
            return await _once(call, attempt, perform, texts)
        except SkepError as error:
            delay_s = call.delay_s(error)
            if delay_s is None:
                raise
        await asyncio.sleep(delay_s)


async def _once(
    call: Call,
    attempt: Attempt,
    perform: Callable[[Provider], Awaitable[A]],
    texts: Sequence[str],
) -> A:
    """Make one attempt; whatever way it ends, that is recorded."""
    try:
        async with call.parts.pool.lease(attempt.route, until=call.until) as provider:
            made = await perform(provider)
    except SkepError as error:
        is_paid = isinstance(error, ProviderTimedOut)
        attempt.end("failed", text_usage(texts) if is_paid else Usage())
        raise
    except Exception as error:
        name = attempt.route.description.name
        _LOG.exception("provider failed", extra={"provider": name})
        attempt.end("failed", Usage())
        raise plugin_failed(name) from error
    except BaseException:
        attempt.end("cancelled", text_usage(texts))
        raise
    attempt.end("succeeded", made.usage)
    return made


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
