"""Routes that change a document, and what is known of a dataset; ingest answers."""

from typing import Annotated, Final

from fastapi import Path
from starlette.responses import Response

from skep_contracts.calls.dataset import (
    DatasetInfo,
    DatasetReply,
    DocumentInfo,
    DocumentReply,
    DoneReply,
    GetDocument,
    ListDatasetFields,
    ListDatasetFieldsReply,
)
from skep_contracts.calls.dataset_edit import (
    CancelDatasetMove,
    CancelDocument,
    DescribeDataset,
    DescribeDatasetReply,
    MoveDataset,
    PauseDocument,
    ReindexDataset,
    ReindexReply,
    ResumeDocument,
    UpdateDataset,
    UpdateDocument,
)
from skep_contracts.ids import BlobKey
from skep_contracts.problems import Conflict, Forbidden, NotFound, Unavailable
from skep_gateway.datasets.access.visible import Dataset
from skep_gateway.datasets.views import (
    DatasetChanges,
    DocumentChanges,
    MoveRequest,
    ReindexRequest,
)
from skep_gateway.files.download import Download
from skep_gateway.web.dependencies import Tenant, provided
from skep_gateway.web.limits import allow
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_gateway.web.shapes import JsonResponse, answers
from skep_runtime.bus import Bus

router = api_router("/api/v1/datasets", tag="datasets")

Document = Annotated[str, Path(max_length=64)]
OnBus = Annotated[Bus, provided(Bus)]

_CALL_S: Final = 15.0
_MODEL_S: Final = 25.0
"""A model may be asked how long its vectors are."""
_MISSING: Final = problems(Forbidden, NotFound, Unavailable)
_REFUSED: Final = problems(Forbidden, NotFound, Conflict, Unavailable)


@router.patch("/{dataset}", responses={**_REFUSED, 200: answers(DatasetInfo, "The dataset")})
@allow("datasets:write")
async def update(dataset: Dataset, body: DatasetChanges, tenant: Tenant, bus: OnBus) -> Response:
    """Change a dataset's name, description or tags."""
    call = UpdateDataset(
        dataset=dataset,
        name=body.name,
        description=body.description,
        tags=None if body.tags is None else tuple(body.tags),
    )
    reply = await bus.call(call, tenant=tenant, reply=DatasetReply, timeout_s=_CALL_S)
    return JsonResponse(reply.dataset)


@router.get(
    "/{dataset}/statistics",
    responses={**_MISSING, 200: answers(DescribeDatasetReply, "What the dataset holds")},
)
@allow("datasets:read")
async def describe(dataset: Dataset, tenant: Tenant, bus: OnBus) -> Response:
    """Count documents by status, chunks, bytes, and why documents failed."""
    call = DescribeDataset(dataset=dataset)
    return JsonResponse(
        await bus.call(call, tenant=tenant, reply=DescribeDatasetReply, timeout_s=_CALL_S)
    )


@router.get(
    "/{dataset}/fields",
    responses={**_MISSING, 200: answers(ListDatasetFieldsReply, "Fields that filters can ask")},
)
@allow("datasets:read")
async def list_fields(dataset: Dataset, tenant: Tenant, bus: OnBus) -> Response:
    """List the metadata fields of a dataset's documents, with their types and some values."""
    call = ListDatasetFields(datasets=(dataset,), granted=(dataset,))
    return JsonResponse(
        await bus.call(call, tenant=tenant, reply=ListDatasetFieldsReply, timeout_s=_CALL_S)
    )


@router.post(
    "/{dataset}/moves",
    status_code=202,
    responses={**_REFUSED, 202: answers(DatasetInfo, "The dataset; `move` says how far it is")},
)
@allow("datasets:write")
async def begin_move(dataset: Dataset, body: MoveRequest, tenant: Tenant, bus: OnBus) -> Response:
    """Move a dataset to another store or embedding model; it serves from where it is meanwhile."""
    call = MoveDataset(dataset=dataset, store=body.store, embedding_model=body.embedding_model)
    reply = await bus.call(call, tenant=tenant, reply=DatasetReply, timeout_s=_MODEL_S)
    return JsonResponse(reply.dataset, status_code=202)


