"""The route of the audit log."""

from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime

from skep_contracts.problems import Forbidden
from skep_gateway.audit.repository import AuditRepository, Wanted
from skep_gateway.audit.views import AuditRecordView
from skep_gateway.web.dependencies import Session, Tenant, provided
from skep_gateway.web.limits import allow
from skep_gateway.web.pages import Cursors, Page, Paging
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router

router = api_router("/api/v1", tag="audit")

Pages = Annotated[Cursors, provided(Cursors)]
Moment = Annotated[AwareDatetime | None, Query()]


@router.get("/audit-records", responses=problems(Forbidden))
@allow("admin")
async def list_records(
    *,
    tenant: Tenant,
    session: Session,
    paging: Paging,
    cursors: Pages,
    actor: Annotated[str | None, Query(max_length=64)] = None,
    action: Annotated[str | None, Query(max_length=100)] = None,
    since: Moment = None,
    until: Moment = None,
) -> Page[AuditRecordView]:
    """List who changed what, newest first: by whom, what (``apps``, ``apps.publish``), and when."""
    wanted = Wanted(actor=actor, action=action, since=since, until=until)
    before = cursors.open(paging.cursor, tenant=tenant, listing="audit")
    rows = await AuditRepository(session, tenant).page(
        wanted, before=before, limit=paging.limit + 1
    )
    shown, cursor = cursors.page(rows, paging, tenant=tenant, listing="audit")
    return Page(items=[AuditRecordView.of(row) for row in shown], next_cursor=cursor)
