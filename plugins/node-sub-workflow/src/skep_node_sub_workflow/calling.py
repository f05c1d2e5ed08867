"""Has the host run the app, and gives what came of it."""

from typing import Any, cast

from skep_contracts.plugins.nodes import NodeContext, NodeResult, NodeWait
from skep_node_sub_workflow.settings import SubWorkflowSettings


class SubWorkflowNode:
    """Waits for the other run; when that waits itself, so does this one."""

    async def run(self, ctx: NodeContext, settings: SubWorkflowSettings) -> NodeResult | NodeWait:
        """Return what the app gave; its failure is raised as this node's.

        Raises:
            NotFound: There is no such app, or it was never published.
        """
        inputs = cast("dict[str, Any]", ctx.value(settings.inputs))
        query = None if settings.query is None else ctx.text(settings.query)
        given = await ctx.run_app(settings.app, inputs=inputs, query=query)
        if isinstance(given, NodeWait):
            return given
        return NodeResult(
            outputs={"outputs": given.outputs, "answer": given.answer, "run_id": given.run_id}
        )
