"""What tables are declared with: names for constraints, and types that mean the same everywhere."""

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData, Text
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine

_NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

_Whole: Final = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up INTEGER keys only
_METADATA: Final[dict[str, MetaData]] = {}


class Json(TypeDecorator[Any]):
    """Plain data or msgspec structs; comes back as plain data. JSONB on PostgreSQL."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the type; the module of PostgreSQL's is large and loaded only with it."""
        if dialect.name != "postgresql":
            return dialect.type_descriptor(JSON(none_as_null=True))
        from sqlalchemy.dialects.postgresql import JSONB

        return dialect.type_descriptor(JSONB(none_as_null=True))


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: refuses values without a time zone, gives back UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an instant into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Say that what SQLite gives back is UTC."""
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


def metadata_of(package: str) -> MetaData:
    """Return the tables that a top-level package declares."""
    return _METADATA.setdefault(package, MetaData(naming_convention=_NAMES))


class Table(DeclarativeBase):
    """Base of every table. `int` has 64 bits, `str` any length, `datetime` is a `UtcDateTime`.

    Each top-level package has tables of its own, so two services may use the same table names.
    """

    type_annotation_map = {  # noqa: RUF012  # SQLAlchemy reads it from the class
        datetime: UtcDateTime(),
        dict[str, Any]: Json(),
        int: _Whole,
        str: Text(),
    }

    def __init_subclass__(cls, **options: Any) -> None:
        """Put the table among those of its package."""
        cls.metadata = metadata_of(cls.__module__.partition(".")[0])
        super().__init_subclass__(**options)
