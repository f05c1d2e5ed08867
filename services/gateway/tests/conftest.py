from collections.abc import Iterator

import pytest

from services.gateway.tests.stage import Stage, staged
from services.gateway.tests.support import OtherTenant, RunningGateway, running_gateway
from skep_testing.postgres import postgres_server

__all__ = ["postgres_server"]


@pytest.fixture(scope="session")
def gateway() -> Iterator[RunningGateway]:
    """One gateway for all tests that leave it as they found it."""
    with running_gateway() as running:
        yield running


@pytest.fixture(scope="session")
def stranger(gateway: RunningGateway) -> OtherTenant:
    """Another tenant, with a key that allows everything there."""
    return gateway.add_tenant("stranger")


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """One gateway with orchestrator and ingest, scripted, for all tests that clean up."""
    with staged() as running:
        yield running
