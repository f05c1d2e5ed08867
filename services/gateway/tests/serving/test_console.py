import asyncio
import gzip
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest
from fastapi import APIRouter
from starlette.types import ASGIApp, Message

from skep_gateway.serving.application import create_application
from skep_gateway.system import routes as system
from skep_gateway.web.limits import WebSettings

PAGE = {"Accept": "text/html,application/xhtml+xml"}
DOCUMENT = '<!doctype html><meta name="style-nonce" content="__STYLE_NONCE__">'


class Routes:
    def __init__(self) -> None:
        self.router: APIRouter = system.router


@pytest.fixture
def build(tmp_path: Path) -> Path:
    assets = tmp_path / "assets"
    assets.mkdir()
    (tmp_path / "index.html").write_text(DOCUMENT)
    (tmp_path / "skep.svg").write_text("<svg/>")
    (assets / "index-4f2a.js").write_text("run()")
    (assets / "index-4f2a.js.gz").write_bytes(gzip.compress(b"run()"))
    return tmp_path


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def gateway_of(folder: Path) -> ASGIApp:
    return create_application([Routes()], {}, settings=WebSettings(), console=folder)


async def ask(
    app: ASGIApp, path: str, headers: Mapping[str, str] | None = None, method: str = "GET"
) -> Answer:
    raw, _, query = path.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "path": unquote(raw),
        "raw_path": raw.encode(),
        "query_string": query.encode(),
        "headers": [(k.lower().encode(), v.encode()) for k, v in (headers or {}).items()],
        "scheme": "http",
        "server": ("skep", 80),
        "client": ("127.0.0.1", 1),
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], found, b"".join(m.get("body", b"") for m in sent[1:]))


def get(
    folder: Path, path: str, headers: Mapping[str, str] | None = None, method: str = "GET"
) -> Answer:
    return asyncio.run(ask(gateway_of(folder), path, headers, method))


@pytest.mark.parametrize("path", ["/", "/apps", "/apps/app_01J/canvas", "/runs?status=failed"])
def test_every_page_address_gets_the_document(build: Path, path: str) -> None:
    answer = get(build, path, PAGE)

    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


def test_the_document_allows_scripts_and_styles_of_its_own_alone(build: Path) -> None:
    first, second = get(build, "/", PAGE), get(build, "/", PAGE)

    policy = first.headers["content-security-policy"]
    nonce = first.text.split('content="')[1].split('"')[0]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert f"style-src 'self' 'nonce-{nonce}'" in policy
    assert "unsafe" not in policy
    assert nonce not in second.text


def test_hashed_files_are_kept_for_ever_and_others_asked_for(build: Path) -> None:
    hashed, other = get(build, "/assets/index-4f2a.js"), get(build, "/skep.svg")

    assert hashed.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert hashed.headers["content-type"] == "text/javascript; charset=utf-8"
    assert other.headers["cache-control"] == "no-cache"
    again = get(build, "/skep.svg", {"If-None-Match": other.headers["etag"]})
    assert again.status == 304
    assert again.body == b""


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, deflate, br", "gzip"), ("br", None), ("gzip;q=0", None), ("identity", None)],
)
def test_files_are_sent_compressed_to_those_who_read_it(
    build: Path, accepted: str, encoding: str | None
) -> None:
    answer = get(build, "/assets/index-4f2a.js", {"Accept-Encoding": accepted})

    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["vary"] == "Accept-Encoding"
    assert (gzip.decompress(answer.body) if encoding else answer.body) == b"run()"


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api", "/docs/nothing", "/healthz/x", "/missing.js"]
)
def test_what_is_no_page_stays_a_problem(build: Path, path: str) -> None:
    answer = get(build, path, PAGE)

    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_programs_do_not_get_pages(build: Path) -> None:
    answer = get(build, "/apps", {"Accept": "application/json"})

    assert answer.status == 404
    assert json.loads(answer.body)["code"] == "not_found"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_is_written_to_a_page(build: Path, method: str) -> None:
    assert get(build, "/apps", PAGE, method).status == 404


@pytest.mark.parametrize(
    "path",
    ["/assets/../../secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "/..%2fsecret.txt"],
)
def test_nothing_outside_of_the_build_is_served(build: Path, path: str) -> None:
    (build.parent / "secret.txt").write_text("hidden words")

    assert "hidden" not in get(build, path).text


def test_without_a_build_the_page_says_how_to_make_one(tmp_path: Path) -> None:
    answer = get(tmp_path, "/", PAGE)

    assert answer.status == 200
    assert "make console" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert get(tmp_path, "/apps", PAGE).status == 404


async def test_a_new_build_is_taken_over_without_a_restart(build: Path) -> None:
    app = gateway_of(build)
    before = await ask(app, "/assets/index-4f2a.js")

    (build / "assets" / "index-4f2a.js").write_text("runAgain()")
    os.utime(build / "index.html", ns=(1, 1))
    after = await ask(app, "/assets/index-4f2a.js")

    assert (before.text, after.text) == ("run()", "runAgain()")
