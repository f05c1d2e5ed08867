"""What a chunk is called in a store, and what is kept beside its text."""

from collections.abc import Mapping
from typing import Any, Final

from skep_contracts.plugins.parsers import ChunkDraft
from skep_ingest.shaping.parts import CutChunk

KEYWORDS: Final = "chunk_keywords"
EDITED: Final = "chunk_edited"
PARENT: Final = "chunk_parent"
PART_START: Final = "chunk_part_start"
PART_END: Final = "chunk_part_end"
OWN_FIELDS: Final = frozenset(
    {"page", "heading_path", "start", "end", KEYWORDS, EDITED, PARENT, PART_START, PART_END}
)
"""Metadata fields that a chunk has for itself."""
RESERVED_FIELDS: Final = OWN_FIELDS | {"document_name"}
"""Metadata fields of a stored chunk that are not the user's."""


def chunk_id(document_id: str, version: int, seq: int) -> str:
    """Return the id of a chunk: the same however often a document version is indexed."""
    return f"{document_id}.{version}.{seq}"


def version_of(chunk: str) -> int:
    """Return the document version in a chunk's id; 0 when it is no id of ours."""
    _, _, rest = chunk.partition(".")
    version = rest.partition(".")[0]
    return int(version) if version.isdecimal() else 0


def stored_facts(draft: ChunkDraft, *, name: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the metadata a chunk is stored with: ours, and the user's beside it."""
    facts: dict[str, Any] = {
        **fields,
        "document_name": name,
        "start": draft.start,
        "end": draft.end,
    }
    if draft.page is not None:
        facts["page"] = draft.page
    if draft.heading_path:
        facts["heading_path"] = list(draft.heading_path)
    if isinstance(draft, CutChunk) and draft.parent is not None:
        facts[PARENT] = draft.parent
        if draft.part is not None:
            facts[PART_START], facts[PART_END] = draft.part
    return facts
