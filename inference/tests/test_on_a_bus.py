"""On a real bus: credentials and defaults are followed, the ledger arrives, secrets stay secret."""

import asyncio
import logging
from collections.abc import AsyncIterator

import msgspec
import pytest

from inference.tests.conftest import FAST, running
from inference.tests.scripted import HELLO, Host, Scripted, as_host, asking
from skep_contracts.events.usage import UsageRecorded
from skep_contracts.plugins.models import ModelKind, TextDelta
from skep_contracts.problems import Gone, InvalidInput, RateLimited, SkepError
from skep_contracts.subjects import events_of
from skep_contracts.topology import CREDENTIALS, EVENTS, SETTINGS
from skep_inference import CallReport, CallScope, Inference
from skep_runtime.bus import Bus
from skep_runtime.vault import Vault
from skep_testing.eventually import eventually
from skep_testing.nats import NatsServer, nats_server

__all__ = ["nats_server"]

SCOPE = CallScope(tenant="t_1")
SECRET = "sk-canary-0123456789"


@pytest.fixture
async def bus(nats_server: NatsServer) -> AsyncIterator[Bus]:
    connected = await Bus.connect(nats_server.settings(), service="orchestrator")
    await connected.ensure_topology()
    yield connected
    for spec in (CREDENTIALS, SETTINGS):
        for key in await connected.bucket(spec).keys():
            await connected.bucket(spec).delete(key)
    await connected.close()


@pytest.fixture
def host(script: Scripted) -> Host:
    return Host(script.description(), script.description("free", needs_credential=False))


@pytest.fixture
async def inference(bus: Bus, host: Host, vault: Vault) -> AsyncIterator[Inference]:
    made = Inference(host=as_host(host), bus=bus, vault=vault, settings=FAST, source="test")
    async with running(made):
        yield made


async def store(bus: Bus, vault: Vault, name: str, value: str, *, tenant: str = "t_1") -> None:
    key = f"{tenant}.acme.{name}"
    sealed = vault.seal(msgspec.json.encode({"key": value}), context=key)
    await bus.bucket(CREDENTIALS).put(key, sealed)


async def resolves(inference: Inference) -> bool:
    try:
        await inference.resolve("acme/smart", ModelKind.CHAT, tenant="t_1")
    except InvalidInput:
        return False
    return True


async def chat(inference: Inference, reports: list[CallReport] | None = None) -> None:
    on_finished = None if reports is None else reports.append
    async for _ in inference.chat("acme/smart", asking(), scope=SCOPE, on_finished=on_finished):
        pass


async def test_credentials_that_exist_are_known_at_the_start(
    bus: Bus, host: Host, vault: Vault, script: Scripted
) -> None:
    await store(bus, vault, "cred_1", SECRET)
    await bus.bucket(SETTINGS).put("t_1.default_models", b'{"chat": "acme/free"}')

    made = Inference(host=as_host(host), bus=bus, vault=vault, settings=FAST, source="test")
    async with running(made):
        found = await made.resolve("default", ModelKind.CHAT, tenant="t_1")
        reports: list[CallReport] = []
        await chat(made, reports)

    assert found.reference == "acme/free"
    assert script.values == [{"key": SECRET}]
    assert reports[0].credential_id == "cred_1"


async def test_credentials_come_and_go_while_running(
    bus: Bus, vault: Vault, inference: Inference, script: Scripted
) -> None:
    assert not await resolves(inference)

    await store(bus, vault, "cred_1", "one")
    await eventually(lambda: inference._credentials.of("t_1", "acme"))
    await chat(inference)
    await chat(inference)
    assert script.values == [{"key": "one"}], "a provider is built once"

    await store(bus, vault, "cred_1", "two")
    await eventually(lambda: script.closed)
    await chat(inference)
    assert script.values == [{"key": "one"}, {"key": "two"}]
    assert script.closed == [{"key": "one"}]

    await bus.bucket(CREDENTIALS).delete("t_1.acme.cred_1")
    await eventually(lambda: not inference._credentials.of("t_1", "acme"))
    assert not await resolves(inference)


