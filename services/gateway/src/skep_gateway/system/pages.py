"""Plain pages without a script, such as the one that tells what the API offers."""

import html
from collections.abc import Iterator
from typing import Any, Final

from starlette.responses import Response

_STYLE: Final = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
code,pre{font-family:ui-monospace,monospace;background:#f4f1ea;padding:.1em .3em;border-radius:3px}
pre{padding:.7rem;overflow:auto}h2{margin-top:2.2rem;border-bottom:1px solid #ddd}
.m{display:inline-block;min-width:4.2em;font-weight:600;color:#8a5a00}summary{cursor:pointer}
@media(prefers-color-scheme:dark){body{background:#1b1a17;color:#ddd}code,pre{background:#2a2822}a{color:#e6b450}}
"""
_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


def page(title: str, content: str) -> Response:
    """Return a page; `content` is HTML of ours, with everything foreign escaped."""
    document = (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width'>"
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style>{content}</html>"
    )
    return Response(
        document,
        media_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": _POLICY},
    )


def reference(schema: dict[str, Any]) -> Response:
    """Return the page at ``/docs``: every operation of an OpenAPI document."""
    return page(
        "Skep API",
        "<h1>Skep API</h1><p>Send <code>Authorization: Bearer sk_…</code>. Errors are "
        "<code>application/problem+json</code>. The same as a file: "
        "<a href=/api/v1/openapi.json>openapi.json</a>.</p>" + "".join(_operations(schema)),
    )


def _operations(schema: dict[str, Any]) -> Iterator[str]:
    by_tag: dict[str, list[str]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            tag = (operation.get("tags") or ["other"])[0]
            by_tag.setdefault(tag, []).append(_operation(path, method, operation))
    for tag, rendered in by_tag.items():
        yield f"<h2>{html.escape(tag)}</h2>" + "".join(rendered)


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    inside = [f"<p>{html.escape(operation.get('description', ''))}</p>"]
    for parameter in operation.get("parameters", ()):
        need = "required" if parameter.get("required") else "optional"
        inside.append(
            f"<p><code>{html.escape(parameter['name'])}</code> in {parameter['in']}, {need}</p>"
        )
    for kind, body in operation.get("requestBody", {}).get("content", {}).items():
        inside.append(f"<p>Body: <code>{html.escape(kind)}</code> {_shape(body)}</p>")
    answers = ", ".join(
        f"{status} {html.escape(answer['description'])}"
        for status, answer in operation.get("responses", {}).items()
    )
    inside.append(f"<p>Answers: {answers}</p>")
    return (
        f"<details><summary><span class=m>{method.upper()}</span> <code>{html.escape(path)}</code> "
        f"{html.escape(operation.get('summary', ''))}</summary>{''.join(inside)}</details>"
    )


def _shape(body: dict[str, Any]) -> str:
    name = str(body.get("schema", {}).get("$ref", "")).rpartition("/")[2]
    return f"<code>{html.escape(name)}</code>" if name else ""
