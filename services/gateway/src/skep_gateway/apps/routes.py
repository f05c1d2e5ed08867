"""Routes of apps, drafts and versions. `{app}` is an id or a name."""

from functools import partial
from typing import Annotated, Literal

from fastapi import Body, Path, Query, Request
from starlette.responses import Response

from skep_contracts.events.app import AppDeleted
from skep_contracts.graph import decode_document
from skep_contracts.ids import AppId
from skep_contracts.problems import Conflict, Forbidden, NotFound
from skep_gateway.app_secrets.store import SecretStore
from skep_gateway.apps.edit_draft import copy_app, create_app, edit_info, save_draft
from skep_gateway.apps.mirror import AppMirror
from skep_gateway.apps.publish import Publishing
from skep_gateway.apps.repository import AppRepository, Wanted
from skep_gateway.apps.tidy_up import tidy_up
from skep_gateway.apps.views import (
    AppChanges,
    AppView,
    CopyRequest,
    DraftView,
    PublishRequest,
    SavedAppView,
    SavedDraftView,
    VersionView,
    WholeVersionView,
    plain,
)
from skep_gateway.datasets.access.documents import check_datasets
from skep_gateway.datasets.access.visible import Access
from skep_gateway.web.dependencies import Caller, Session, Tenant, Work, provided
from skep_gateway.web.etags import IfMatch, set_etag
from skep_gateway.web.limits import allow, reads_body, unaudited
from skep_gateway.web.pages import Cursors, Page, Paging
from skep_gateway.web.problems import NotAcceptable, PreconditionFailed, problems
from skep_gateway.web.route import api_router
from skep_gateway.workflows.check_workflow import issues_of
from skep_gateway.workflows.documents import DOCUMENT_BODY, YAML, read_document, to_yaml
from skep_gateway.workflows.runnables import Runnables
from skep_gateway.workflows.views import Fault
from skep_runtime.database import add_to_outbox
from skep_runtime.plugins import PluginHost

router = api_router("/api/v1/apps", tag="apps")

App = Annotated[str, Path(max_length=200)]
Plugins = Annotated[PluginHost, provided(PluginHost)]
Pages = Annotated[Cursors, provided(Cursors)]
Published = Annotated[Runnables, provided(Runnables)]
Mirror = Annotated[AppMirror, provided(AppMirror)]
Secrets = Annotated[SecretStore, provided(SecretStore)]


@router.post(
    "",
    status_code=201,
    responses=problems(Forbidden, Conflict, NotAcceptable),
    openapi_extra=DOCUMENT_BODY,
)
@reads_body
@allow("apps:write")
async def create(
    *,
    request: Request,
    response: Response,
    tenant: Tenant,
    work: Work,
    plugins: Plugins,
    caller: Caller,
    access: Access,
) -> SavedAppView:
    """Create an app from its first draft."""
    document = await read_document(request)
    await check_datasets(access, caller, document)
    issues = await issues_of(document, plugins.nodes)
    app = await create_app(AppRepository(await work.session(), tenant), tenant, document)
    set_etag(response, app.draft_hash)
    return SavedAppView.saved(app, issues)


@router.get("", responses=problems(Forbidden))
@allow("apps:read")
async def list_apps(
    *,
    tenant: Tenant,
    session: Session,
    paging: Paging,
    cursors: Pages,
    name: Annotated[str | None, Query(max_length=200)] = None,
    search: Annotated[str | None, Query(max_length=200)] = None,
    tag: Annotated[str | None, Query(max_length=40)] = None,
    mode: Annotated[Literal["workflow", "chat"] | None, Query()] = None,
    sort: Annotated[Literal["created", "updated"], Query()] = "created",
) -> Page[AppView]:
    """List apps, the newest or the last edited first.

    `search`: words that are all in the name or the description.
    """
    wanted = Wanted(name=name, search=search, tag=tag, mode=mode, sort=sort)
    listing = f"apps.{sort}"
    repository = AppRepository(session, tenant)
    after = cursors.open(paging.cursor, tenant=tenant, listing=listing)
    rows = await repository.page(wanted, after=after, limit=paging.limit + 1)
    shown, cursor = rows[: paging.limit], None
    if len(rows) > paging.limit:
        cursor = cursors.seal(wanted.position(shown[-1]), tenant=tenant, listing=listing)
    tags = await repository.tags(row.id for row in shown)
    return Page(items=[AppView.of(row, tags.get(row.id, ())) for row in shown], next_cursor=cursor)


