"""Shapes of requests about datasets."""

from typing import Annotated, Any, Literal

from pydantic import Field

from skep_contracts.plugins.parsers import ChunkSpec
from skep_contracts.plugins.stores import Filter, SearchMode
from skep_gateway.web.shapes import AsStruct, Line, View

KnownStatus = Literal[
    "queued", "parsing", "indexing", "ready", "failed", "paused", "cancelled", "deleting"
]

DatasetName = Annotated[str, Field(min_length=1, max_length=200)]
Wording = Annotated[str, Field(min_length=1, max_length=10_000)]
Weight = Annotated[float, Field(gt=0, le=1)]


class ExternalRequest(View):
    """A knowledge base that is kept elsewhere and speaks Dify's contract."""

    endpoint: Annotated[str, Field(min_length=1, max_length=2_000)]
    """It is asked at ``{endpoint}/retrieval``."""
    knowledge_id: Annotated[str, Field(min_length=1, max_length=500)]
    api_key: Annotated[Line, Field(min_length=1, max_length=4_000)] | None = None
    """Sent as a bearer token; it is sealed, and never shown again."""


Tag = Annotated[Line, Field(min_length=1, max_length=40)]
Tags = Annotated[list[Tag], Field(max_length=20)]


class DatasetRequest(View):
    """Creates a dataset."""

    name: Annotated[Line, Field(min_length=1, max_length=200)]
    description: Annotated[str, Field(max_length=10_000)] = ""
    embedding_model: Annotated[str, Field(max_length=200)] = "default"
    """``provider/name``; the default of this moment is kept."""
    chunker: Annotated[str, Field(max_length=64)] = "general"
    chunk_spec: Annotated[ChunkSpec, AsStruct(ChunkSpec), Field(default_factory=ChunkSpec)]
    store: Annotated[str, Field(max_length=64)] | None = None
    external: ExternalRequest | None = None
    """The contents are there; model, chunker and store do not matter then."""
    tags: Annotated[Tags, Field(default_factory=list)]


class TextDocumentRequest(View):
    """Adds a document: a text, or a file that was uploaded before."""

    name: Annotated[Line, Field(min_length=1, max_length=255)] | None = None
    text: Annotated[str, Field(min_length=1, max_length=3_500_000)] | None = None
    file_id: Annotated[str, Field(max_length=64)] | None = None
    metadata: Annotated[dict[str, Any], Field(default_factory=dict)]


class RewordingRequest(View):
    """A model writes the query in other words."""

    count: Annotated[int, Field(ge=1, le=8)] = 3
    model: Annotated[str, Field(min_length=1, max_length=300)] = "default"
    instruction: Annotated[str, Field(max_length=10_000)] = ""


class SearchRequest(View):
    """Finds passages."""

    query: Annotated[str, Field(min_length=1, max_length=10_000)]
    top_k: Annotated[int, Field(ge=1, le=500)] = 5
    mode: SearchMode = SearchMode.HYBRID
    vector_weight: Annotated[float, Field(ge=0, le=1)] = 0.5
    score_threshold: Annotated[float, Field(ge=0, le=1)] | None = None
    rerank_model: Annotated[str, Field(max_length=200)] | None = None
    filter: Annotated[Filter, AsStruct(Filter)] | None = None
    fusion: Literal["weights", "ranks"] = "weights"
    """How hybrid search joins meaning and words: by their scores, or by reciprocal ranks."""
    other_queries: Annotated[list[Wording], Field(max_length=8, default_factory=list)]
    """Other wordings of the query; what each finds is joined by reciprocal ranks."""
    rewording: RewordingRequest | None = None
    """Lets a model write more of them."""
    more_datasets: Annotated[list[DatasetName], Field(max_length=49, default_factory=list)]
    """Searched beside the dataset in the address."""
    dataset_weights: Annotated[
        dict[DatasetName, Weight], Field(max_length=50, default_factory=dict)
    ]
    """By dataset as it is written in this request: what its scores are multiplied by."""
    expand: Annotated[int, Field(ge=0, le=10)] = 0
    """So many chunks before and behind a hit are joined to it."""
    distinct: bool = False
    """Of passages with the same text only the best is given."""


class DatasetChanges(View):
    """Changes a dataset; what is left out stays as it is."""

    name: Annotated[Line, Field(min_length=1, max_length=200)] | None = None
    description: Annotated[str, Field(max_length=10_000)] | None = None
    tags: Tags | None = None
    """In place of those it has."""


class MoveRequest(View):
    """Moves a dataset; at least one of the two is given."""

    store: Annotated[str, Field(max_length=64)] | None = None
    embedding_model: Annotated[str, Field(max_length=300)] | None = None
    """``provider/name`` or ``default``; every chunk is embedded anew."""


class ReindexRequest(View):
    """Splits every document anew, as before where something is left out."""

    chunker: Annotated[str, Field(max_length=64)] | None = None
    chunk_spec: Annotated[ChunkSpec, AsStruct(ChunkSpec)] | None = None


class DocumentChanges(View):
    """Changes a document; what is left out stays as it is."""

    name: Annotated[Line, Field(min_length=1, max_length=255)] | None = None
    metadata: dict[str, Any] | None = None
    """Fields to set; null removes one."""
    enabled: bool | None = None
    archived: bool | None = None


class PreviewRequest(View):
    """Splits an uploaded file without storing anything."""

    file_id: Annotated[str, Field(max_length=64)]
    chunker: Annotated[str, Field(max_length=64)] | None = None
    chunk_spec: Annotated[ChunkSpec, AsStruct(ChunkSpec)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20


Keyword = Annotated[Line, Field(min_length=1, max_length=100)]
Keywords = Annotated[list[Keyword], Field(max_length=50)]


class ChunkRequest(View):
    """Adds a chunk by hand."""

    text: Annotated[str, Field(min_length=1, max_length=100_000)]
    keywords: Annotated[Keywords, Field(default_factory=list)]
    parent: Annotated[int, Field(ge=0)] | None = None
    """Makes it a child, by which the passage at this position is found too."""


class ChunkChanges(View):
    """Changes a chunk; what is left out stays as it is."""

    text: Annotated[str, Field(min_length=1, max_length=100_000)] | None = None
    enabled: bool | None = None
    keywords: Keywords | None = None
