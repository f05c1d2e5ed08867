"""Asks the datasets, and numbers what they found."""

from typing import Any, Final

import msgspec

from skep_contracts.asking.said import add_usage, usage_to_value
from skep_contracts.calls.chunk import FoundChunk, SearchChunks
from skep_contracts.plugins.nodes import NodeContext, NodeResult
from skep_contracts.plugins.stores import Filter
from skep_contracts.problems import FieldError, InvalidInput
from skep_contracts.values import Value, file_from_value, to_text
from skep_node_knowledge_retrieval.automatic import Written, write_filter
from skep_node_knowledge_retrieval.filtering import both, resolved
from skep_node_knowledge_retrieval.rewording import Reworded, write_wordings
from skep_node_knowledge_retrieval.settings import RetrievalSettings

MAX_QUERY_CHARS: Final = 8_000
"""No index looks at more, and people do paste whole documents into a chat."""
MAX_DATASETS: Final = 50


class RetrievalNode:
    """Gives passages; a query without a word finds none."""

    async def run(self, ctx: NodeContext, settings: RetrievalSettings) -> NodeResult:
        """Search, and return the passages with what a citation needs.

        Raises:
            InvalidInput: There is no dataset to search, or the filter cannot be used.
            NotFound: A dataset is unknown; it is named.
        """
        query, logs = _query(ctx, settings)
        datasets = _datasets(ctx, settings)
        chunks: tuple[FoundChunk, ...] = ()
        written, reworded = Written(), Reworded()
        if query:
            given = resolved(ctx, settings.filter, ignores_null=settings.ignore_null_conditions)
            if settings.automatic_filter is not None:
                written = await write_filter(
                    ctx, settings.automatic_filter, query=query, datasets=datasets
                )
            if settings.other_wordings is not None:
                reworded = await write_wordings(ctx, settings.other_wordings, query=query)
            request = _request(settings, query, datasets, both(given, written.filter))
            request = msgspec.structs.replace(request, other_queries=reworded.wordings)
            chunks = (await ctx.search_chunks(request)).chunks
        passages: list[Any] = [
            _passage(number, chunk) for number, chunk in enumerate(chunks, start=1)
        ]
        text = "\n\n".join(f"[{passage['number']}] {passage['text']}" for passage in passages)
        found: dict[str, Value] = {"passages": passages, "text": text, "count": len(passages)}
        if settings.automatic_filter is not None:
            found["filter"] = msgspec.json.decode(msgspec.json.encode(written.filter))
        if settings.other_wordings is not None:
            found["wordings"] = list(reworded.wordings)
        if settings.automatic_filter is not None or settings.other_wordings is not None:
            found["usage"] = usage_to_value(add_usage(written.usage, reworded.usage))
        return NodeResult(outputs=found, logs=(*logs, *written.logs, *reworded.logs))


def _query(ctx: NodeContext, settings: RetrievalSettings) -> tuple[str, list[str]]:
    """Return what to look for; files are left out, for datasets are searched by words."""
    logs = []
    value = ctx.value(settings.query)
    items = value if isinstance(value, list) else [value]
    texts = [to_text(item) for item in items if file_from_value(item) is None]
    if len(texts) < len(items):
        logs.append("Images and other files cannot be searched for; they were left out.")
    query = "\n".join(texts).strip()
    if len(query) > MAX_QUERY_CHARS:
        logs.append(f"The query was cut to {MAX_QUERY_CHARS:,} of {len(query):,} characters.")
    return query[:MAX_QUERY_CHARS], logs


def _datasets(ctx: NodeContext, settings: RetrievalSettings) -> tuple[str, ...]:
    """Return ids or names; a text of one dataset may be a reference to a list of several."""
    names = [ctx.value(dataset) for dataset in settings.datasets]
    flat = [name for item in names for name in (item if isinstance(item, list) else [item])]
    found = tuple(dict.fromkeys(to_text(name).strip() for name in flat if name))
    found = tuple(name for name in found if name)
    if not 1 <= len(found) <= MAX_DATASETS:
        message = f"1 to {MAX_DATASETS} are searched; with these values there are {len(found):,}"
        raise InvalidInput(
            f"The datasets cannot be searched: {message}.",
            errors=[FieldError(pointer="/datasets", message=message)],
            code="no_datasets" if not found else "too_many_datasets",
        )
    return found


def _request(
    settings: RetrievalSettings, query: str, datasets: tuple[str, ...], condition: Filter | None
) -> SearchChunks:
    return SearchChunks(
        query=query,
        datasets=datasets,
        top_k=settings.top_k,
        mode=settings.mode,
        vector_weight=settings.vector_weight,
        score_threshold=settings.score_threshold,
        rerank_model=settings.rerank_model,
        filter=condition,
        fusion=settings.fusion,
        dataset_weights={
            name: weight for name, weight in settings.dataset_weights.items() if name in datasets
        },
        expand=settings.expand,
        distinct=settings.distinct,
    )


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
