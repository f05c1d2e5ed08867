"""Addresses in one form, so that one page is one item, and what they are called as documents."""

import hashlib
from collections import Counter
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from skep_contracts.problems import FieldError, InvalidInput

MAX_CHARS: Final = 1_000
_MAX_NAME: Final = 200
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_MOST_REPEATS: Final = 3


def normal(address: str, base: str = "") -> str:
    """Return an address without fragment and default port; empty for what is no web page."""
    try:
        parts = urlsplit(urljoin(base, address.strip()))
        port = parts.port
        host = (parts.hostname or "").lower()
    except ValueError:
        return ""
    if parts.scheme not in _DEFAULT_PORTS or not host or parts.username or parts.password:
        return ""
    place = f"[{host}]" if ":" in host else host
    if port is not None and port != _DEFAULT_PORTS[parts.scheme]:
        place = f"{place}:{port}"
    made = urlunsplit((parts.scheme, place, parts.path or "/", parts.query, ""))
    fits = len(made) <= MAX_CHARS and made.isprintable() and " " not in made
    return made if fits else ""


def checked(address: str) -> str:
    """Return what somebody entered, in its normal form.

    Raises:
        InvalidInput: It is no address of a web page.
    """
    made = normal(address if "://" in address else f"https://{address}")
    if not made:
        fault = "is no address of a web page"
        raise InvalidInput(
            f"{address[:100]!r} {fault}; it begins with https:// or http://.",
            errors=[FieldError(pointer="/settings/addresses", message=fault)],
            code="bad_url",
        )
    return made


def origin(address: str) -> str:
    """Return scheme, host and port."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def folder(address: str) -> str:
    """Return an address up to its last slash."""
    parts = urlsplit(address)
    return origin(address) + parts.path.rpartition("/")[0] + "/"


def is_trap(address: str) -> bool:
    """Tell whether a path goes round in circles, as relative links on error pages do."""
    counted = Counter(part for part in urlsplit(address).path.split("/") if part)
    return any(count > _MOST_REPEATS for count in counted.values())


def document_name(address: str) -> str:
    """Return what a page's document is called: its address as people read it."""
    shown = unquote(address.partition("://")[2].removesuffix("/"), errors="replace")
    name = "".join(letter for letter in shown if letter.isprintable())
    if len(name) <= _MAX_NAME:
        return name
    return f"{name[:_MAX_NAME]}… {hashlib.sha256(address.encode()).hexdigest()[:12]}"
