"""Where one signs in for an address, and as whom Skep is known there."""

import re
from collections.abc import Iterator
from typing import Final, TypeVar
from urllib.parse import urlsplit

import msgspec

from skep_contracts.problems import InvalidInput, ProviderFailed, SkepError
from skep_runtime.egress import EgressClient

T = TypeVar("T")
_ASK_S: Final = 10.0
_MAX_BYTES: Final = 256 * 1024
_OK: Final = 200
_CREATED: Final = 201
_REFUSED: Final = 401
_METADATA: Final = re.compile(r'resource_metadata\s*=\s*"?([^",\s]+)"?', re.IGNORECASE)
_RESOURCE: Final = "/.well-known/oauth-protected-resource"
_SERVER: Final = "/.well-known/oauth-authorization-server"
_OPENID: Final = "/.well-known/openid-configuration"
_MAX_SCOPE: Final = 1_000


class Resource(msgspec.Struct, frozen=True, kw_only=True):
    """What a protected address says of itself (RFC 9728)."""

    resource: str = ""
    authorization_servers: tuple[str, ...] = ()
    scopes_supported: tuple[str, ...] = ()


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """What an authorization server says of itself (RFC 8414)."""

    authorization_endpoint: str
    token_endpoint: str
    issuer: str = ""
    registration_endpoint: str = ""
    code_challenge_methods_supported: tuple[str, ...] | None = None
    scopes_supported: tuple[str, ...] = ()


class _Registered(msgspec.Struct, frozen=True, kw_only=True):
    client_id: str
    client_secret: str = ""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where to sign in."""

    server: Server
    resource: str
    scope: str


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """As whom Skep is known there."""

    id: str
    secret: str = ""


async def find_place(egress: EgressClient, url: str, *, scope: str = "") -> Place:
    """Return where one signs in for an address.

    Raises:
        InvalidInput: Nobody can sign in there.
        ProviderFailed: The other side does not answer.
    """
    origin, path = _split(url)
    resource = Resource()
    for address in [
        *await _named_by(egress, url),
        f"{origin}{_RESOURCE}{path}",
        origin + _RESOURCE,
    ]:
        if _same_origin(address, url) and (found := await _get(egress, address, Resource)):
            resource = found
            break
    if resource.resource and not _same_origin(resource.resource, url):
        # A server that asks for a token of another one would be sent it.
        raise InvalidInput(
            f"The server says that it is {resource.resource[:200]}, which is another one.",
            code="wrong_resource",
        )
    issuer = next(iter(resource.authorization_servers), origin)
    server = await _server_of(egress, issuer)
    if server is None:
        raise InvalidInput(
            "This address does not say where one signs in. It may want a token or a header, or"
            " nothing at all.",
            code="no_sign_in",
        )
    _check(egress, server)
    wanted = scope or " ".join(resource.scopes_supported)
    return Place(server=server, resource=resource.resource or url, scope=wanted[:_MAX_SCOPE])


async def register(egress: EgressClient, server: Server, redirect_uri: str) -> Client:
    """Make Skep known to an authorization server (RFC 7591).

    Raises:
        InvalidInput: It registers nobody by itself.
        ProviderFailed: It refuses.
    """
    if not server.registration_endpoint:
        raise InvalidInput(
            "The other side does not let clients register themselves. Register one there by hand,"
            f" with the redirect address {redirect_uri}, and enter its client id in the settings.",
            code="no_registration",
        )
    body = {
        "client_name": "Skep",
        "redirect_uris": [redirect_uri],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    }
    answer = await egress.request(
        "POST",
        server.registration_endpoint,
        headers={"content-type": "application/json", "accept": "application/json"},
        body=msgspec.json.encode(body),
        timeout_s=_ASK_S,
        max_bytes=_MAX_BYTES,
        follow_redirects=False,
    )
    registered = _decoded(answer.body, _Registered)
    if answer.status not in {_OK, _CREATED} or registered is None:
        raise ProviderFailed(
            f"The other side refuses to register Skep (status {answer.status}).",
            code="registration_refused",
        )
    return Client(id=registered.client_id, secret=registered.client_secret)


async def _server_of(egress: EgressClient, issuer: str) -> Server | None:
    for address in _metadata_of(issuer):
        found = await _get(egress, address, Server)
        if found is not None and found.issuer.rstrip("/") in {"", issuer.rstrip("/")}:
            return found
    return None


async def _named_by(egress: EgressClient, url: str) -> list[str]:
    """Ask for the address itself: a refusal may name where its metadata is."""
    try:
        answer = await egress.request(
            "GET",
            url,
            headers={"accept": "application/json, text/event-stream"},
            timeout_s=_ASK_S,
            max_bytes=_MAX_BYTES,
            follow_redirects=False,
        )
    except ProviderFailed:
        # A server may hold a stream open, or answer nothing to this; its metadata tells more.
        return []
    if answer.status != _REFUSED:
        return []
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return _METADATA.findall(headers.get("www-authenticate", ""))[:1]


def _metadata_of(issuer: str) -> Iterator[str]:
    origin, path = _split(issuer)
    yield f"{origin}{_SERVER}{path}"
    yield f"{origin}{_OPENID}{path}"
    if path:
        yield f"{origin}{path}{_OPENID}"
        yield f"{origin}{_SERVER}"


def _check(egress: EgressClient, server: Server) -> None:
    methods = server.code_challenge_methods_supported
    if methods is not None and "S256" not in methods:
        raise InvalidInput(
            "The other side does not protect codes with PKCE (S256), so Skep does not sign in"
            " there.",
            code="no_pkce",
        )
    for address in (server.authorization_endpoint, server.token_endpoint):
        egress.check(address)


async def _get(egress: EgressClient, address: str, kind: type[T]) -> T | None:
    try:
        answer = await egress.request(
            "GET",
            address,
            headers={"accept": "application/json"},
            timeout_s=_ASK_S,
            max_bytes=_MAX_BYTES,
            follow_redirects=False,
        )
    except SkepError as error:
        if isinstance(error, InvalidInput):
            raise
        return None
    return _decoded(answer.body, kind) if answer.status == _OK else None


def _decoded(body: bytes, kind: type[T]) -> T | None:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _split(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")


def _same_origin(one: str, other: str) -> bool:
    try:
        return _split(one)[0].lower() == _split(other)[0].lower()
    except ValueError:
        return False
