"""The outermost layer: trace context, security headers, access log, the last catch for defects."""

import logging
import re
import secrets
import time
from collections.abc import Iterable
from typing import Any, Final

from opentelemetry import trace
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from skep_contracts.problems import SkepError
from skep_gateway.key_limits.meter import TICKET
from skep_gateway.web.problems import Malformed, Misdirected, defect_response, respond
from skep_runtime.telemetry import extract, meter, tracer

_log = logging.getLogger("skep_gateway.access")
_HOST: Final = re.compile(
    rb"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253}[A-Za-z0-9])?\.?|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?\Z"
)
_PROBES: Final = frozenset({"/healthz", "/readyz", "/metrics"})
_API_POLICY: Final = b"default-src 'none'; frame-ancestors 'none'"
SECURITY_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_CLIENT_WENT_AWAY: Final = 499
_LEVELS: Final = logging.getLevelNamesMapping()


class Edge:
    """ASGI middleware around everything else. No layer below it leaks an error."""

    def __init__(
        self, app: ASGIApp, *, allowed_hosts: Iterable[str] = (), logs_all: bool = False
    ) -> None:
        """Wrap `app`.

        Args:
            app: Everything else.
            allowed_hosts: Names without port; empty for any well-formed one.
            logs_all: Log requests that went well, too. Each line is a system call and wakes whoever
                collects them.
        """
        self._level_of_success = logging.INFO if logs_all else logging.DEBUG
        self._app = app
        self._allowed = frozenset(host.lower().encode() for host in allowed_hosts)
        self._tracer = tracer("skep.gateway")
        self._duration = meter("skep.gateway").create_histogram(
            "http.server.request.duration", unit="s", description="Time until the answer ended."
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request inside a span."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        carrier = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in scope["headers"]
            if name in {b"traceparent", b"tracestate"}
        }
        with self._tracer.start_as_current_span(
            scope["method"][:20],
            context=extract(carrier) if carrier else None,
            kind=trace.SpanKind.SERVER,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            context = span.get_span_context()
            trace_id = f"{context.trace_id:032x}" if context.is_valid else secrets.token_hex(16)
            scope["skep.trace_id"] = trace_id
            await self._serve(scope, receive, _Answer(send, scope), span)

    async def _serve(
        self, scope: Scope, receive: Receive, answer: "_Answer", span: trace.Span
    ) -> None:
        began = time.perf_counter()
        try:
            self._check(scope)
            await self._app(scope, receive, answer.send)
        except (Malformed, Misdirected) as error:
            await respond(error, Request(scope, receive))(scope, receive, answer.send)
        except ClientDisconnect:
            answer.status = _CLIENT_WENT_AWAY
        except Exception as error:  # the last catch: nothing is leaked
            response = defect_response(error, Request(scope, receive))
            if answer.status:
                # Too late for a problem document: the connection ends without its last piece.
                raise
            await response(scope, receive, answer.send)
        finally:
            if TICKET in scope:
                scope[TICKET].close()
            self._record(scope, answer.status or _CLIENT_WENT_AWAY, began, span)

    def _check(self, scope: Scope) -> None:
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) > 1 or (hosts and not _HOST.match(hosts[0])):
            raise Malformed("The Host header is not a host name.", code="bad_host")
        if self._allowed:
            name = re.sub(rb":\d+\Z", b"", hosts[0]).rstrip(b".").lower() if hosts else b""
            if name not in self._allowed:
                raise Misdirected("This gateway does not answer to that host name.")
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            raise Malformed("The address contains a NUL character.")

    def _record(self, scope: Scope, status: int, began: float, span: trace.Span) -> None:
        elapsed_s = time.perf_counter() - began
        route = getattr(scope.get("route"), "path", "unmatched")
        method = scope["method"][:20]
        if span.is_recording():
            span.update_name(f"{method} {route}")
            span.set_attributes(
                {
                    "http.request.method": method,
                    "http.route": route,
                    "http.response.status_code": status,
                }
            )
        self._duration.record(
            elapsed_s,
            {
                "http.request.method": method,
                "http.route": route,
                "http.response.status_code": status,
            },
        )
        problem: SkepError | None = scope.get("skep.problem")
        level = self._level(scope, status, problem)
        if _log.isEnabledFor(level):
            fields: dict[str, Any] = {
                "method": method,
                "route": route,
                "status": status,
                "elapsed_ms": round(elapsed_s * 1000, 2),
            }
            if problem is not None:
                fields["code"] = problem.exact_code
            _log.log(level, "request answered", extra=fields)

    def _level(self, scope: Scope, status: int, problem: SkepError | None) -> int:
        if scope["path"] in _PROBES:
            return logging.DEBUG
        if problem is not None:
            return _LEVELS[problem.log_level.upper()]
        return self._level_of_success if status < 400 else logging.INFO


class _Answer:
    """Adds our headers to whatever answers, and remembers the status."""

    def __init__(self, send: Send, scope: Scope) -> None:
        self._send = send
        self._scope = scope
        self.status = 0

    async def send(self, message: Message) -> None:
        """Send a message on."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = list(message.get("headers", ()))
            headers += SECURITY_HEADERS
            headers.append((b"x-trace-id", self._scope["skep.trace_id"].encode()))
            if TICKET in self._scope:
                headers += self._scope[TICKET].headers()
            names = {name for name, _ in headers}
            if b"content-security-policy" not in names:
                headers.append((b"content-security-policy", _API_POLICY))
            if b"cache-control" not in names:
                headers.append((b"cache-control", b"no-store"))
            message = {**message, "headers": headers}
        await self._send(message)
