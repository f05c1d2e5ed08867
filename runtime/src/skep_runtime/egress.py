"""The one way out to what a tenant can name: checks the address that is really connected to."""

import asyncio
import contextlib
import errno
import functools
import ipaddress
import socket
from collections.abc import AsyncGenerator, Iterator, Mapping
from typing import Annotated, Final, Self, TypeAlias

import aiohttp
import msgspec
from aiohttp import AddrInfoType
from aiohttp.abc import AbstractResolver, ResolveResult
from skep_contracts.plugins.manifest import HttpResponse
from skep_contracts.problems import InvalidInput, ProviderFailed, ProviderTimedOut, TooLarge
from yarl import URL

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_CONNECT_S: Final = 20.0
_DNS_CACHE_S: Final = 15
_MAX_REDIRECTS: Final = 5
_MAX_URL_CHARS: Final = 16_384
_MAX_HEADER_BYTES: Final = 65_536
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_FRAMING: Final = (
    "connection content-length expect host keep-alive proxy-authorization proxy-connection te "
    "trailer transfer-encoding upgrade"
)
_HARMLESS: Final = "accept accept-language content-type range user-agent"
"""What goes along when a redirect leads to another origin: any other header may be a credential."""
_PRIVATE_V4: Final = (
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 "
    "172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 "
    "198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
)
_PRIVATE_V6: Final = "2001::/23 2001:db8::/32 2002::/16 3fff::/20"  # within what is handed out
_OURS: Final = frozenset(_FRAMING.split())
_KEPT: Final = frozenset(_HARMLESS.split())
_PRIVATE: Final = tuple(map(ipaddress.ip_network, f"{_PRIVATE_V4} {_PRIVATE_V6}".split()))
_PUBLIC_V6: Final = ipaddress.ip_network("2000::/3")
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_WHAT_FAILED: Final = (
    (aiohttp.ClientConnectorDNSError, "is a host name that cannot be resolved"),
    (aiohttp.ClientSSLError, "has no valid TLS certificate"),
    (aiohttp.ClientConnectorError, "cannot be connected to"),
    (Exception, "broke off or answered with what is not HTTP"),
)


class EgressSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What may be reached beyond the public internet, and through what."""

    allow: str = ""
    """Comma separated: networks (``10.1.0.0/16``) and host names that may be private."""
    proxy: str | None = None
    """An HTTP proxy for everything. Names are resolved there, so it must guard private addresses;
    addresses written in a URL are still checked here."""
    max_connections: Annotated[int, msgspec.Meta(ge=1)] = 256

    def __post_init__(self) -> None:
        """Refuse networks with host bits, which most likely are mistyped."""
        AddressPolicy(self.allow)


class AddressPolicy:
    """Tells which addresses may be connected to."""

    def __init__(self, allow: str = "") -> None:
        """Allow public addresses, and what `EgressSettings.allow` lists.

        Raises:
            ValueError: An entry is neither a network nor a host name.
        """
        entries = [entry.strip().lower() for entry in allow.split(",") if entry.strip()]
        numeric = [entry for entry in entries if "/" in entry or literal_address(entry)]
        self._networks = tuple(ipaddress.ip_network(entry) for entry in numeric)
        self._hosts = frozenset(entries) - frozenset(numeric)

    def allows_host(self, host: str) -> bool:
        """Tell whether the operator trusts this name, wherever it leads."""
        return host.lower().rstrip(".") in self._hosts

    def allows(self, address: Address) -> bool:
        """Tell whether an address may be connected to."""
        forms = [address]
        if isinstance(address, ipaddress.IPv6Address):
            if address in _NAT64:
                forms.append(ipaddress.IPv4Address(address.packed[-4:]))
            elif address.ipv4_mapped:
                forms.append(address.ipv4_mapped)
        if any(form in network for network in self._networks for form in forms):
            return True
        real = forms[-1]
        if real.version == 6 and real not in _PUBLIC_V6:
            return False
        return not any(real in network for network in _PRIVATE)


def literal_address(host: str) -> Address | None:
    """Return the address that a host spells out, in any form resolvers take, such as ``0x7f.1``."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host.partition("%")[0])
    with contextlib.suppress(OSError, UnicodeError):
        return ipaddress.IPv4Address(socket.inet_aton(host.rstrip(".")))
    return None


