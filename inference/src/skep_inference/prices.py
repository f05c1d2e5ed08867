"""What a call costs."""

from skep_contracts.plugins.models import ModelInfo, Usage

_MILLION = 1_000_000
_MINUTE_S = 60


def cost_usd(info: ModelInfo | None, usage: Usage) -> float | None:
    """Return US dollars, or None when a price that is needed is unknown.

    A model with a price for minutes, characters, images or searches costs that alone; the others
    cost their tokens.
    """
    if info is None:
        return None
    units = _units(info, usage)
    if units is not None:
        return sum(units) if units or usage == Usage() else None
    has_tokens = usage.input_tokens or usage.output_tokens
    if not has_tokens and (usage.audio_s or usage.characters or usage.images or usage.searches):
        return 0.0 if info.input_price == info.output_price == 0 else None
    return _tokens(info, usage)


def _units(info: ModelInfo, usage: Usage) -> list[float] | None:
    """Return what each measure costs that there is something of; None when none has a price."""
    by_form = info.image_prices.get(usage.image_form, info.image_price)
    has_image_price = info.image_price is not None or bool(info.image_prices)
    prices = (
        (info.minute_price, usage.audio_s / _MINUTE_S),
        (info.character_price, usage.characters / _MILLION),
        (by_form, usage.images),
        (info.search_price, usage.searches / 1_000),
    )
    if not has_image_price and all(price is None for price, _ in prices):
        return None
    return [price * amount for price, amount in prices if price is not None and amount]


def _tokens(info: ModelInfo, usage: Usage) -> float | None:
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
