"""One service's own database: SQLite on one machine, PostgreSQL beyond; the same code for both."""

from skep_runtime.database.engine import Database, DatabaseSettings
from skep_runtime.database.outbox import OutboxRelay, add_to_outbox, is_first_delivery
from skep_runtime.database.tables import Json, Table, UtcDateTime, metadata_of

__all__ = [
    "Database",
    "DatabaseSettings",
    "Json",
    "OutboxRelay",
    "Table",
    "UtcDateTime",
    "add_to_outbox",
    "is_first_delivery",
    "metadata_of",
]
