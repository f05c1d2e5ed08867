"""Search in datasets, answered by ingest."""

from typing import Any, ClassVar

import msgspec

from skep_contracts.envelope import Call, Reply
from skep_contracts.plugins.stores import Filter, SearchMode


class SearchChunks(Call, frozen=True, kw_only=True, tag="chunk.search.v1"):
    """Find the passages of one or several datasets that answer a query."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "search_chunks"

    query: str
    datasets: tuple[str, ...]
    """Dataset ids or names."""
    top_k: int = 5
    mode: SearchMode = SearchMode.HYBRID
    vector_weight: float = 0.5
    score_threshold: float | None = None
    """In [0, 1], applied to the final score, after reranking."""
    rerank_model: str | None = None
    filter: Filter | None = None


class FoundChunk(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A passage with everything a citation needs."""

    id: str
    dataset_id: str
    dataset_name: str
    document_id: str
    document_name: str
    seq: int
    text: str
    score: float
    page: int | None = None
    heading_path: tuple[str, ...] = ()
    start: int | None = None
    end: int | None = None
    metadata: dict[str, Any] = {}


class SearchChunksReply(Reply, frozen=True, kw_only=True):
    """`chunks`: at most `top_k`, best first. `elapsed_s`: inside ingest."""

    chunks: tuple[FoundChunk, ...]
    elapsed_s: float = 0.0
