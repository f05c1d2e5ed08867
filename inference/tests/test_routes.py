"""Fallbacks, hedges, limits of credentials, and whose turn it is."""

import asyncio
from collections import Counter
from typing import Any

import msgspec
import pytest

from inference.tests.conftest import FAST, Make
from inference.tests.scripted import END, HELLO, Host, LedgerBus, Scripted, asking
from skep_contracts.plugins.modalities.moderation import ModerationRequest
from skep_contracts.plugins.models import ModelInfo, ModelKind, TextDelta, Usage
from skep_contracts.problems import (
    InvalidInput,
    ProviderFailed,
    ProviderTimedOut,
    RateLimited,
    SkepError,
    TooLarge,
    Unauthenticated,
)
from skep_contracts.routing.model_routes import CredentialLimits
from skep_contracts.topology import credential_key
from skep_inference import CallReport, CallScope, Inference
from skep_inference.routing.credentials import Credential
from skep_inference.routing.router import Route
from skep_inference.routing.traffic import Traffic
from skep_inference.scope import ResolvedModel
from skep_runtime.vault import Vault
from skep_testing.eventually import eventually

SCOPE = CallScope(tenant="t_1")
BACKUP = {"acme/smart": {"fallbacks": ["backup/smart"]}}


@pytest.fixture
def backup() -> Scripted:
    return Scripted()


@pytest.fixture
def host(script: Scripted, backup: Scripted) -> Host:
    return Host(
        script.description(needs_credential=False),
        backup.description("backup", needs_credential=False),
        script.description("keyed"),
    )


def route(inference: Inference, models: dict[str, Any], **credentials: Any) -> None:
    setting = {"models": models, "credentials": credentials}
    inference._route_rules.put("t_1.model_routes", msgspec.json.encode(setting), 1)


def add_credentials(inference: Inference, vault: Vault, *ids: str) -> None:
    for each in ids:
        key = credential_key("t_1", "keyed", each)
        inference._credentials.put(key, vault.seal(b'{"key": "k"}', context=key), 1)


async def call(
    inference: Inference, model: str = "acme/smart", scope: CallScope = SCOPE, **more: Any
) -> tuple[str, CallReport]:
    reports: list[CallReport] = []
    chat = inference.chat(model, asking(**more), scope=scope, on_finished=reports.append)
    text = "".join([delta.text async for delta in chat if isinstance(delta, TextDelta)])
    return text, reports[0]


async def outcomes(bus: LedgerBus, count: int) -> list[tuple[str, str]]:
    await eventually(lambda: len(bus.entries) == count)
    return [(f"{entry.provider}/{entry.model}", entry.outcome) for entry in bus.entries]


@pytest.mark.parametrize(
    "error",
    [
        ProviderFailed("down"),
        RateLimited("slow", retry_after_s=3_600),
        Unauthenticated("no"),
        TooLarge("long"),
        ProviderTimedOut("late"),
    ],
)
async def test_fallback_answers_in_the_place_of_a_model(
    inference: Inference, script: Scripted, bus: LedgerBus, error: SkepError
) -> None:
    route(inference, BACKUP)
    script.chats = [[error]]

    text, report = await call(inference)

    assert text == "Hello"
    assert (report.provider, report.attempts) == ("backup", 2)
    assert await outcomes(bus, 2) == [("acme/smart", "failed"), ("backup/smart", "succeeded")]


async def test_request_that_no_model_would_take_is_not_passed_on(
    inference: Inference, script: Scripted, backup: Scripted
) -> None:
    route(inference, BACKUP)
    script.chats = [[InvalidInput("wrong")]]

    with pytest.raises(InvalidInput):
        await call(inference)

    assert not backup.requests


async def test_answer_that_has_begun_is_not_begun_anew(
    inference: Inference, script: Scripted, backup: Scripted
) -> None:
    route(inference, BACKUP)
    script.chats = [[TextDelta(text="Hel"), ProviderFailed("cut")]]

    with pytest.raises(ProviderFailed):
        await call(inference)

    assert not backup.requests


async def test_route_that_failed_rests_while_there_is_another(
    inference: Inference, script: Scripted, backup: Scripted
) -> None:
    route(inference, BACKUP)
    script.chats = [[ProviderFailed("down")], list(HELLO)]

    await call(inference)
    await call(inference)

    assert (len(script.requests), len(backup.requests)) == (1, 2)


async def test_when_all_routes_fail_they_are_tried_again(
    inference: Inference, script: Scripted, backup: Scripted
) -> None:
    route(inference, BACKUP)
    script.chats = [[ProviderFailed("down")], list(HELLO)]
    backup.chats = [[ProviderFailed("down")]]

    _, report = await call(inference)

    assert (report.provider, report.attempts) == ("acme", 3)


