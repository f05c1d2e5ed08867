"""The HTTP client that plugins and services share: guarded, bounded, and honest about failures."""

import asyncio
import contextlib
import functools
import re
from collections.abc import AsyncGenerator, Iterator, Mapping
from typing import Annotated, Final, Self

import aiohttp
import msgspec
from yarl import URL

from skep_contracts.plugins.manifest import HttpResponse
from skep_contracts.problems import InvalidInput, ProviderFailed, ProviderTimedOut, TooLarge
from skep_runtime.egress.addresses import AddressPolicy, Guard, literal_address, refused

_CONNECT_S: Final = 20.0
_DNS_CACHE_S: Final = 15
_MAX_REDIRECTS: Final = 5
_MAX_URL_CHARS: Final = 16_384
_MAX_HEADER_BYTES: Final = 65_536
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_FRAMING: Final = (  # set by the client; set by others they confuse proxies and servers
    "connection content-length expect host keep-alive proxy-authorization proxy-connection te "
    "trailer transfer-encoding upgrade"
)
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")  # RFC 9110 §5.6.2
_OURS: Final = frozenset(_FRAMING.split())
_NO_CREDENTIALS: Final = frozenset(
    {"accept", "accept-language", "content-type", "range", "user-agent"}
)
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
    """An HTTP proxy for everything. It resolves names, so it must guard the private network;
    addresses written in a URL are still checked here."""
    max_connections: Annotated[int, msgspec.Meta(ge=1)] = 256

    def __post_init__(self) -> None:
        """Refuse networks and proxies that most likely are mistyped."""
        AddressPolicy(self.allow)
        if self.proxy is not None and URL(self.proxy).scheme != "http":
            raise ValueError("proxy must start with http://")


class EgressClient:
    """Implements `skep_contracts.plugins.manifest.HttpClient` on one shared pool of connections."""

    def __init__(self, settings: EgressSettings) -> None:
        """Prepare; the first request opens the pool."""
        self._settings = settings
        self._policy = AddressPolicy(settings.allow)
        self._shared: aiohttp.ClientSession | None = None
        self._checked = functools.lru_cache(maxsize=256)(self._check)

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
        target, sent = self._prepared(url, headers, params)
        with _failures_explained(target):
            async with asyncio.timeout(timeout_s):
                redirects = _MAX_REDIRECTS if follow_redirects else 0
                answer = await self._send(
                    method, target, sent, body=body, redirects=redirects, verify_tls=verify_tls
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
        target, sent = self._prepared(url, headers, params)
        with _failures_explained(target):
            async with asyncio.timeout(timeout_s):
                answer = await self._send(method, target, sent, body=body)
        return EgressStream(answer, idle_timeout_s)

    def check(self, url: str) -> None:
        """Pass when a request to `url` would be tried; where a host name leads shows only then.

        Raises:
            InvalidInput: It would be refused.
        """
        self._checked(url)

    async def close(self) -> None:
        """Close every connection; safe to repeat."""
        if self._shared:
            await self._shared.close()

    def _prepared(
        self, url: str, headers: Mapping[str, str] | None, params: Mapping[str, str] | None
    ) -> tuple[URL, dict[str, str]]:
        target, sent = self._checked(url), dict(headers or {})
        for name in sent:
            if name.lower() in _OURS:
                raise InvalidInput(f"Leave out the header {name}: it is set by the client.")
            if not _TOKEN.match(name):
                raise InvalidInput(f"{name[:50]!r} is not the name of a header.")
        return (target.extend_query(params) if params else target), sent

    async def _send(
        self,
        method: str,
        target: URL,
        headers: dict[str, str],
        *,
        body: bytes | None,
        redirects: int = _MAX_REDIRECTS,
        verify_tls: bool = True,
    ) -> aiohttp.ClientResponse:
        method, session = method.upper(), self._session()
        if method not in _METHODS:
            raise InvalidInput(f"The HTTP method {method[:20]!r} is not supported.")
        for left in range(redirects, -1, -1):
            answer = await session.request(
                method,
                target,
                headers=headers,
                data=body,
                allow_redirects=False,  # each hop is checked anew
                ssl=verify_tls,
                proxy=self._settings.proxy,
            )
            place = answer.headers.get("Location")
            if not redirects or place is None or answer.status not in _REDIRECTS:
                return answer
            answer.close()
            if left:
                before, target = target, self._redirected(target, place)
                is_post = method == "POST" and answer.status in {301, 302}
                if is_post or (answer.status == 303 and method != "HEAD"):
                    method, body = "GET", None
                headers = _headers_to(target, before, headers, has_body=body is not None)
        raise ProviderFailed(f"{target.raw_host} redirected more than {redirects} times.")

    def _redirected(self, before: URL, place: str) -> URL:
        try:
            target = before.join(URL(place)).with_fragment(None)
        except ValueError:
            raise ProviderFailed(f"{before.raw_host} redirected to what is no URL.") from None
        return self._checked(str(target))

    def _check(self, url: str) -> URL:
        """Return the URL parsed; where its host name leads is checked when connecting."""
        try:
            parsed = URL(url)
            host = parsed.raw_host or ""
        except ValueError:
            raise refused("it is not a URL") from None
        if parsed.scheme not in {"http", "https"} or not host or len(url) > _MAX_URL_CHARS:
            raise refused("it must start with http:// or https://, name a host, and not be endless")
        if parsed.user is not None or parsed.password is not None:
            raise refused("it must not hold a user name or password; send a header")
        address = literal_address(host)
        if self._policy.trusts(host) or (address and self._policy.allows(address)):
            return parsed
        is_local = self._settings.proxy and _is_local(host)
        if address or is_local or host.replace(".", "").isdigit():
            raise refused(f"{host} is not on the public internet")
        return parsed

    def _session(self) -> aiohttp.ClientSession:
        if self._shared is None:
            guard = None if self._settings.proxy else Guard(self._policy)
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
            with _failures_explained(self._answer.url):
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
            raise TooLarge(f"{answer.url.raw_host} answered with more than {max_bytes} bytes.")
    return bytes(content)


def _headers(answer: aiohttp.ClientResponse) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in answer.headers.items():
        key = name.lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return headers


def _headers_to(
    target: URL, before: URL, headers: dict[str, str], *, has_body: bool
) -> dict[str, str]:
    """Say what goes along with a redirect; to another origin nothing that may be a credential."""
    is_same_origin = before.origin() == target.origin()
    return {
        name: value
        for name, value in headers.items()
        if (is_same_origin or name.lower() in _NO_CREDENTIALS)
        and (has_body or not name.lower().startswith("content-"))
    }


def _is_local(host: str) -> bool:
    name = host.lower().rstrip(".")
    return "." not in name or name.endswith((".localhost", ".local", ".internal", ".home.arpa"))


@contextlib.contextmanager
def _failures_explained(url: URL) -> Iterator[None]:
    """Raise errors of ours; what the network said goes into the chain, not to the user."""
    try:
        yield
    except TimeoutError as error:
        raise ProviderTimedOut(f"{url.raw_host} did not answer in time.") from error
    except (aiohttp.ClientError, OSError) as error:
        what = next(words for kind, words in _WHAT_FAILED if isinstance(error, kind))
        raise ProviderFailed(f"{url.raw_host} {what}.") from error
    except ValueError as error:  # what aiohttp says to a header with a line break, and the like
        raise InvalidInput("The URL or a header holds what HTTP does not allow.") from error
