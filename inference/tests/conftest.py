"""Inference with a scripted provider and a bus that only takes the ledger."""

import asyncio
import base64
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from inference.tests.scripted import Host, LedgerBus, Scripted, as_bus, as_host
from skep_inference import Inference, InferenceSettings
from skep_runtime.vault import Vault, VaultSettings

Make = Callable[..., Awaitable[Inference]]
FAST = InferenceSettings(backoff_base_s=0.001, backoff_max_s=0.05)


@pytest.fixture
def vault() -> Vault:
    return Vault(VaultSettings(key=base64.b64encode(os.urandom(32)).decode()))


@pytest.fixture
def script() -> Scripted:
    return Scripted()


@pytest.fixture
def host(script: Scripted) -> Host:
    return Host(script.description(needs_credential=False))


@pytest.fixture
def bus() -> LedgerBus:
    return LedgerBus()


@pytest.fixture
async def make(
    host: Host, bus: LedgerBus, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Make]:
    """Give a test started inference; its buckets are empty unless the test fills them."""

    async def follow_nothing(
        _bus: object, _spec: object, _follower: object, ready: asyncio.Event
    ) -> None:
        ready.set()
        await asyncio.Event().wait()

    monkeypatch.setattr("skep_inference.inference.follow", follow_nothing)
    async with AsyncExitStack() as stack:

        async def make(settings: InferenceSettings = FAST) -> Inference:
            inference = Inference(
                host=as_host(host), bus=as_bus(bus), vault=vault, settings=settings, source="test"
            )
            await stack.enter_async_context(running(inference))
            return inference

        yield make


@asynccontextmanager
async def running(inference: Inference) -> AsyncIterator[Inference]:
    async with asyncio.TaskGroup() as tasks:
        await inference.start(tasks)
        try:
            yield inference
        finally:
            await inference.close()


@pytest.fixture
async def inference(make: Make) -> Inference:
    return await make()