async def test_fallback_that_cannot_be_called_is_left_out(
    inference: Inference, script: Scripted
) -> None:
    route(inference, {"acme/smart": {"fallbacks": ["nobody/x", "keyed/smart", "acme/vectors"]}})
    script.chats = [[ProviderFailed("down")], list(HELLO)]

    _, report = await call(inference)

    assert (report.provider, report.attempts) == ("acme", 2)


async def test_fallback_costs_what_it_does(
    make: Make, host: Host, script: Scripted, bus: LedgerBus
) -> None:
    dear = (ModelInfo(name="smart", kind=ModelKind.CHAT, input_price=20.0, output_price=80.0),)
    host.replace(
        script.description(needs_credential=False),
        Scripted().description("backup", needs_credential=False, models=dear),
    )
    inference = await make()
    route(inference, BACKUP)
    script.chats = [[ProviderFailed("down")]]

    _, report = await call(inference)

    await outcomes(bus, 2)
    assert report.cost_usd == bus.entries[1].cost_usd == pytest.approx(0.06)


async def test_other_kinds_have_fallbacks_and_vectors_have_none(
    inference: Inference, script: Scripted, backup: Scripted
) -> None:
    route(
        inference,
        {
            "acme/judge": {"fallbacks": ["backup/judge"]},
            "acme/vectors": {"fallbacks": ["backup/vectors"]},
        },
    )
    script.media.steps = [ProviderFailed("down")]
    script.embeds = [ProviderFailed("down")]

    judged = await inference.moderate(
        ModerationRequest(model="acme/judge", texts=("a",)), scope=SCOPE
    )
    with pytest.raises(ProviderFailed):
        await inference.embed("acme/vectors", ["a"], scope=SCOPE)

    assert len(judged.verdicts) == 1
    assert backup.media.requests[0].model == "judge"
    assert not backup.batches


async def test_second_attempt_answers_when_the_first_is_late(
    inference: Inference, script: Scripted, bus: LedgerBus
) -> None:
    route(inference, {"acme/smart": {"hedge_after_s": 0.02}})
    script.chats = [[30.0, *HELLO], list(HELLO)]

    text, report = await call(inference)

    assert (text, report.attempts, report.outcome) == ("Hello", 2, "succeeded")
    assert sorted(await outcomes(bus, 2)) == [
        ("acme/smart", "cancelled"),
        ("acme/smart", "succeeded"),
    ]
    loser = next(entry for entry in bus.entries if entry.outcome == "cancelled")
    assert loser.is_estimated
    assert loser.input_tokens > 0
    assert script.active == 0


async def test_first_attempt_may_still_win(
    inference: Inference, script: Scripted, bus: LedgerBus
) -> None:
    route(inference, {"acme/smart": {"hedge_after_s": 0.01}})
    script.chats = [[0.05, *HELLO], [30.0, *HELLO]]

    text, report = await call(inference)

    assert (text, report.usage) == ("Hello", END.usage)
    assert Counter(await outcomes(bus, 2)) == {
        ("acme/smart", "succeeded"): 1,
        ("acme/smart", "cancelled"): 1,
    }


async def test_attempt_that_is_quick_is_alone(inference: Inference, script: Scripted) -> None:
    route(inference, {"acme/smart": {"hedge_after_s": 5.0}})

    _, report = await call(inference)

    assert (report.attempts, len(script.requests)) == (1, 1)


async def test_failure_of_one_waits_for_the_other(inference: Inference, script: Scripted) -> None:
    route(inference, {"acme/smart": {"hedge_after_s": 0.01}})
    script.chats = [[0.03, ProviderFailed("down")], [0.05, *HELLO]]

    text, report = await call(inference)

    assert (text, report.attempts) == ("Hello", 2)


async def test_when_both_fail_they_are_repeated(inference: Inference, script: Scripted) -> None:
    route(inference, {"acme/smart": {"hedge_after_s": 0.01}})
    script.chats = [[0.03, ProviderFailed("a")], [0.02, ProviderFailed("b")], list(HELLO)]

    _, report = await call(inference)

    assert report.attempts == 3


async def test_leaving_a_race_closes_both(
    inference: Inference, script: Scripted, bus: LedgerBus
) -> None:
    route(inference, {"acme/smart": {"hedge_after_s": 0.01}})
    script.chats = [[30.0, *HELLO]]
    calling = asyncio.get_running_loop().create_task(call(inference))
    await eventually(lambda: len(script.requests) == 2)

    calling.cancel()
    await asyncio.wait([calling])

    assert script.active == 0
    assert [outcome for _, outcome in await outcomes(bus, 2)] == ["cancelled"] * 2


