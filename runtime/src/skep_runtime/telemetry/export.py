"""Where traces and metrics go; loaded only when they go somewhere. The one user of the SDK."""

import functools
import re
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import Histogram, MeterProvider
from opentelemetry.sdk.metrics.export import (
    HistogramDataPoint,
    InMemoryMetricReader,
    Metric,
    MetricReader,
    MetricsData,
    NumberDataPoint,
    PeriodicExportingMetricReader,
    Sum,
)
from opentelemetry.sdk.metrics.view import ExplicitBucketHistogramAggregation, View
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

_SEND_S: Final = 3
_SECONDS: Final = tuple(0.001 * 2**power for power in range(18))  # 1 ms to 131 s
_UNITS: Final = {"s": "_seconds", "By": "_bytes", "1": ""}
_ESCAPES: Final = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


def start(endpoint: str, *, service: str) -> tuple[TracerProvider, MeterProvider]:
    """Send traces and metrics to an OTLP collector over HTTP."""
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    endpoint = endpoint.rstrip("/")
    resource = Resource.create({"service.name": f"skep-{service}"})
    traces = TracerProvider(resource=resource)
    exporter = OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces", timeout=_SEND_S)
    traces.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(traces)
    sender = OTLPMetricExporter(endpoint=f"{endpoint}/v1/metrics", timeout=_SEND_S)
    return traces, _count(PeriodicExportingMetricReader(sender), _reader(), resource=resource)


@functools.cache
def _reader() -> InMemoryMetricReader:
    return InMemoryMetricReader()


@functools.cache
def _count(*readers: MetricReader, resource: Resource | None = None) -> MeterProvider:
    seconds = View(
        instrument_type=Histogram,
        instrument_unit="s",
        aggregation=ExplicitBucketHistogramAggregation(_SECONDS),
    )
    provider = MeterProvider(readers, resource=resource, views=[seconds])
    metrics.set_meter_provider(provider)
    return provider


def prometheus_text() -> bytes:
    """Return every metric in the text format 0.0.4, and what the process itself uses."""
    if not isinstance(metrics.get_meter_provider(), MeterProvider):
        _count(_reader())
    data = _reader().get_metrics_data()
    lines = [line for metric in _all(data) for line in _lines(metric)]
    cpu_s = time.process_time()
    lines += ["# TYPE process_cpu_seconds_total counter", f"process_cpu_seconds_total {cpu_s:.3f}"]
    return ("\n".join(lines) + "\n").encode()


def _all(data: MetricsData | None) -> Iterator[Metric]:
    for resource in data.resource_metrics if data else ():
        for scope in resource.scope_metrics:
            yield from scope.metrics


def _lines(metric: Metric) -> Iterator[str]:
    name = re.sub(r"[^a-zA-Z0-9_:]", "_", metric.name).removesuffix("_total")
    unit = _UNITS.get(metric.unit or "", "")
    name, kind = name.removesuffix(unit) + unit, "gauge"
    if isinstance(metric.data, Sum) and metric.data.is_monotonic:
        name, kind = f"{name}_total", "counter"
    elif not all(isinstance(point, NumberDataPoint) for point in metric.data.data_points):
        kind = "histogram"
    yield f"# HELP {name} {(metric.description or '').translate(_ESCAPES)}"
    yield f"# TYPE {name} {kind}"
    for point in metric.data.data_points:
        labels = point.attributes or {}
        if isinstance(point, NumberDataPoint):
            yield f"{name}{_labels(labels)} {point.value}"
        elif isinstance(point, HistogramDataPoint):
            total = 0
            bounds = [*map(repr, point.explicit_bounds), "+Inf"]
            for bound, count in zip(bounds, point.bucket_counts, strict=True):
                total += count
                yield f"{name}_bucket{_labels({**labels, 'le': bound})} {total}"
            yield f"{name}_sum{_labels(labels)} {point.sum}"
            yield f"{name}_count{_labels(labels)} {point.count}"


def _labels(labels: Mapping[str, Any]) -> str:
    pairs = ",".join(
        f'{re.sub(r"[^a-zA-Z0-9_]", "_", name)}="{str(value).translate(_ESCAPES)}"'
        for name, value in sorted(labels.items())
    )
    return f"{{{pairs}}}" if pairs else ""
