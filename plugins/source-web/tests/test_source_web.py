"""Sites are read as far as they allow, end where they have no end, and lead nowhere else."""

import gzip
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from skep_contracts.plugins.sources.kinds import KnownItem, SourceFault, SourceItem
from skep_contracts.problems import (
    InvalidInput,
    NotFound,
    ProviderFailed,
    ProviderTimedOut,
    RateLimited,
    SkepError,
    TooLarge,
)
from skep_runtime.egress import EgressClient, EgressSettings
from skep_source_web import pages as pages_module
from skep_source_web.links import read_links
from skep_source_web.robots import read_robots
from skep_source_web.sitemaps import MAX_BYTES, read_sitemap
from skep_source_web.source import WebSource
from skep_testing.conformance.node_context import FakePluginContext
from skep_testing.http_server import Answer, Received, ScriptedServer

HTML = {"content-type": "text/html"}


def page(body: str, **more: Any) -> Answer:
    return Answer(headers={**HTML, **more}, body=f"<html><body>{body}".encode())


def links(*addresses: str) -> str:
    return "".join(f'<a href="{address}">on</a> ' for address in addresses)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(lambda _: Answer(status=404)) as made:
        yield made


@pytest.fixture
async def http() -> AsyncIterator[EgressClient]:
    made = EgressClient(EgressSettings(allow="127.0.0.1/32"))
    yield made
    await made.close()


class Reading:
    """Reads a source as a host does, and remembers what it was given."""

    def __init__(self, http: EgressClient, **settings: Any) -> None:
        self._http = http
        self._settings = settings
        self.known: dict[str, KnownItem] = {}
        self.faults: list[SourceFault] = []

    @property
    def web(self) -> WebSource:
        return WebSource(FakePluginContext(http=self._http), self._settings)

    async def items(self) -> list[SourceItem]:
        async def find(item: str) -> KnownItem | None:
            return self.known.get(item)

        found: list[SourceItem] = []
        self.faults = []
        async for one in self.web.list_items(find):
            if isinstance(one, SourceFault):
                self.faults.append(one)
                continue
            found.append(one)
            if one.fetched is not None:
                self.known[one.id] = KnownItem(version=one.version, memo=one.fetched.memo)
        return found

    async def paths(self, server: ScriptedServer) -> list[str]:
        return [item.id.removeprefix(server.url) for item in await self.items()]


def site(http: EgressClient, server: ScriptedServer, start: str = "/", **more: Any) -> Reading:
    return Reading(http, mode="site", addresses=[server.url + start], **more)


async def test_site_is_read_below_its_prefix_only(
    server: ScriptedServer, http: EgressClient
) -> None:
    server.serve(
        "/docs/", page(links("a", "a#part", "/blog", "http://other.example/docs/", "mailto:x@y.z"))
    )
    server.serve("/docs/a", page("leaf" + links("./")))

    assert await site(http, server, "/docs/").paths(server) == ["/docs/", "/docs/a"]
    assert not server.requests_to("/blog")


async def test_unchanged_pages_lead_on_without_being_sent_again(
    server: ScriptedServer, http: EgressClient
) -> None:
    def start(request: Received) -> Answer:
        if request.headers.get("if-none-match") == '"1"':
            return Answer(status=304)
        return page(links("a"), etag='"1"')

    server.serve("/", start)
    server.serve("/a", page("before"))
    reading = site(http, server)
    first = await reading.items()
    before = dict(reading.known)
    server.serve("/a", page("after"))
    second = await reading.items()

    assert [item.id for item in first] == [item.id for item in second]
    assert second[0].fetched is None
    assert second[0].version == before[first[0].id].version
    assert second[1].version != before[first[1].id].version


async def test_robots_and_nofollow_are_honoured(server: ScriptedServer, http: EgressClient) -> None:
    rules = b"User-agent: *\nDisallow: /private\nAllow: /private/open$\n"
    server.serve("/robots.txt", Answer(body=rules))
    start = links("/private/x", "/private/open", "/shut") + '<a rel="nofollow" href="/never">x</a>'
    server.serve("/", page(start))
    server.serve("/private/open", page("open"))
    server.serve("/shut", page('<meta name="robots" content="nofollow,noindex">' + links("/never")))

    assert await site(http, server).paths(server) == ["/", "/private/open"]
    assert not server.requests_to("/private/x")
    assert not server.requests_to("/never")


