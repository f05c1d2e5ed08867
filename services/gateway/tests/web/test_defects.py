"""Our own mistakes: a code and a trace id for the caller, everything else for the log."""

import asyncio
import logging

import pytest

from services.gateway.tests.support import RunningGateway, assert_problem, running_gateway, until
from skep_gateway.system.readiness import ReadinessProbe
from skep_gateway.web.limits import WebSettings, allow, rules_of


def test_defect_leaks_nothing(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(self: ReadinessProbe) -> None:
        raise RuntimeError("canary in /etc/passwd")

    monkeypatch.setattr(ReadinessProbe, "read", fail)

    answer = gateway.request("GET", "/readyz", key=None)

    problem = assert_problem(answer, 500, "defect")
    assert b"canary" not in answer.body
    assert problem["trace_id"] == answer.headers["x-trace-id"]
    assert "canary" in caplog.text
    assert gateway.request("GET", "/healthz", key=None).status == 200


def test_request_that_takes_too_long_ends(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(self: ReadinessProbe) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(ReadinessProbe, "read", hang)
    resources = gateway.gateway.app.state.resources
    monkeypatch.setitem(resources, WebSettings, WebSettings(request_timeout_s=0.1))

    assert_problem(gateway.request("GET", "/readyz", key=None), 503, "request_timed_out")


def test_trace_of_the_caller_is_kept(
    gateway: RunningGateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="skep_gateway.access")
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    parent = f"00-{trace_id}-00f067aa0ba902b7-01"

    refused = gateway.request("GET", "/api/v1/nowhere", headers={"traceparent": parent})
    nonsense = gateway.request("GET", "/api/v1/nowhere", headers={"traceparent": "nonsense"})

    assert assert_problem(refused, 404)["trace_id"] == trace_id
    assert len(assert_problem(nonsense, 404)["trace_id"]) == 32


def test_access_log_names_the_route_and_no_secret(
    gateway: RunningGateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    gateway.request("GET", "/api/v1/apps/secret-name?token=canary")

    # The line is written when the answer has ended, which the client may see a little earlier.
    until(lambda: any(vars(r).get("route") == "/api/v1/apps/{app}" for r in caplog.records))
    (record,) = (r for r in caplog.records if vars(r).get("route") == "/api/v1/apps/{app}")
    assert record.name == "skep_gateway.access"
    assert vars(record)["status"] == 404
    assert vars(record)["code"] == "unknown_app"
    told = " ".join(str(vars(r)) for r in caplog.records)
    assert gateway.key not in told
    assert "canary" not in told
    assert "secret-name" not in told


def test_route_without_a_word_on_access_does_not_load() -> None:
    async def forgotten() -> None: ...

    @allow("apps:read")
    async def guarded() -> None: ...

    with pytest.raises(TypeError, match="@allow"):
        rules_of(forgotten, {"GET"}, "/api/v1/forgotten")
    assert rules_of(guarded, {"GET"}, "/api/v1/guarded").scope == "apps:read"


def test_allowed_hosts_are_the_only_ones_answered() -> None:
    with running_gateway(web=WebSettings(allowed_hosts="skep.example, 127.0.0.1")) as gateway:
        named = gateway.request("GET", "/healthz", key=None, headers={"Host": "Skep.Example:8080"})
        other = gateway.request("GET", "/healthz", key=None, headers={"Host": "evil.example"})
        dotted = gateway.request("GET", "/healthz", key=None, headers={"Host": "skep.example."})

        assert (named.status, dotted.status) == (200, 200)
        assert_problem(other, 421, "misdirected_request")
