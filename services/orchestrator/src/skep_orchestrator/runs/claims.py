"""The claim check: a value too large for the log goes to the blob store, and a reference is logged.

A reference is an object whose only key is ``$blob``; it stands for one value of an event's
mapping, or for the mapping as a whole. A value that merely looks like one is always stored,
however small, so that no reference in a log was ever written by a node or a user.
"""

from collections.abc import Mapping
from typing import Any, Final, Protocol

import msgspec

from skep_contracts.ids import BlobKey
from skep_contracts.plugins.models import ChatMessage
from skep_contracts.run_log import (
    NodeFailed,
    NodeStep,
    NodeSucceeded,
    NodeWaiting,
    RunEvent,
    RunPaused,
    RunResumed,
    RunStarted,
    RunSucceeded,
)
from skep_contracts.values import BLOB_KEY

LARGE_BYTES: Final = 32 * 1024
"""What an event's values may take in the log, all together."""
_WORTH_BYTES: Final = 512
_RESTORED_BYTES: Final = 256 * 1024 * 1024
_SHOWN_CHARACTERS: Final = 8_000

_MAPPINGS: Final[dict[type, tuple[str, ...]]] = {
    RunStarted: ("inputs", "system", "environment", "conversation", "pins"),
    NodeSucceeded: ("outputs",),
    NodeFailed: ("outputs",),
    NodeWaiting: ("wait",),
    NodeStep: ("value",),
    RunSucceeded: ("outputs",),
    RunPaused: ("waits",),
    RunResumed: ("answer",),
}
_history_decoder: Final = msgspec.json.Decoder(tuple[ChatMessage, ...])


class BlobStore(Protocol):
    """Where large values are kept."""

    async def put(self, tenant: str, content: bytes) -> BlobKey:
        """Store bytes; return their key."""
        ...

    async def get(self, tenant: str, key: BlobKey, *, max_bytes: int) -> bytes:
        """Return what was stored under a key."""
        ...


def looks_claimed(event: RunEvent) -> bool:
    """Tell whether some value of an event could be taken for a reference."""
    for field in _MAPPINGS.get(type(event), ()):
        mapping = getattr(event, field)
        if BLOB_KEY in mapping:
            return True
        for value in mapping.values():
            if type(value) is dict and BLOB_KEY in value:
                return True
    return False


async def check_in(event: RunEvent, blobs: BlobStore, tenant: str) -> RunEvent:
    """Return the event as it is logged; what is too large is stored first."""
    changes: dict[str, Any] = {}
    for field in _MAPPINGS.get(type(event), ()):
        mapping = getattr(event, field)
        smaller = await _check_in_mapping(mapping, blobs, tenant)
        if smaller is not mapping:
            changes[field] = smaller
    match event:
        case RunStarted(history=history) if history:
            encoded = msgspec.json.encode(history)
            if len(encoded) > LARGE_BYTES:
                changes["history"] = ()
                changes["history_blob"] = await blobs.put(tenant, encoded)
        case RunSucceeded(answer=str() as answer) if len(answer) > LARGE_BYTES // 4:
            if len(encoded := answer.encode()) > LARGE_BYTES:
                changes["answer"] = answer[:_SHOWN_CHARACTERS]
                changes["answer_blob"] = await blobs.put(tenant, encoded)
    return msgspec.structs.replace(event, **changes) if changes else event


async def _check_in_mapping(
    mapping: Mapping[str, Any], blobs: BlobStore, tenant: str
) -> Mapping[str, Any]:
    encoded = {name: msgspec.json.encode(value) for name, value in mapping.items()}
    total = sum(len(name) + len(value) for name, value in encoded.items())
    suspects = {n for n, value in mapping.items() if isinstance(value, dict) and BLOB_KEY in value}
    if total <= LARGE_BYTES and not suspects and BLOB_KEY not in mapping:
        return mapping
    smaller = dict(mapping)
    for name in sorted(encoded, key=lambda name: len(encoded[name]), reverse=True):
        size = len(encoded[name])
        if name in suspects or (total > LARGE_BYTES and size > _WORTH_BYTES):
            smaller[name] = await _store(encoded[name], blobs, tenant)
            total -= size - _WORTH_BYTES // 2
    if total > LARGE_BYTES or BLOB_KEY in mapping:
        return await _store(msgspec.json.encode(mapping), blobs, tenant)
    return smaller


async def _store(encoded: bytes, blobs: BlobStore, tenant: str) -> dict[str, Any]:
    key = await blobs.put(tenant, encoded)
    return {BLOB_KEY: {"key": key, "size_bytes": len(encoded)}}


async def check_out(event: RunEvent, blobs: BlobStore, tenant: str) -> RunEvent:
    """Return a logged event with everything that was stored put back.

    Raises:
        NotFound: What was stored is gone.
    """
    changes: dict[str, Any] = {}
    for field in _MAPPINGS.get(type(event), ()):
        mapping = getattr(event, field)
        whole = _claimed(mapping)
        if whole is not None:
            changes[field] = await _fetch(whole, blobs, tenant)
            continue
        found = {name: key for name, value in mapping.items() if (key := _claimed(value))}
        if found:
            values = {name: await _fetch(key, blobs, tenant) for name, key in found.items()}
            changes[field] = {**mapping, **values}
    match event:
        case RunStarted(history_blob=str() as key):
            content = await blobs.get(tenant, BlobKey(key), max_bytes=_RESTORED_BYTES)
            changes["history"] = _history_decoder.decode(content)
        case RunSucceeded(answer_blob=str() as key):
            content = await blobs.get(tenant, BlobKey(key), max_bytes=_RESTORED_BYTES)
            changes["answer"] = content.decode()
    return msgspec.structs.replace(event, **changes) if changes else event


def _claimed(value: object) -> str | None:
    if isinstance(value, Mapping) and len(value) == 1:
        match value.get(BLOB_KEY):
            case {"key": str() as key}:
                return key
    return None


async def _fetch(key: str, blobs: BlobStore, tenant: str) -> Any:
    return msgspec.json.decode(await blobs.get(tenant, BlobKey(key), max_bytes=_RESTORED_BYTES))


def claimed_bytes(event: RunEvent) -> int:
    """Return how many bytes of an event's values are stored apart, as JSON; answers not counted."""
    size = 0
    for field in _MAPPINGS.get(type(event), ()):
        mapping = getattr(event, field)
        for value in (mapping, *mapping.values()):
            match value:
                case {"$blob": {"size_bytes": int() as stored}} if len(value) == 1:
                    size += stored
    return size
