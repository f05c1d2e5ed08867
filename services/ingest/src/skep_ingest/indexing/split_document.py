"""From a stored file to chunks on disk: fetch, parse in a process apart, split."""

import asyncio
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Final

import msgspec

from skep_contracts.ids import BlobKey
from skep_contracts.plugins.parsers import ChunkDraft, Chunker, ChunkSpec
from skep_contracts.problems import InvalidInput, NotFound, SkepError, TooLarge, Unavailable
from skep_ingest.datasets.create_dataset import ChunkerHost
from skep_ingest.datasets.tables import DatasetRow
from skep_ingest.documents.tables import DocumentRow
from skep_ingest.indexing.choose_parser import Parsers
from skep_ingest.indexing.parse_process import ParseProcess, ParsingSettings
from skep_ingest.indexing.spool import Spool
from skep_runtime.bus import Blobs

_MAX_CHUNKS: Final = 2_000_000
_MAX_CHUNK_FACTOR: Final = 4
_MAX_HEADINGS: Final = 16
_MAX_HEADING_CHARS: Final = 300


class DocumentSplitter:
    """Splits documents into chunks, whatever their format."""

    def __init__(
        self, blobs: Blobs, parsers: Parsers, chunkers: ChunkerHost, settings: ParsingSettings
    ) -> None:
        """Read files from `blobs`."""
        self._blobs = blobs
        self._parsers = parsers
        self._chunkers = chunkers
        self._settings = settings

    async def split(
        self, dataset: DatasetRow, document: DocumentRow, folder: Path, *, max_bytes: int
    ) -> Spool:
        """Return the document's chunks, kept in `folder`.

        Raises:
            InvalidInput: The document cannot be parsed, or holds no text.
            TooLarge: It is.
            Unavailable: The plugin for it is missing, or the file cannot be fetched now.
        """
        chunker = self._chunker(dataset.chunker)
        path = folder / f"document{_ending(document.name)}"
        await self._fetch(document, path, max_bytes=max_bytes)
        parser = await asyncio.to_thread(
            self._parsers.choose, path, name=document.name, mime_type=document.mime_type
        )
        process = ParseProcess(
            path,
            name=document.name,
            parser=parser.name,
            sources=await asyncio.to_thread(self._parsers.sources_of, parser),
            settings=self._settings,
        )
        spool = Spool(folder / "chunks")
        spec = msgspec.convert(dataset.chunk_spec, ChunkSpec)
        await self._run(process, spool, chunker, spec)
        if spool.count == 0:
            raise InvalidInput("The document holds no text.", code="no_text")
        return spool

    def _chunker(self, name: str) -> Chunker:
        description = self._chunkers.chunkers.get(name)
        if description is None:
            raise Unavailable(
                f"The chunker {name!r} of this dataset is not installed.", code="unknown_chunker"
            )
        return description.factory()

    async def _fetch(self, document: DocumentRow, path: Path, *, max_bytes: int) -> None:
        size = 0
        try:
            with path.open("wb") as file:
                pieces = self._blobs.open(document.tenant, BlobKey(document.content_hash))
                async for piece in pieces:
                    size += len(piece)
                    if size > max_bytes:
                        raise TooLarge(f"The file is larger than {max_bytes} bytes.")
                    file.write(piece)
        except NotFound:
            raise InvalidInput(
                "The file is not stored any more; add the document again.", code="file_missing"
            ) from None
        if size == 0:
            raise InvalidInput("The file is empty.", code="empty_file")

    async def _run(
        self, process: ParseProcess, spool: Spool, chunker: Chunker, spec: ChunkSpec
    ) -> None:
        def work() -> None:
            spool.write(_checked(chunker.split(process.blocks(), spec), spec))

        working = asyncio.get_running_loop().run_in_executor(None, work)
        try:
            await asyncio.wait([working], timeout=self._settings.max_wall_s)
        finally:
            # Cancelling cannot end a thread; without its process it ends by itself.
            if not working.done():
                process.stop()
                await asyncio.wait([working])
                working.exception()  # heard, also when what is raised is the cancellation
        working.result()


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


def _ending(name: str) -> str:
    """Return the extension, if it is one that a file can have anywhere."""
    suffix = PurePath(name).suffix.lower()
    return suffix if len(suffix) <= 16 and suffix[1:].isascii() and suffix[1:].isalnum() else ""
