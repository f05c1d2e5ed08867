"""The credential form, and models that many people use.

Context windows and prices (US dollars per million tokens, short context, standard tier) as
published in October 2026. They are a convenience: other names work as well, and operators override
what is out of date.
"""

from typing import Any, Final

from skep_contracts.plugins.models import ModelInfo, ModelKind

DEFAULT_BASE_URL: Final = "https://api.openai.com/v1"

CREDENTIAL_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "api_key": {
            "type": "string",
            "title": "API key",
            "writeOnly": True,
            "description": "Some servers of your own need none.",
        },
        "base_url": {
            "type": "string",
            "title": "Base URL",
            "format": "uri",
            "default": DEFAULT_BASE_URL,
            "description": "Where the API begins, usually ending in /v1.",
        },
        "organization": {"type": "string", "title": "Organisation id"},
        "project": {"type": "string", "title": "Project id"},
    },
    "additionalProperties": False,
}


def _chat(
    name: str,
    context: int,
    output: int | None,
    prices: tuple[float, float, float],
) -> ModelInfo:
    """Describe a chat model; `prices`: input, cached input, output."""
    return ModelInfo(
        name=name,
        kind=ModelKind.CHAT,
        context_tokens=context,
        max_output_tokens=output,
        tools=True,
        vision=True,
        json_schema=True,
        input_price=prices[0],
        cached_input_price=prices[1],
        output_price=prices[2],
    )


def _embedding(name: str, dimensions: int, price: float) -> ModelInfo:
    return ModelInfo(
        name=name,
        kind=ModelKind.EMBEDDING,
        context_tokens=8_192,
        dimensions=dimensions,
        max_batch=256,
        input_price=price,
        output_price=0.0,
    )


MODELS: Final = (
    _chat("gpt-6-luna", 1_050_000, None, (0.1, 0.01, 0.5)),
    _chat("gpt-6.1-terra", 1_050_000, None, (1.0, 0.05, 5.0)),
    _chat("gpt-6.1-sol", 1_050_000, None, (2.0, 0.1, 10.0)),
    _chat("gpt-5.4-mini", 400_000, 128_000, (0.75, 0.075, 4.5)),
    _chat("gpt-5.4-nano", 400_000, 128_000, (0.2, 0.02, 1.25)),
    _chat("gpt-5-mini", 400_000, 128_000, (0.25, 0.025, 2.0)),
    _chat("gpt-4.1", 1_047_576, 32_768, (2.0, 0.5, 8.0)),
    _chat("gpt-4.1-mini", 1_047_576, 32_768, (0.4, 0.1, 1.6)),
    _chat("gpt-4o", 128_000, 16_384, (2.5, 1.25, 10.0)),
    _chat("gpt-4o-mini", 128_000, 16_384, (0.15, 0.075, 0.6)),
    _embedding("text-embedding-3-small", 1_536, 0.02),
    _embedding("text-embedding-3-large", 3_072, 0.13),
)
BY_NAME: Final = {model.name: model for model in MODELS}
