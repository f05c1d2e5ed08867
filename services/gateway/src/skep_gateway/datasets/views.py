"""Shapes of requests about datasets."""

from typing import Annotated, Any, Literal

from pydantic import Field

from skep_contracts.plugins.parsers import ChunkSpec
from skep_contracts.plugins.stores import Filter, SearchMode
from skep_gateway.web.shapes import AsStruct, Line, View

KnownStatus = Literal["queued", "parsing", "indexing", "ready", "failed", "deleting"]


class DatasetRequest(View):
    """Creates a dataset."""

    name: Annotated[Line, Field(min_length=1, max_length=200)]
    description: Annotated[str, Field(max_length=10_000)] = ""
    embedding_model: Annotated[str, Field(max_length=200)] = "default"
    """``provider/name``; the default of this moment is kept."""
    chunker: Annotated[str, Field(max_length=64)] = "general"
    chunk_spec: Annotated[ChunkSpec, AsStruct(ChunkSpec), Field(default_factory=ChunkSpec)]
    store: Annotated[str, Field(max_length=64)] | None = None


class TextDocumentRequest(View):
    """Adds a document: a text, or a file that was uploaded before."""

    name: Annotated[Line, Field(min_length=1, max_length=255)] | None = None
    text: Annotated[str, Field(min_length=1, max_length=3_500_000)] | None = None
    file_id: Annotated[str, Field(max_length=64)] | None = None
    metadata: Annotated[dict[str, Any], Field(default_factory=dict)]


class SearchRequest(View):
    """Finds passages."""

    query: Annotated[str, Field(min_length=1, max_length=10_000)]
    top_k: Annotated[int, Field(ge=1, le=500)] = 5
    mode: SearchMode = SearchMode.HYBRID
    vector_weight: Annotated[float, Field(ge=0, le=1)] = 0.5
    score_threshold: Annotated[float, Field(ge=0, le=1)] | None = None
    rerank_model: Annotated[str, Field(max_length=200)] | None = None
    filter: Annotated[Filter, AsStruct(Filter)] | None = None
