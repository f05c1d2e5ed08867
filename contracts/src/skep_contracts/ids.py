"""Identifiers: a short prefix that says what it names, and a ULID that says when it was made.

ULIDs follow https://github.com/ulid/spec: 48 bits of milliseconds since the epoch and 80 random
bits, in Crockford's base 32. They sort by time of creation.
"""

import re
import secrets
import time
from typing import Final, NewType

TenantId = NewType("TenantId", str)
MemberId = NewType("MemberId", str)
ApiKeyId = NewType("ApiKeyId", str)
AppId = NewType("AppId", str)
VersionHash = NewType("VersionHash", str)
"""Lower-case hexadecimal SHA-256 of a workflow document in canonical form."""
RunId = NewType("RunId", str)
ConversationId = NewType("ConversationId", str)
MessageId = NewType("MessageId", str)
DatasetId = NewType("DatasetId", str)
DocumentId = NewType("DocumentId", str)
SourceId = NewType("SourceId", str)
ChunkId = NewType("ChunkId", str)
FileId = NewType("FileId", str)
CredentialId = NewType("CredentialId", str)
WebhookId = NewType("WebhookId", str)
EndUserId = NewType("EndUserId", str)
NodeId = NewType("NodeId", str)
PortName = NewType("PortName", str)
BlobKey = NewType("BlobKey", str)
"""Lower-case hexadecimal SHA-256 of a stored value; see `skep_contracts.values`."""

PREFIXES: Final = {
    "tenant": "t",
    "member": "mem",
    "key": "key",
    "app": "app",
    "run": "run",
    "conversation": "conv",
    "message": "msg",
    "dataset": "ds",
    "document": "doc",
    "source": "src",
    "chunk": "chk",
    "file": "file",
    "credential": "cred",
    "webhook": "wh",
    "session": "ses",
    "end_user": "eu",
    "budget": "bud",
    "invitation": "inv",
    "audit_record": "aud",
}

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_BITS: Final = 80
_ULID: Final = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}\Z")
NODE_ID_PATTERN: Final = r"^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$"


def new_ulid(at_ms: int | None = None) -> str:
    """Return a fresh ULID: 26 characters that sort by creation time.

    Args:
        at_ms: Milliseconds since the Unix epoch; now when left out.
    """
    now_ms = time.time_ns() // 1_000_000
    return ulid_of(now_ms if at_ms is None else at_ms, secrets.randbits(_RANDOM_BITS))


def ulid_of(at_ms: int, bits: int) -> str:
    """Return the ULID of a time and the last 80 bits of a number, such as a digest's."""
    number = (at_ms << _RANDOM_BITS) | (bits & ((1 << _RANDOM_BITS) - 1))
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))


def is_ulid(text: str) -> bool:
    """Tell whether `text` is a well-formed ULID."""
    return _ULID.match(text) is not None


def ulid_time_ms(ulid: str) -> int:
    """Return the creation time of a ULID in milliseconds since the Unix epoch."""
    number = 0
    for character in ulid[:10]:
        number = number << 5 | _ALPHABET.index(character)
    return number


def new_id(noun: str) -> str:
    """Return a new identifier for `noun`, one of `PREFIXES`, such as ``run_01J…``."""
    return f"{PREFIXES[noun]}_{new_ulid()}"


def is_id(noun: str, text: str) -> bool:
    """Tell whether `text` is a well-formed identifier of `noun`."""
    prefix, _, ulid = text.partition("_")
    return prefix == PREFIXES[noun] and is_ulid(ulid)
