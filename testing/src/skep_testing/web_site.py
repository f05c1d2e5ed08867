"""A web site on loopback that a test changes: pages with ETags, and a sitemap that lists them."""

import hashlib
from typing import Self

from skep_testing.http_server import Answer, Received, ScriptedServer


class WebSite(ScriptedServer):
    """Serves `pages`, by path; others are 404. ``/sitemap.xml`` lists them in order.

    Requests with the ETag of a page that did not change are answered 304.
    """

    def __init__(self, pages: dict[str, str] | None = None) -> None:
        super().__init__(self._page)
        self.pages = dict(pages or {})
        self.broken: dict[str, int] = {}
        """The status that a path answers with in place of its page."""

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    @property
    def sitemap(self) -> str:
        """The address of the sitemap."""
        return f"{self.url}/sitemap.xml"

    def name(self, path: str) -> str:
        """Return what the document of a page is called."""
        return f"127.0.0.1:{self.port}{path}"

    def asked(self) -> dict[str, str]:
        """Return how each page was asked for since the last time: ``whole`` or ``unchanged``."""
        seen = {}
        for request in list(self.requests):
            if request.path in self.pages:
                is_same = request.headers.get("if-none-match") == _tag(self.pages[request.path])
                seen[request.path] = "unchanged" if is_same else "whole"
        self.requests.clear()
        return seen

    def _page(self, request: Received) -> Answer:
        status = self.broken.get(request.path)
        if status is not None:
            return Answer(status=status)
        if request.path == "/sitemap.xml":
            places = "".join(f"<url><loc>{self.url}{path}</loc></url>" for path in self.pages)
            body = f"<urlset>{places}</urlset>".encode()
            return Answer(headers={"content-type": "application/xml"}, body=body)
        text = self.pages.get(request.path)
        if text is None:
            return Answer(status=404)
        headers = {"content-type": "text/html", "etag": _tag(text)}
        if request.headers.get("if-none-match") == headers["etag"]:
            return Answer(status=304, headers=headers)
        return Answer(headers=headers, body=f"<html><body>{text}</body></html>".encode())


def _tag(text: str) -> str:
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'
