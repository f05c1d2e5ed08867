"""Names of the OpenTelemetry conventions for generative AI, which still change: pinned here.

https://opentelemetry.io/docs/specs/semconv/gen-ai/ (status: development). Import them from here.
"""

from typing import Final

OPERATION: Final = "gen_ai.operation.name"
PROVIDER: Final = "gen_ai.provider.name"
REQUEST_MODEL: Final = "gen_ai.request.model"
RESPONSE_MODEL: Final = "gen_ai.response.model"
FINISH_REASONS: Final = "gen_ai.response.finish_reasons"
INPUT_TOKENS: Final = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS: Final = "gen_ai.usage.output_tokens"
TOKEN_TYPE: Final = "gen_ai.token.type"  # noqa: S105  # kind of token: input or output
CONVERSATION: Final = "gen_ai.conversation.id"
TOOL_NAME: Final = "gen_ai.tool.name"
INPUT_MESSAGES: Final = "gen_ai.input.messages"
OUTPUT_MESSAGES: Final = "gen_ai.output.messages"
ERROR_TYPE: Final = "error.type"

TOKEN_USAGE: Final = "gen_ai.client.token.usage"  # noqa: S105  # a metric
OPERATION_DURATION: Final = "gen_ai.client.operation.duration"
"""Seconds."""
TOKEN_BUCKETS: Final = tuple(float(4**power) for power in range(14))
DURATION_BUCKETS: Final = tuple(0.01 * 2**power for power in range(14))


def span_name(operation: str, subject: str) -> str:
    """Return the name of a span, such as ``chat gpt-4o``; `subject` is never an identifier."""
    return f"{operation} {subject}"
