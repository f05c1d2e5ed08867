"""The guarded client, with loopback allowed."""

from collections.abc import AsyncIterator

import pytest

from skep_runtime.egress import EgressClient, EgressSettings


@pytest.fixture
async def http() -> AsyncIterator[EgressClient]:
    client = EgressClient(EgressSettings(allow="127.0.0.0/8"))
    yield client
    await client.close()
