"""Search in datasets, answered by ingest."""

from typing import Any, ClassVar, Literal, TypeAlias

import msgspec

from skep_contracts.envelope import Call, Reply
from skep_contracts.plugins.stores import Filter, SearchMode

Fusion: TypeAlias = Literal["weights", "ranks"]


class Rewording(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A model writes the query in other words."""

    count: int = 3
    """At the most."""
    model: str = "default"
    instruction: str = ""


class SearchChunks(Call, frozen=True, kw_only=True, tag="chunk.search.v1"):
    """Find the passages of one or several datasets that answer a query."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "search_chunks"

    query: str
    datasets: tuple[str, ...]
    """Dataset ids or names."""
    granted: tuple[str, ...] = ()
    """Those of `datasets` that the asker may read though they are restricted."""
    top_k: int = 5
    mode: SearchMode = SearchMode.HYBRID
    vector_weight: float = 0.5
    score_threshold: float | None = None
    """In [0, 1], applied to the final score, after reranking."""
    rerank_model: str | None = None
    filter: Filter | None = None
    fusion: Fusion = "weights"
    """How hybrid search joins meaning and words: by their scores, or by reciprocal ranks."""
    other_queries: tuple[str, ...] = ()
    """Other wordings of the query; what each finds is joined by reciprocal ranks."""
    rewording: Rewording | None = None
    """Lets a model write more of them. Where it cannot, the search goes on, with a note."""
    dataset_weights: dict[str, float] = msgspec.field(default_factory=dict)
    """By a name or id of `datasets`: what its scores are multiplied by, in (0, 1]."""
    expand: int = 0
    """So many chunks before and behind a hit are joined to it; hits side by side become one."""
    distinct: bool = False
    """Of passages with the same text, whatever dataset they are in, only the best is given."""


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
    first_seq: int | None = None
    """Of a passage that was expanded: where it begins. `id`, `seq`, `page` are those of its hit."""
    last_seq: int | None = None
    match: str | None = None
    """Of a passage that was found by a child of it: the text of the best one."""


class SearchChunksReply(Reply, frozen=True, kw_only=True):
    """`chunks`: at most `top_k`, best first. `elapsed_s`: inside ingest."""

    chunks: tuple[FoundChunk, ...]
    elapsed_s: float = 0.0
    wordings: tuple[str, ...] = ()
    """What a model wrote, and was searched for too."""
    notes: tuple[str, ...] = ()
    """What did not go as asked, in plain words."""
