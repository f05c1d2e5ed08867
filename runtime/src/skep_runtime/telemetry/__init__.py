"""Traces, metrics and logs of a process. Only here is the OpenTelemetry SDK touched."""

from collections.abc import Mapping, MutableMapping
from typing import Any, Final, Literal

import msgspec
from opentelemetry import metrics, trace
from opentelemetry.context import Context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from skep_runtime import logs
from skep_runtime.telemetry.ids import IdTracerProvider

_PROPAGATOR: Final = TraceContextTextMapPropagator()


class TelemetrySettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a process tells about itself, and where to."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "console"] = "json"
    otlp_endpoint: str | None = None
    """Base URL of a collector, such as ``http://127.0.0.1:4318``; traces and metrics go there."""
    record_content: bool = False
    """Whether traces hold prompts and answers."""


class Telemetry:
    """What `start` started."""

    def __init__(self, providers: tuple[Any, ...] = ()) -> None:
        """Keep what must be flushed."""
        self._providers = providers

    def shutdown(self) -> None:
        """Send what is left, within a few seconds, and stop."""
        for provider in self._providers:
            provider.shutdown()


def start(settings: TelemetrySettings, *, service: str) -> Telemetry:
    """Configure logs, traces and metrics of this process; once, before anything logs."""
    logs.configure(
        settings.log_level, settings.log_format, service=service, trace_id=current_trace_id
    )
    if settings.otlp_endpoint is None:
        trace.set_tracer_provider(IdTracerProvider())
        return Telemetry()
    from skep_runtime.telemetry import export

    return Telemetry(export.start(settings.otlp_endpoint, service=service))


def tracer(name: str) -> trace.Tracer:
    """Return a tracer; `name` is the module's. Its spans have ids even when nothing is exported."""
    return trace.get_tracer(name)


def meter(name: str) -> metrics.Meter:
    """Return a maker of counters and histograms; they count once something reads them."""
    return metrics.get_meter(name)


def prometheus_text() -> bytes:
    """Return this process's metrics, counted since the first call, in Prometheus' text format."""
    from skep_runtime.telemetry import export

    return export.prometheus_text()


def current_trace_id() -> str | None:
    """Return the trace this task is in, as 32 hexadecimal digits."""
    span = trace.get_current_span().get_span_context()
    return trace.format_trace_id(span.trace_id) if span.is_valid else None


def inject(headers: MutableMapping[str, str]) -> None:
    """Write the present trace into the headers of a message or request."""
    _PROPAGATOR.inject(headers)


def extract(headers: Mapping[str, str] | None) -> Context:
    """Return the trace that headers speak of, to be attached or to start a span in."""
    return _PROPAGATOR.extract(headers or {})