@router.get("/{app}", responses=problems(Forbidden, NotFound))
@allow("apps:read")
async def show(app: App, tenant: Tenant, session: Session, response: Response) -> AppView:
    """Show an app."""
    repository = AppRepository(session, tenant)
    row = await repository.get(app)
    set_etag(response, row.draft_hash)
    return AppView.of(row, (await repository.tags([row.id])).get(row.id, ()))


@router.patch("/{app}", responses=problems(Forbidden, NotFound, Conflict, PreconditionFailed))
@allow("apps:write")
async def edit(
    *,
    app: App,
    body: AppChanges,
    tenant: Tenant,
    work: Work,
    response: Response,
    if_match: IfMatch,
    plugins: Plugins,
    mirror: Mirror,
) -> SavedAppView:
    """Change an app's name, description, icon or tags."""
    changes = body.model_dump(exclude_none=True, exclude={"tags"})
    repository = AppRepository(await work.session(), tenant)
    row, document = await edit_info(repository, app, changes, if_match)
    if body.tags is not None:
        await repository.set_tags(row.id, body.tags)
    tags = (await repository.tags([row.id])).get(row.id, ())
    work.after_commit(partial(mirror.mirror_soon, tenant, row.id))
    set_etag(response, row.draft_hash)
    return SavedAppView.saved(row, await issues_of(document, plugins.nodes), tags)


@router.post("/{app}/copies", status_code=201, responses=problems(Forbidden, NotFound, Conflict))
@allow("apps:write")
async def copy(
    *,
    app: App,
    body: Annotated[CopyRequest, Body(default_factory=CopyRequest)],
    tenant: Tenant,
    work: Work,
    response: Response,
    plugins: Plugins,
) -> SavedAppView:
    """Create an app with this one's draft and tags; versions, secrets and runs stay behind."""
    repository = AppRepository(await work.session(), tenant)
    row, document, tags = await copy_app(repository, tenant, app, body.name)
    set_etag(response, row.draft_hash)
    return SavedAppView.saved(row, await issues_of(document, plugins.nodes), tags)


@router.delete("/{app}", status_code=204, responses=problems(Forbidden, NotFound))
@allow("apps:write")
async def delete(
    *,
    app: App,
    tenant: Tenant,
    session: Session,
    work: Work,
    published: Published,
    mirror: Mirror,
    secrets: Secrets,
) -> None:
    """Delete an app with its draft, versions and secrets; its runs stay."""
    repository = AppRepository(session, tenant)
    row = await repository.get(app, for_update=True)
    await repository.delete(row)
    add_to_outbox(session, AppDeleted(app_id=AppId(row.id)), tenant=tenant, source="gateway")
    work.after_commit(lambda: published.forget(tenant))
    work.after_commit(partial(tidy_up, tenant, row.id, mirror=mirror, secrets=secrets))


@router.get("/{app}/draft", responses=problems(Forbidden, NotFound), response_model=DraftView)
@allow("apps:read")
async def show_draft(
    *,
    app: App,
    request: Request,
    response: Response,
    tenant: Tenant,
    session: Session,
    plugins: Plugins,
) -> Response | DraftView:
    """Show an app's draft: as JSON with its issues, or as YAML when that is asked for."""
    repository = AppRepository(session, tenant)
    row = await repository.get(app)
    draft = await repository.draft(row.id)
    document = decode_document(draft.content)
    set_etag(response, draft.hash)
    if YAML in request.headers.get("accept", ""):
        return Response(
            to_yaml(document), media_type=YAML, headers={"ETag": response.headers["ETag"]}
        )
    issues = await issues_of(document, plugins.nodes)
    return DraftView(
        document=plain(document),
        version=draft.hash,
        saved_at=draft.saved_at,
        issues=Fault.all_of(issues),
    )


