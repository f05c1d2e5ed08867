"""Our datasets under Dify's contract for external knowledge: it asks ``{endpoint}/retrieval``."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from skep_contracts.calls.chunk import FoundChunk, SearchChunks, SearchChunksReply
from skep_contracts.problems import Forbidden, NotFound, Unavailable
from skep_gateway.datasets.access.visible import Access
from skep_gateway.datasets.contract_conditions import filter_of
from skep_gateway.web.dependencies import Caller, provided
from skep_gateway.web.limits import allow, limits, unaudited
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_gateway.web.shapes import JsonResponse
from skep_runtime.bus import Bus

router = api_router("/api/v1/external-knowledge", tag="datasets")

_SEARCH_S: Final = 60.0
_UNKNOWN: Final = 2001


class _Foreign(BaseModel):
    """Their requests may hold more than we know of."""

    model_config = ConfigDict(extra="ignore")


class RetrievalSetting(_Foreign):
    """How much is wanted."""

    top_k: Annotated[int, Field(ge=1, le=500)] = 5
    score_threshold: Annotated[float, Field(ge=0, le=1)] | None = None


class ContractCondition(_Foreign):
    """Compares metadata fields; several names are asked alike."""

    name: Annotated[list[Annotated[str, Field(max_length=200)]], Field(min_length=1, max_length=20)]
    comparison_operator: Annotated[str, Field(max_length=40)]
    value: Any = None


class MetadataCondition(_Foreign):
    """Joins conditions."""

    logical_operator: Literal["and", "or"] = "and"
    conditions: Annotated[list[ContractCondition], Field(max_length=50, default_factory=list)]


class RetrievalRequest(_Foreign):
    """What the contract sends."""

    knowledge_id: Annotated[str, Field(min_length=1, max_length=200)]
    """The id or name of a dataset."""
    query: Annotated[str, Field(min_length=1, max_length=10_000)]
    retrieval_setting: Annotated[RetrievalSetting, Field(default_factory=RetrievalSetting)]
    metadata_condition: MetadataCondition | None = None


class RetrievalRecord(BaseModel):
    """A passage."""

    content: str
    score: float
    title: str
    metadata: dict[str, Any]


class RetrievalAnswer(BaseModel):
    """Passages, best first."""

    records: list[RetrievalRecord]


@router.post(
    "/retrieval",
    responses={
        **problems(Forbidden, Unavailable),
        200: {"model": RetrievalAnswer, "description": "Passages, best first"},
        404: {"description": "There is no such dataset: `error_code` is 2001"},
    },
)
@allow("datasets:read")
@limits(timeout_s=_SEARCH_S + 5)
@unaudited
async def retrieve(
    body: RetrievalRequest,
    caller: Caller,
    access: Access,
    bus: Annotated[Bus, provided(Bus)],
) -> Response:
    """Find passages for another platform, as Dify asks for external knowledge."""
    call = SearchChunks(
        query=body.query,
        datasets=(body.knowledge_id,),
        granted=(body.knowledge_id,),
        top_k=body.retrieval_setting.top_k,
        score_threshold=body.retrieval_setting.score_threshold,
        filter=filter_of(body.metadata_condition.model_dump() if body.metadata_condition else None),
    )
    try:
        await access.require(caller, body.knowledge_id)
        reply = await bus.call(
            call, tenant=caller.tenant, reply=SearchChunksReply, timeout_s=_SEARCH_S
        )
    except NotFound as error:
        return JsonResponse({"error_code": _UNKNOWN, "error_msg": str(error)}, status_code=404)
    return JsonResponse({"records": [_record(chunk) for chunk in reply.chunks]})


def _record(chunk: FoundChunk) -> dict[str, Any]:
    place = {"page": chunk.page, "heading_path": list(chunk.heading_path) or None}
    return {
        "content": chunk.text,
        "score": chunk.score,
        "title": chunk.document_name,
        "metadata": {
            **chunk.metadata,
            **{name: value for name, value in place.items() if value is not None},
            "document_id": chunk.document_id,
            "document_name": chunk.document_name,
            "chunk_id": chunk.id,
        },
    }
