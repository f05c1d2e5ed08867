"""Routes of sources. `{source}` is an id or a name; ingest answers."""

from typing import Annotated, Any, Final, Literal

from fastapi import Path, Query
from starlette.responses import Response

from skep_contracts.calls.dataset import DoneReply
from skep_contracts.calls.source import (
    CancelSourceSync,
    CreateSource,
    DeleteSource,
    GetSource,
    ItemOutcome,
    ListSourceItems,
    ListSourceItemsReply,
    ListSources,
    ListSourcesReply,
    SourceInfo,
    SourceReply,
    StartSourceSync,
    UpdateSource,
)
from skep_contracts.ids import new_id
from skep_contracts.problems import Conflict, Forbidden, NotFound, TooLarge, Unavailable
from skep_gateway.datasets.access.visible import Dataset
from skep_gateway.datasets.sources.seal_secrets import find_kind, parted
from skep_gateway.datasets.sources.views import (
    SourceChanges,
    SourceKindView,
    SourceRequest,
    SyncRequest,
)
from skep_gateway.web.dependencies import Tenant, provided
from skep_gateway.web.limits import allow
from skep_gateway.web.pages import MAX_PAGE, Page
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_gateway.web.shapes import JsonResponse, answers
from skep_runtime.bus import Bus
from skep_runtime.plugins import PluginHost
from skep_runtime.vault import Vault

router = api_router("/api/v1", tag="datasets")

Source = Annotated[str, Path(max_length=200)]
OnBus = Annotated[Bus, provided(Bus)]
Plugins = Annotated[PluginHost, provided(PluginHost)]
TheVault = Annotated[Vault, provided(Vault)]

_CALL_S: Final = 15.0
_SET_UP_S: Final = 25.0
"""A plugin may have to be loaded."""
_ALL: Final = "/datasets/{dataset}/sources"
_ONE: Final = "/datasets/{dataset}/sources/{source}"
_MISSING: Final = problems(Forbidden, NotFound, Unavailable)
_REFUSED: Final = problems(Forbidden, NotFound, Conflict, Unavailable)


@router.get("/source-kinds", responses=problems(Forbidden))
@allow("datasets:read")
async def list_source_kinds(plugins: Plugins) -> Page[SourceKindView]:
    """List the kinds of sources that can be added to datasets, with the forms of their settings."""
    return Page(items=[SourceKindView.of(each) for _, each in sorted(plugins.sources.items())])


@router.post(
    _ALL,
    status_code=201,
    responses={
        **problems(Forbidden, NotFound, Conflict, TooLarge, Unavailable),
        201: answers(SourceInfo, "The source; its first sync is queued"),
    },
)
@allow("datasets:write")
async def add_source(
    *,
    dataset: Dataset,
    body: SourceRequest,
    tenant: Tenant,
    bus: OnBus,
    plugins: Plugins,
    vault: TheVault,
) -> Response:
    """Add a source to a dataset, whose documents are kept in step with it from now on."""
    source_id = new_id("source")
    kind = find_kind(plugins, body.kind)
    shown, sealed = parted(vault, kind, body.settings, tenant=tenant, source_id=source_id)
    call = CreateSource(
        source_id=source_id,
        dataset=dataset,
        name=body.name,
        kind=body.kind,
        settings=shown,
        sealed_secrets=sealed,
        every_hours=body.every_hours,
    )
    reply = await bus.call(call, tenant=tenant, reply=SourceReply, timeout_s=_SET_UP_S)
    return JsonResponse(reply.source, status_code=201)


@router.get(_ALL, responses={**_MISSING, 200: answers(ListSourcesReply, "All sources")})
@allow("datasets:read")
async def list_sources(dataset: Dataset, tenant: Tenant, bus: OnBus) -> Response:
    """List the sources of a dataset, oldest first."""
    call = ListSources(dataset=dataset)
    return JsonResponse(
        await bus.call(call, tenant=tenant, reply=ListSourcesReply, timeout_s=_CALL_S)
    )


