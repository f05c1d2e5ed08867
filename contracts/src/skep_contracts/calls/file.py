"""Stored files, read by ingest."""

from typing import ClassVar, Final

from skep_contracts.envelope import Call, Reply
from skep_contracts.ids import BlobKey
from skep_contracts.values import MAX_VALUE_BYTES, FileRef

MAX_TEXT_BYTES: Final = MAX_VALUE_BYTES
"""Of one file: more could not be a value in a run."""


class ParseFile(Call, frozen=True, kw_only=True, tag="file.parse.v1"):
    """Read the text out of a file, in isolation and within limits.

    `InvalidInput` when no parser reads the format, or the file is damaged, protected or empty.
    """

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "parse_file"

    file: FileRef


class ParseFileReply(Reply, frozen=True, kw_only=True):
    """The text as Markdown: in `text`, or, when that is long, stored as UTF-8 under `blob`."""

    text: str | None = None
    blob: BlobKey | None = None
    pages: int | None = None
    """Where the format has pages: the last one with text."""
    title: str = ""
    note: str = ""
    """What was left out of the text, such as pages that are pictures."""
