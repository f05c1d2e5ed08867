"""A provider that talks to the scripted vendor."""

from collections.abc import AsyncIterator, Iterator

import pytest

from skep_model_openai.provider import OpenAIProvider
from skep_runtime.egress import EgressClient, EgressSettings
from skep_testing.conformance.models import ModelContext
from skep_testing.model_server import ModelServer


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[EgressClient]:
    client = EgressClient(EgressSettings(allow="127.0.0.0/8"))
    yield client
    await client.close()


@pytest.fixture
def provider(server: ModelServer, http: EgressClient) -> OpenAIProvider:
    credential = {"api_key": server.api_key, "base_url": server.base_url}
    return OpenAIProvider(ModelContext(http), credential)
