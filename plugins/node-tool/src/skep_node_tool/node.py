"""Resolves the arguments, calls the tool, and gives what it gave."""

from typing import Annotated, Any

import msgspec

from skep_contracts.plugins.nodes import NodeContext, NodeResult
from skep_contracts.problems import FieldError, InvalidInput, SkepError


class ToolSettings(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Which tool to call, and with what."""

    tool: Annotated[
        str,
        msgspec.Meta(
            min_length=1,
            max_length=200,
            description="The tool's name; of a toolkit's tool `toolkit__tool`.",
        ),
    ]
    arguments: Annotated[
        dict[str, Any], msgspec.Meta(description="By name; may refer to values of the run.")
    ] = {}


class ToolNode:
    """One call. It fails where the tool cannot be called; what the tool refuses is a result."""

    async def run(self, ctx: NodeContext, settings: ToolSettings) -> NodeResult:
        """Call the tool.

        Raises:
            NotFound: There is no such tool.
            InvalidInput: The arguments do not follow its schema.
            SkepError: Whatever else keeps the tool from doing its work.
        """
        arguments: Any = ctx.value(settings.arguments)
        try:
            result = await ctx.call_tool(settings.tool, arguments)
        except InvalidInput as error:
            raise _in_settings(error) from error
        return NodeResult(
            outputs={"text": result.text, "data": result.data, "is_error": result.is_error}
        )


def _in_settings(error: InvalidInput) -> SkepError:
    """Return the same error with its places told as the author of the workflow sees them."""
    errors = [
        FieldError(pointer=f"/arguments{fault.pointer}", message=fault.message)
        for fault in error.errors
    ]
    return InvalidInput(
        error.detail, errors=errors, retry_after_s=error.retry_after_s, code=error.exact_code
    )
