"""Routes that bring documents of other platforms in, and take ours out."""

from typing import Annotated, Any, Final

from fastapi import Path, Query, Request
from starlette.responses import Response

from skep_contracts.decoding import convert
from skep_contracts.graph import decode_document
from skep_contracts.plugins.importers import MAX_SOURCE_BYTES
from skep_contracts.problems import Conflict, Forbidden, InvalidInput, NotFound, TooLarge
from skep_gateway.apps.edit_draft import create_app
from skep_gateway.apps.repository import AppRepository
from skep_gateway.apps.views import SavedAppView, plain
from skep_gateway.datasets.access.documents import check_datasets
from skep_gateway.datasets.access.visible import Access
from skep_gateway.imports.translate import OURS, Translator
from skep_gateway.imports.views import ExportView, ImportRequest, ImportView, PartView
from skep_gateway.web.body import read_json
from skep_gateway.web.dependencies import Caller, Session, Tenant, Work, provided
from skep_gateway.web.limits import allow, limits, reads_body
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_gateway.workflows.check_workflow import issues_of
from skep_gateway.workflows.documents import JSON, YAML
from skep_gateway.workflows.views import Fault
from skep_runtime.plugins import PluginHost

router = api_router("/api/v1", tag="imports")

Translators = Annotated[Translator, provided(Translator)]
Plugins = Annotated[PluginHost, provided(PluginHost)]
_MAX_BODY_BYTES: Final = MAX_SOURCE_BYTES + MAX_SOURCE_BYTES // 5
"""Room for the escapes of JSON around a source."""
_SOURCE_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            YAML: {"schema": {"type": "string", "description": "The file as it is"}},
            JSON: {
                "schema": {
                    "type": "object",
                    "description": "The file, when it is JSON; or its text as `content`, with a "
                    "`name` for the app",
                }
            },
        },
    }
}


@router.post(
    "/imports",
    status_code=201,
    responses={
        200: {"description": "It was only tried (`dry_run`)", "model": ImportView},
        **problems(Forbidden, Conflict, TooLarge),
    },
    openapi_extra=_SOURCE_BODY,
)
@reads_body
@limits(max_body_bytes=_MAX_BODY_BYTES)
@allow("apps:write")
async def import_app(
    *,
    request: Request,
    response: Response,
    tenant: Tenant,
    work: Work,
    plugins: Plugins,
    translator: Translators,
    caller: Caller,
    access: Access,
    format: Annotated[str | None, Query(max_length=64)] = None,
    dry_run: bool = False,
) -> ImportView:
    """Create an app from another platform's document, and report what could not be carried."""
    content, name = _source(request, await request.body())
    found = await translator.read(content, format=format, name=name)
    await check_datasets(access, caller, found.document)
    issues = await issues_of(found.document, plugins.nodes)
    app: SavedAppView | None = None
    if dry_run:
        response.status_code = 200
    else:
        repository = AppRepository(await work.session(), tenant)
        app = SavedAppView.saved(await create_app(repository, tenant, found.document), issues)
    return ImportView(
        format=found.format,
        source=found.imported.source,
        app=app,
        document=plain(found.document),
        issues=Fault.all_of(issues),
        report=PartView.all_of(found.imported.report),
    )


def _source(request: Request, body: bytes) -> tuple[bytes, str | None]:
    """Return the source, and the name that the app is to have."""
    if not body.strip():
        raise InvalidInput("Send the file to import as the body.", code="malformed")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != JSON:
        return body, None
    data = read_json(body)
    if isinstance(data, dict) and set(data) <= {"content", "name"} and "content" in data:
        wrapped = convert(data, ImportRequest)
        return wrapped.content.encode(), wrapped.name
    return body, None


@router.get(
    "/apps/{app}/exports",
    responses=problems(Forbidden, NotFound),
    response_model=ExportView,
)
@allow("apps:read")
async def export_app(
    *,
    app: Annotated[str, Path(max_length=200)],
    request: Request,
    tenant: Tenant,
    session: Session,
    translator: Translators,
    format: Annotated[str, Query(max_length=64)] = OURS,
    version: Annotated[str, Query(max_length=64)] = "draft",
) -> Response | ExportView:
    """Write an app's draft, or a version of it, in a format; as it is when YAML is asked for."""
    repository = AppRepository(session, tenant)
    row = await repository.get(app)
    if version == "draft":
        content = (await repository.draft(row.id)).content
    elif version == "published" and row.published_hash is None:
        raise NotFound("The app was never published.", code="unknown_version")
    else:
        ref = row.published_hash or "" if version == "published" else version
        content = (await repository.version(row.id, ref)).content
    exported = await translator.write(decode_document(content), format)
    if exported.media_type in request.headers.get("accept", ""):
        return Response(exported.text, media_type=exported.media_type)
    return ExportView(
        format=format,
        media_type=exported.media_type,
        content=exported.text,
        report=PartView.all_of(exported.report),
    )
