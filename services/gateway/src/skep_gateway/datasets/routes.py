"""Routes of datasets. `{dataset}` is an id or a name; ingest answers."""

from typing import Annotated, Any, Final

from fastapi import Path, Query, Request
from starlette.responses import Response

from skep_contracts.calls.chunk import Rewording, SearchChunks, SearchChunksReply
from skep_contracts.calls.dataset import (
    CreateDataset,
    DatasetInfo,
    DatasetReply,
    DeleteDataset,
    DeleteDocument,
    DocumentInfo,
    DocumentReply,
    DocumentStatus,
    DoneReply,
    GetDataset,
    GetDocument,
    ListDatasets,
    ListDatasetsReply,
    ListDocuments,
    ListDocumentsReply,
    RetryDocument,
)
from skep_contracts.problems import Conflict, Forbidden, NotFound, TooLarge, Unavailable
from skep_gateway.datasets.access.repository import ReaderRepository
from skep_gateway.datasets.access.visible import Access, Dataset
from skep_gateway.datasets.add_document import DocumentAdder
from skep_gateway.datasets.seal_source import sealed_source
from skep_gateway.datasets.views import (
    DatasetRequest,
    KnownStatus,
    SearchRequest,
    TextDocumentRequest,
)
from skep_gateway.files.upload import MAX_UPLOAD_BYTES, MAX_UPLOAD_S
from skep_gateway.web.dependencies import Caller, Tenant, Work, provided
from skep_gateway.web.limits import allow, limits, reads_body, unaudited
from skep_gateway.web.pages import MAX_PAGE
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_gateway.web.shapes import JsonResponse, answers
from skep_runtime.bus import Bus
from skep_runtime.vault import Vault

router = api_router("/api/v1/datasets", tag="datasets")

Document = Annotated[str, Path(max_length=64)]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]
Cursor = Annotated[str | None, Query(max_length=1024)]
Search = Annotated[str | None, Query(max_length=200)]
TheVault = Annotated[Vault, provided(Vault)]
OnBus = Annotated[Bus, provided(Bus)]
Adder = Annotated[DocumentAdder, provided(DocumentAdder)]

_CALL_S: Final = 15.0
_CREATE_S: Final = 25.0
"""A model may be asked how long its vectors are; less than a request may take."""
_SEARCH_S: Final = 60.0
_MISSING: Final = problems(Forbidden, NotFound, Unavailable)
_DOCUMENT_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "metadata": {"type": "string", "description": "A JSON object"},
                    },
                }
            },
            "application/json": {"schema": TextDocumentRequest.model_json_schema()},
        },
    }
}


@router.post(
    "",
    status_code=201,
    responses={
        **problems(Forbidden, Conflict, Unavailable),
        201: answers(DatasetInfo, "The dataset"),
    },
)
@allow("datasets:write")
async def create(body: DatasetRequest, tenant: Tenant, bus: OnBus, vault: TheVault) -> Response:
    """Create a dataset."""
    call = CreateDataset(
        name=body.name,
        description=body.description,
        embedding_model=body.embedding_model,
        chunker=body.chunker,
        chunk_spec=body.chunk_spec,
        store=body.store,
        external=None if body.external is None else sealed_source(vault, body.external, tenant),
        tags=tuple(body.tags),
    )
    reply = await bus.call(call, tenant=tenant, reply=DatasetReply, timeout_s=_CREATE_S)
    return JsonResponse(reply.dataset, status_code=201)


@router.get(
    "",
    responses={
        **problems(Forbidden, Unavailable),
        200: answers(ListDatasetsReply, "A page of datasets, newest first"),
    },
)
@allow("datasets:read")
async def list_datasets(
    *,
    tenant: Tenant,
    bus: OnBus,
    limit: Limit = 50,
    cursor: Cursor = None,
    search: Search = None,
    tag: Annotated[str | None, Query(max_length=40)] = None,
    caller: Caller,
    access: Access,
) -> Response:
    """List datasets, newest first; `search`: words that are all in the name or the description."""
    granted = await access.granted(caller)
    call = ListDatasets(limit=limit, cursor=cursor, search=search, tag=tag, granted=granted)
    return JsonResponse(
        await bus.call(call, tenant=tenant, reply=ListDatasetsReply, timeout_s=_CALL_S)
    )


@router.get("/{dataset}", responses={**_MISSING, 200: answers(DatasetInfo, "The dataset")})
@allow("datasets:read")
async def show(dataset: Dataset, tenant: Tenant, bus: OnBus) -> Response:
    """Show a dataset."""
    call = GetDataset(dataset=dataset)
    reply = await bus.call(call, tenant=tenant, reply=DatasetReply, timeout_s=_CALL_S)
    return JsonResponse(reply.dataset)


