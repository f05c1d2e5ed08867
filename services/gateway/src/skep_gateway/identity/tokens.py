"""Secrets that callers show: made from 256 random bits, kept as a SHA-256, never logged.

A plain hash is enough because the input cannot be guessed; passwords go through `passwords`.
"""

import hashlib
import hmac
import re
import secrets
from typing import Final

API_KEY_PREFIX: Final = "sk_"
SESSION_PREFIX: Final = "ses_"
SHOWN_CHARACTERS: Final = 9
_FORM: Final = re.compile(r"(?:sk|ses)_[A-Za-z0-9_-]{20,200}\Z")


def new_api_key() -> str:
    """Return a fresh API key."""
    return API_KEY_PREFIX + secrets.token_urlsafe(32)


def new_session_token() -> str:
    """Return a fresh session token."""
    return SESSION_PREFIX + secrets.token_urlsafe(32)


def is_token(text: str) -> bool:
    """Tell whether the text has the form of a key or a session token."""
    return _FORM.match(text) is not None


def token_hash(token: str) -> bytes:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def csrf_token(session_token: str) -> str:
    """Return the token that proves a write comes from a page of ours, not from another site's form.

    Derived, so that nothing is stored: only who holds the session can know it.
    """
    return hmac.new(session_token.encode(), b"skep csrf", hashlib.sha256).hexdigest()