@router.get(_ONE, responses={**_MISSING, 200: answers(SourceInfo, "The source")})
@allow("datasets:read")
async def show_source(dataset: Dataset, source: Source, tenant: Tenant, bus: OnBus) -> Response:
    """Show a source, and how far its latest sync is."""
    call = GetSource(dataset=dataset, source=source)
    reply = await bus.call(call, tenant=tenant, reply=SourceReply, timeout_s=_CALL_S)
    return JsonResponse(reply.source)


@router.patch(_ONE, responses={**_REFUSED, 200: answers(SourceInfo, "The source")})
@allow("datasets:write")
async def change_source(
    *,
    dataset: Dataset,
    source: Source,
    body: SourceChanges,
    tenant: Tenant,
    bus: OnBus,
    plugins: Plugins,
    vault: TheVault,
) -> Response:
    """Change a source; other settings begin a sync."""
    changes: dict[str, Any] = {}
    if body.settings is not None:
        asked = GetSource(dataset=dataset, source=source)
        present = await bus.call(asked, tenant=tenant, reply=SourceReply, timeout_s=_CALL_S)
        kind, source = find_kind(plugins, present.source.kind), present.source.id
        shown, sealed = parted(vault, kind, body.settings, tenant=tenant, source_id=source)
        changes = {"settings": shown, "sealed_secrets": sealed}
    call = UpdateSource(
        dataset=dataset, source=source, name=body.name, every_hours=body.every_hours, **changes
    )
    reply = await bus.call(call, tenant=tenant, reply=SourceReply, timeout_s=_SET_UP_S)
    return JsonResponse(reply.source)


@router.delete(_ONE, status_code=204, responses=_MISSING)
@allow("datasets:write")
async def remove_source(
    *,
    dataset: Dataset,
    source: Source,
    tenant: Tenant,
    bus: OnBus,
    documents: Annotated[Literal["keep", "remove"], Query()] = "keep",
) -> None:
    """Delete a source. Its documents stay as they are, or are removed with it."""
    call = DeleteSource(dataset=dataset, source=source, keep_documents=documents == "keep")
    reply = await bus.call(call, tenant=tenant, reply=DoneReply, timeout_s=_CALL_S)
    if not reply.changed:
        raise NotFound("There is no such source.", code="unknown_source")


@router.post(
    f"{_ONE}/syncs",
    status_code=202,
    responses={**_MISSING, 202: answers(SourceInfo, "The source; ask for it to see how it goes")},
)
@allow("datasets:write")
async def sync_source(
    *, dataset: Dataset, source: Source, body: SyncRequest, tenant: Tenant, bus: OnBus
) -> Response:
    """Sync a source now, unless it is being synced already."""
    call = StartSourceSync(dataset=dataset, source=source, allow_empty=body.allow_empty)
    reply = await bus.call(call, tenant=tenant, reply=SourceReply, timeout_s=_CALL_S)
    return JsonResponse(reply.source, status_code=202)


@router.post(
    f"{_ONE}/cancellations", responses={**_MISSING, 200: answers(SourceInfo, "The source")}
)
@allow("datasets:write")
async def cancel_sync(dataset: Dataset, source: Source, tenant: Tenant, bus: OnBus) -> Response:
    """Stop a sync that is queued or running; documents stay as they are."""
    call = CancelSourceSync(dataset=dataset, source=source)
    reply = await bus.call(call, tenant=tenant, reply=SourceReply, timeout_s=_CALL_S)
    return JsonResponse(reply.source)


@router.get(
    f"{_ONE}/items",
    responses={**_MISSING, 200: answers(ListSourceItemsReply, "A page of items")},
)
@allow("datasets:read")
async def list_source_items(
    *,
    dataset: Dataset,
    source: Source,
    tenant: Tenant,
    bus: OnBus,
    outcome: Annotated[ItemOutcome | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50,
    cursor: Annotated[str | None, Query(max_length=1024)] = None,
) -> Response:
    """List the items of a source, with what became of each and why some could not be had."""
    call = ListSourceItems(
        dataset=dataset, source=source, limit=limit, cursor=cursor, outcome=outcome
    )
    return JsonResponse(
        await bus.call(call, tenant=tenant, reply=ListSourceItemsReply, timeout_s=_CALL_S)
    )
