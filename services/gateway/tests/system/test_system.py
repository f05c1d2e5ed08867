"""What operators and newcomers ask first."""

import asyncio
import http.client
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from services.gateway.tests.support import (
    RunningGateway,
    assert_problem,
    running_gateway,
    settings_in,
    until,
)
from skep_contracts.calls.run import ListRuns, ListRunsReply
from skep_gateway.app import open_gateway
from skep_gateway.system.readiness import ReadinessProbe
from skep_gateway.web.limits import WebSettings
from skep_runtime.bus import Bus, Incoming
from skep_testing.nats import NatsServer


def test_health_needs_nothing_else(gateway: RunningGateway) -> None:
    answer = gateway.request("GET", "/healthz", key=None)

    assert (answer.status, answer.json()) == (200, {"status": "ok"})


def test_readiness_names_what_is_missing_until_all_answer() -> None:
    with running_gateway() as gateway:
        missing = gateway.request("GET", "/readyz", key=None)

        async def answer_runs() -> None:
            async def answer(call: ListRuns, incoming: Incoming) -> ListRunsReply:
                return ListRunsReply(items=())

            bus = await Bus.connect(gateway.settings.bus, service="orchestrator")
            bus.answer(ListRuns, answer)

        gateway.run(answer_runs)
        time.sleep(0.4)
        ready = gateway.request("GET", "/readyz", key=None)

    assert missing.status == 503
    assert missing.json()["parts"]["database"] == "ok"
    assert missing.json()["parts"]["orchestrator"] == "does not answer"
    assert ready.status == 200
    assert ready.json()["parts"]["orchestrator"] == "ok"
    assert ready.json()["parts"]["ingest"] == "does not answer"


def test_readiness_notices_that_the_bus_is_gone(tmp_path: Any) -> None:
    with NatsServer() as nats:

        async def watch() -> tuple[dict[str, str], bool]:
            async with open_gateway(settings_in(tmp_path, nats)) as gateway:
                probe = gateway.app.state.resources[ReadinessProbe]
                nats.kill()
                async with asyncio.timeout(10):
                    while gateway.bus.is_connected:  # noqa: ASYNC110  # there is no event for it
                        await asyncio.sleep(0.02)
                found = await probe.read()
                nats.start()
                return found.parts, found.ready

        parts, is_ready = asyncio.run(watch())

    assert not is_ready
    assert parts["bus"] == "not connected"
    assert parts["database"] == "ok"


def test_metrics_count_requests(gateway: RunningGateway) -> None:
    gateway.request("GET", "/metrics", key=None)
    gateway.request("GET", "/healthz", key=None)

    def counts_it() -> bool:
        text = gateway.request("GET", "/metrics", key=None).body.decode()
        return "http_server_request_duration" in text and 'http_route="/healthz"' in text

    until(counts_it)


def test_the_reference_loads_nothing_from_elsewhere_and_runs_nothing(
    gateway: RunningGateway,
) -> None:
    answer = gateway.request("GET", "/docs", key=None)

    text = answer.body.decode()
    assert answer.headers["content-type"].startswith("text/html")
    assert "<script" not in text
    assert not re.search(r"(src|href)=['\"]?https?:", text)
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_documentation_lists_every_operation(gateway: RunningGateway) -> None:
    schema = gateway.request("GET", "/api/v1/openapi.json", key=None).json()
    page = gateway.request("GET", "/docs", key=None).body.decode()

    for path in schema["paths"]:
        assert path in page


def test_every_operation_documents_its_problems(gateway: RunningGateway) -> None:
    schema = gateway.request("GET", "/api/v1/openapi.json", key=None).json()

    for path, methods in schema["paths"].items():
        if not path.startswith("/api/v1/"):
            continue
        for method, operation in methods.items():
            answers = operation["responses"]
            assert operation["summary"], path
            assert {"401", "422", "503"} <= answers.keys(), f"{method} {path}"
            content = answers["422"]["content"]
            assert set(content) == {"application/problem+json"}, f"{method} {path}"


def test_operations_have_names_of_their_own_and_say_who_may(gateway: RunningGateway) -> None:
    schema = gateway.request("GET", "/api/v1/openapi.json", key=None).json()

    operations = [o for methods in schema["paths"].values() for o in methods.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    assert schema["paths"]["/healthz"]["get"]["security"] == []
    assert "security" not in schema["paths"]["/api/v1/apps"]["get"]
    assert set(schema["components"]["securitySchemes"]) == {"api_key", "session"}


def test_schema_refers_to_nothing_that_is_missing(gateway: RunningGateway) -> None:
    answer = gateway.request("GET", "/api/v1/openapi.json", key=None)

    known = answer.json()["components"]["schemas"].keys()
    used = set(re.findall(r"#/components/schemas/([A-Za-z0-9_.\[\]-]+)", answer.body.decode()))
    assert used <= known
    assert b"HTTPValidationError" not in answer.body


def test_stopping_ends_idle_connections_and_open_streams() -> None:
    with running_gateway() as gateway:
        idle = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=10)
        idle.request("GET", "/healthz")
        idle.getresponse().read()
        following = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=10)
        following.request(
            "GET", "/api/v1/events", headers={"Authorization": f"Bearer {gateway.key}"}
        )
        stream = following.getresponse()
        assert stream.headers["content-type"].startswith("text/event-stream")

        began = time.monotonic()
        gateway.stop()
        rest = stream.read()

        assert time.monotonic() - began < 5
        assert b"problem" not in rest


def test_stopping_answers_what_is_still_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = threading.Event()

    async def wait_for_ever(self: ReadinessProbe) -> None:
        asked.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(ReadinessProbe, "read", wait_for_ever)
    with running_gateway(web=WebSettings(shutdown_timeout_s=1.0)) as gateway:
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(gateway.request, "GET", "/readyz", key=None)
            assert asked.wait(5)
            gateway.stop()

        problem = assert_problem(waiting.result(), 503, "shutting_down")
        assert problem["retry"] == "later"
