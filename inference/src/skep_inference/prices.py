"""What a call costs."""

from skep_contracts.plugins.models import ModelInfo, Usage

_MILLION = 1_000_000


def cost_usd(info: ModelInfo | None, usage: Usage) -> float | None:
    """Return US dollars, or None when a price that is needed is unknown."""
    if info is None:
        return None
    cached = min(usage.cached_input_tokens, usage.input_tokens)
    cached_price = info.input_price if info.cached_input_price is None else info.cached_input_price
    parts = (
        (usage.input_tokens - cached, info.input_price),
        (cached, cached_price),
        (usage.output_tokens, info.output_price),
    )
    total = 0.0
    for tokens, price in parts:
        if tokens and price is None:
            return None
        total += tokens * (price or 0.0) / _MILLION
    return total
