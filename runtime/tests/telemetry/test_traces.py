"""Traces have ids whether or not anybody collects them."""

import asyncio
import subprocess
import sys

import pytest
from opentelemetry import trace
from opentelemetry.context import attach, detach

from skep_runtime.telemetry import current_trace_id, extract, inject
from skep_runtime.telemetry.ids import IdTracerProvider

TRACER = IdTracerProvider().get_tracer("test")


def test_span_gives_the_trace_an_id_that_travels() -> None:
    headers: dict[str, str] = {}

    with TRACER.start_as_current_span("outer"):
        inject(headers)
        outer = current_trace_id()
        with TRACER.start_as_current_span("inner"):
            assert current_trace_id() == outer

    assert outer is not None
    assert headers["traceparent"].split("-")[1] == outer
    assert current_trace_id() is None


def test_two_traces_have_different_ids() -> None:
    ids = set()
    for _ in range(10):
        with TRACER.start_as_current_span("x"):
            ids.add(current_trace_id())

    assert len(ids) == 10


def test_receiver_continues_the_trace() -> None:
    headers: dict[str, str] = {}
    with TRACER.start_as_current_span("sender"):
        inject(headers)
        sent = current_trace_id()

    with TRACER.start_as_current_span("receiver", context=extract(headers)):
        assert current_trace_id() == sent
    token = attach(extract(headers))
    assert current_trace_id() == sent
    detach(token)


@pytest.mark.parametrize(
    "headers", [None, {}, {"traceparent": "nonsense"}, {"traceparent": "00-" + "0" * 32 + "-0-0"}]
)
def test_headers_without_a_trace_begin_a_new_one(headers: dict[str, str] | None) -> None:
    with TRACER.start_as_current_span("x", context=extract(headers)):
        assert current_trace_id()


def test_error_passes_through_a_span() -> None:
    @TRACER.start_as_current_span("x")
    def failing() -> None:
        trace.get_current_span().set_attribute("a", 1)
        trace.get_current_span().record_exception(ValueError())
        raise KeyError

    with pytest.raises(KeyError):
        failing()

    assert current_trace_id() is None


async def test_decorated_function_runs_in_a_span_of_its_own_each_time() -> None:
    @TRACER.start_as_current_span("x")
    async def traced() -> str | None:
        await asyncio.sleep(0)
        return current_trace_id()

    first, second = await traced(), await traced()

    assert first
    assert first != second


def test_nothing_of_the_sdk_is_loaded_without_a_collector() -> None:
    code = (
        "import sys; from skep_runtime.telemetry import *;"
        "start(TelemetrySettings(), service='x');"
        "tracer('a').start_span('b'); meter('a').create_counter('c').add(1);"
        "sys.exit(any('opentelemetry.sdk' in m or 'exporter' in m for m in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_span_kinds_of_the_api_are_taken() -> None:
    with TRACER.start_as_current_span("x", kind=trace.SpanKind.CLIENT, attributes={"a": "b"}):
        assert current_trace_id()
