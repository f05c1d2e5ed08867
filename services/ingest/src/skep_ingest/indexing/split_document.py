"""From a stored file to chunks on disk: parse in a process apart, split here."""

import asyncio
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from skep_contracts.plugins.parsers import Block, ChunkDraft, Chunker, ChunkSpec
from skep_contracts.problems import InvalidInput, SkepError, TooLarge, Unavailable
from skep_inference import CallScope
from skep_ingest.datasets.create_dataset import ChunkerHost
from skep_ingest.datasets.tables import DatasetRow
from skep_ingest.documents.tables import DocumentRow
from skep_ingest.enriching.answers import Writer
from skep_ingest.enriching.held_blocks import HeldBlocks
from skep_ingest.enriching.read_pictures import PictureReader
from skep_ingest.indexing.spool import Spool
from skep_ingest.parsing.choose_parser import picture_type
from skep_ingest.parsing.endings import on_thread
from skep_ingest.parsing.open_file import FileOpener, StoredFile
from skep_ingest.shaping.left_out import LeftOut
from skep_ingest.shaping.shape_chunks import shaped

_MAX_CHUNKS: Final = 2_000_000
_MAX_CHUNK_FACTOR: Final = 4
_MAX_HEADINGS: Final = 16
_MAX_HEADING_CHARS: Final = 300
_HOW_TO_READ: Final = "Set `pictures` in the dataset's chunk_spec to have a model read it."


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """A document in chunks."""

    spool: Spool
    pictures: int = 0
    """How many a model has to read, when the document is indexed."""
    note: str | None = None
    """What was left out of it."""


class DocumentSplitter:
    """Splits documents into chunks, whatever their format."""

    def __init__(self, opener: FileOpener, chunkers: ChunkerHost, *, writer: Writer) -> None:
        """Open files with `opener`; have pictures read by `writer`."""
        self._opener = opener
        self._writer = writer
        self._chunkers = chunkers

    async def split(
        self, dataset: DatasetRow, document: DocumentRow, folder: Path, *, max_bytes: int
    ) -> Split:
        """Return the document's chunks, kept in `folder`.

        Raises:
            InvalidInput: The document cannot be parsed, or holds no text.
            TooLarge: It is.
            Unavailable: The plugin for it is missing, or the file cannot be fetched now.
            SkepError: The model that reads pictures cannot be asked now.
        """
        file = StoredFile(
            tenant=document.tenant,
            blob=document.content_hash,
            name=document.name,
            mime_type=document.mime_type,
        )
        way = SplitWay(
            chunker=dataset.chunker,
            spec=msgspec.convert(dataset.chunk_spec, ChunkSpec),
            scope=CallScope(tenant=dataset.tenant, dataset_id=dataset.id),
        )
        return await self.split_file(file, folder, way=way, max_bytes=max_bytes)

    async def split_file(
        self, file: StoredFile, folder: Path, *, way: "SplitWay", max_bytes: int
    ) -> Split:
        """Return a file's chunks, kept in `folder`; raises as `split` does."""
        splitting = self._chunker(way.chunker)
        path = await self._opener.fetch(file, folder, max_bytes=max_bytes)
        spool = Spool(folder / "chunks")
        left_out = LeftOut()

        def write(blocks: Iterable[Block]) -> None:
            texts = left_out.passing(blocks)
            spool.write(_checked(shaped(texts, way.spec, splitting), way.spec))

        pictures = 0
        if way.spec.pictures is None:
            process = await self._opener.opened(file, path)
            await process.run(write)
        else:
            blocks, pictures = await self._seen(file, path, folder, way)
            await _apart(write, blocks)
        if spool.count == 0 and pictures <= way.read_pictures:
            raise InvalidInput("The document holds no text.", code="no_text")
        note = None if left_out.note is None else f"{left_out.note} {_HOW_TO_READ}"
        return Split(
            spool=spool, pictures=pictures, note=note if way.spec.pictures is None else None
        )

    async def _seen(
        self, file: StoredFile, path: Path, folder: Path, way: "SplitWay"
    ) -> tuple[Iterable[Block], int]:
        """Return the blocks of a file whose pictures were read, and how many it has."""
        assert way.spec.pictures is not None  # noqa: S101  # looked at by the caller
        reader = PictureReader(spec=way.spec.pictures, writer=self._writer, scope=way.scope)
        if await asyncio.to_thread(_is_picture, path):
            return await reader.read_file(path), 1
        process = await self._opener.opened(file, path, pictures=True)
        parsed = HeldBlocks(folder / "parsed")
        await process.run(parsed.write)
        if parsed.pictures == 0:
            return parsed.read(), 0
        read = HeldBlocks(folder / "read")
        await reader.read_pages(parsed, read, at_most=way.read_pictures)
        return read.read(), parsed.pictures

    def _chunker(self, name: str) -> Chunker:
        description = self._chunkers.chunkers.get(name)
        if description is None:
            raise Unavailable(
                f"The chunker {name!r} of this dataset is not installed.", code="unknown_chunker"
            )
        return description.factory()


class SplitWay(msgspec.Struct, frozen=True, kw_only=True):
    """How a file is split."""

    chunker: str
    spec: ChunkSpec
    scope: CallScope
    """Who pays for what a model reads."""
    read_pictures: int = sys.maxsize
    """How many pictures a model reads, the first ones."""


async def _apart(work: Callable[[Iterable[Block]], None], blocks: Iterable[Block]) -> None:
    """Let `work` take blocks in on a thread of its own: a long document takes minutes.

    When the caller is cancelled, the thread ends with the next block.
    """
    is_stopped = threading.Event()

    def passing() -> Iterator[Block]:
        for block in blocks:
            if is_stopped.is_set():
                return
            yield block

    working = asyncio.wrap_future(on_thread(lambda: work(passing()), name="split"))
    working.add_done_callback(asyncio.Future.exception)  # heard, also when nobody waits any more
    try:
        await asyncio.wait([working])
    finally:
        is_stopped.set()
    working.result()


def _is_picture(path: Path) -> bool:
    with path.open("rb") as file:
        return picture_type(file.read(16)) is not None


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
