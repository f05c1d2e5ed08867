"""Which expected passages a found chunk shows. Nothing here depends on how a dataset was split."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from skep_cli.evaluation.questions import ExpectedPassage

_SHARE: Final = 0.5
"""A chunk that holds so much of a quotation shows it: chunks may cut one in two."""


def shown_by(chunk: Mapping[str, Any], expected: Sequence[ExpectedPassage]) -> set[int]:
    """Return the positions of the expected passages that a chunk of a search shows."""
    return {at for at, passage in enumerate(expected) if _shows(chunk, passage)}


def _shows(chunk: Mapping[str, Any], passage: ExpectedPassage) -> bool:
    """Tell whether all that is said of the passage is true of the chunk."""
    return (
        (passage.chunk is None or chunk["id"] == passage.chunk)
        and (passage.document is None or chunk["document_name"] == passage.document)
        and (passage.page is None or chunk.get("page") == passage.page)
        and (passage.heading is None or _is_below(chunk.get("heading_path") or (), passage.heading))
        and (passage.text is None or quoted_share(chunk["text"], passage.text) >= _SHARE)
    )


def _is_below(path: Sequence[str], heading: str) -> bool:
    wanted = folded(heading)
    return any(folded(each) == wanted for each in path)


def folded(text: str) -> str:
    """Return a text without what splitting and typing change: case, and how spaces look."""
    return " ".join(text.casefold().split())


def quoted_share(text: str, quotation: str) -> float:
    """Return how much of a quotation a text holds: all of it, or its beginning or end at an edge.

    Returns:
        A share of the quotation's characters, from 0 to 1.
    """
    held, wanted = folded(text), folded(quotation)
    if wanted in held:
        return 1.0
    if held and held in wanted:
        return len(held) / len(wanted)
    most = min(len(held), len(wanted))
    for length in range(most, 0, -1):
        if held.endswith(wanted[:length]) or held.startswith(wanted[-length:]):
            return length / len(wanted)
    return 0.0
