"""Answers `MoveDataset` and `CancelDatasetMove`."""

import msgspec

from skep_contracts.calls.dataset import DatasetReply, DoneReply
from skep_contracts.calls.dataset_edit import (
    CancelDatasetMove,
    MoveDataset,
    ReindexDataset,
    ReindexReply,
)
from skep_contracts.commands.document import FillDataset
from skep_contracts.ids import new_ulid
from skep_contracts.problems import Conflict, InvalidInput
from skep_ingest.datasets.collections import Collections
from skep_ingest.datasets.create_dataset import ChunkerHost, DatasetCreator
from skep_ingest.datasets.repository import DatasetRepository
from skep_ingest.documents.waiting_line import move_up
from skep_ingest.external.source import refuse_external
from skep_ingest.moves.reindex_dataset import reindex_dataset
from skep_ingest.moves.state import Move, Place, move_of, refuse_while_moving
from skep_runtime.bus import Bus, Incoming
from skep_runtime.database import Database, add_to_outbox


class MoveAnswers:
    """The handlers of the calls about moves."""

    def __init__(
        self,
        database: Database,
        creator: DatasetCreator,
        *,
        collections: Collections,
        host: ChunkerHost,
    ) -> None:
        """Settle models as `creator` does for a new dataset."""
        self._database = database
        self._creator = creator
        self._collections = collections
        self._host = host

    def register(self, bus: Bus) -> None:
        """Begin to answer."""
        bus.answer(MoveDataset, self.move)
        bus.answer(CancelDatasetMove, self.cancel)
        bus.answer(ReindexDataset, self.reindex)

    async def move(self, call: MoveDataset, incoming: Incoming) -> DatasetReply:
        """Begin a move.

        Raises:
            NotFound: There is no such dataset.
            InvalidInput: Store or model are unknown, or it is there already.
            Conflict: It moves already.
        """
        tenant = incoming.tenant
        async with self._database.reading() as session:
            row = await DatasetRepository(session, tenant).get(call.dataset)
        refuse_external(row)
        store = row.store if call.store is None else self._collections.choose(call.store)
        model, dimensions = row.embedding_model, row.dimensions
        if call.embedding_model is not None:
            model, dimensions = await self._creator.settle_model(call.embedding_model, tenant)
        if (store, model, dimensions) == (row.store, row.embedding_model, row.dimensions):
            raise InvalidInput("The dataset is there already.", code="nothing_to_move")
        async with self._database.session() as session:
            repository = DatasetRepository(session, tenant)
            row = await repository.get(row.id, is_locked=True)
            refuse_while_moving(row)
            if row.left_behind:
                raise Conflict(
                    "An earlier move is still cleaning up behind itself; try in a minute.",
                    code="dataset_moves",
                )
            to = Place(store=store, generation=row.generation + 1, dimensions=dimensions)
            row.move = msgspec.to_builtins(Move(to=to, embedding_model=model))
            order = FillDataset(dataset_id=row.id, generation=to.generation)
            mark = f"{row.id}.fill.{new_ulid()}"
            add_to_outbox(session, order, tenant=tenant, message_id=mark)
            (info,) = await repository.describe([row])
        return DatasetReply(dataset=info)

    async def cancel(self, call: CancelDatasetMove, incoming: Incoming) -> DoneReply:
        """Stop a move; what was copied is dropped soon after.

        Raises:
            NotFound: There is no such dataset.
        """
        async with self._database.session() as session:
            row = await DatasetRepository(session, incoming.tenant).get(
                call.dataset, is_locked=True
            )
            move = move_of(row)
            if move is None:
                return DoneReply(changed=False)
            row.move = None
            row.left_behind = msgspec.to_builtins(move.to)
            move_up(session, row.tenant)
            await session.flush()
        return DoneReply()

    async def reindex(self, call: ReindexDataset, incoming: Incoming) -> ReindexReply:
        """Queue every document anew."""
        if call.chunk_spec is not None:
            await self._creator.check_models(call.chunk_spec, incoming.tenant)
        count = await reindex_dataset(
            self._database, call, tenant=incoming.tenant, known=sorted(self._host.chunkers)
        )
        return ReindexReply(documents=count)
