"""Finds the answer to a question that means nearly the same, where callers choose so."""

import asyncio
import hashlib
import logging
import math
import re
import time
from array import array
from collections.abc import Sequence
from operator import mul
from typing import TYPE_CHECKING, Final

import msgspec

from skep_contracts.plugins.models import ChatRequest, TextPart
from skep_contracts.problems import Conflict, SkepError
from skep_contracts.topology import ANSWERS
from skep_inference.caching.kept import answer_key

if TYPE_CHECKING:
    from skep_runtime.bus import Bus

_LOG: Final = logging.getLogger(__name__)
_MAX_QUESTIONS: Final = 64
"""Questions that are remembered of one frame, the newest; all are compared."""
_MAX_BYTES: Final = 200_000
_MAX_QUESTION_CHARS: Final = 2_000
_LONGEST_S: Final = 7 * 86_400.0
_WAIT_S: Final = 1.0
_TRIES: Final = 3
_LEVELS: Final = 32_767
_NUMBER: Final = re.compile(r"\d+(?:[.,:]\d+)*")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A question whose answer is kept.

    `vector` has an int16 for each dimension, in proportion; `numbers` are those in the text.
    """

    vector: bytes
    numbers: tuple[str, ...]
    answer: str
    """The key of the answer."""
    asked_at: float
    """Seconds since 1970."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """The last words of the user, and the frame: all else that shapes the answer."""

    text: str
    frame: str

    def asked(self, vector: bytes, answer: str) -> Asked:
        """Return it as it is remembered; `vector` is float32."""
        return Asked(
            vector=_compact(array("f", vector)),
            numbers=_numbers(self.text),
            answer=answer,
            asked_at=time.time(),
        )


_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(tuple[Asked, ...]).decode


def question_of(
    tenant: str, reference: str, request: ChatRequest, *, embedding: str
) -> Question | None:
    """Return what is asked and in which frame; None where only the very same counts.

    That is so when the last message is not a user's plain text, or is long.

    Raises:
        UnicodeEncodeError: It holds half a character.
    """
    if not request.messages:
        return None
    *before, last = request.messages
    is_plain = isinstance(last.content, str) or all(
        isinstance(part, TextPart) for part in last.content
    )
    text = last.text()
    if last.role != "user" or not is_plain or not 0 < len(text.strip()) <= _MAX_QUESTION_CHARS:
        return None
    empty = msgspec.structs.replace(last, content="")
    frame = msgspec.structs.replace(request, messages=(*before, empty))
    head, _, digest = answer_key(tenant, reference, frame).rpartition(".")
    by = hashlib.blake2b(f"{digest} {embedding}".encode(), digest_size=20).hexdigest()
    return Question(text=text, frame=f"{head}.alike-{by}")


class AlikeQuestions:
    """Remembers questions by frame. What fails here costs a call, never an answer."""

    def __init__(self, bus: "Bus") -> None:
        """Keep them on `bus`."""
        self._bus = bus

    async def nearest(
        self, question: Question, vector: bytes, *, least: float, ttl_s: float
    ) -> tuple[str, float] | None:
        """Return the key of the answer to the question that is nearest, and how near.

        Args:
            question: What is asked.
            vector: Its embedding, float32.
            least: The least cosine of two vectors that counts.
            ttl_s: How old the other may be, in seconds.
        """
        known = await self._known(question.frame)
        own = _compact(array("f", vector))
        numbers = _numbers(question.text)
        since = time.time() - ttl_s
        best: tuple[str, float] | None = None
        for other in known[1]:
            if other.asked_at < since or other.numbers != numbers:
                continue
            near = _cosine(own, other.vector)
            if near >= least and (best is None or near > best[1]):
                best = (other.answer, near)
        return best

    async def remember(self, question: Question, asked: Asked) -> None:
        """Remember a question; the oldest of its frame are forgotten when there are too many."""
        most = max(1, min(_MAX_QUESTIONS, _MAX_BYTES // (len(asked.vector) + 200)))
        bucket = self._bus.bucket(ANSWERS)
        try:
            async with asyncio.timeout(_WAIT_S):
                for _ in range(_TRIES):
                    revision, known = await self._known(question.frame)
                    fresh = time.time() - _LONGEST_S
                    others = [
                        other
                        for other in known
                        if other.asked_at > fresh and other.answer != asked.answer
                    ]
                    value = _encode((*others[-(most - 1) :], asked) if most > 1 else (asked,))
                    try:
                        if revision:
                            await bucket.update(question.frame, value, revision)
                        else:
                            await bucket.create(question.frame, value)
                    except Conflict:
                        continue
                    return
        except (SkepError, TimeoutError) as error:
            _LOG.warning("question not kept", extra={"error": type(error).__name__})

    async def _known(self, frame: str) -> tuple[int, Sequence[Asked]]:
        """Return the revision, 0 when there is nothing, and the questions of a frame."""
        try:
            async with asyncio.timeout(_WAIT_S):
                entry = await self._bus.bucket(ANSWERS).get(frame)
        except (SkepError, TimeoutError) as error:
            _LOG.warning("questions cannot be read", extra={"error": type(error).__name__})
            return 0, ()
        if entry is None:
            return 0, ()
        try:
            return entry.revision, _decode(entry.value)
        except msgspec.DecodeError:
            return entry.revision, ()


def _numbers(text: str) -> tuple[str, ...]:
    """Return the numbers in a text: vectors hardly tell an order 123 from an order 124."""
    return tuple(_NUMBER.findall(text))


def _compact(vector: "array[float]") -> bytes:
    largest = max(map(abs, vector), default=0.0)
    if not 0.0 < largest < math.inf:
        return bytes(2 * len(vector))
    return array("h", (round(value / largest * _LEVELS) for value in vector)).tobytes()


def _cosine(one: bytes, other: bytes) -> float:
    if len(one) != len(other):
        return 0.0
    a, b = memoryview(one).cast("h"), memoryview(other).cast("h")
    lengths = math.sqrt(sum(map(mul, a, a)) * sum(map(mul, b, b)))
    return sum(map(mul, a, b)) / lengths if lengths else 0.0
