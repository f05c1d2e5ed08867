"""Writes the binary event streams of AWS, and in them a message of a model."""

import json
import struct
import zlib
from typing import Any

from skep_testing.http_server import Answer

CONTENT_TYPE = "application/vnd.amazon.eventstream"


def frame(headers: dict[str, str], payload: bytes) -> bytes:
    """Return one frame."""
    coded = b"".join(
        bytes([len(name)])
        + name.encode()
        + b"\x07"
        + struct.pack(">H", len(value))
        + value.encode()
        for name, value in headers.items()
    )
    prelude = struct.pack(">II", 16 + len(coded) + len(payload), len(coded))
    begun = prelude + struct.pack(">I", zlib.crc32(prelude)) + coded + payload
    return begun + struct.pack(">I", zlib.crc32(begun))


def event(kind: str, **fields: Any) -> bytes:
    """Return an event; the vendor pads its payload."""
    headers = {
        ":event-type": kind,
        ":content-type": "application/json",
        ":message-type": "event",
    }
    return frame(headers, json.dumps({**fields, "p": "abcdef"}, ensure_ascii=False).encode())


def exception(kind: str, message: str) -> bytes:
    """Return an exception in the middle of a stream."""
    headers = {
        ":exception-type": kind,
        ":content-type": "application/json",
        ":message-type": "exception",
    }
    return frame(headers, json.dumps({"message": message}).encode())


def block(index: int, *deltas: dict[str, Any], start: dict[str, Any] | None = None) -> bytes:
    """Return the events of a block; one of text has no start."""
    begin = event("contentBlockStart", contentBlockIndex=index, start=start) if start else b""
    more = [event("contentBlockDelta", contentBlockIndex=index, delta=delta) for delta in deltas]
    return b"".join([begin, *more, event("contentBlockStop", contentBlockIndex=index)])


def message(*blocks: bytes, stop: str = "end_turn", usage: dict[str, int] | None = None) -> Answer:
    """Return a whole streamed message."""
    counted = {"inputTokens": 12, "outputTokens": 5} if usage is None else usage
    body = [
        event("messageStart", role="assistant"),
        *blocks,
        event("messageStop", stopReason=stop),
        event("metadata", usage=counted, metrics={"latencyMs": 7}) if counted else b"",
    ]
    return Answer(headers={"content-type": CONTENT_TYPE}, body=b"".join(body))
