"""The route of tags."""

from skep_contracts.problems import Forbidden
from skep_gateway.apps.repository import AppRepository
from skep_gateway.apps.views import TagView
from skep_gateway.web.dependencies import Session, Tenant
from skep_gateway.web.limits import allow
from skep_gateway.web.pages import MAX_PAGE, Page
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router

router = api_router("/api/v1/app-tags", tag="apps")


@router.get("", responses=problems(Forbidden))
@allow("apps:read")
async def list_tags(tenant: Tenant, session: Session) -> Page[TagView]:
    """List the tags that apps have, the most used first; those beyond a page are left out."""
    counted = await AppRepository(session, tenant).count_by_tag(limit=MAX_PAGE)
    return Page(items=[TagView(tag=tag, apps=number) for tag, number in counted])
