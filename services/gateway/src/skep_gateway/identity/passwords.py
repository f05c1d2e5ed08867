"""Passwords by scrypt (RFC 7914), 32 MiB and three passes a hash; OWASP's parameters of 2024."""

import asyncio
import base64
import hashlib
import hmac
import secrets
from typing import Final

_LOG2_N: Final = 15
_R: Final = 8
_P: Final = 3
_SALT_BYTES: Final = 16
_HASH_BYTES: Final = 32
_MAX_MEMORY: Final = 128 * 1024 * 1024
_AT_ONCE: Final = 2


class PasswordHasher:
    """Hashes and checks in threads, two at a time, so that sign-ins cannot take all memory."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._nobody = _encode(secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_HASH_BYTES))

    async def hash(self, password: str) -> str:
        """Return what is kept of a password, parameters and salt included."""
        salt = secrets.token_bytes(_SALT_BYTES)
        return _encode(salt, await self._derive(password, salt, _LOG2_N, _R, _P))

    async def verify(self, password: str, kept: str | None) -> bool:
        """Tell whether the password is the one; as slow when `kept` is None, and then False."""
        _, log2_n, r, p, salt, expected = (kept or self._nobody).split("$")
        derived = await self._derive(password, _decode(salt), int(log2_n), int(r), int(p))
        return hmac.compare_digest(derived, _decode(expected)) and kept is not None

    async def _derive(self, password: str, salt: bytes, *cost: int) -> bytes:
        log2_n, r, p = cost
        async with self._slots:
            return await asyncio.to_thread(
                hashlib.scrypt,
                password.encode(),
                salt=salt,
                n=1 << log2_n,
                r=r,
                p=p,
                maxmem=_MAX_MEMORY,
                dklen=_HASH_BYTES,
            )


def _encode(salt: bytes, derived: bytes) -> str:
    parts = (base64.b64encode(part).decode() for part in (salt, derived))
    return "$".join(("scrypt", str(_LOG2_N), str(_R), str(_P), *parts))


def _decode(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
