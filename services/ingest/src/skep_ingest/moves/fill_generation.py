"""Carries out `FillDataset`: copies a dataset's chunks to where it moves, and switches."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Final

import msgspec

from skep_contracts.commands.document import FillDataset
from skep_contracts.plugins.stores import StoredChunk
from skep_contracts.problems import BusOutcome, InvalidInput, SkepError
from skep_inference import CallScope
from skep_ingest.datasets.collections import Collection, Collections
from skep_ingest.datasets.repository import DatasetRepository
from skep_ingest.datasets.tables import DatasetRow
from skep_ingest.documents.repository import DocumentRepository
from skep_ingest.documents.waiting_line import move_up
from skep_ingest.indexing.fill_collection import Embedder
from skep_ingest.moves.state import Move, Place, move_of, place_of
from skep_runtime.bus import Delivery, HandBack
from skep_runtime.database import Database
from skep_runtime.logs import log_context

logger = logging.getLogger(__name__)

BATCH: Final = 64
DROP_AFTER_S: Final = 30.0
"""Searches that began before the switch have ended by then."""
_BUSY_S: Final = 1.0
_MOST_TRIES: Final = 12
_BACKOFF_S: Final = (2.0, 10.0, 30.0, 60.0)
_PASSING: Final = (BusOutcome.REDELIVER, BusOutcome.RETRY_THEN_TERMINATE, BusOutcome.DEAD_LETTER)


class MoveCancelledError(Exception):
    """The dataset does not move there any more."""


class GenerationFiller:
    """Moves datasets, one delivery each."""

    def __init__(
        self,
        database: Database,
        *,
        collections: Collections,
        embedder: Embedder,
        drop_after_s: float = DROP_AFTER_S,
    ) -> None:
        """Keep progress in `database`."""
        self._database = database
        self._collections = collections
        self._embedder = embedder
        self._drop_after_s = drop_after_s

    async def handle(self, delivery: Delivery) -> None:
        """Move what a delivery names; safe to repeat, and goes on where another stopped.

        Raises:
            HandBack: It comes again: to try once more, or to drop what was left behind.
        """
        order = delivery.decode(FillDataset)
        with log_context(tenant=delivery.tenant, dataset_id=order.dataset_id):
            row = await self._row(order, delivery.tenant)
            if row is None or row.deleted_at is not None:
                return  # whoever removes the dataset removes this, too
            move = move_of(row)
            if move is not None and move.to.generation == order.generation:
                await self._attempt(row, move)
                raise HandBack(self._drop_after_s)
            if row.left_behind is not None:
                await self._drop(row, msgspec.convert(row.left_behind, Place))

    async def _attempt(self, row: DatasetRow, move: Move) -> None:
        try:
            await self._move(row, move)
        except MoveCancelledError:
            return
        except (HandBack, asyncio.CancelledError):
            raise
        except SkepError as error:
            await self._put_off(row, error)

    async def _move(self, row: DatasetRow, move: Move) -> None:
        async with self._database.reading() as session:
            if await DocumentRepository(session, row.tenant).is_being_indexed(row.id):
                raise HandBack(_BUSY_S)  # what is under way goes on in the old place
        source = await self._collections.of(row)
        target = await self._collections.at(row, move.to)
        await target.store.ensure(target.ref)
        move = await self._copy(row, move, source=source, target=target)
        there, here = await target.store.count(target.ref), await source.store.count(source.ref)
        if there != here:
            logger.warning("move begins again", extra={"there": there, "here": here})
            await self._note(row, msgspec.structs.replace(move, done=0, after=None))
            raise HandBack(_BUSY_S)
        await self._switch(row, move)
        logger.info("dataset moved", extra={"chunks": there, "store": move.to.store})

    async def _copy(
        self, row: DatasetRow, move: Move, *, source: Collection, target: Collection
    ) -> Move:
        async for batch in _batches(source, move.after):
            chunks = await self._embedded(row, move, batch)
            await target.store.upsert(target.ref, chunks)
            last = batch[-1]
            move = msgspec.structs.replace(
                move,
                done=move.done + len(batch),
                after=(last.document_id, last.seq),
                tries=0,
                error=None,
            )
            await self._note(row, move)
        return move

    async def _embedded(
        self, row: DatasetRow, move: Move, batch: list[StoredChunk]
    ) -> list[StoredChunk]:
        if move.embedding_model == row.embedding_model:
            return batch
        scope = CallScope(
            tenant=row.tenant,
            dataset_id=row.id,
            idempotency_key=f"{row.id}.{move.to.generation}.{batch[0].id}",
        )
        texts = [chunk.text for chunk in batch]
        made = await self._embedder.embed(move.embedding_model, texts, scope=scope)
        if made.dimensions != move.to.dimensions:
            raise InvalidInput(
                f"{move.embedding_model} gives vectors of {made.dimensions} dimensions, and not of"
                f" {move.to.dimensions} as when the move began.",
                code="dimensions_changed",
            )
        return [
            msgspec.structs.replace(chunk, vector=vector)
            for chunk, vector in zip(batch, made.vectors, strict=True)
        ]

    async def _note(self, row: DatasetRow, move: Move) -> None:
        """Write down how far a move is.

        Raises:
            MoveCancelledError: It was cancelled, or the dataset deleted.
        """
        async with self._database.session() as session:
            found = await self._held(DatasetRepository(session, row.tenant), row.id, move)
            found.move = msgspec.to_builtins(move)
            await session.flush()

    async def _switch(self, row: DatasetRow, move: Move) -> None:
        async with self._database.session() as session:
            found = await self._held(DatasetRepository(session, row.tenant), row.id, move)
            found.left_behind = msgspec.to_builtins(place_of(found))
            found.store = move.to.store
            found.generation = move.to.generation
            found.dimensions = move.to.dimensions
            found.embedding_model = move.embedding_model
            found.move = None
            move_up(session, row.tenant)
            await session.flush()

    async def _held(self, datasets: DatasetRepository, dataset_id: str, move: Move) -> DatasetRow:
        row = await datasets.find(dataset_id, is_locked=True)
        present = None if row is None else move_of(row)
        if row is None or present is None or present.to != move.to:
            raise MoveCancelledError
        return row

    async def _put_off(self, row: DatasetRow, error: SkepError) -> None:
        """Try again later; a move that cannot go on is given up, and the dataset stays.

        Raises:
            HandBack: It is tried again.
        """
        logger.warning("move does not go on", extra={"code": error.exact_code})
        async with self._database.session() as session:
            found = await DatasetRepository(session, row.tenant).find(row.id, is_locked=True)
            move = None if found is None else move_of(found)
            if found is None or move is None:
                return
            tries = move.tries + 1
            if error.bus_outcome not in _PASSING or tries >= _MOST_TRIES:
                found.move = None
                found.left_behind = msgspec.to_builtins(move.to)
                move_up(session, row.tenant)
            else:
                changed = msgspec.structs.replace(move, tries=tries, error=error.detail)
                found.move = msgspec.to_builtins(changed)
            await session.flush()
            is_over = found.move is None
        if not is_over:
            wait_s = _BACKOFF_S[min(tries, len(_BACKOFF_S)) - 1]
            raise HandBack(error.retry_after_s or wait_s)

    async def _drop(self, row: DatasetRow, place: Place) -> None:
        if place == place_of(row):
            return
        left = await self._collections.at(row, place)
        await left.store.drop(left.ref)
        async with self._database.session() as session:
            found = await DatasetRepository(session, row.tenant).find(row.id, is_locked=True)
            if found is not None and found.left_behind == msgspec.to_builtins(place):
                found.left_behind = None
                await session.flush()

    async def _row(self, order: FillDataset, tenant: str) -> DatasetRow | None:
        async with self._database.reading() as session:
            return await DatasetRepository(session, tenant).get_any(order.dataset_id)


async def _batches(
    source: Collection, after: tuple[str, int] | None
) -> AsyncIterator[list[StoredChunk]]:
    """Yield what is still to be copied, in order. Chunks of one position stay together."""
    batch: list[StoredChunk] = []
    async for chunk in source.store.scan(source.ref):
        place = (chunk.document_id, chunk.seq)
        if after is not None and place <= after:
            continue
        is_full = len(batch) >= BATCH and place != (batch[-1].document_id, batch[-1].seq)
        if is_full:
            yield batch
            batch = []
        batch.append(chunk)
    if batch:
        yield batch
