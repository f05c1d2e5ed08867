"""The route of datasets' tags."""

from typing import Final

from starlette.responses import Response

from skep_contracts.calls.dataset import ListDatasetTags, ListDatasetTagsReply
from skep_contracts.problems import Forbidden, Unavailable
from skep_gateway.datasets.access.visible import Access
from skep_gateway.datasets.routes import OnBus
from skep_gateway.web.dependencies import Caller
from skep_gateway.web.limits import allow
from skep_gateway.web.pages import MAX_PAGE
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_gateway.web.shapes import JsonResponse, answers

router = api_router("/api/v1/dataset-tags", tag="datasets")

_CALL_S: Final = 15.0


@router.get(
    "",
    responses={
        **problems(Forbidden, Unavailable),
        200: answers(ListDatasetTagsReply, "The tags that datasets have, the most used first"),
    },
)
@allow("datasets:read")
async def list_tags(caller: Caller, access: Access, bus: OnBus) -> Response:
    """List the tags that datasets have, the most used first; those beyond a page are left out."""
    call = ListDatasetTags(limit=MAX_PAGE, granted=await access.granted(caller))
    return JsonResponse(
        await bus.call(call, tenant=caller.tenant, reply=ListDatasetTagsReply, timeout_s=_CALL_S)
    )