async def test_what_is_late_is_learnt(inference: Inference, script: Scripted) -> None:
    route(inference, {"acme/smart": {"hedge_after_s": "p95"}})
    for _ in range(20):
        await call(inference)
    script.chats = [[30.0, *HELLO], list(HELLO)]

    _, report = await call(inference)

    assert report.attempts == 2


async def test_model_has_time_limits_of_its_own(inference: Inference, script: Scripted) -> None:
    route(
        inference,
        {"acme/smart": {"first_token_timeout_s": 0.02}, "acme/free": {"idle_timeout_s": 0.02}},
    )
    script.chats = [[30.0, *HELLO], list(HELLO)]
    assert (await call(inference))[1].attempts == 2

    script.chats = [[TextDelta(text="Hel"), 30.0, END]]
    with pytest.raises(ProviderTimedOut):
        await call(inference, "acme/free")


async def test_credentials_take_turns(inference: Inference, vault: Vault, bus: LedgerBus) -> None:
    add_credentials(inference, vault, "cred_1", "cred_2", "cred_3")

    for _ in range(6):
        await call(inference, "keyed/smart")

    await outcomes(bus, 6)
    assert Counter(entry.credential_id for entry in bus.entries) == {
        "cred_1": 2,
        "cred_2": 2,
        "cred_3": 2,
    }


async def test_credential_at_its_limit_leaves_calls_to_others(
    inference: Inference, vault: Vault, bus: LedgerBus
) -> None:
    add_credentials(inference, vault, "cred_1", "cred_2")
    route(inference, {}, cred_1={"requests_per_minute": 1}, cred_2={"tokens_per_minute": 3_000})

    for _ in range(3):
        await call(inference, "keyed/smart")
    with pytest.raises(RateLimited) as refused:
        await call(inference, "keyed/smart", CallScope(tenant="t_1", max_wait_s=1.0))

    await outcomes(bus, 3)
    used = Counter(entry.credential_id for entry in bus.entries)
    assert used == {"cred_1": 1, "cred_2": 2}  # each uses 1,500 tokens
    assert refused.value.exact_code == "credential_limited"
    assert 0 < (refused.value.retry_after_s or 0) <= 60


async def test_only_so_many_calls_of_a_credential_are_under_way(
    inference: Inference, vault: Vault, script: Scripted
) -> None:
    add_credentials(inference, vault, "cred_1")
    route(inference, {}, cred_1={"concurrent": 2})
    script.chats = [[0.01, *HELLO]]

    async with asyncio.TaskGroup() as tasks:
        for _ in range(8):
            tasks.create_task(call(inference, "keyed/smart"))

    assert script.peak == 2


def test_minute_slides() -> None:
    now = [0.0]
    traffic = Traffic(lambda: now[0])
    credential = Credential(key="k", provider="p", id="c", revision=1, sealed=b"")
    description = Scripted().description()
    model = ResolvedModel(provider="acme", name="smart")
    way = Route(model=model, description=description, credential=credential)
    limits = CredentialLimits(requests_per_minute=2, tokens_per_minute=100)

    traffic.count(way, requests=1, tokens=40)
    now[0] = 10.0
    assert traffic.wait_s(way, limits) == 0
    traffic.count(way, requests=1)
    assert traffic.wait_s(way, limits) == 50
    traffic.count(way, tokens=70)
    assert traffic.wait_s(way, limits) == 50
    traffic.count(way, tokens=30)
    assert traffic.wait_s(way, limits) == 60
    now[0] = 70.0
    assert traffic.wait_s(way, limits) == 0


async def test_usage_of_everything_is_the_sum_of_the_ledger(
    inference: Inference, script: Scripted, backup: Scripted, bus: LedgerBus
) -> None:
    route(inference, {"acme/smart": {"fallbacks": ["backup/smart"], "hedge_after_s": 0.01}})
    script.chats = [[ProviderFailed("down")], [0.03, *HELLO], list(HELLO)]
    backup.chats = [[0.03, *HELLO], list(HELLO)]

    reports = [(await call(inference))[1] for _ in range(4)]

    await eventually(lambda: len(bus.entries) == sum(report.attempts for report in reports))
    succeeded = [entry for entry in bus.entries if entry.outcome == "succeeded"]
    assert len(succeeded) == 4
    assert all(report.usage == Usage(input_tokens=1_000, output_tokens=500) for report in reports)
    assert msgspec.structs.replace(FAST).attempts == 4
