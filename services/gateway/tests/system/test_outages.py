"""The bus goes away and comes back: nothing is lost, nothing hangs, nothing is a defect."""

from collections.abc import Iterator

import pytest

from services.gateway.tests.support import (
    RunningGateway,
    assert_problem,
    running_gateway,
    until,
)
from services.gateway.tests.trial_plugin import document
from skep_contracts import topology
from skep_contracts.topology import CREDENTIALS, credential_key
from skep_gateway.web.limits import WebSettings


@pytest.fixture
def gateway_() -> Iterator[RunningGateway]:
    with running_gateway(web=WebSettings(request_timeout_s=3.0)) as running:
        yield running


def test_bus_that_is_away_costs_nothing_but_time(gateway_: RunningGateway) -> None:
    gateway = gateway_
    app = gateway.request("POST", "/api/v1/apps", {"document": document("patient")}).json()
    tenant = gateway.request("GET", "/api/v1/me").json()["tenant"]["id"]
    gateway.nats.kill()

    # What needs the database alone goes on.
    body = {"provider": "trial", "name": "meanwhile", "values": {"api_key": "right"}}
    stored = gateway.request("POST", "/api/v1/credentials", body)
    read = gateway.request("GET", f"/api/v1/apps/{app['id']}")
    deleted = gateway.request("POST", "/api/v1/apps", {"document": document("fleeting")}).json()
    assert gateway.request("DELETE", f"/api/v1/apps/{deleted['id']}").status == 204
    # What needs the bus says so.
    refused = gateway.request("POST", f"/api/v1/apps/{app['id']}/versions", {})
    defaults = gateway.request("GET", "/api/v1/default-models")

    assert (stored.status, read.status) == (201, 200)
    assert_problem(refused, 503)
    assert_problem(defaults, 503)
    assert gateway.request("GET", "/readyz", key=None).status == 503
    assert gateway.request("GET", "/healthz", key=None).status == 200

    gateway.nats.start()
    until(lambda: gateway.gateway.bus.is_connected)
    key = credential_key(tenant, "trial", stored.json()["id"])

    def is_mirrored() -> bool:
        bucket = gateway.gateway.bus.bucket(CREDENTIALS)
        return gateway.run(lambda: bucket.get(key)) is not None

    def is_told() -> bool:
        async def events() -> list[str]:
            bus = gateway.gateway.bus
            pattern = f"skep.v1.event.*.app.{deleted['id']}.deleted"
            return [m.subject async for m in bus.replay(topology.EVENTS, [pattern])]

        return bool(gateway.run(events))

    until(is_mirrored, timeout_s=20)
    until(is_told, timeout_s=20)
    assert gateway.request("POST", f"/api/v1/apps/{app['id']}/versions", {}).status == 201
