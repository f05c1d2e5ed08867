"""Reads error objects."""

import json
from collections.abc import Mapping

import msgspec


class VendorError(msgspec.Struct, frozen=True):
    """An error object, as far as it could be read."""

    message: str = ""
    code: str = ""
    type: str = ""
    param: str = ""
    retry_delay: str = ""
    """How long to wait, as a span such as ``17s``; some vendors say it here, not in a header."""


def read_error(body: bytes) -> VendorError:
    """Return what an error answer says; empty when it is no error object."""
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return VendorError()
    if isinstance(parsed, list) and parsed:  # some gateways wrap it
        parsed = parsed[0]
    if isinstance(parsed, dict):
        return error_from(parsed.get("error", parsed))
    return VendorError()


def error_from(found: object) -> VendorError:
    """Return an error object that was already decoded: an object, or only a text."""
    if isinstance(found, str):
        return VendorError(message=found)
    if not isinstance(found, Mapping):
        return VendorError()
    message = found.get("message") or found.get("detail") or found.get("msg") or ""
    kind = found.get("type")
    values = [found.get("code"), found.get("status") if kind is None else kind, found.get("param")]
    code, kind, param = ("" if value is None else str(value) for value in values)
    return VendorError(
        message=str(message), code=code, type=kind, param=param, retry_delay=_retry_delay(found)
    )


def _retry_delay(found: Mapping[str, object]) -> str:
    details = found.get("details")
    for detail in details if isinstance(details, list) else ():
        if isinstance(detail, Mapping) and isinstance(detail.get("retryDelay"), str):
            return str(detail["retryDelay"])
    return ""
