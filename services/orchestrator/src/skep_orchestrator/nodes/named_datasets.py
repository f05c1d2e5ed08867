"""Which datasets an app itself names, whatever it is given when it runs."""

from collections.abc import Iterable
from typing import Any

import msgspec

from skep_contracts.values import texts_in


def named_in(settings: Any, datasets: Iterable[str]) -> tuple[str, ...]:
    """Return those of the datasets that stand in a node's settings, word for word.

    Whoever saved the app was asked then whether they may read these. What a reference brings in
    when it runs, nobody was asked for: a restricted dataset is not found by it.
    """
    written = {text.strip() for text in texts_in(msgspec.to_builtins(settings))}
    return tuple(name for name in datasets if name in written)
