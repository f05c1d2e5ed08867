"""Answers `PreviewChunks`: how a file would be split, and what indexing it would cost."""

import asyncio
from typing import Final

import msgspec

from skep_contracts.calls.chunk_edit import ChunkInfo, PreviewChunks, PreviewChunksReply
from skep_contracts.plugins.models import ModelKind
from skep_contracts.plugins.parsers import ChunkSpec
from skep_contracts.problems import InvalidInput
from skep_inference import CallScope, Inference
from skep_ingest.datasets.create_dataset import ChunkerHost, DatasetCreator, check_chunking
from skep_ingest.datasets.repository import DatasetRepository
from skep_ingest.datasets.tables import DatasetRow
from skep_ingest.indexing.split_document import DocumentSplitter, Split, SplitWay
from skep_ingest.indexing.spool import RunningDigest, Spool
from skep_ingest.parsing.open_file import StoredFile
from skep_ingest.parsing.scratch import Scratch
from skep_ingest.shaping.parts import CutChunk
from skep_runtime.bus import Bus, Incoming
from skep_runtime.database import Database

_MOST: Final = 200
_BATCH: Final = 256
_PICTURES_READ: Final = 3
"""Each costs a call of a model, which indexing then does not pay again."""
_CHARS_A_TOKEN: Final = 4
_WIDE_FROM: Final = "\u2e80"
"""Scripts from here on take about a token a character."""


class ChunkPreview:
    """Splits a file inside the same walls as documents, and stores nothing."""

    def __init__(
        self,
        database: Database,
        *,
        splitter: DocumentSplitter,
        inference: Inference,
        scratch: Scratch,
        host: ChunkerHost,
        creator: DatasetCreator,
        max_file_bytes: int,
    ) -> None:
        """Ask `inference` for prices; `creator` refuses models that cannot be asked."""
        self._database = database
        self._splitter = splitter
        self._inference = inference
        self._scratch = scratch
        self._host = host
        self._creator = creator
        self._max_file_bytes = max_file_bytes

    def register(self, bus: Bus) -> None:
        """Begin to answer."""
        bus.answer(PreviewChunks, self.preview, concurrency=2)

    async def preview(self, call: PreviewChunks, incoming: Incoming) -> PreviewChunksReply:
        """Return the first chunks and the count of all.

        Raises:
            NotFound: There is no such dataset.
            InvalidInput: The file cannot be parsed, or the settings make no sense.
        """
        if not 1 <= call.limit <= _MOST:
            raise InvalidInput(f"A preview shows 1 to {_MOST} chunks.")
        async with self._database.reading() as session:
            dataset = await DatasetRepository(session, incoming.tenant).get(call.dataset)
        chunker = call.chunker or dataset.chunker
        spec = call.chunk_spec or msgspec.convert(dataset.chunk_spec, ChunkSpec)
        check_chunking(chunker, spec, known=sorted(self._host.chunkers))
        await self._creator.check_models(spec, incoming.tenant)
        file = StoredFile(
            tenant=incoming.tenant,
            blob=call.file.blob,
            name=call.file.name,
            mime_type=call.file.mime_type,
        )
        with self._scratch.folder() as folder:
            scope = CallScope(tenant=dataset.tenant, dataset_id=dataset.id)
            way = SplitWay(chunker=chunker, spec=spec, scope=scope, read_pictures=_PICTURES_READ)
            split = await self._splitter.split_file(
                file, folder, way=way, max_bytes=self._max_file_bytes
            )
            counted = await asyncio.to_thread(_count, split.spool, call.limit)
        return await self._answer(dataset, spec, split=split, counted=counted)

    async def _answer(
        self, dataset: DatasetRow, spec: ChunkSpec, *, split: Split, counted: "_Counted"
    ) -> PreviewChunksReply:
        questions = (counted.parents or counted.total) if spec.questions else 0
        tokens = counted.tokens
        model = await self._inference.resolve(
            dataset.embedding_model, ModelKind.EMBEDDING, tenant=dataset.tenant
        )
        price = model.info.input_price if model.info else None
        return PreviewChunksReply(
            chunks=tuple(counted.shown),
            total=counted.total,
            characters=counted.characters,
            tokens=tokens,
            cost_usd=None if price is None else tokens * price / 1_000_000,
            embedding_model=dataset.embedding_model,
            parents=counted.parents or None,
            model_calls=questions + split.pictures,
            note=split.note,
        )


def estimated_tokens(text: str) -> int:
    """Return about how many tokens a text has; there is no telling for a model not asked."""
    wide = sum(character >= _WIDE_FROM for character in text)
    return wide + (len(text) - wide + _CHARS_A_TOKEN - 1) // _CHARS_A_TOKEN


class _Counted:
    """The first chunks, and sums over all."""

    def __init__(self) -> None:
        self.shown: list[ChunkInfo] = []
        self.total = self.characters = self.tokens = self.parents = 0


def _count(spool: Spool, limit: int) -> _Counted:
    counted = _Counted()
    for batch in spool.batches(_BATCH, digest=RunningDigest()):
        for chunk in batch:
            counted.total += 1
            counted.characters += len(chunk.draft.text)
            counted.tokens += estimated_tokens(chunk.draft.text)
            counted.parents += chunk.draft.parent == chunk.seq
            if len(counted.shown) < limit:
                counted.shown.append(_shown(chunk.seq, chunk.draft))
    return counted


def _shown(seq: int, draft: CutChunk) -> ChunkInfo:
    return ChunkInfo(
        id=str(seq),
        seq=seq,
        text=draft.text,
        page=draft.page,
        heading_path=draft.heading_path,
        start=draft.start,
        end=draft.end,
        parent=draft.parent,
    )
