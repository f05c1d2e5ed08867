"""Metrics as Prometheus reads them, and what a collector is sent."""

import json
import re
import subprocess
import sys

import pytest

from skep_testing.http_server import Answer, ScriptedServer

# Providers of OpenTelemetry are set once a process, so each test is a process of its own.
SCRAPE = """
from skep_runtime.telemetry import *
start(TelemetrySettings(), service="gateway")
early = meter("t").create_counter("skep.runs", description="Runs\\nthat ended")
prometheus_text()
early.add(2, {"status": 'a"b\\\\c\\nd'})
meter("t").create_histogram("skep.run.duration", unit="s").record(0.3, {"app.id": "x"})
meter("t").create_up_down_counter("skep.runs.live").add(3)
meter("t").create_counter("skep.read_total", unit="By").add(1.5)
print(prometheus_text().decode())
"""
EXPORT = """
import sys
from skep_runtime.telemetry import *
telemetry = start(TelemetrySettings(otlp_endpoint=sys.argv[1]), service="gateway")
with tracer("t").start_as_current_span("chat x"):
    print(current_trace_id())
meter("t").create_counter("skep.runs").add(1)
assert b"skep_runs_total 1" in prometheus_text()
telemetry.shutdown()
"""


def run(code: str, *arguments: str) -> str:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=30).stdout


def test_metrics_are_written_in_the_text_format() -> None:
    text = run(SCRAPE)

    assert "# HELP skep_runs_total Runs\\nthat ended\n# TYPE skep_runs_total counter\n" in text
    assert 'skep_runs_total{status="a\\"b\\\\c\\nd"} 2\n' in text
    assert "# TYPE skep_run_duration_seconds histogram\n" in text
    assert 'skep_run_duration_seconds_bucket{app_id="x",le="0.256"} 0\n' in text
    assert 'skep_run_duration_seconds_bucket{app_id="x",le="0.512"} 1\n' in text
    assert 'skep_run_duration_seconds_bucket{app_id="x",le="+Inf"} 1\n' in text
    assert 'skep_run_duration_seconds_sum{app_id="x"} 0.3\n' in text
    assert 'skep_run_duration_seconds_count{app_id="x"} 1\n' in text
    assert "# TYPE skep_runs_live gauge\nskep_runs_live 3\n" in text
    assert "skep_read_bytes_total 1.5\n" in text
    assert "process_cpu_seconds_total" in text
    sample = r"[a-zA-Z_:][a-zA-Z0-9_:]*(\{[^\n]*\})? [-+0-9.e]+(Inf)?"
    assert all(re.fullmatch(rf"# .*|{sample}", line) for line in text.splitlines() if line)


def test_traces_and_metrics_reach_a_collector() -> None:
    with ScriptedServer(handler=lambda _: Answer()) as collector:
        trace_id = run(EXPORT, f"{collector.url}/").strip()

        bodies = {request.path: request.body for request in collector.requests}
    assert bytes.fromhex(trace_id) in bodies["/v1/traces"]
    assert b"skep-gateway" in bodies["/v1/traces"]
    assert b"skep.runs" in bodies["/v1/metrics"]


@pytest.mark.slow
def test_process_ends_soon_when_the_collector_is_away() -> None:
    code = EXPORT + "\nimport json; print(json.dumps('ended'))"

    assert json.loads(run(code, "http://127.0.0.1:9").splitlines()[-1]) == "ended"
