"""Reads answers, and says what is wrong with one that cannot be read."""

import sys
from array import array
from typing import TypeVar

import msgspec

from skep_contracts.problems import ProviderFailed

T = TypeVar("T")


def decoded(decoder: msgspec.json.Decoder[T], raw: bytes, what: str) -> T:
    """Return an answer.

    Raises:
        ProviderFailed: It is none; `what` says what came in its place.
    """
    try:
        return decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise malformed(what) from error


def malformed(what: str) -> ProviderFailed:
    """Return the problem that an answer is which nobody can read; `what` says what it is."""
    return ProviderFailed(
        f"The model provider sent {what}. If that happens every time, check the address in the"
        " credential.",
        code="malformed_answer",
    )


def float32(values: list[float]) -> bytes:
    """Return a vector as little-endian float32."""
    packed = array("f", values)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()
