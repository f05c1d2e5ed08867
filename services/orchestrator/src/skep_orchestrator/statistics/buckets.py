"""Spans of time as numbers that SQL can group by, on SQLite and PostgreSQL alike."""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import BigInteger, ColumnElement, Integer, cast, func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from skep_contracts.calls.statistics import Bucket

SECONDS: Final[dict[Bucket, int]] = {"hour": 3600, "day": 86_400}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Buckets:
    """Hours or days, as a clock has them that is `utc_offset` minutes ahead of UTC."""

    def __init__(self, bucket: Bucket, utc_offset: int) -> None:
        """Number the spans from the epoch on."""
        self._size_s = SECONDS[bucket]
        self._offset_s = utc_offset * 60

    def number(
        self, session: AsyncSession, column: InstrumentedAttribute[datetime]
    ) -> ColumnElement[int]:
        """Return the expression that numbers the span an instant is in."""
        if session.get_bind().dialect.name == "postgresql":
            seconds = cast(func.floor(func.extract("epoch", column)), BigInteger)
        else:
            seconds = cast(func.strftime("%s", column), Integer)
        return (seconds + self._offset_s) // self._size_s

    def beginning(self, number: int) -> datetime:
        """Return the instant at which a span begins."""
        return _EPOCH + timedelta(seconds=number * self._size_s - self._offset_s)
