"""From blocks to what is stored: clean, split, cut again, and say where everything stands."""

from collections.abc import Iterator

import msgspec

from skep_contracts.plugins.parsers import Block, ChunkDraft, Chunker, ChunkSpec
from skep_ingest.shaping.clean_blocks import cleaned
from skep_ingest.shaping.parts import children, limited
from skep_ingest.shaping.places import Places


def shaped(blocks: Iterator[Block], spec: ChunkSpec, chunker: Chunker) -> Iterator[ChunkDraft]:
    """Yield the chunks of a document, lazily and in bounded memory.

    Offsets are those of the document's text before cleaning: between `start` and `end` stands the
    chunk, and what was taken out of it.
    """
    if not (spec.clean or spec.children or spec.max_tokens):
        yield from chunker.split(blocks, spec)
        return
    places = Places()
    split = _forgetting(chunker.split(places.passing(cleaned(blocks, spec.clean)), spec), places)
    in_children = spec.children is not None
    for draft in children(split if in_children else limited(split, spec), spec, chunker):
        start, end, page = places.of(draft.start, draft.end)
        # A chunk's page is that of what is new in it, which its chunker knows.
        page = page if in_children else draft.page
        yield msgspec.structs.replace(draft, start=start, end=end, page=page)


def _forgetting(drafts: Iterator[ChunkDraft], places: Places) -> Iterator[ChunkDraft]:
    for draft in drafts:
        places.forget(draft.start)
        yield draft
