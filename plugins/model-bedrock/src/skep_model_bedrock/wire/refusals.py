"""What the vendor's exceptions mean, as statuses and codes that every vendor shares."""

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from skep_contracts.vendor_wire.errors import VendorError

_TYPE_HEADER: Final = "x-amzn-errortype"
_STATUSES: Final = {
    "ThrottlingException": 429,
    "TooManyRequestsException": 429,
    "ModelNotReadyException": 429,
    "ServiceQuotaExceededException": 429,
    "ValidationException": 400,
    "ModelErrorException": 502,
    "ModelStreamErrorException": 502,
    "InternalServerException": 500,
    "ServiceUnavailableException": 503,
    "ModelTimeoutException": 504,
}
_UNKNOWN_CALLER: Final = frozenset(
    {
        "ExpiredTokenException",
        "IncompleteSignatureException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationTokenException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_UNSIGNED: Final = frozenset({"InvalidSignatureException", "SignatureDoesNotMatch"})
MAY_NOT_LIST: Final = "is not authorized to perform: bedrock:List"
"""What is said to a caller who was recognised, and may not see which models there are."""
_TOO_LONG: Final = re.compile(r"input is too long|too many input tokens", re.IGNORECASE)
_NO_MODEL: Final = re.compile(r"model identifier is invalid", re.IGNORECASE)


class _Body(msgspec.Struct):
    message: str | None = None
    upper: str | None = msgspec.field(name="Message", default=None)
    kind: str | None = msgspec.field(name="__type", default=None)


class Refusal(msgspec.Struct, frozen=True):
    """An error answer: its status, as it is meant, and what it says."""

    status: int
    error: VendorError


_BODIES: Final = msgspec.json.Decoder(_Body, strict=False)


def read_refusal(status: int, headers: Mapping[str, str], body: bytes) -> Refusal:
    """Return what an answer with an error status means."""
    found = _decoded(body)
    kind = headers.get(_TYPE_HEADER) or found.kind or ""
    kind = kind.partition(":")[0].rpartition("#")[2]
    return _meant(kind, found.message or found.upper or "", status)


def read_exception(kind: str, body: bytes) -> Refusal:
    """Return what an exception in the middle of a stream means."""
    found = _decoded(body)
    return _meant(kind[:1].upper() + kind[1:], found.message or found.upper or "", 500)


def _decoded(body: bytes) -> _Body:
    try:
        return _BODIES.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _Body()


def _meant(kind: str, message: str, status: int) -> Refusal:
    status = 403 if kind in _UNKNOWN_CALLER else _STATUSES.get(kind, status)
    if kind in _UNSIGNED:
        # The vendor quotes the whole request, with the session token in it.
        message = "The signature is wrong. Check the secret access key, and this machine's clock."
    code = ""
    if kind == "ResourceNotFoundException" or _NO_MODEL.search(message):
        code = "model_not_found"
    elif _TOO_LONG.search(message):
        code = "context_length"
    return Refusal(status, VendorError(message=message, code=code, type=kind))
