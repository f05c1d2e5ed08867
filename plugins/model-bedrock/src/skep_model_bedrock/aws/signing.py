"""Signature Version 4: shows who sent a request, without sending the secret.

Follows https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qsl, quote, urlsplit

import msgspec

SERVICE: Final = "bedrock"
_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_UNRESERVED: Final = "-_.~"
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


class Keys(msgspec.Struct, frozen=True, kw_only=True):
    """An access key. The token belongs to keys that end by themselves."""

    id: str
    secret: str
    session_token: str = ""


class Signer:
    """Signs requests to one service in one region."""

    def __init__(self, keys: Keys, *, region: str, service: str = SERVICE) -> None:
        self._keys = keys
        self._scope = f"{region}/{service}/aws4_request"

    def sign(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes, now_s: float
    ) -> dict[str, str]:
        """Return the headers to send: those given, and the ones that sign them.

        Args:
            method: In capitals.
            url: As it goes over the wire: a character that a client would write in another way
                breaks the signature.
            headers: All of them are signed, so nothing on the way may change one.
            body: The whole body.
            now_s: Seconds since the Unix epoch; more than five minutes off are refused.
        """
        moment = datetime.fromtimestamp(now_s, UTC).strftime("%Y%m%dT%H%M%SZ")
        sent = {**headers, "x-amz-date": moment}
        if self._keys.session_token:
            sent["x-amz-security-token"] = self._keys.session_token
        signed = {name.lower(): " ".join(value.split()) for name, value in sent.items()}
        signed["host"] = _host(url)
        names = ";".join(sorted(signed))
        canonical = "\n".join(
            [
                method,
                quote(urlsplit(url).path or "/", safe="/" + _UNRESERVED),
                _query(url),
                *(f"{name}:{signed[name]}" for name in sorted(signed)),
                "",
                names,
                hashlib.sha256(body).hexdigest(),
            ]
        )
        scope = f"{moment[:8]}/{self._scope}"
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        signature = self._signature(scope, f"{_ALGORITHM}\n{moment}\n{scope}\n{digest}")
        sent["authorization"] = (
            f"{_ALGORITHM} Credential={self._keys.id}/{scope},"
            f" SignedHeaders={names}, Signature={signature}"
        )
        return sent

    def _signature(self, scope: str, text: str) -> str:
        key = f"AWS4{self._keys.secret}".encode()
        for part in scope.split("/"):
            key = _keyed(key, part)
        return _keyed(key, text).hex()


def _keyed(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _host(url: str) -> str:
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    if parts.port in {None, _DEFAULT_PORTS.get(parts.scheme)}:
        return host
    return f"{host}:{parts.port}"


def _query(url: str) -> str:
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    coded = sorted((quote(k, safe=_UNRESERVED), quote(v, safe=_UNRESERVED)) for k, v in pairs)
    return "&".join(f"{name}={value}" for name, value in coded)
