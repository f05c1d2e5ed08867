"""What a question expects: passages of a dataset, an answer, or both."""

from typing import Annotated, Any

import msgspec

Line = Annotated[str, msgspec.Meta(min_length=1, max_length=10_000)]


class ExpectedPassage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A passage that should be found: all that is said of it must be true of a chunk."""

    document: Line | None = None
    """The document's name."""
    text: Line | None = None
    """Words of the passage, as they stand there; case and spaces do not count."""
    page: Annotated[int, msgspec.Meta(ge=1)] | None = None
    heading: Line | None = None
    """One of the headings it stands below."""
    chunk: Line | None = None
    """A chunk's id; it holds until the document is split anew."""
    grade: Annotated[float, msgspec.Meta(gt=0, le=100)] = 1.0
    """How much it is worth beside others; counts for nDCG alone."""

    def __post_init__(self) -> None:
        """Refuse one that every chunk would be."""
        if not any((self.document, self.text, self.chunk)):
            raise ValueError("a passage has at least one of `document`, `text` and `chunk`")


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question, with the passages or the answer that are expected."""

    question: Line
    id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)] = ""
    """``q1``, ``q2`` … by its place when left out."""
    expected: tuple[ExpectedPassage, ...] = ()
    answer: Annotated[str, msgspec.Meta(min_length=1, max_length=50_000)] | None = None
    inputs: dict[str, Any] = {}
    """Fields of an app's start form."""
    filter: dict[str, Any] | None = None
    """A filter of its own, in place of the one of the settings."""
