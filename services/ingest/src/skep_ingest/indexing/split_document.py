"""From a stored file to chunks on disk: parse in a process apart, split here."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from skep_contracts.plugins.parsers import Block, ChunkDraft, Chunker, ChunkSpec, PictureSpec
from skep_contracts.problems import InvalidInput, SkepError, TooLarge, Unavailable
from skep_inference import CallScope
from skep_ingest.datasets.create_dataset import ChunkerHost
from skep_ingest.datasets.tables import DatasetRow
from skep_ingest.documents.tables import DocumentRow
from skep_ingest.enriching.answers import Writer
from skep_ingest.enriching.read_picture import picture_type, read_picture
from skep_ingest.indexing.spool import Spool
from skep_ingest.parsing.open_file import FileOpener, StoredFile
from skep_ingest.shaping.shape_chunks import shaped

_MAX_CHUNKS: Final = 2_000_000
_MAX_CHUNK_FACTOR: Final = 4
_MAX_HEADINGS: Final = 16
_MAX_HEADING_CHARS: Final = 300


class DocumentSplitter:
    """Splits documents into chunks, whatever their format."""

    def __init__(self, opener: FileOpener, chunkers: ChunkerHost, *, writer: Writer) -> None:
        """Open files with `opener`; have pictures read by `writer`."""
        self._opener = opener
        self._writer = writer
        self._chunkers = chunkers

    async def split(
        self, dataset: DatasetRow, document: DocumentRow, folder: Path, *, max_bytes: int
    ) -> Spool:
        """Return the document's chunks, kept in `folder`.

        Raises:
            InvalidInput: The document cannot be parsed, or holds no text.
            TooLarge: It is.
            Unavailable: The plugin for it is missing, or the file cannot be fetched now.
        """
        file = StoredFile(
            tenant=document.tenant,
            blob=document.content_hash,
            name=document.name,
            mime_type=document.mime_type,
        )
        spec = msgspec.convert(dataset.chunk_spec, ChunkSpec)
        return await self.split_file(
            file, folder, chunker=dataset.chunker, spec=spec, max_bytes=max_bytes
        )

    async def split_file(
        self, file: StoredFile, folder: Path, *, chunker: str, spec: ChunkSpec, max_bytes: int
    ) -> Spool:
        """Return a file's chunks, kept in `folder`; raises as `split` does."""
        splitting = self._chunker(chunker)
        path = await self._opener.fetch(file, folder, max_bytes=max_bytes)
        spool = Spool(folder / "chunks")

        def write(blocks: Iterator[Block]) -> None:
            spool.write(_checked(shaped(blocks, spec, splitting), spec))

        kind = await asyncio.to_thread(picture_type, path)
        if kind is not None:
            blocks = await self._picture(file, path, kind, spec.pictures)
            await asyncio.to_thread(write, iter(blocks))
        else:
            process = await self._opener.opened(file, path)
            await process.run(write)
        if spool.count == 0:
            raise InvalidInput("The document holds no text.", code="no_text")
        return spool

    async def _picture(
        self, file: StoredFile, path: Path, kind: str, spec: PictureSpec | None
    ) -> list[Block]:
        if spec is None:
            raise InvalidInput(
                "This is a picture. Set `pictures` in the dataset's chunk_spec to have a model "
                "read what is in it.",
                code="pictures_not_read",
            )
        scope = CallScope(tenant=file.tenant)
        return await read_picture(path, kind, spec, writer=self._writer, scope=scope)

    def _chunker(self, name: str) -> Chunker:
        description = self._chunkers.chunkers.get(name)
        if description is None:
            raise Unavailable(
                f"The chunker {name!r} of this dataset is not installed.", code="unknown_chunker"
            )
        return description.factory()


def _checked(drafts: Iterator[ChunkDraft], spec: ChunkSpec) -> Iterator[ChunkDraft]:
    """Bound what a chunker gives.

    Raises:
        TooLarge: There are too many chunks.
        SkepError: What a chunker raises on purpose; anything else is its failure.
    """
    count = 0
    try:
        for draft in drafts:
            count += 1
            if count > _MAX_CHUNKS:
                raise TooLarge(
                    f"The document has more than {_MAX_CHUNKS} chunks.", code="too_many_chunks"
                )
            if len(draft.text) > spec.max_chars * _MAX_CHUNK_FACTOR:
                raise InvalidInput("The chunker gave too long a chunk.", code="chunker_failed")
            yield _short(draft)
    except SkepError:
        raise
    except OSError:
        raise Unavailable("The chunks of a document cannot be written to disk.") from None


def _short(draft: ChunkDraft) -> ChunkDraft:
    path = draft.heading_path
    if len(path) <= _MAX_HEADINGS and all(len(each) <= _MAX_HEADING_CHARS for each in path):
        return draft
    cut = tuple(each[:_MAX_HEADING_CHARS] for each in path[-_MAX_HEADINGS:])
    return msgspec.structs.replace(draft, heading_path=cut)