@router.delete("/{dataset}/moves", status_code=204, responses=_MISSING)
@allow("datasets:write")
async def cancel_move(dataset: Dataset, tenant: Tenant, bus: OnBus) -> None:
    """Stop a move; the dataset stays where it is."""
    call = CancelDatasetMove(dataset=dataset)
    await bus.call(call, tenant=tenant, reply=DoneReply, timeout_s=_CALL_S)


@router.post(
    "/{dataset}/reindexings",
    status_code=202,
    responses={**_REFUSED, 202: answers(ReindexReply, "How many documents were queued")},
)
@allow("datasets:write")
async def reindex(dataset: Dataset, body: ReindexRequest, tenant: Tenant, bus: OnBus) -> Response:
    """Split and embed every document anew; each is served as it was until it is done."""
    call = ReindexDataset(dataset=dataset, chunker=body.chunker, chunk_spec=body.chunk_spec)
    reply = await bus.call(call, tenant=tenant, reply=ReindexReply, timeout_s=_MODEL_S)
    return JsonResponse(reply, status_code=202)


@router.patch(
    "/{dataset}/documents/{document_id}",
    responses={**_REFUSED, 200: answers(DocumentInfo, "The document")},
)
@allow("datasets:write")
async def update_document(
    *, dataset: Dataset, document_id: Document, body: DocumentChanges, tenant: Tenant, bus: OnBus
) -> Response:
    """Rename, describe, switch on or off, or archive a document; its chunks follow soon after."""
    call = UpdateDocument(
        dataset=dataset,
        document_id=document_id,
        name=body.name,
        metadata=body.metadata,
        enabled=body.enabled,
        archived=body.archived,
    )
    reply = await bus.call(call, tenant=tenant, reply=DocumentReply, timeout_s=_CALL_S)
    return JsonResponse(reply.document)


@router.get(
    "/{dataset}/documents/{document_id}/content",
    response_class=Response,
    responses={
        **_MISSING,
        200: {
            "description": "The bytes",
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
            },
        },
    },
)
@allow("datasets:read")
async def document_content(
    dataset: Dataset, document_id: Document, tenant: Tenant, bus: OnBus
) -> Response:
    """Return what was uploaded, always as a download."""
    call = GetDocument(dataset=dataset, document_id=document_id)
    reply = await bus.call(call, tenant=tenant, reply=DocumentReply, timeout_s=_CALL_S)
    document = reply.document
    source = bus.blobs.open(tenant, BlobKey(document.content_hash))
    return await Download.begin(source, name=document.name, size_bytes=document.size_bytes)


@router.post(
    "/{dataset}/documents/{document_id}/pauses",
    status_code=202,
    responses={**_REFUSED, 202: answers(DocumentInfo, "The document, paused")},
)
@allow("datasets:write")
async def pause_document(
    dataset: Dataset, document_id: Document, tenant: Tenant, bus: OnBus
) -> Response:
    """Pause a document's indexing; what is done is kept."""
    return await _stop(PauseDocument(dataset=dataset, document_id=document_id), tenant, bus)


@router.post(
    "/{dataset}/documents/{document_id}/resumptions",
    status_code=202,
    responses={**_REFUSED, 202: answers(DocumentInfo, "The document, queued again")},
)
@allow("datasets:write")
async def resume_document(
    dataset: Dataset, document_id: Document, tenant: Tenant, bus: OnBus
) -> Response:
    """Let a paused document go on where it stopped."""
    return await _stop(ResumeDocument(dataset=dataset, document_id=document_id), tenant, bus)


@router.post(
    "/{dataset}/documents/{document_id}/cancellations",
    status_code=202,
    responses={**_REFUSED, 202: answers(DocumentInfo, "The document, cancelled")},
)
@allow("datasets:write")
async def cancel_document(
    dataset: Dataset, document_id: Document, tenant: Tenant, bus: OnBus
) -> Response:
    """Stop a document's indexing for good; a version that was ready before is still found."""
    return await _stop(CancelDocument(dataset=dataset, document_id=document_id), tenant, bus)


async def _stop(
    call: PauseDocument | ResumeDocument | CancelDocument, tenant: Tenant, bus: Bus
) -> Response:
    reply = await bus.call(call, tenant=tenant, reply=DocumentReply, timeout_s=_CALL_S)
    return JsonResponse(reply.document, status_code=202)