async def test_call_that_is_under_way_keeps_its_provider(
    bus: Bus, vault: Vault, inference: Inference, script: Scripted
) -> None:
    await store(bus, vault, "cred_1", "one")
    await eventually(lambda: inference._credentials.of("t_1", "acme"))
    stream = inference.chat("acme/smart", asking(), scope=SCOPE)
    await anext(stream)

    await store(bus, vault, "cred_1", "two")
    await eventually(lambda: inference._credentials.of("t_1", "acme")[0].revision > 1)
    await asyncio.sleep(0.05)

    assert script.closed == []
    assert [delta async for delta in stream] == HELLO[1:]
    await eventually(lambda: script.closed == [{"key": "one"}])


async def test_replaced_plugin_gets_new_providers(
    inference: Inference, script: Scripted, host: Host
) -> None:
    async def call() -> None:
        async for _ in inference.chat("free/smart", asking(), scope=SCOPE):
            pass

    await call()
    host.replace(script.description("free", needs_credential=False))
    await eventually(lambda: script.closed)
    await call()

    assert len(script.values) == 2


async def test_other_tenants_credential_is_not_used(
    bus: Bus, vault: Vault, inference: Inference
) -> None:
    await store(bus, vault, "cred_1", "theirs", tenant="t_2")
    await eventually(lambda: inference._credentials.of("t_2", "acme"))

    assert not await resolves(inference)


async def test_second_credential_is_tried_after_the_first_without_its_wait(
    bus: Bus, vault: Vault, inference: Inference, script: Scripted
) -> None:
    await store(bus, vault, "cred_2", "two")
    await store(bus, vault, "cred_1", "one")
    await eventually(lambda: len(inference._credentials.of("t_1", "acme")) == 2)
    script.chats = [[RateLimited("x", retry_after_s=60)], HELLO]
    reports: list[CallReport] = []

    await chat(inference, reports)

    assert script.values == [{"key": "one"}, {"key": "two"}]
    assert reports[0].credential_id == "cred_2"


@pytest.mark.parametrize("damage", ["moved", "broken", "no credential"])
async def test_credential_that_cannot_be_opened_is_a_problem(
    bus: Bus, vault: Vault, inference: Inference, damage: str
) -> None:
    key = "t_1.acme.cred_1"
    sealed = {
        "moved": vault.seal(b'{"key": "x"}', context="t_2.acme.cred_1"),
        "broken": b"\x00" * 60,
        "no credential": vault.seal(b"[1]", context=key),
    }[damage]
    await bus.bucket(CREDENTIALS).put(key, sealed)
    await bus.bucket(CREDENTIALS).put("strange", b"x")
    await eventually(lambda: inference._credentials.of("t_1", "acme"))

    with pytest.raises((Gone, InvalidInput)):
        await chat(inference)


async def test_ledger_arrives_once_per_attempt_and_holds_no_secret(
    bus: Bus,
    host: Host,
    vault: Vault,
    caplog: pytest.LogCaptureFixture,
) -> None:
    script = Scripted()
    host.replace(script.description())
    await store(bus, vault, "cred_9", SECRET, tenant="t_9")
    inference = Inference(host=as_host(host), bus=bus, vault=vault, settings=FAST, source="test")
    script.chats = [[RateLimited("x")], [TextDelta(text="a"), *HELLO]]
    scope = CallScope(tenant="t_9", run_id="run_9", idempotency_key="key_9")

    with caplog.at_level(logging.DEBUG):
        async with running(inference):
            for _ in range(2):
                async for _ in inference.chat("acme/smart", asking("secret prompt"), scope=scope):
                    pass

    found = [
        message async for message in bus.replay(EVENTS, [events_of(tenant="t_9", noun="usage")])
    ]
    entries = [
        msgspec.json.decode(message.data, type=dict[str, msgspec.Raw])["data"] for message in found
    ]
    usages = [msgspec.json.decode(raw, type=UsageRecorded) for raw in entries]
    assert [usage.outcome for usage in usages] == ["failed", "succeeded"]
    assert {usage.run_id for usage in usages} == {"run_9"}
    logged = " ".join(str(record.__dict__) for record in caplog.records)
    for text in (*(message.data.decode() for message in found), logged):
        assert SECRET not in text
        assert "secret prompt" not in text


async def test_factory_that_fails_is_a_problem(
    host: Host, script: Scripted, inference: Inference
) -> None:
    def broken(context: object, values: object) -> None:
        raise RuntimeError("no")

    host.replace(script.description("free", needs_credential=False, factory=broken))

    with pytest.raises(SkepError) as failure:
        async for _ in inference.chat("free/smart", asking(), scope=SCOPE):
            pass
    assert failure.value.exact_code == "plugin_failed"
