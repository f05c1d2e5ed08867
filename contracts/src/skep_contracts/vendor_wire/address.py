"""Base URLs and keys as people paste them into forms."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from skep_contracts.problems import FieldError, InvalidInput

_LONGEST: Final = 2_048


def base_url(
    credential: Mapping[str, Any], *, default: str = "", example: str = "https://host/v1"
) -> str:
    """Return where the API begins, without a slash at its end.

    Raises:
        InvalidInput: It is no address of the web.
    """
    url = str(credential.get("base_url") or default).strip().rstrip("/")
    try:
        parts = urlsplit(url[:_LONGEST])
        has_host = bool(parts.hostname)
    except ValueError:
        has_host = False
    else:
        has_host = has_host and parts.scheme in {"http", "https"}
        has_host = has_host and not (parts.query or parts.fragment or len(url) > _LONGEST)
    if not has_host:
        raise InvalidInput(
            f"The base URL must look like {example}.",
            errors=[FieldError(pointer="/base_url", message="not an http or https URL")],
        )
    return url


def api_key(credential: Mapping[str, Any], *, field: str = "api_key", is_needed: bool) -> str:
    """Return the key of a credential, empty when there is none and none is needed.

    Raises:
        InvalidInput: It is missing, or holds what no key has.
    """
    key = str(credential.get(field) or "").strip()
    if not key and is_needed:
        raise InvalidInput(
            "The credential has no API key.",
            errors=[FieldError(pointer=f"/{field}", message="required for this base URL")],
        )
    if not key.isascii() or not key.isprintable() or " " in key:
        raise InvalidInput(
            "The API key holds a character that no key has; copy it again.",
            errors=[FieldError(pointer=f"/{field}", message="not printable ASCII")],
        )
    return key