@router.delete("/{dataset}", status_code=204, responses=_MISSING)
@allow("datasets:write")
async def delete(dataset: Dataset, tenant: Tenant, bus: OnBus, work: Work) -> None:
    """Delete a dataset with everything in it."""
    asked = GetDataset(dataset=dataset)
    found = await bus.call(asked, tenant=tenant, reply=DatasetReply, timeout_s=_CALL_S)
    call = DeleteDataset(dataset=found.dataset.id)
    reply = await bus.call(call, tenant=tenant, reply=DoneReply, timeout_s=_CALL_S)
    if not reply.changed:
        raise NotFound("There is no such dataset.", code="unknown_dataset")
    await ReaderRepository(await work.session(), tenant).open(found.dataset.id)


@router.post(
    "/{dataset}/documents",
    status_code=202,
    responses={
        **problems(Forbidden, NotFound, TooLarge, Unavailable),
        202: answers(DocumentInfo, "The document; ask for it to see how it goes"),
    },
    openapi_extra=_DOCUMENT_BODY,
)
@reads_body
@allow("datasets:write")
@limits(max_body_bytes=MAX_UPLOAD_BYTES, timeout_s=MAX_UPLOAD_S)
async def add_document(
    *, dataset: Dataset, request: Request, tenant: Tenant, work: Work, adder: Adder
) -> Response:
    """Add a document and queue its indexing; the same name and content again changes nothing."""
    reply = await adder.add(request, tenant, dataset, work)
    return JsonResponse(reply.document, status_code=202)


@router.get(
    "/{dataset}/documents",
    responses={**_MISSING, 200: answers(ListDocumentsReply, "A page of documents")},
)
@allow("datasets:read")
async def list_documents(
    *,
    dataset: Dataset,
    tenant: Tenant,
    bus: OnBus,
    status: Annotated[KnownStatus | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    search: Search = None,
) -> Response:
    """List a dataset's documents, newest first; `search`: words that are all in the name."""
    known = DocumentStatus(status) if status is not None else None
    call = ListDocuments(dataset=dataset, limit=limit, cursor=cursor, status=known, search=search)
    return JsonResponse(
        await bus.call(call, tenant=tenant, reply=ListDocumentsReply, timeout_s=_CALL_S)
    )


@router.get(
    "/{dataset}/documents/{document_id}",
    responses={**_MISSING, 200: answers(DocumentInfo, "The document")},
)
@allow("datasets:read")
async def show_document(
    dataset: Dataset, document_id: Document, tenant: Tenant, bus: OnBus
) -> Response:
    """Show a document with its status."""
    call = GetDocument(dataset=dataset, document_id=document_id)
    reply = await bus.call(call, tenant=tenant, reply=DocumentReply, timeout_s=_CALL_S)
    return JsonResponse(reply.document)


@router.delete(
    "/{dataset}/documents/{document_id}",
    status_code=204,
    responses=_MISSING,
)
@allow("datasets:write")
async def delete_document(
    dataset: Dataset, document_id: Document, tenant: Tenant, bus: OnBus
) -> None:
    """Delete a document and its chunks."""
    call = DeleteDocument(dataset=dataset, document_id=document_id)
    reply = await bus.call(call, tenant=tenant, reply=DoneReply, timeout_s=_CALL_S)
    if not reply.changed:
        raise NotFound("There is no such document.", code="unknown_document")


@router.post(
    "/{dataset}/documents/{document_id}/retries",
    status_code=202,
    responses={
        **problems(Forbidden, NotFound, Conflict, Unavailable),
        202: answers(DocumentInfo, "The document, queued again"),
    },
)
@allow("datasets:write")
async def retry_document(
    dataset: Dataset, document_id: Document, tenant: Tenant, bus: OnBus
) -> Response:
    """Queue a failed document again."""
    call = RetryDocument(dataset=dataset, document_id=document_id)
    reply = await bus.call(call, tenant=tenant, reply=DocumentReply, timeout_s=_CALL_S)
    return JsonResponse(reply.document, status_code=202)


@router.post(
    "/{dataset}/searches",
    responses={**_MISSING, 200: answers(SearchChunksReply, "Passages, best first")},
)
@allow("datasets:read")
@limits(timeout_s=_SEARCH_S + 5)
@unaudited
async def search(
    *, dataset: Dataset, body: SearchRequest, caller: Caller, access: Access, bus: OnBus
) -> Response:
    """Find the passages that answer a query."""
    await access.require(caller, *body.more_datasets)
    datasets = (dataset, *body.more_datasets)
    call = SearchChunks(
        query=body.query,
        datasets=datasets,
        granted=datasets,
        top_k=body.top_k,
        mode=body.mode,
        vector_weight=body.vector_weight,
        score_threshold=body.score_threshold,
        rerank_model=body.rerank_model,
        filter=body.filter,
        fusion=body.fusion,
        other_queries=tuple(body.other_queries),
        rewording=Rewording(**body.rewording.model_dump()) if body.rewording else None,
        dataset_weights=body.dataset_weights,
        expand=body.expand,
        distinct=body.distinct,
    )
    return JsonResponse(
        await bus.call(call, tenant=caller.tenant, reply=SearchChunksReply, timeout_s=_SEARCH_S)
    )
