"""What a dataset's row remembers of a move, and how others wait for its end."""

from typing import Final

import msgspec

from skep_contracts.envelope import Command
from skep_contracts.ids import new_ulid
from skep_contracts.plugins.stores import CollectionRef
from skep_contracts.problems import Conflict
from skep_ingest.datasets.tables import DatasetRow
from skep_runtime.bus import Delivery, HandBack
from skep_runtime.database import Database, add_to_outbox

_WAIT_S: Final = 5.0
_DELIVERIES: Final = 3
"""After so many a fresh order takes the place of one, before the bus gives that up."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One generation of a dataset: where its chunks are."""

    store: str
    generation: int
    dimensions: int

    def ref(self, row: DatasetRow) -> CollectionRef:
        """Return what the store knows it by."""
        return CollectionRef(
            tenant=row.tenant,
            dataset_id=row.id,
            dimensions=self.dimensions,
            generation=self.generation,
        )


class Move(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a dataset goes, and how far it is."""

    to: Place
    embedding_model: str
    done: int = 0
    after: tuple[str, int] | None = None
    """Document and position of the last chunk that was copied."""
    tries: int = 0
    error: str | None = None


def move_of(row: DatasetRow) -> Move | None:
    """Return the move a dataset is in, if it is in one."""
    return None if row.move is None else msgspec.convert(row.move, Move)


def place_of(row: DatasetRow) -> Place:
    """Return where a dataset's chunks are."""
    return Place(store=row.store, generation=row.generation, dimensions=row.dimensions)


def refuse_while_moving(row: DatasetRow) -> None:
    """Pass when a dataset's chunks may be changed.

    Raises:
        Conflict: It moves.
    """
    if row.move is not None:
        raise Conflict(
            f"The dataset {row.name!r} is being moved; its chunks can be changed afterwards.",
            code="dataset_moves",
        )


async def put_off(database: Database, delivery: Delivery, order: Command) -> None:
    """Let an order come again later, because its dataset moves.

    Raises:
        HandBack: The delivery comes again; else a fresh order has taken its place.
    """
    if delivery.delivered < _DELIVERIES:
        raise HandBack(_WAIT_S)
    async with database.session() as session:
        mark = f"{order.imperative}.{new_ulid()}"
        add_to_outbox(session, order, tenant=delivery.tenant, message_id=mark)
