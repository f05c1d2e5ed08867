"""Which datasets an app itself names, whatever it is given when it runs."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec


def named_in(settings: Any, datasets: Iterable[str]) -> tuple[str, ...]:
    """Return those of the datasets that stand in a node's settings, word for word.

    Whoever saved the app was asked then whether they may read these. What a reference brings in
    when it runs, nobody was asked for: a restricted dataset is not found by it.
    """
    written = {text.strip() for text in _texts(msgspec.to_builtins(settings))}
    return tuple(name for name in datasets if name in written)


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list() | tuple():
            for item in value:
                yield from _texts(item)
        case dict():
            for item in value.values():
                yield from _texts(item)
