"""The console's files: what a browser gets for an address that is no route.

The build writes them into ``static/`` with compressed copies beside (``.br``, ``.gz``). Names under
``/assets/`` hold a hash of the content and never change; every other page address gets the one
document, which finds out by itself what to show.
"""

import asyncio
import hashlib
import mimetypes
import secrets
from pathlib import Path
from types import SimpleNamespace
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from skep_gateway.system.pages import page

FOLDER: Final = Path(__file__).resolve().parent.parent / "static"
_DOCUMENT: Final = "/index.html"
_NONCE_PLACE: Final = b"__STYLE_NONCE__"
_ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_SAFE: Final = frozenset({"GET", "HEAD"})
_SITES: Final = "/chat/"
"""Pages of published apps: other sites may show them inside of theirs. Nothing of a session is used
there."""
_LABEL: Final = SimpleNamespace(path="/{console}")
"""What access log and metrics call these requests: one name, whatever the address."""
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; font-src 'self'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self' blob:; "
    "style-src 'self' 'nonce-{nonce}'; frame-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors {framed_by}"
)
"""Nothing from elsewhere and no script in the page. Components that measure scroll bars write a
style element; they are told the nonce of the page they are on."""


class StoredFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the build; `content` by encoding, the plain one under the empty name."""

    content: dict[str, bytes]
    media_type: str
    etag: str


class Console:
    """Answers what no route answers. Keeps the files in memory; a new build is taken over."""

    def __init__(self, otherwise: ASGIApp, *, reserved: frozenset[str], folder: Path) -> None:
        """Serve the files of `folder`.

        Args:
            otherwise: Answers what is none of the console's addresses.
            reserved: First parts of addresses that belong to routes; the console never answers
                under them, so a mistyped address of the API stays a problem document.
            folder: Where the build is.
        """
        self._otherwise = otherwise
        self._reserved = reserved
        self._folder = folder
        self._files: dict[str, StoredFile] = {}
        self._read_at = -1
        self._reading = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a file, the document, or what is otherwise."""
        response = None
        if scope["type"] == "http" and scope["method"] in _SAFE:
            response = await self._find(Request(scope))
        if response is None:
            await self._otherwise(scope, receive, send)
            return
        scope["route"] = _LABEL
        await response(scope, receive, send)

    async def _find(self, request: Request) -> Response | None:
        path = request.url.path
        if path.split("/")[1] in self._reserved:
            return None
        await self._refresh()
        stored = self._files.get(path)
        if stored is not None and path != _DOCUMENT:
            return _file(request, stored, is_hashed=path.startswith("/assets/"))
        if path != "/" and not _wants_page(request, path):
            return None
        return self._document(path)

    def _document(self, path: str) -> Response:
        document = self._files.get(_DOCUMENT)
        if document is None:
            return _missing(path)
        nonce = secrets.token_urlsafe(16)
        return Response(
            document.content[""].replace(_NONCE_PLACE, nonce.encode()),
            media_type="text/html; charset=utf-8",
            headers={
                "Cache-Control": "no-cache",
                "Content-Security-Policy": _POLICY.format(
                    nonce=nonce, framed_by="*" if path.startswith(_SITES) else "'none'"
                ),
            },
        )

    async def _refresh(self) -> None:
        """Read the files when the document is another one than before."""
        written_at = _written_at(self._folder)
        if written_at == self._read_at:
            return
        async with self._reading:
            if written_at != self._read_at:
                self._files = await asyncio.to_thread(_read, self._folder)
                self._read_at = written_at


def _written_at(folder: Path) -> int:
    try:
        return (folder / "index.html").stat().st_mtime_ns
    except OSError:
        return 0


def _read(folder: Path) -> dict[str, StoredFile]:
    files: dict[str, StoredFile] = {}
    suffixes = {suffix for _, suffix in _ENCODINGS}
    for path in sorted(folder.rglob("*")):
        if path.suffix in suffixes or not path.is_file():
            continue
        content = {"": path.read_bytes()}
        for encoding, suffix in _ENCODINGS:
            compressed = path.with_name(path.name + suffix)
            if compressed.is_file():
                content[encoding] = compressed.read_bytes()
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        if kind.startswith("text/"):
            kind += "; charset=utf-8"
        etag = hashlib.sha256(content[""]).hexdigest()[:24]
        name = "/" + path.relative_to(folder).as_posix()
        files[name] = StoredFile(content=content, media_type=kind, etag=f'"{etag}"')
    return files


def _file(request: Request, stored: StoredFile, *, is_hashed: bool) -> Response:
    headers = {
        "ETag": stored.etag,
        "Cache-Control": _FOR_EVER if is_hashed else "no-cache",
        "Vary": "Accept-Encoding",
    }
    if stored.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    accepted = {
        part.partition(";")[0].strip()
        for part in request.headers.get("accept-encoding", "").split(",")
        if not part.replace(" ", "").endswith(";q=0")
    }
    encoding = next((name for name in stored.content if name and name in accepted), "")
    if encoding:
        headers["Content-Encoding"] = encoding
    return Response(stored.content[encoding], media_type=stored.media_type, headers=headers)


def _wants_page(request: Request, path: str) -> bool:
    """Tell a browser that opens an address from a program that asks for a file."""
    accepts = request.headers.get("accept", "")
    return "text/html" in accepts and "." not in path.rpartition("/")[2]


def _missing(path: str) -> Response:
    found = page(
        "Skep",
        "<h1>Skep</h1><p>The gateway runs, and the API with it. The console is not built here: "
        "in a checkout, <code>make console</code> builds it (with Node 20.19 or newer, or with "
        "the Node that PyPI has); then load this page again.</p>"
        "<p><a href=/docs>What the API offers</a> · "
        "<a href=/api/v1/openapi.json>OpenAPI</a> · <a href=/readyz>Is it ready?</a></p>"
        "<p>From a terminal: <code>skep setup you@example.org</code>, "
        "<code>skep run examples/hello.yaml --input name=Ada</code></p>",
    )
    found.status_code = 200 if path == "/" else 404
    return found


def first_parts(paths: list[str]) -> frozenset[str]:
    """Return the first parts of route paths: ``api`` of ``/api/v1/apps``."""
    parts = (path.strip("/").split("/")[0] for path in paths)
    return frozenset(part for part in parts if part and not part.startswith("{"))
