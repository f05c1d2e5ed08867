"""Asks the datasets, and numbers what they found."""

from typing import Any, Final

import msgspec

from skep_contracts.calls.chunk import FoundChunk, SearchChunks
from skep_contracts.decoding import convert
from skep_contracts.plugins.nodes import NodeContext, NodeResult
from skep_contracts.plugins.stores import Filter
from skep_node_knowledge_retrieval.settings import RetrievalSettings

MAX_QUERY_CHARS: Final = 8_000
"""No index looks at more, and people do paste whole documents into a chat."""


class RetrievalNode:
    """Gives passages; a query without a word finds none."""

    async def run(self, ctx: NodeContext, settings: RetrievalSettings) -> NodeResult:
        """Search, and return the passages with what a citation needs."""
        query = ctx.text(settings.query).strip()
        logs: tuple[str, ...] = ()
        if len(query) > MAX_QUERY_CHARS:
            logs = (f"The query was cut to {MAX_QUERY_CHARS:,} of {len(query):,} characters.",)
        chunks: tuple[FoundChunk, ...] = ()
        if query:
            chunks = (await ctx.search_chunks(_request(ctx, settings, query))).chunks
        passages: list[Any] = [
            _passage(number, chunk) for number, chunk in enumerate(chunks, start=1)
        ]
        text = "\n\n".join(f"[{passage['number']}] {passage['text']}" for passage in passages)
        return NodeResult(
            outputs={"passages": passages, "text": text, "count": len(passages)}, logs=logs
        )


def _request(ctx: NodeContext, settings: RetrievalSettings, query: str) -> SearchChunks:
    # A text of one dataset may be a reference that turns out to be a list of several.
    names = [ctx.value(dataset) for dataset in settings.datasets]
    flat = [name for item in names for name in (item if isinstance(item, list) else [item])]
    return SearchChunks(
        query=query[:MAX_QUERY_CHARS],
        datasets=tuple(dict.fromkeys(str(name) for name in flat if name)),
        top_k=settings.top_k,
        mode=settings.mode,
        vector_weight=settings.vector_weight,
        score_threshold=settings.score_threshold,
        rerank_model=settings.rerank_model,
        filter=_resolved(ctx, settings.filter),
    )


def _resolved(ctx: NodeContext, condition: Filter | None) -> Filter | None:
    """Put values in place of the references in a filter."""
    if condition is None:
        return None
    plain = ctx.value(msgspec.to_builtins(condition))
    found: Filter = convert(plain, Filter, pointer="/filter")  # type: ignore[arg-type]  # a union
    return found


def _passage(number: int, chunk: FoundChunk) -> dict[str, Any]:
    return {
        "number": number,
        "id": chunk.id,
        "text": chunk.text,
        "score": chunk.score,
        "document": chunk.document_name,
        "document_id": chunk.document_id,
        "dataset": chunk.dataset_name,
        "dataset_id": chunk.dataset_id,
        "page": chunk.page,
        "heading": list(chunk.heading_path),
        "start": chunk.start,
        "end": chunk.end,
        "metadata": chunk.metadata,
    }
