"""What a request to the server proves itself with: headers, a token, or one had by OAuth."""

import asyncio
import base64
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

import msgspec

from skep_contracts.plugins.manifest import PluginContext
from skep_contracts.plugins.toolkits import GRANT_FIELD
from skep_contracts.problems import FieldError, InvalidInput, ProviderFailed, Unauthenticated

_EARLY_S: Final = 30.0
_DEFAULT_LIFE_S: Final = 300.0
_ASK_S: Final = 15.0
_OURS: Final = frozenset(
    {"accept", "content-type", "content-length", "host", "connection", "transfer-encoding"}
)


class Access:
    """Gives the headers of each request.

    By OAuth: the token that somebody granted by signing in, or one had without a person, by the
    grant `client_credentials` (RFC 6749, 4.4).
    """

    def __init__(self, context: PluginContext, settings: Mapping[str, Any]) -> None:
        """Read the settings.

        Raises:
            InvalidInput: A header cannot be sent.
        """
        self._context = context
        self._headers = _checked(settings.get("headers") or {})
        token = str(settings.get("token") or "").strip()
        if token:
            self._headers |= _checked({"authorization": f"Bearer {token}"})
        grant = settings.get(GRANT_FIELD)
        if isinstance(grant, dict) and not token:
            self._headers |= _checked({"authorization": f"Bearer {grant.get('access_token', '')}"})
        self._token_url = str(settings.get("oauth_token_url") or "").strip()
        self._client = (
            str(settings.get("oauth_client_id") or ""),
            str(settings.get("oauth_client_secret") or ""),
        )
        self._scope = str(settings.get("oauth_scope") or "")
        self._granted = ""
        self._granted_until_s = 0.0
        self._asking = asyncio.Lock()

    async def headers(self) -> dict[str, str]:
        """Return headers, with a fresh token where one has to be had.

        Raises:
            Unauthenticated: The token was refused.
            ProviderFailed: Where tokens are had does not answer as it should.
        """
        if not self._token_url:
            return dict(self._headers)
        async with self._asking:
            if self._context.now_s() > self._granted_until_s - _EARLY_S:
                await self._ask()
        return {**self._headers, "authorization": f"Bearer {self._granted}"}

    def forget(self) -> bool:
        """Let go of a token that was refused; tell whether another can be had."""
        self._granted_until_s = 0.0
        return bool(self._token_url)

    async def _ask(self) -> None:
        form = {"grant_type": "client_credentials"}
        if self._scope:
            form["scope"] = self._scope
        pair = ":".join(quote(part, safe="") for part in self._client)
        answer = await self._context.http.request(
            "POST",
            self._token_url,
            headers={
                "authorization": f"Basic {base64.b64encode(pair.encode()).decode()}",
                "content-type": "application/x-www-form-urlencoded",
                "accept": "application/json",
            },
            body=urlencode(form).encode(),
            timeout_s=_ASK_S,
            max_bytes=65_536,
            follow_redirects=False,
        )
        if answer.status in {400, 401, 403}:
            raise Unauthenticated(
                f"The OAuth server refuses client id and secret (status {answer.status}).",
                code="credential_refused",
            )
        try:
            granted = msgspec.json.decode(answer.body, type=dict[str, Any])
            self._granted = str(granted["access_token"])
            life_s = float(granted.get("expires_in") or _DEFAULT_LIFE_S)
        except (msgspec.DecodeError, KeyError, TypeError, ValueError):
            raise ProviderFailed(
                f"The OAuth server gave no token (status {answer.status}).", code="no_token"
            ) from None
        self._granted_until_s = self._context.now_s() + life_s


def _checked(headers: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for name, value in headers.items():
        text = str(value)
        is_name = bool(name) and name.isascii() and name.replace("-", "").replace("_", "").isalnum()
        if not is_name or not text.isascii() or not text.isprintable() or name.lower() in _OURS:
            raise InvalidInput(
                f"The header {name[:40]!r} cannot be sent.",
                errors=[FieldError(pointer="/headers", message=f"{name[:40]}: cannot be sent")],
            )
        found[name.lower()] = text
    return found
