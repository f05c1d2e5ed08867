"""Seals secrets with AES-256-GCM (NIST SP 800-38D), bound to the place they are kept at, and signs.

A sealed value is a version byte, four bytes that tell the key, twelve random bytes, and the
ciphertext with its tag. The context is authenticated with it: a value moved elsewhere stays shut.

A signed text is URL-safe base64 of four bytes that tell the key, HMAC-SHA-256 (RFC 2104), and the
text, which everybody can read. The key of each purpose is derived (HKDF, RFC 5869), so that a token
for one is nothing for another.
"""

import base64
import binascii
import hashlib
import hmac
import os
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from skep_contracts.problems import Gone, NotFound

_VERSION: Final = b"\x01"
_KEY_BYTES: Final = 32
_ID: Final = slice(1, 5)
_NONCE: Final = slice(5, 17)
_SIGNER: Final = slice(0, 4)
_SIGNATURE: Final = slice(4, 36)
_MOST_SIGNED: Final = 2_000
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


def _keys(text: str) -> dict[bytes, bytes]:
    keys = {}
    for part in text.split(","):
        try:
            key = base64.b64decode(part.strip(), validate=True)
        except ValueError:
            key = b""
        if len(key) != _KEY_BYTES or len(set(key)) < _FEWEST_DISTINCT_BYTES:
            raise ValueError("a key is the base64 of 32 random bytes: openssl rand -base64 32")
        keys[hashlib.sha256(key).digest()[:4]] = key
    return keys


class Vault:
    """Seals and opens. Holds the keys; everything else holds what it sealed."""

    def __init__(self, settings: VaultSettings) -> None:
        """Take the keys from `settings`."""
        keys = _keys(settings.key)
        self._raw = keys
        self._keys = {name: AESGCM(key) for name, key in keys.items()}
        self._first = next(iter(keys))
        self._signers: dict[tuple[bytes, str], bytes] = {}

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

    def sign(self, text: str, *, purpose: str) -> str:
        """Return a token that carries `text`: always the same, safe in addresses, not secret."""
        content = text.encode()
        signature = self._signature(self._first, content, purpose)
        return base64.urlsafe_b64encode(self._first + signature + content).rstrip(b"=").decode()

    def verify(self, token: str, *, purpose: str) -> str:
        """Return the text of a token that was signed for `purpose`; takes the same time for all.

        Raises:
            NotFound: Nobody here signed it for that.
        """
        if len(token) <= _MOST_SIGNED and token.isascii():
            try:
                decoded = base64.b64decode(token + "=" * (-len(token) % 4), b"-_", validate=True)
            except (binascii.Error, ValueError):
                decoded = b""
            signer, content = decoded[_SIGNER], decoded[_SIGNATURE.stop :]
            if signer in self._raw:
                expected = self._signature(signer, content, purpose)
                if hmac.compare_digest(expected, decoded[_SIGNATURE]):
                    return content.decode()
        raise NotFound("The address is not one that was given out here.", code="unknown_token")

    def _signature(self, signer: bytes, content: bytes, purpose: str) -> bytes:
        key = self._signers.get((signer, purpose))
        if key is None:
            derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"sign.{purpose}".encode())
            key = self._signers[signer, purpose] = derive.derive(self._raw[signer])
        return hmac.digest(key, content, "sha256")
