"""Whether a search makes sense."""

from collections.abc import Iterator
from typing import Final

from skep_contracts.asking.rewording import MAX_WORDINGS
from skep_contracts.calls.chunk import SearchChunks
from skep_contracts.problems import FieldError, InvalidInput

_MOST: Final = 1000
_MOST_DATASETS: Final = 50
_MOST_QUERY_CHARS: Final = 10_000
_WIDEST: Final = 10
_MOST_CHUNKS: Final = 2_000
"""In all passages of an answer together."""


def check(call: SearchChunks) -> None:
    """Say what is wrong.

    Raises:
        InvalidInput: Something is.
    """
    faults = [
        FieldError(pointer=pointer, message=message)
        for pointer, is_good, message in (*_of_query(call), *_of_numbers(call))
        if not is_good
    ]
    if faults:
        raise InvalidInput(f"The search cannot be made: {faults[0].message}.", errors=faults)


def _of_query(call: SearchChunks) -> Iterator[tuple[str, bool, str]]:
    yield "/query", bool(call.query.strip()), "is empty"
    for pointer, query in (
        ("/query", call.query),
        *((f"/other_queries/{at}", query) for at, query in enumerate(call.other_queries)),
    ):
        is_short = len(query) <= _MOST_QUERY_CHARS
        yield pointer, is_short, f"over {_MOST_QUERY_CHARS} characters"
    for at, query in enumerate(call.other_queries):
        yield f"/other_queries/{at}", bool(query.strip()), "is empty"
    is_few = len(call.other_queries) <= MAX_WORDINGS
    yield "/other_queries", is_few, f"more than {MAX_WORDINGS}"
    if call.rewording is not None:
        count = call.rewording.count
        yield "/rewording/count", 1 <= count <= MAX_WORDINGS, f"must be from 1 to {MAX_WORDINGS}"
    yield "/datasets", bool(call.datasets), "name at least one"
    yield "/datasets", len(call.datasets) <= _MOST_DATASETS, f"more than {_MOST_DATASETS}"


def _of_numbers(call: SearchChunks) -> Iterator[tuple[str, bool, str]]:
    least = call.score_threshold
    yield "/top_k", 1 <= call.top_k <= _MOST, f"must be from 1 to {_MOST}"
    yield "/vector_weight", 0 <= call.vector_weight <= 1, "must be from 0 to 1"
    yield "/score_threshold", least is None or 0 <= least <= 1, "must be from 0 to 1"
    yield "/expand", 0 <= call.expand <= _WIDEST, f"must be from 0 to {_WIDEST}"
    is_small = not call.expand or call.top_k * (2 * call.expand + 1) <= _MOST_CHUNKS
    yield "/expand", is_small, f"makes more than {_MOST_CHUNKS} chunks with so many passages"
    for name, weight in call.dataset_weights.items():
        pointer = f"/dataset_weights/{name[:200]}"
        yield pointer, name in call.datasets, "is none of the datasets that are searched"
        yield pointer, 0 < weight <= 1, "must be above 0, and 1 at the most"