class _Guard(AbstractResolver):
    """Finds out where names lead, and opens sockets to allowed addresses only."""

    def __init__(self, policy: AddressPolicy) -> None:
        self._policy = policy
        self._trusted: set[str] = set()  # where names lead that the operator allows

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        if self._policy.allows_host(host):
            self._trusted.update(str(place[0]) for *_, place in found)
        allowed = [each for each in found if self._is_allowed(str(each[4][0]))]
        if not allowed:
            raise _refused(f"{host} leads to a private address")
        return [
            ResolveResult(
                hostname=host,
                host=str(place[0]),
                port=port,
                family=kind,
                proto=proto,
                flags=socket.AI_NUMERICHOST,
            )
            for kind, _, proto, _, place in allowed
        ]

    def open_socket(self, info: AddrInfoType) -> socket.socket:
        """Open a socket for what is about to be connected to: no address gets past this."""
        if not self._is_allowed(str(info[4][0])):
            raise PermissionError(errno.EACCES, "a private address")
        return socket.socket(*info[:3])

    def _is_allowed(self, text: str) -> bool:
        try:
            return text in self._trusted or self._policy.allows(ipaddress.ip_address(text))
        except ValueError:  # not in the one form that means the same to everybody
            return False

    async def close(self) -> None:
        """Nothing is kept open."""


def _refused(why: str) -> InvalidInput:
    return InvalidInput(f"The URL is refused: {why}.", code="url_refused")


class EgressClient:
    """Implements `skep_contracts.plugins.manifest.HttpClient` on one shared pool of connections."""

    def __init__(self, settings: EgressSettings) -> None:
        """Prepare; the first request opens the connection pool."""
        self._settings = settings
        self._policy = AddressPolicy(settings.allow)
        self._shared: aiohttp.ClientSession | None = None
        self._checked = functools.lru_cache(maxsize=1024)(self._check)

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout_s: float = 60.0,
        max_bytes: int = 10_485_760,
        follow_redirects: bool = True,
        verify_tls: bool = True,
    ) -> HttpResponse:
        """Send a request and return the whole answer; see the protocol."""
        with _failures_explained(url):
            async with asyncio.timeout(timeout_s):
                answer = await self._send(
                    method,
                    url,
                    headers=headers,
                    params=params,
                    body=body,
                    redirects=_MAX_REDIRECTS if follow_redirects else 0,
                    verify_tls=verify_tls,
                )
                async with answer:
                    content = await _read(answer, max_bytes)
        return HttpResponse(
            status=answer.status, headers=_headers(answer), body=content, url=str(answer.url)
        )

    async def stream(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout_s: float = 60.0,
        idle_timeout_s: float = 60.0,
    ) -> "EgressStream":
        """Send a request and return once the status line is there; see the protocol."""
        with _failures_explained(url):
            async with asyncio.timeout(timeout_s):
                answer = await self._send(method, url, headers=headers, params=params, body=body)
        return EgressStream(answer, idle_timeout_s)

    async def close(self) -> None:
        """Close every connection; safe to repeat."""
        if self._shared:
            await self._shared.close()

    async def _send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None,
        params: Mapping[str, str] | None,
        body: bytes | None,
        redirects: int = _MAX_REDIRECTS,
        verify_tls: bool = True,
    ) -> aiohttp.ClientResponse:
        target, method, sent = self._checked(url), method.upper(), dict(headers or {})
        if method not in _METHODS:
            raise InvalidInput(f"The HTTP method {method[:20]!r} is not supported.")
        if ours := _OURS.intersection(map(str.lower, sent)):
            raise InvalidInput(f"Leave out the header {min(ours)}: it is set by the client.")
        if params:
            target = target.extend_query(params)
        session = self._session()
        for hop in range(_MAX_REDIRECTS + 1):
            answer = await session.request(
                method,
                target,
                headers=sent,
                data=body,
                allow_redirects=False,
                ssl=verify_tls,
                proxy=self._settings.proxy,
            )
            place = answer.headers.get("Location")
            if not redirects or place is None or answer.status not in {301, 302, 303, 307, 308}:
                return answer
            answer.close()
            if hop == redirects:
                break
            before, target = target, self._redirected(target, place)
            is_post = method == "POST" and answer.status in {301, 302}
            if is_post or (answer.status == 303 and method != "HEAD"):
                method, body = "GET", None
            sent = _headers_after_redirect(sent, before, target, has_body=body is not None)
        raise ProviderFailed(f"{target.host} redirected more than {redirects} times.")

    def _redirected(self, before: URL, place: str) -> URL:
        try:
            target = before.join(URL(place)).with_fragment(None)
        except ValueError:
            raise ProviderFailed(f"{before.host} redirected to what is no URL.") from None
        return self._checked(str(target))

    def _check(self, url: str) -> URL:
        """Return the URL parsed, when nothing in it is refused; names are checked when resolved."""
        if len(url) > _MAX_URL_CHARS:
            raise _refused("it is too long")
        try:
            parsed = URL(url)
            host, _ = parsed.raw_host, parsed.port
        except ValueError:
            raise _refused("it is not a URL") from None
        if parsed.scheme not in {"http", "https"} or not host:
            raise _refused("it must start with http:// or https:// and name a host")
        if parsed.user is not None or parsed.password is not None:
            raise _refused("it must not hold a user name or password; send a header")
        address = literal_address(host)
        if address and not self._policy.allows(address) and not self._policy.allows_host(host):
            raise _refused(f"{host} is a private address")
        if self._settings.proxy and _is_local(host) and not self._policy.allows_host(host):
            raise _refused(f"{host} is a name of a private network")
        return parsed

    def _session(self) -> aiohttp.ClientSession:
        if self._shared is None:
            guard = None if self._settings.proxy else _Guard(self._policy)
            connector = aiohttp.TCPConnector(
                limit=self._settings.max_connections,
                resolver=guard,
                socket_factory=guard.open_socket if guard else None,
                ttl_dns_cache=_DNS_CACHE_S,
            )
            self._shared = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_S),
                headers={"User-Agent": "Skep"},
                max_line_size=_MAX_HEADER_BYTES,
                max_field_size=_MAX_HEADER_BYTES,
            )
        return self._shared


