"""Facts that tests let happen."""

from typing import Any

from services.gateway.tests.support import RunningGateway
from skep_contracts.events.run import RunBegan, RunSucceeded
from skep_contracts.ids import AppId, RunId


def publish(gateway: RunningGateway, tenant: str, *events: Any) -> int:
    """Publish events and return the place of the last in the stream."""

    async def send() -> int:
        seq = 0
        for event in events:
            seq = (await gateway.gateway.bus.publish(event, tenant=tenant)).seq
        return seq

    return gateway.run(send)


def began(run_id: str, app_id: str = "app_1") -> RunBegan:
    return RunBegan(run_id=RunId(run_id), app_id=AppId(app_id), version="v")


def succeeded(run_id: str, app_id: str = "app_1") -> RunSucceeded:
    return RunSucceeded(
        run_id=RunId(run_id), app_id=AppId(app_id), version="v", outputs={}, elapsed_s=1.0
    )
