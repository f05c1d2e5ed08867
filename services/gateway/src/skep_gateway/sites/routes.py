"""Routes of an app's page, for its owner."""

from html import escape
from typing import Annotated, Final

from fastapi import Path, Request

from skep_contracts.problems import Forbidden, NotFound
from skep_gateway.apps.repository import AppRepository
from skep_gateway.sites.repository import SiteRepository
from skep_gateway.sites.tables import SiteRow
from skep_gateway.sites.views import SiteLook, SiteRequest, SiteView
from skep_gateway.waits.addresses import LinkSettings
from skep_gateway.web.dependencies import Session, Tenant, provided
from skep_gateway.web.limits import allow
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router

router = api_router("/api/v1/apps/{app}/site", tag="sites")

App = Annotated[str, Path(max_length=200)]
Links = Annotated[LinkSettings, provided(LinkSettings)]
PAGE: Final = "/chat"


@router.get("", responses=problems(Forbidden, NotFound))
@allow("apps:read")
async def show_site(
    *, app: App, request: Request, tenant: Tenant, session: Session, links: Links
) -> SiteView:
    """Show an app's page: whether it is open, where it is, how it looks."""
    row = await AppRepository(session, tenant).get(app)
    site = await SiteRepository(session, tenant).find(row.id)
    return _view(site, row.name, request, links)


@router.put("", responses=problems(Forbidden, NotFound))
@allow("apps:write")
async def put_site(
    *,
    app: App,
    body: SiteRequest,
    request: Request,
    tenant: Tenant,
    session: Session,
    links: Links,
) -> SiteView:
    """Open, close or change an app's page. What is published is what its visitors run."""
    row = await AppRepository(session, tenant).get(app)
    site = await SiteRepository(session, tenant).put(
        row.id, is_open=body.is_open, look=body.look, renew_address=body.renew_address
    )
    return _view(site, row.name, request, links)


def _view(site: SiteRow | None, name: str, request: Request, links: LinkSettings) -> SiteView:
    if site is None:
        return SiteView(
            is_open=False,
            address=None,
            embed_code=None,
            look=SiteLook.model_validate({}),
            updated_at=None,
        )
    base = links.base_url.rstrip("/") or str(request.base_url).rstrip("/")
    address = f"{base}{PAGE}/{site.slug}"
    frame = (
        f'<iframe src="{escape(address)}?embed=1" title="{escape(site.look.get("title") or name)}" '
        'style="width:100%;height:640px;border:0" allow="clipboard-write"></iframe>'
    )
    return SiteView(
        is_open=site.is_open,
        address=address,
        embed_code=frame,
        look=SiteLook.model_validate(site.look),
        updated_at=site.updated_at,
    )
