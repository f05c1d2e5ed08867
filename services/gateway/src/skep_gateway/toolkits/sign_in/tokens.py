"""From a code to a grant, and from a grant to the next (RFC 6749)."""

import base64
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote, urlencode

import msgspec

from skep_contracts.plugins.toolkits import Grant
from skep_contracts.problems import InvalidInput, ProviderFailed
from skep_runtime.clock import now
from skep_runtime.egress import EgressClient

_ASK_S: Final = 15.0
_MAX_BYTES: Final = 256 * 1024
_OK: Final = 200
_ENDED: Final = frozenset({400, 401, 403})
_TOKEN: Final = re.compile(r"[\x21-\x7e]{1,16384}\Z")
_LONGEST: Final = timedelta(days=3650)


class GrantEndedError(Exception):
    """The other side says that a code or a grant is good no more."""


class _Given(msgspec.Struct, frozen=True, kw_only=True):
    access_token: str
    kind: str = msgspec.field(default="bearer", name="token_type")
    expires_in: float | None = None
    refresh_token: str = ""


async def exchange(
    egress: EgressClient, pending: Grant, *, code: str, verifier: str, redirect_uri: str
) -> Grant:
    """Return what a code stands for; `pending` says where and as whom to ask.

    Raises:
        InvalidInput: The code is good no more.
        ProviderFailed: The other side answers with no token.
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }
    try:
        return await _ask(egress, pending, form)
    except GrantEndedError as error:
        raise InvalidInput(
            f"The other side refuses the code: {error}. Sign in once more.", code="code_refused"
        ) from error


async def renewed(egress: EgressClient, grant: Grant) -> Grant:
    """Return the grant that follows one.

    Raises:
        GrantEndedError: It was taken back; somebody has to sign in again.
        ProviderFailed: The other side cannot tell at present.
    """
    return await _ask(
        egress, grant, {"grant_type": "refresh_token", "refresh_token": grant.refresh_token}
    )


async def _ask(egress: EgressClient, grant: Grant, form: Mapping[str, str]) -> Grant:
    headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
    sent = {**form, "client_id": grant.client_id, "resource": grant.resource}
    if grant.client_secret:
        pair = f"{quote(grant.client_id, safe='')}:{quote(grant.client_secret, safe='')}"
        headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    answer = await egress.request(
        "POST",
        grant.token_endpoint,
        headers=headers,
        body=urlencode(sent).encode(),
        timeout_s=_ASK_S,
        max_bytes=_MAX_BYTES,
        follow_redirects=False,
    )
    if answer.status in _ENDED:
        raise GrantEndedError(f"status {answer.status}")
    try:
        given = msgspec.json.decode(answer.body, type=_Given)
    except (msgspec.DecodeError, UnicodeDecodeError):
        given = None
    is_usable = given is not None and answer.status == _OK and _TOKEN.match(given.access_token)
    if given is None or not is_usable or given.kind.lower() != "bearer":
        raise ProviderFailed(
            f"The other side gave no usable token (status {answer.status}).", code="no_token"
        )
    return msgspec.structs.replace(
        grant,
        access_token=given.access_token,
        expires_at=_end(given.expires_in),
        refresh_token=given.refresh_token or grant.refresh_token,
        claimed_until=None,
    )


def _end(life_s: float | None) -> datetime | None:
    if life_s is None or not 0 < life_s < _LONGEST.total_seconds():
        return None
    return now() + timedelta(seconds=life_s)