class EgressStream:
    """Implements `skep_contracts.plugins.manifest.HttpStream`."""

    def __init__(self, answer: aiohttp.ClientResponse, idle_timeout_s: float) -> None:
        """Read `answer`, waiting at most `idle_timeout_s` for each piece."""
        self.status = answer.status
        self.headers: Mapping[str, str] = _headers(answer)
        self._answer = answer
        self._idle_s = idle_timeout_s

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield the body as it arrives, split anywhere."""
        content = self._answer.content
        try:
            with _failures_explained(str(self._answer.url)):
                while True:
                    if not (chunk := content.read_nowait()):
                        async with asyncio.timeout(self._idle_s):
                            chunk = await content.readany()
                    if not chunk:
                        return
                    yield chunk
        finally:
            self._answer.release()

    async def read(self, max_bytes: int = 1_048_576) -> bytes:
        """Return the rest of the body, cut at `max_bytes`."""
        content = bytearray()
        async with contextlib.aclosing(self.chunks()) as chunks:
            async for chunk in chunks:
                content += chunk
                if len(content) >= max_bytes:
                    break
        return bytes(content[:max_bytes])

    async def __aenter__(self) -> Self:
        """Return itself."""
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Close the connection unless the body was read to its end."""
        self._answer.release()


async def _read(answer: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    """Read a body; aiohttp unpacks it piece by piece, so a bomb ends at the limit too."""
    content = bytearray()
    while chunk := await answer.content.readany():
        content += chunk
        if len(content) > max_bytes:
            answer.close()
            raise TooLarge(f"{answer.url.host} answered with more than {max_bytes} bytes.")
    return bytes(content)


def _headers(answer: aiohttp.ClientResponse) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in answer.headers.items():
        name = name.lower()  # noqa: PLW2901  # the same name, as the protocol wants it
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _headers_after_redirect(
    headers: dict[str, str], before: URL, after: URL, *, has_body: bool
) -> dict[str, str]:
    is_same_origin = before.origin() == after.origin()
    return {
        name: value
        for name, value in headers.items()
        if (is_same_origin or name.lower() in _KEPT)
        and (has_body or not name.lower().startswith("content-"))
    }


def _is_local(host: str) -> bool:
    name = host.lower().rstrip(".")
    return "." not in name or name.endswith((".localhost", ".local", ".internal", ".home.arpa"))


@contextlib.contextmanager
def _failures_explained(url: str) -> Iterator[None]:
    """Raise errors of ours; what the network said goes into the chain, not to the user."""
    try:
        yield
    except TimeoutError as error:
        raise ProviderTimedOut(f"{URL(url).host} did not answer in time.") from error
    except (aiohttp.ClientError, OSError) as error:
        what = next(words for kind, words in _WHAT_FAILED if isinstance(error, kind))
        raise ProviderFailed(f"{URL(url).host} {what}.") from error
    except ValueError as error:  # what aiohttp says to headers with line breaks, and the like
        raise InvalidInput("The request holds characters that HTTP does not allow.") from error
