"""Routes about documents that belong to no app yet, and about node types."""

import asyncio
from typing import Annotated

from fastapi import Request
from starlette.responses import Response

from skep_contracts.graph import WorkflowDocument, version_hash
from skep_contracts.graph_check import CheckedDocument
from skep_contracts.problems import Forbidden, InvalidInput
from skep_gateway.web.dependencies import provided
from skep_gateway.web.limits import allow, reads_body, unaudited
from skep_gateway.web.problems import NotAcceptable, problems
from skep_gateway.web.route import api_router
from skep_gateway.workflows.check_workflow import check_workflow
from skep_gateway.workflows.documents import DOCUMENT_BODY, read_document
from skep_gateway.workflows.node_shapes import NodeShape, node_shapes
from skep_gateway.workflows.node_types import NodeTypes
from skep_gateway.workflows.views import CheckView, Fault, OutputView
from skep_runtime.plugins import PluginHost

router = api_router("/api/v1", tag="workflows")


@router.post(
    "/workflow-checks", responses=problems(Forbidden, NotAcceptable), openapi_extra=DOCUMENT_BODY
)
@reads_body
@allow("apps:read")
@unaudited
async def check_document(
    request: Request, plugins: Annotated[PluginHost, provided(PluginHost)]
) -> CheckView:
    """Check a document without saving it. What is wrong with it is the answer, not an error."""
    document: WorkflowDocument | None = None
    try:
        document = await read_document(request)
        checked = await check_workflow(document, plugins.nodes)
    except NotAcceptable:
        raise
    except InvalidInput as error:
        return CheckView(
            ok=False,
            name=document.app.name if document else None,
            detail=error.detail,
            errors=Fault.all_of(error.errors),
            outputs=[],
            nodes=await _shapes(document, plugins),
        )
    return CheckView(
        ok=True,
        name=document.app.name,
        version=version_hash(document),
        errors=[],
        outputs=_outputs(checked),
        nodes=await _shapes(document, plugins),
    )


async def _shapes(document: WorkflowDocument | None, plugins: PluginHost) -> dict[str, NodeShape]:
    if document is None:
        return {}
    return await asyncio.to_thread(node_shapes, document, plugins.nodes)


def _outputs(checked: CheckedDocument) -> list[OutputView]:
    return [
        OutputView(node=node_id, name=output.name, type=output.type)
        for node_id in checked.ends
        for output in checked.nodes[node_id].outputs
    ]


@router.get("/node-types", responses=problems(Forbidden))
@allow("apps:read")
async def list_node_types(types: Annotated[NodeTypes, provided(NodeTypes)]) -> Response:
    """List the installed node types with the JSON Schemas of their settings."""
    return Response(types.encoded(), media_type="application/json")


@router.get("/workflow-schema", responses=problems(Forbidden))
@allow("apps:read")
async def show_schema(types: Annotated[NodeTypes, provided(NodeTypes)]) -> Response:
    """Return the JSON Schema of a document, with the settings of the installed node types."""
    return Response(types.schema(), media_type="application/schema+json")
