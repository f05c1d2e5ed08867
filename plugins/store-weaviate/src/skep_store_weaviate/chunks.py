"""From chunks to objects of Weaviate and back."""

import array
import math
import sys
import uuid
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from skep_contracts.plugins.stores import CollectionRef, StoredChunk
from skep_contracts.problems import FieldError, InvalidInput
from skep_contracts.words.tokens import is_unspaced, tokens
from skep_store_weaviate.filters import facts_of
from skep_store_weaviate.schema import (
    CHUNK,
    DOCUMENT,
    ENABLED,
    FACTS,
    METADATA,
    SEQ,
    TEXT,
    VERSION,
    WORDS,
)

MAX_WORDS: Final = 64
"""Words of a query beyond these are ignored."""
_NAMESPACE: Final = uuid.UUID("6f1b8a54-6c4e-5b0a-9a39-2f6a1d3c7b10")
_LONGEST_WORD: Final = 256
_BYTES: Final = 4


def object_id(chunk_id: str) -> str:
    """Return the id of a chunk's object; equal chunks of different tenants do not meet."""
    return str(uuid.uuid5(_NAMESPACE, chunk_id))


def floats(vector: bytes) -> list[float]:
    """Return float32, little-endian, as numbers."""
    found = array.array("f", vector)
    if sys.byteorder == "big":
        found.byteswap()
    return found.tolist()


def packed(vector: Sequence[float]) -> bytes:
    """Return numbers as float32, little-endian."""
    made = array.array("f", vector)
    if sys.byteorder == "big":
        made.byteswap()
    return made.tobytes()


def indexed_words(text: str) -> str:
    """Return what is indexed of a text: its tokens, and each character of unspaced scripts."""
    found = tokens(text)
    singles = [token[0] for token in found if len(token) > 1 and is_unspaced(token[0])]
    return " ".join(token[:_LONGEST_WORD] for token in (*found, *singles))


def asked_words(query: str) -> str:
    """Return the words that a query looks for; none are in it for white space alone."""
    found = tokens(query)
    pairs = {token for token in found if len(token) > 1}
    wanted: dict[str, None] = {}
    previous = ""
    for token in found:
        is_end = len(token) == 1 and is_unspaced(token) and previous.endswith(token)
        if not (is_end and previous in pairs):  # the pair before says more
            wanted[token[:_LONGEST_WORD]] = None
        previous = token
    return " ".join(list(wanted)[:MAX_WORDS])


def check_vector(vector: bytes, collection: CollectionRef, pointer: str) -> list[float]:
    """Return a vector's numbers.

    Raises:
        InvalidInput: It has another length, or holds what is no number.
    """
    if len(vector) != _BYTES * collection.dimensions:
        raise _refused(pointer, f"A vector here has {collection.dimensions} numbers.")
    found = floats(vector)
    if not all(map(math.isfinite, found)):
        raise _refused(pointer, "A vector holds what is no number.")
    return found


def properties_of(chunk: StoredChunk) -> dict[str, Any]:
    """Return what is kept of a chunk beside its vector.

    Raises:
        InvalidInput: Text or metadata cannot be kept.
    """
    try:
        chunk.text.encode()
        metadata = msgspec.json.encode(chunk.metadata).decode()
    except UnicodeEncodeError:
        raise _refused("/text", "A text holds half of a surrogate pair.") from None
    except (TypeError, ValueError, RecursionError):
        raise _refused("/metadata", "The metadata are no JSON values.") from None
    return {
        CHUNK: chunk.id,
        DOCUMENT: chunk.document_id,
        VERSION: chunk.document_version,
        SEQ: chunk.seq,
        TEXT: chunk.text,
        WORDS: indexed_words(chunk.text),
        METADATA: metadata,
        FACTS: facts_of(msgspec.json.decode(metadata)),
        ENABLED: chunk.enabled,
    }


def chunk_of(properties: Any, vector: Sequence[float]) -> StoredChunk:
    """Return the chunk that an object holds."""
    return StoredChunk(
        id=properties[CHUNK],
        document_id=properties[DOCUMENT],
        document_version=int(properties[VERSION]),
        seq=int(properties[SEQ]),
        text=properties[TEXT],
        vector=packed(vector),
        metadata=msgspec.json.decode(properties[METADATA]),
        enabled=bool(properties[ENABLED]),
    )


def _refused(pointer: str, message: str) -> InvalidInput:
    return InvalidInput(message, errors=[FieldError(pointer=pointer, message=message)])
