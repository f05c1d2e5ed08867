"""Facts and orders that commit together with the rows they speak of, and are published then.

The tables belong to the service, which creates them in a migration; the README has the lines.
"""

import asyncio
import contextlib
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec
from sqlalchemy import bindparam, delete, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from skep_contracts import subjects
from skep_contracts.envelope import MAX_MESSAGE_BYTES, Command, Envelope, Event, wrap
from skep_contracts.problems import SkepError, TooLarge
from skep_runtime.database.engine import Database
from skep_runtime.database.tables import Table, UtcDateTime

if TYPE_CHECKING:
    from skep_runtime.bus import Bus

_LOG: Final = logging.getLogger(__name__)
_BATCH: Final = 100
_POLL_S: Final = 30.0
_GATHER_S: Final = 0.02
"""Between two batches, so that a busy service's messages share the cost of one."""
_BACKOFF_S: Final = (0.1, 0.5, 2.0, 10.0, _POLL_S)
_ENVELOPES: Final = msgspec.json.Decoder(Envelope)
_NOTE: Final = text(
    "INSERT INTO seen (message_id, at) VALUES (:message_id, :at)"
    " ON CONFLICT DO NOTHING RETURNING message_id"
).bindparams(bindparam("at", type_=UtcDateTime()))


class OutboxRow(Table):
    """One message that waits to be published."""

    __tablename__ = "outbox"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    subject: Mapped[str]
    envelope: Mapped[bytes]


class SeenRow(Table):
    """One message that was handled; kept for as long as it may come again."""

    __tablename__ = "seen"

    message_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


def add_to_outbox(
    session: AsyncSession,
    payload: Event | Command,
    *,
    tenant: str,
    source: str | None = None,
    message_id: str | None = None,
    correlation: str | None = None,
    causation: str | None = None,
) -> str:
    """Publish `payload` if, and soon after, this transaction commits. Return the message's id.

    Raises:
        TooLarge: It exceeds what a message may hold; pass a reference to a blob instead.
    """
    if isinstance(payload, Event):
        subject = subjects.event(tenant, payload.noun(), payload.noun_id(), payload.past())
    else:
        subject = subjects.command(tenant, payload.owner, payload.imperative)
    envelope = wrap(
        payload,
        tenant=tenant,
        source=source or "",  # the relay knows the service
        message_id=message_id,
        correlation=correlation,
        causation=causation,
    )
    encoded = msgspec.json.encode(envelope)
    if len(encoded) > MAX_MESSAGE_BYTES:
        raise TooLarge(f"{envelope.type} is larger than {MAX_MESSAGE_BYTES} bytes.")
    session.add(OutboxRow(subject=subject, envelope=encoded))
    session.info["outbox"] = True
    return envelope.id


class OutboxRelay:
    """Publishes what transactions left in the outbox, in order, at least once.

    The message id is the envelope's, so the stream drops a repeat after a crash between publishing
    and deleting. Several processes may relay one outbox.
    """

    def __init__(self, database: Database, bus: "Bus") -> None:
        """Relay from `database` to `bus`, once `run`."""
        self._database = database
        self._bus = bus
        self._woken = asyncio.Event()
        self._woken.set()
        database.on_outbox.append(self.wake)

    def wake(self) -> None:
        """Look into the outbox now. Commits through `Database.session` do it by themselves."""
        self._woken.set()

    async def run(self) -> None:
        """Relay until cancelled; waits out what is unavailable."""
        failures = 0
        while True:
            self._woken.clear()
            try:
                sent, kept = await self._relay()
            except SkepError as error:
                _LOG.warning("outbox is not relayed", extra={"code": error.exact_code})
                sent, kept = 0, 1
            if kept:
                delay_s = _BACKOFF_S[min(failures, len(_BACKOFF_S) - 1)]
                failures += 1
                await asyncio.sleep(delay_s)
                continue
            failures = 0
            if sent < _BATCH:
                await asyncio.sleep(_GATHER_S if sent else 0)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_POLL_S):
                        await self._woken.wait()

    async def _relay(self) -> tuple[int, int]:
        """Publish a batch; return how many rows went and how many had to stay."""
        async with self._database.reading() as session:
            query = select(OutboxRow).order_by(OutboxRow.seq).limit(_BATCH)
            rows = (await session.scalars(query)).all()
        published = []
        try:
            for row in rows:
                await self._publish(row)
                published.append((row.seq, row.envelope))
        except SkepError as error:  # what comes after it waits: order is part of the promise
            fields = {"code": error.exact_code, "subject": rows[len(published)].subject}
            _LOG.warning("message in the outbox is not published", extra=fields)
        finally:
            if published:
                # By content too: SQLite gives the number of a row that another relay has deleted
                # to the next row, which is nobody's to delete yet.
                row_as_read = tuple_(OutboxRow.seq, OutboxRow.envelope)
                async with self._database.session() as session:
                    await session.execute(delete(OutboxRow).where(row_as_read.in_(published)))
        return len(published), len(rows) - len(published)

    async def _publish(self, row: OutboxRow) -> None:
        envelope = _ENVELOPES.decode(row.envelope)
        if not envelope.source:
            envelope = msgspec.structs.replace(envelope, source=self._bus.service)
        await self._bus.publish_envelope(row.subject, envelope)


async def is_first_delivery(session: AsyncSession, message_id: str) -> bool:
    """Note in this transaction that a message is handled; tell whether it was not yet."""
    noted = await session.scalar(_NOTE, {"message_id": message_id, "at": datetime.now(UTC)})
    return noted is not None


async def forget_deliveries(session: AsyncSession, *, before: datetime) -> None:
    """Delete notes of messages that cannot come again."""
    await session.execute(delete(SeenRow).where(SeenRow.at < before))
