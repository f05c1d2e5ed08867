"""Canaries: what is secret turns up in no log and in no event."""

import logging

import pytest

from services.gateway.tests.support import SETUP_TOKEN, RunningGateway
from skep_contracts import topology

PASSWORD = "canary-password-of-nobody"
API_KEY = "canary-api-key-of-a-vendor"


def test_secrets_are_told_to_nobody(
    gateway: RunningGateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="skep_gateway")
    caplog.set_level(logging.DEBUG, logger="skep_runtime")
    caplog.set_level(logging.DEBUG, logger="skep_inference")
    caplog.set_level(logging.DEBUG, logger="uvicorn")
    body = {"provider": "trial", "name": "canary", "values": {"api_key": API_KEY}}

    gateway.request("POST", "/api/v1/sessions", {"email": "x@y.z", "password": PASSWORD}, key=None)
    gateway.request(
        "POST",
        "/api/v1/setup",
        {"setup_token": SETUP_TOKEN + "x", "email": "x@y.z", "password": PASSWORD},
        key=None,
    )
    made = gateway.request("POST", "/api/v1/credentials", body).json()
    gateway.request("POST", f"/api/v1/credentials/{made['id']}/checks")
    gateway.request("POST", "/api/v1/credentials", {**body, "password": PASSWORD})
    key = gateway.request("POST", "/api/v1/keys", {"name": "k", "scopes": ["runs:read"]}).json()
    gateway.request("GET", "/api/v1/apps", key=key["key"] + "x")
    gateway.request("DELETE", f"/api/v1/credentials/{made['id']}")

    async def events() -> bytes:
        bus = gateway.gateway.bus
        return b"".join([m.data async for m in bus.replay(topology.EVENTS, ["skep.v1.event.>"])])

    told = " ".join(f"{vars(r)} {r.getMessage()}" for r in caplog.records)
    told += gateway.run(events).decode()
    assert "request answered" in told
    for secret in (PASSWORD, API_KEY, SETUP_TOKEN, key["key"], gateway.key):
        assert secret not in told
