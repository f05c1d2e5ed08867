"""Seals secrets with AES-256-GCM (NIST SP 800-38D), bound to the place they are kept at.

A sealed value is a version byte, four bytes that tell the key, twelve random bytes, and the
ciphertext with its tag. The context is authenticated with it: a value moved elsewhere stays shut.
"""

import base64
import hashlib
import os
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from skep_contracts.problems import Gone

_VERSION: Final = b"\x01"
_KEY_BYTES: Final = 32
_ID: Final = slice(1, 5)
_NONCE: Final = slice(5, 17)
_FEWEST_DISTINCT_BYTES: Final = 12  # of 32 random bytes; fewer are a placeholder, not a key


class VaultSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`key`: base64 of 32 random bytes; several, with commas, while one replaces another.

    The first one seals, all of them open.
    """

    key: str

    def __post_init__(self) -> None:
        """Refuse what is no key."""
        _keys(self.key)

    def __repr__(self) -> str:
        return "VaultSettings(key=…)"


def _keys(text: str) -> dict[bytes, AESGCM]:
    keys = {}
    for part in text.split(","):
        try:
            key = base64.b64decode(part.strip(), validate=True)
        except ValueError:
            key = b""
        if len(key) != _KEY_BYTES or len(set(key)) < _FEWEST_DISTINCT_BYTES:
            raise ValueError("a key is the base64 of 32 random bytes: openssl rand -base64 32")
        keys[hashlib.sha256(key).digest()[:4]] = AESGCM(key)
    return keys


class Vault:
    """Seals and opens. Holds the keys; everything else holds what it sealed."""

    def __init__(self, settings: VaultSettings) -> None:
        """Take the keys from `settings`."""
        self._keys = _keys(settings.key)
        self._first = next(iter(self._keys))

    def seal(self, plain: bytes, *, context: str) -> bytes:
        """Return `plain` sealed for `context`, such as the key it will be stored under."""
        nonce = os.urandom(12)
        sealed = self._keys[self._first].encrypt(nonce, plain, context.encode())
        return _VERSION + self._first + nonce + sealed

    def open(self, sealed: bytes, *, context: str) -> bytes:
        """Return what was sealed for `context`.

        Raises:
            Gone: The key is not here any more, or the value is damaged or from another place.
        """
        key = self._keys.get(sealed[_ID])
        if sealed[:1] != _VERSION or key is None:
            raise Gone(
                "The stored secret was sealed with a key that is not in use here. Enter the secret "
                "again, or add the former key to the vault's keys.",
                code="secret_unreadable",
            )
        try:
            return key.decrypt(sealed[_NONCE], sealed[_NONCE.stop :], context.encode())
        except (InvalidTag, ValueError):
            raise Gone(
                "The stored secret is damaged or was moved. Enter it again.",
                code="secret_unreadable",
            ) from None
