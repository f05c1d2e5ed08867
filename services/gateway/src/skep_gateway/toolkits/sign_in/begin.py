"""Beginning and ending of a sign-in: what goes out with the browser, and what comes back."""

import base64
import binascii
import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from skep_contracts.plugins.toolkits import Grant
from skep_contracts.problems import FieldError, Gone, InvalidInput
from skep_gateway.toolkits.sign_in.discovery import Client, Place
from skep_gateway.toolkits.views import SignInEnd
from skep_gateway.web.caller import CallerIdentity
from skep_runtime.clock import now
from skep_runtime.vault import Vault

_PURPOSE: Final = "toolkit.sign_in"
_LIFETIME: Final = timedelta(minutes=10)


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in that has begun; sealed, it travels as the state."""

    toolkit_id: str
    url: str
    """The toolkit's address; when it is another by the end, nothing is kept."""
    who: str
    """The member, or the key, who began."""
    verifier: str
    redirect_uri: str
    issuer: str
    grant: Grant
    """Where and as whom to ask for the token; it holds none yet."""
    until: datetime


def begin(
    vault: Vault,
    caller: CallerIdentity,
    *,
    toolkit: tuple[str, str],
    place: Place,
    client: Client,
    redirect_uri: str,
) -> str:
    """Return the address where to sign in.

    Args:
        vault: Seals the state.
        caller: Who begins.
        toolkit: Its id and its address.
        place: Where to sign in.
        client: As whom Skep is known there.
        redirect_uri: Where the browser comes back to.
    """
    verifier = secrets.token_urlsafe(48)
    pending = Pending(
        toolkit_id=toolkit[0],
        url=toolkit[1],
        who=_who(caller),
        verifier=verifier,
        redirect_uri=redirect_uri,
        issuer=place.server.issuer,
        grant=Grant(
            access_token="",
            token_endpoint=place.server.token_endpoint,
            client_id=client.id,
            client_secret=client.secret,
            resource=place.resource,
        ),
        until=now() + _LIFETIME,
    )
    sealed = vault.seal(msgspec.json.encode(pending), context=_context(caller))
    digest = hashlib.sha256(verifier.encode()).digest()
    query = {
        "response_type": "code",
        "client_id": client.id,
        "redirect_uri": redirect_uri,
        "state": base64.urlsafe_b64encode(sealed).decode().rstrip("="),
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
        "resource": place.resource,
        **({"scope": place.scope} if place.scope else {}),
    }
    address = place.server.authorization_endpoint
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"


def come_back(vault: Vault, caller: CallerIdentity, end: SignInEnd) -> Pending:
    """Return the sign-in that ends.

    Raises:
        InvalidInput: The caller began none such, it was too long ago, or the other side refused.
    """
    try:
        sealed = base64.b64decode(
            end.state + "=" * (-len(end.state) % 4), altchars=b"-_", validate=True
        )
        pending = msgspec.json.decode(vault.open(sealed, context=_context(caller)), type=Pending)
    except (ValueError, binascii.Error, Gone):
        raise _unknown() from None
    if pending.who != _who(caller) or pending.until <= now():
        raise _unknown()
    if end.error:
        said = end.error_description or end.error
        raise InvalidInput(f"The other side did not agree: {said}", code="sign_in_refused")
    if end.iss and pending.issuer and end.iss != pending.issuer:
        raise InvalidInput(
            "The answer comes from another server than the one that was asked.",
            code="sign_in_refused",
        )
    if not end.code:
        raise InvalidInput(
            "The other side sent no code.",
            errors=[FieldError(pointer="/code", message="is needed")],
        )
    return pending


def _who(caller: CallerIdentity) -> str:
    return caller.member_id or caller.id


def _context(caller: CallerIdentity) -> str:
    return f"{_PURPOSE}.{caller.tenant}"


def _unknown() -> InvalidInput:
    return InvalidInput(
        "You did not begin to sign in here, or more than ten minutes ago. Begin again.",
        code="unknown_sign_in",
    )


def hint_of(grant: Grant) -> str:
    """Return what may be shown of a grant: until when it holds."""
    return grant.expires_at.isoformat() if grant.expires_at else "granted"


def plain(grant: Grant) -> dict[str, Any]:
    """Return a grant as it is kept among settings."""
    kept: dict[str, Any] = msgspec.to_builtins(grant)
    return kept