async def test_site_whose_rules_cannot_be_had_is_not_read(
    server: ScriptedServer, http: EgressClient
) -> None:
    server.serve("/robots.txt", Answer(status=503))
    server.serve("/", page("hello"))

    reading = site(http, server)

    assert await reading.items() == []
    (fault,) = reading.faults
    assert isinstance(fault.error, ProviderFailed), "what is not known now is no reason to remove"
    assert "robots.txt cannot be had" in str(fault.error)
    assert not server.requests_to("/")


async def test_site_that_wants_no_programs_says_so(
    server: ScriptedServer, http: EgressClient
) -> None:
    server.serve("/robots.txt", Answer(body=b"User-agent: *\nDisallow: /\n"))
    reading = site(http, server)

    assert await reading.items() == []
    (fault,) = reading.faults
    assert isinstance(fault.error, InvalidInput)
    assert "robots.txt does not allow" in str(fault.error)


async def test_endless_site_ends_at_its_limit_and_says_so(
    server: ScriptedServer, http: EgressClient
) -> None:
    def endless(request: Received) -> Answer:
        if request.path == "/robots.txt":
            return Answer(status=404)
        return page(links(*(f"{request.path.rstrip('/')}/{n}" for n in range(5))) + request.path)

    server.handle_with(endless)
    reading = site(http, server, max_pages=20, max_depth=20)

    assert len(await reading.items()) == 20
    assert [fault.error.exact_code for fault in reading.faults] == ["source_too_large"]


async def test_calendar_does_not_eat_the_site(server: ScriptedServer, http: EgressClient) -> None:
    def calendar(request: Received) -> Answer:
        return page(links(*(f"/day?d={n}" for n in range(900))) + request.path)

    server.serve("/", page(links("/day?d=x", "/about")))
    server.serve("/day", calendar)
    server.serve("/about", page("about"))
    reading = site(http, server, max_pages=500)
    found = await reading.paths(server)

    assert "/about" in found
    assert len([path for path in found if path.startswith("/day")]) <= 50


async def test_canonical_address_is_the_one_item(
    server: ScriptedServer, http: EgressClient
) -> None:
    server.serve("/", page(links("/a?session=1", "/a?session=2")))
    server.serve("/a", page('<link rel="canonical" href="/a">text'))

    assert await site(http, server).paths(server) == ["/", "/a"]


async def test_redirect_to_another_site_is_left_out(
    server: ScriptedServer, http: EgressClient
) -> None:
    with ScriptedServer(lambda _: page("elsewhere")) as other:
        server.serve("/", page(links("/out")))
        server.serve("/out", Answer(status=302, headers={"location": f"{other.url}/x"}))

        assert await site(http, server).paths(server) == ["/"]


async def test_page_that_fails_for_now_is_told_as_a_gap(
    server: ScriptedServer, http: EgressClient
) -> None:
    server.serve("/", page(links("/hub", "/gone")))
    server.serve("/hub", Answer(status=500))
    reading = site(http, server)

    assert await reading.paths(server) == ["/"]
    assert [fault.id.removeprefix(server.url) for fault in reading.faults] == ["/hub"]


async def test_private_addresses_are_refused_also_behind_redirects(server: ScriptedServer) -> None:
    guarded = EgressClient(EgressSettings(allow="127.0.0.1/32"))
    closed = EgressClient(EgressSettings())
    server.serve("/x", Answer(status=302, headers={"location": "http://169.254.169.254/latest"}))
    try:
        for http, address in (
            (guarded, f"{server.url}/x"),
            (closed, f"{server.url}/x"),
            (closed, f"http://localhost:{server.port}/x"),
        ):
            reading = Reading(http, addresses=[address])
            (item,) = await reading.items()
            with pytest.raises(SkepError):
                await reading.web.fetch(item, None)
    finally:
        await guarded.close()
        await closed.close()
    assert len(server.requests) == 1


async def test_answers_that_are_no_page_have_their_own_errors(
    server: ScriptedServer, http: EgressClient
) -> None:
    reading = Reading(http, addresses=[f"{server.url}/x"])
    (item,) = await reading.items()
    for answer, error in (
        (Answer(status=404), NotFound),
        (Answer(status=401), InvalidInput),
        (Answer(headers={"content-type": "image/png"}, body=b"x"), InvalidInput),
        (Answer(status=429, headers={"retry-after": "7"}), RateLimited),
    ):
        server.enqueue("/x", answer)
        with pytest.raises(error) as caught:
            await reading.web.fetch(item, None)
        if isinstance(caught.value, RateLimited):
            assert caught.value.retry_after_s == 7


