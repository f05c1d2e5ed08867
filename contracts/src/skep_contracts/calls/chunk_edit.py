"""The chunks of a document, one by one; answered by ingest.

A change is kept until the document's content is replaced.
"""

from typing import Any, ClassVar

import msgspec

from skep_contracts.envelope import Call, Reply
from skep_contracts.plugins.parsers import ChunkSpec
from skep_contracts.values import FileRef


class ChunkInfo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A chunk as it is stored. `start` and `end` count characters of the document's text."""

    id: str
    seq: int
    text: str
    enabled: bool = True
    keywords: tuple[str, ...] = ()
    is_edited: bool = False
    """Whether somebody wrote or changed it by hand."""
    page: int | None = None
    heading_path: tuple[str, ...] = ()
    start: int | None = None
    end: int | None = None
    metadata: dict[str, Any] = {}
    parent: int | None = None
    """Of a child: the position of the first child of the same passage."""


class ListChunks(Call, frozen=True, kw_only=True, tag="chunk.list.v1"):
    """List the chunks of what is served of a document, in order."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "list_chunks"

    dataset: str
    document_id: str
    limit: int = 50
    cursor: str | None = None
    parent: int | None = None
    """Only the children of this passage."""


class ListChunksReply(Reply, frozen=True, kw_only=True):
    """A page of chunks."""

    items: tuple[ChunkInfo, ...]
    next_cursor: str | None = None


class CreateChunk(Call, frozen=True, kw_only=True, tag="chunk.create.v1"):
    """Add a chunk at the end of a document that is ready."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "create_chunk"

    dataset: str
    document_id: str
    text: str
    keywords: tuple[str, ...] = ()
    parent: int | None = None
    """Makes it another way to find a passage, whose text stays as it is."""


class UpdateChunk(Call, frozen=True, kw_only=True, tag="chunk.update.v1"):
    """Change a chunk; what is None stays as it is. A new text is embedded again."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "update_chunk"

    dataset: str
    document_id: str
    chunk_id: str
    text: str | None = None
    enabled: bool | None = None
    keywords: tuple[str, ...] | None = None


class DeleteChunk(Call, frozen=True, kw_only=True, tag="chunk.delete.v1"):
    """Delete a chunk; no error when it is gone already."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "delete_chunk"

    dataset: str
    document_id: str
    chunk_id: str


class ChunkReply(Reply, frozen=True, kw_only=True):
    """One chunk."""

    chunk: ChunkInfo


class PreviewChunks(Call, frozen=True, kw_only=True, tag="chunk.preview.v1"):
    """Split a file as a dataset would, or would with other settings; nothing is stored."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "preview_chunks"

    dataset: str
    file: FileRef
    chunker: str | None = None
    chunk_spec: ChunkSpec | None = None
    limit: int = 20
    """Chunks to show; all are counted."""


class PreviewChunksReply(Reply, frozen=True, kw_only=True):
    """The first chunks, and what it would cost to index all of them."""

    chunks: tuple[ChunkInfo, ...]
    total: int
    characters: int
    """Of all chunks together, overlaps counted twice."""
    tokens: int
    """An estimate."""
    cost_usd: float | None
    """An estimate in US dollars; None when the price of the embedding model is not known."""
    embedding_model: str
    parents: int | None = None
    """How many passages the chunks make up, where they are children."""
    model_calls: int = 0
    """How often a model would be asked for questions, or to read a picture; what that costs is not
    in `cost_usd`. Of several pictures the first three are read for the preview."""
    note: str | None = None
    """What would be left out of the document."""
