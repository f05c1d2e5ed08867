"""Routes of a document's chunks, and of a preview before anything is indexed."""

from typing import Annotated, Final

from fastapi import Path, Query
from starlette.responses import Response

from skep_contracts.calls.chunk_edit import (
    ChunkInfo,
    ChunkReply,
    CreateChunk,
    DeleteChunk,
    ListChunks,
    ListChunksReply,
    PreviewChunks,
    PreviewChunksReply,
    UpdateChunk,
)
from skep_contracts.calls.dataset import DoneReply
from skep_contracts.problems import Conflict, Forbidden, NotFound, Unavailable
from skep_gateway.datasets.access.visible import Dataset
from skep_gateway.datasets.views import ChunkChanges, ChunkRequest, PreviewRequest
from skep_gateway.files.repository import FileRepository, file_ref
from skep_gateway.web.dependencies import Tenant, provided
from skep_gateway.web.limits import allow, limits, unaudited
from skep_gateway.web.pages import MAX_PAGE
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_gateway.web.shapes import JsonResponse, answers
from skep_runtime.bus import Bus
from skep_runtime.database import Database

router = api_router("/api/v1/datasets", tag="datasets")

Document = Annotated[str, Path(max_length=64)]
Chunk = Annotated[str, Path(max_length=128)]
OnBus = Annotated[Bus, provided(Bus)]

_CALL_S: Final = 15.0
_EMBED_S: Final = 60.0
"""A new text is embedded before the answer."""
_PREVIEW_S: Final = 120.0
_MISSING: Final = problems(Forbidden, NotFound, Unavailable)
_REFUSED: Final = problems(Forbidden, NotFound, Conflict, Unavailable)


@router.post(
    "/{dataset}/previews",
    responses={**_MISSING, 200: answers(PreviewChunksReply, "The first chunks, and the cost")},
)
@allow("datasets:read")
@limits(timeout_s=_PREVIEW_S + 5)
@unaudited
async def preview(
    *,
    dataset: Dataset,
    body: PreviewRequest,
    tenant: Tenant,
    bus: OnBus,
    database: Annotated[Database, provided(Database)],
) -> Response:
    """Split an uploaded file as the dataset would, or with other settings; nothing is stored."""
    async with database.reading() as session:
        row = await FileRepository(session, tenant).get(body.file_id)
    call = PreviewChunks(
        dataset=dataset,
        file=file_ref(row),
        chunker=body.chunker,
        chunk_spec=body.chunk_spec,
        limit=body.limit,
    )
    return JsonResponse(
        await bus.call(call, tenant=tenant, reply=PreviewChunksReply, timeout_s=_PREVIEW_S)
    )


@router.get(
    "/{dataset}/documents/{document_id}/chunks",
    responses={**_MISSING, 200: answers(ListChunksReply, "A page of chunks, in order")},
)
@allow("datasets:read")
async def list_chunks(
    *,
    dataset: Dataset,
    document_id: Document,
    tenant: Tenant,
    bus: OnBus,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50,
    cursor: Annotated[str | None, Query(max_length=1024)] = None,
    parent: Annotated[int | None, Query(ge=0)] = None,
) -> Response:
    """List the chunks of what is served of a document, in order, or the children of a passage."""
    call = ListChunks(
        dataset=dataset, document_id=document_id, limit=limit, cursor=cursor, parent=parent
    )
    return JsonResponse(
        await bus.call(call, tenant=tenant, reply=ListChunksReply, timeout_s=_CALL_S)
    )


@router.post(
    "/{dataset}/documents/{document_id}/chunks",
    status_code=201,
    responses={**_REFUSED, 201: answers(ChunkInfo, "The chunk")},
)
@allow("datasets:write")
@limits(timeout_s=_EMBED_S + 5)
async def create_chunk(
    *, dataset: Dataset, document_id: Document, body: ChunkRequest, tenant: Tenant, bus: OnBus
) -> Response:
    """Add a chunk at the end of a document that is ready."""
    call = CreateChunk(
        dataset=dataset,
        document_id=document_id,
        text=body.text,
        keywords=tuple(body.keywords),
        parent=body.parent,
    )
    reply = await bus.call(call, tenant=tenant, reply=ChunkReply, timeout_s=_EMBED_S)
    return JsonResponse(reply.chunk, status_code=201)


@router.patch(
    "/{dataset}/documents/{document_id}/chunks/{chunk_id}",
    responses={**_REFUSED, 200: answers(ChunkInfo, "The chunk")},
)
@allow("datasets:write")
@limits(timeout_s=_EMBED_S + 5)
async def update_chunk(
    *,
    dataset: Dataset,
    document_id: Document,
    chunk_id: Chunk,
    body: ChunkChanges,
    tenant: Tenant,
    bus: OnBus,
) -> Response:
    """Change a chunk's text or keywords, or switch it on or off; a new text is embedded again."""
    call = UpdateChunk(
        dataset=dataset,
        document_id=document_id,
        chunk_id=chunk_id,
        text=body.text,
        enabled=body.enabled,
        keywords=None if body.keywords is None else tuple(body.keywords),
    )
    reply = await bus.call(call, tenant=tenant, reply=ChunkReply, timeout_s=_EMBED_S)
    return JsonResponse(reply.chunk)


@router.delete(
    "/{dataset}/documents/{document_id}/chunks/{chunk_id}", status_code=204, responses=_REFUSED
)
@allow("datasets:write")
async def delete_chunk(
    *, dataset: Dataset, document_id: Document, chunk_id: Chunk, tenant: Tenant, bus: OnBus
) -> None:
    """Delete a chunk."""
    call = DeleteChunk(dataset=dataset, document_id=document_id, chunk_id=chunk_id)
    reply = await bus.call(call, tenant=tenant, reply=DoneReply, timeout_s=_CALL_S)
    if not reply.changed:
        raise NotFound("There is no such chunk.", code="unknown_chunk")