async def test_huge_and_packed_pages_end_at_the_limit(
    server: ScriptedServer, http: EgressClient
) -> None:
    bomb = gzip.compress(b"x" * (pages_module.MAX_PAGE_BYTES + 1))
    server.serve("/x", Answer(headers={**HTML, "content-encoding": "gzip"}, body=bomb))
    reading = Reading(http, addresses=[f"{server.url}/x"])
    (item,) = await reading.items()

    with pytest.raises(TooLarge):
        await reading.web.fetch(item, None)


async def test_page_that_drips_is_given_up(
    server: ScriptedServer, http: EgressClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages_module, "_PAGE_S", 0.3)
    server.serve("/x", Answer(headers=HTML, body=b"x" * 1000, split=1, gap_s=0.05))
    reading = Reading(http, addresses=[f"{server.url}/x"])
    (item,) = await reading.items()

    with pytest.raises(ProviderTimedOut):
        await reading.web.fetch(item, None)


async def test_encoding_that_only_the_header_tells_is_kept(
    server: ScriptedServer, http: EgressClient
) -> None:
    headers = {"content-type": "text/html; charset=koi8-r"}
    server.serve("/x", Answer(headers=headers, body="<p>Привет".encode("koi8-r")))
    server.serve(
        "/y", Answer(headers={"content-type": "text/html; charset=nonsense"}, body=b"\xff")
    )
    reading = Reading(http, addresses=[f"{server.url}/x", f"{server.url}/y"])
    x, y = [await reading.web.fetch(item, None) for item in await reading.items()]

    assert x is not None
    assert x.content.decode() == "<p>Привет"
    assert y is not None
    assert y.content == b"\xff"


def sitemap(*addresses: str, tag: str = "url") -> bytes:
    entries = "".join(
        f"<{tag}><loc>{a}</loc><lastmod>2026-01-01</lastmod></{tag}>" for a in addresses
    )
    root = "urlset" if tag == "url" else "sitemapindex"
    return f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{root}>'.encode()


async def test_sitemaps_list_pages_of_their_own_site(
    server: ScriptedServer, http: EgressClient
) -> None:
    index = sitemap(
        f"{server.url}/one.xml.gz",
        f"{server.url}/index.xml",
        f"{server.url}/broken.xml",
        tag="sitemap",
    )
    server.serve("/index.xml", Answer(body=index))
    packed = gzip.compress(
        sitemap(f"{server.url}/a", "http://foreign.example/b", "file:///etc/passwd")
    )
    server.serve("/one.xml.gz", Answer(headers={"content-type": "application/gzip"}, body=packed))
    server.serve("/broken.xml", Answer(body=b"<urlset><url>"))
    reading = Reading(http, mode="sitemap", addresses=[f"{server.url}/index.xml"])
    items = await reading.items()

    assert [(item.id, item.version) for item in items] == [(f"{server.url}/a", "2026-01-01")]
    assert [fault.id for fault in reading.faults] == [f"{server.url}/broken.xml"]


def test_sitemap_that_declares_entities_is_refused() -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><urlset><url><loc>&b;</loc></url>'

    with pytest.raises(InvalidInput):
        read_sitemap(laughs)


def test_sitemap_bomb_is_refused() -> None:
    with pytest.raises(TooLarge):
        read_sitemap(gzip.compress(b" " * (MAX_BYTES + 10)))


@pytest.mark.parametrize(
    "text", ["<a " * 300_000, "<script" * 200_000, "<!--" * 300_000, '<a href="' * 150_000]
)
def test_hostile_pages_are_read_in_linear_time(text: str) -> None:
    began = time.process_time()
    read_links(text, address="https://x.example/")

    assert time.process_time() - began < 3


def test_hostile_robots_are_read_in_linear_time() -> None:
    rules = read_robots(b"User-agent: *\nDisallow: /" + b"*a" * 100_000 + b"\n")
    began = time.process_time()

    assert rules.allows("https://x.example/" + "a" * 900)
    assert time.process_time() - began < 1


def test_own_group_goes_before_everybodys() -> None:
    rules = read_robots(
        b"User-agent: *\nDisallow: /\n\nUser-agent: other\nUser-agent: Skep\nDisallow: /x\n"
        b"Crawl-delay: 99\n"
    )

    assert rules.allows("https://h.example/y")
    assert not rules.allows("https://h.example/x/1")
    assert rules.delay_s == 10
