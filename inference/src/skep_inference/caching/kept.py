"""Answers in the bucket that every process shares."""

import asyncio
import hashlib
import logging
import time
from typing import TYPE_CHECKING, Final

import msgspec

from skep_contracts.plugins.models import (
    ChatDelta,
    ChatRequest,
    ReasoningDelta,
    StreamEnd,
    TextDelta,
    ToolCallDelta,
    Usage,
)
from skep_contracts.problems import SkepError
from skep_contracts.topology import ANSWERS

if TYPE_CHECKING:
    from skep_runtime.bus import Bus

_LOG: Final = logging.getLogger(__name__)
MAX_ANSWER_BYTES: Final = 200_000
_WAIT_S: Final = 1.0
"""How long a call waits for what is kept; a model is called when that takes longer."""
_KEPT_ENDS: Final = frozenset({"stop", "tool_calls", "length"})


class KeptAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as it is kept."""

    deltas: tuple[ChatDelta, ...]
    """Text and reasoning in one piece each; the end comes last."""
    made_at: float
    """Seconds since 1970."""


_encode: Final = msgspec.json.Encoder().encode
_encode_ordered: Final = msgspec.json.Encoder(order="deterministic").encode
_decode: Final = msgspec.json.Decoder(KeptAnswer).decode


def answer_key(tenant: str, reference: str, request: ChatRequest) -> str:
    """Return where the answer to a request of a tenant is kept: everything that shapes it counts.

    Raises:
        UnicodeEncodeError: It holds half a character; nothing is kept of it.
    """
    bare = msgspec.structs.replace(request, model=reference, idempotency_key=None, cache=None)
    return f"{tenant}.{hashlib.blake2b(_encode_ordered(bare), digest_size=20).hexdigest()}"


class KeptAnswers:
    """Finds and keeps answers. What fails here costs a call, never an answer."""

    def __init__(self, bus: "Bus") -> None:
        """Keep them on `bus`."""
        self._bus = bus

    async def find(self, key: str, *, ttl_s: float) -> KeptAnswer | None:
        """Return an answer that is not older than `ttl_s`."""
        try:
            async with asyncio.timeout(_WAIT_S):
                entry = await self._bus.bucket(ANSWERS).get(key)
            answer = None if entry is None else _decode(entry.value)
        except (SkepError, TimeoutError, msgspec.DecodeError) as error:
            _LOG.warning("kept answers cannot be read", extra={"error": type(error).__name__})
            return None
        if answer is None or not answer.deltas or time.time() - answer.made_at > ttl_s:
            return None
        return answer

    async def keep(self, key: str, deltas: list[ChatDelta]) -> bool:
        """Keep an answer that ended as it should, and is not too large; tell whether it is kept."""
        end = deltas[-1] if deltas else None
        if not isinstance(end, StreamEnd) or end.finish_reason not in _KEPT_ENDS:
            return False
        try:
            value = _encode(KeptAnswer(deltas=_joined(deltas), made_at=time.time()))
            if len(value) > MAX_ANSWER_BYTES:
                return False
            async with asyncio.timeout(_WAIT_S):
                await self._bus.bucket(ANSWERS).put(key, value)
        except (SkepError, TimeoutError, UnicodeEncodeError) as error:
            _LOG.warning("answer not kept", extra={"error": type(error).__name__})
            return False
        return True


def _joined(deltas: list[ChatDelta]) -> tuple[ChatDelta, ...]:
    """Join the pieces of a text that follow each other; nothing of the end's usage is kept."""
    found: list[ChatDelta] = []
    for delta in deltas:
        last = found[-1] if found else None
        match delta, last:
            case TextDelta(), TextDelta():
                found[-1] = TextDelta(
                    text=last.text + delta.text, logprobs=last.logprobs + delta.logprobs
                )
            case ReasoningDelta(), ReasoningDelta():
                found[-1] = ReasoningDelta(text=last.text + delta.text)
            case StreamEnd(), _:
                found.append(msgspec.structs.replace(delta, usage=Usage()))
            case ((TextDelta() | ReasoningDelta() | ToolCallDelta()), _):
                found.append(delta)
    return tuple(found)