@router.put(
    "/{app}/draft",
    responses=problems(Forbidden, NotFound, Conflict, PreconditionFailed, NotAcceptable),
    openapi_extra=DOCUMENT_BODY,
)
@reads_body
@allow("apps:write")
@unaudited
async def replace_draft(
    *,
    app: App,
    request: Request,
    response: Response,
    tenant: Tenant,
    work: Work,
    if_match: IfMatch,
    plugins: Plugins,
    mirror: Mirror,
    caller: Caller,
    access: Access,
) -> SavedDraftView:
    """Save a draft. The app is called what the document says from then on."""
    document = await read_document(request)
    await check_datasets(access, caller, document)
    issues = await issues_of(document, plugins.nodes)
    row = await save_draft(AppRepository(await work.session(), tenant), app, document, if_match)
    work.after_commit(partial(mirror.mirror_soon, tenant, row.id))
    set_etag(response, row.draft_hash)
    return SavedDraftView(app_id=row.id, version=row.draft_hash, issues=Fault.all_of(issues))


@router.post(
    "/{app}/versions",
    status_code=201,
    responses={
        200: {"description": "This content is a version already; it is the published one now"},
        **problems(Forbidden, NotFound, Conflict, PreconditionFailed),
    },
)
@allow("apps:write")
async def publish(
    *,
    app: App,
    caller: Caller,
    work: Work,
    response: Response,
    if_match: IfMatch,
    publishing: Annotated[Publishing, provided(Publishing)],
    published: Published,
    body: PublishRequest | None = None,
) -> VersionView:
    """Publish the draft: from now on this is what runs."""
    note = body.note if body else ""
    info, is_new = await publishing.publish(work, caller, app, note=note, precondition=if_match)
    work.after_commit(lambda: published.forget(caller.tenant))
    response.status_code = 201 if is_new else 200
    return VersionView.of(info, info.hash)


@router.get("/{app}/versions", responses=problems(Forbidden, NotFound))
@allow("apps:read")
async def list_versions(
    *, app: App, tenant: Tenant, session: Session, paging: Paging, cursors: Pages
) -> Page[VersionView]:
    """List an app's versions, newest first."""
    repository = AppRepository(session, tenant)
    row = await repository.get(app)
    listing = f"versions.{row.id}"
    after = cursors.open(paging.cursor, tenant=tenant, listing=listing)
    infos = await repository.list_versions(
        row.id, before=int(after) if after else None, limit=paging.limit + 1
    )
    shown = infos[: paging.limit]
    cursor = None
    if len(infos) > paging.limit:
        cursor = cursors.seal(str(shown[-1].number), tenant=tenant, listing=listing)
    items = [VersionView.of(info, row.published_hash) for info in shown]
    return Page(items=items, next_cursor=cursor)


@router.get("/{app}/versions/{version}", responses=problems(Forbidden, NotFound))
@allow("apps:read")
async def show_version(
    *,
    app: App,
    version: Annotated[str, Path(max_length=64)],
    tenant: Tenant,
    session: Session,
    response: Response,
) -> WholeVersionView:
    """Show a version, by hash or number, with its document."""
    repository = AppRepository(session, tenant)
    row = await repository.get(app)
    found = await repository.version(row.id, version)
    set_etag(response, found.hash)
    return WholeVersionView(
        version=found.hash,
        number=found.number,
        note=found.note,
        created_at=found.created_at,
        created_by=found.created_by,
        is_current=found.hash == row.published_hash,
        document=plain(decode_document(found.content)),
    )
