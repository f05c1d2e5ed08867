"""Whose documents are ordered next: every tenant has a few orders on the bus, the rest waits here.

The bus hands orders out first come, first served. So that one tenant's thousands are not before
another's one, a document waits in the table until its tenant has fewer than `MOST_ORDERED` under
way. It is ordered by the transaction that makes room, with what was added by hand before what is
only done anew. No counter can go wrong: each of these transactions counts what is there.
"""

from functools import partial
from typing import Final

from sqlalchemy import (
    ColumnElement,
    TextClause,
    Update,
    bindparam,
    case,
    event,
    func,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.commands.document import IndexDocument
from skep_ingest.datasets.tables import DatasetRow
from skep_ingest.documents.tables import IS_UNDER_WAY, IS_WAITING, DocumentRow
from skep_runtime.database import add_to_outbox

MOST_ORDERED: Final = 16
"""Of a tenant at once: enough for four workers with four documents each."""
_documents: Final = DocumentRow.metadata.tables["documents"]
_datasets: Final = DatasetRow.metadata.tables["datasets"]
_TENANTS: Final = "tenants_in_line"
_ALONE: Final = text("SELECT pg_advisory_xact_lock(hashtextextended(:line, 0))")


def move_up(session: AsyncSession, tenant: str) -> None:
    """Just before this transaction commits, order what may be ordered of a tenant then.

    Who takes a document's order away, or adds one to the line, calls this in the same transaction.
    """
    tenants: set[str] | None = session.info.get(_TENANTS)
    if tenants is None:
        tenants = session.info[_TENANTS] = set()
        event.listen(session.sync_session, "before_commit", partial(_order, session, tenants))
    tenants.add(tenant)


def _order(session: AsyncSession, tenants: set[str], _committing: object) -> None:
    session.sync_session.flush()
    connection = session.sync_session.connection()
    for tenant in sorted(tenants):
        if connection.dialect.name == "postgresql":
            # Two that settle at once must see each other, or each takes the other's order for one
            # that goes on, and nobody is left to move up the line.
            connection.execute(_ALONE, {"line": f"skep.documents.{tenant}"})
        for dataset_id, document_id, version, claim in connection.execute(_NEXT, {"of": tenant}):
            order = IndexDocument(dataset_id=dataset_id, document_id=document_id, version=version)
            mark = f"{document_id}.{version}.{claim}"
            add_to_outbox(session, order, tenant=tenant, message_id=mark)
    tenants.clear()


def _of_tenant(state: str) -> tuple[ColumnElement[bool] | TextClause, ...]:
    """Return what selects documents in a state; those that wait for a move take nobody's place."""
    moving = select(_datasets.c.id).where(
        _datasets.c.tenant == bindparam("of"), _datasets.c.move.is_not(None)
    )
    return (
        _documents.c.tenant == bindparam("of"),
        text(state),
        _documents.c.dataset_id.not_in(moving),
    )


def _next() -> Update:
    """Return the statement that gives orders to as many documents as there is room for."""
    count = select(func.count()).select_from(_documents).where(*_of_tenant(IS_UNDER_WAY))
    under_way = count.scalar_subquery()
    chosen = (
        select(_documents.c.id)
        .where(*_of_tenant(IS_WAITING))
        .order_by(_documents.c.bulk, _documents.c.ordered_at, _documents.c.id)
        .limit(case((under_way < MOST_ORDERED, MOST_ORDERED - under_way), else_=0))
        # A row that somebody has locked is one he takes out of the line, or moves up himself.
        .with_for_update(skip_locked=True)
    )
    columns = _documents.c
    return (
        update(_documents)
        .where(columns.id.in_(chosen))
        .values(ordered=True)
        .returning(columns.dataset_id, columns.id, columns.version, columns.claim)
    )


_NEXT: Final = _next()
