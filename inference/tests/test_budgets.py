"""Budgets on a real bus: exactly so much and no more, also from several processes."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterable
from typing import Any, TypeVar

import msgspec
import pytest

from inference.tests.conftest import FAST, running
from inference.tests.scripted import END, HELLO, Host, Scripted, as_host, asking
from skep_contracts.money.budgets import UNITS_PER_USD, Budget, Spending, budget_key
from skep_contracts.plugins.modalities.images import ImageRequest
from skep_contracts.plugins.models import StreamEnd, TextDelta, Usage
from skep_contracts.problems import BudgetExhausted, InvalidInput, ProviderFailed
from skep_contracts.topology import BUDGETS, SPENDING
from skep_inference import CallScope, Inference
from skep_runtime.bus import Bus
from skep_runtime.vault import Vault
from skep_testing.eventually import eventually
from skep_testing.nats import NatsServer, nats_server

__all__ = ["nats_server"]

T = TypeVar("T")
CALLERS = 40
CALLS = int(os.environ.get("SKEP_TEST_BUDGET_CALLS", "2000"))
"""All of what the budget allows, from both processes; 100000 takes some minutes."""
SCOPE = CallScope(tenant="t_1", app_id="app_1", run_id="run_1", key_id="key_1", end_user="ada")


@pytest.fixture
async def buses(nats_server: NatsServer) -> AsyncIterator[list[Bus]]:
    made = [await Bus.connect(nats_server.settings(), service="orchestrator") for _ in range(2)]
    await made[0].ensure_topology()
    yield made
    for spec in (BUDGETS, SPENDING):
        for key in await made[0].bucket(spec).keys():
            await made[0].bucket(spec).delete(key)
    for bus in made:
        await bus.close()


@pytest.fixture
async def pair(
    buses: list[Bus], vault: Vault, script: Scripted
) -> AsyncIterator[tuple[Inference, Inference]]:
    """Two processes, as far as budgets can tell."""
    host = as_host(Host(script.description(needs_credential=False)))
    first, second = (
        Inference(host=host, bus=bus, vault=vault, settings=FAST, source="test") for bus in buses
    )
    async with running(first), running(second):
        yield first, second


async def set_budget(
    bus: Bus, pair: tuple[Inference, Inference], tenant: str = "t_1", **fields: Any
) -> None:
    budget = Budget(**{"id": "bud_1", "name": "trial", "subject": "tenant", **fields})
    await bus.bucket(BUDGETS).put(budget_key(tenant, budget.id), msgspec.json.encode(budget))
    known = [inference._budgets for inference in pair]  # nothing tells when
    await eventually(lambda: all(book.get(tenant, budget.id) == budget for book in known))


async def spending(bus: Bus) -> list[Spending]:
    bucket = bus.bucket(SPENDING)
    entries = [await bucket.get(key) for key in await bucket.keys()]
    return [msgspec.json.decode(entry.value, type=Spending) for entry in entries if entry]


async def settled(bus: Bus) -> int:
    """Return what is spent once nobody holds anything."""
    found: list[Spending] = []
    for _ in range(200):
        found = await spending(bus)
        if found and not any(entry.holds for entry in found):
            break
        await asyncio.sleep(0.05)
    assert not any(entry.holds for entry in found), found
    return sum(entry.spent for entry in found)


async def together(calls: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(each) for each in calls]
    return [task.result() for task in running]


async def call(inference: Inference, scope: CallScope = SCOPE, **more: Any) -> str:
    try:
        async for delta in inference.chat("acme/smart", asking(**more), scope=scope):
            if isinstance(delta, StreamEnd):
                return "passed"
    except BudgetExhausted:
        return "refused"
    return "cut off"


async def test_exactly_as_many_calls_pass_as_there_are(
    buses: list[Bus], pair: tuple[Inference, Inference], script: Scripted
) -> None:
    script.chats = [[0.01, *HELLO]]
    await set_budget(buses[0], pair, measure="requests", limit=10)

    outcomes = await together(call(pair[number % 2]) for number in range(200))

    assert Counter(outcomes) == {"passed": 10, "refused": 190}
    assert len(script.requests) == 10
    assert await settled(buses[0]) == 10


async def test_money_is_never_overspent_and_sums_agree(
    buses: list[Bus], pair: tuple[Inference, Inference], script: Scripted
) -> None:
    usage = Usage(input_tokens=10, output_tokens=100)
    end = StreamEnd(finish_reason="stop", usage=usage, model="smart")
    script.chats = [[0.005, TextDelta(text="Hello"), end]]
    cost = round((10 * 2.0 + 100 * 8.0) / 1e6 * UNITS_PER_USD)
    limit = 0.0100
    await set_budget(buses[0], pair, measure="usd", limit=limit)

    outcomes = await together(call(pair[number % 2], max_tokens=100) for number in range(60))

    spent = await settled(buses[0])
    assert spent == Counter(outcomes)["passed"] * cost
    assert spent <= limit * UNITS_PER_USD
    assert spent + 1.1 * cost > limit * UNITS_PER_USD, "somebody was refused without need"


async def test_large_budget_refuses_nobody(
    buses: list[Bus], pair: tuple[Inference, Inference]
) -> None:
    await set_budget(buses[0], pair, measure="tokens", limit=10_000_000)

    async def caller(inference: Inference) -> list[str]:
        return [await call(inference, max_tokens=500) for _ in range(25)]

    outcomes = await together(caller(pair[number % 2]) for number in range(40))

    assert {outcome for each in outcomes for outcome in each} == {"passed"}
    assert await settled(buses[0]) == 1_000 * 1_500


async def test_budget_for_so_many_calls_refuses_none_of_them(
    buses: list[Bus], pair: tuple[Inference, Inference]
) -> None:
    calls = CALLERS * (CALLS // CALLERS)
    await set_budget(buses[0], pair, measure="requests", limit=calls)

    async def caller(inference: Inference) -> Counter[str]:
        return Counter([await call(inference) for _ in range(calls // CALLERS)])

    outcomes = await together(caller(pair[number % 2]) for number in range(CALLERS))
    one_more = await call(pair[0])

    assert sum(outcomes, Counter()) == {"passed": calls}
    assert one_more == "refused"
    assert await settled(buses[0]) == calls


async def test_cut_and_failed_calls_cost_what_they_did(
    buses: list[Bus], pair: tuple[Inference, Inference], script: Scripted
) -> None:
    await set_budget(buses[0], pair, measure="requests", limit=5)
    script.chats = [[ProviderFailed("no")]]
    with pytest.raises(ProviderFailed):
        await call(pair[0])
    script.chats = [[TextDelta(text="Hel"), 30.0, END]]
    stream = pair[0].chat("acme/smart", asking(), scope=SCOPE)
    await anext(stream)
    await stream.aclose()

    assert await settled(buses[0]) == 1


async def test_each_person_has_the_limit_for_themselves(
    buses: list[Bus], pair: tuple[Inference, Inference]
) -> None:
    await set_budget(buses[0], pair, subject="end_user", measure="requests", limit=1)
    grace = msgspec.structs.replace(SCOPE, end_user="grace")
    nobody = msgspec.structs.replace(SCOPE, end_user=None)
    stranger = msgspec.structs.replace(SCOPE, tenant="t_2")

    outcomes = [await call(pair[0], scope) for scope in (SCOPE, grace, SCOPE, nobody, stranger)]

    assert outcomes == ["passed", "passed", "refused", "passed", "passed"]


async def test_raising_a_budget_lets_calls_pass_again(
    buses: list[Bus], pair: tuple[Inference, Inference]
) -> None:
    await set_budget(buses[0], pair, measure="requests", limit=1)
    assert [await call(pair[0]), await call(pair[0])] == ["passed", "refused"]

    await set_budget(buses[0], pair, measure="requests", limit=2)

    assert [await call(pair[1]), await call(pair[1])] == ["passed", "refused"]


async def test_price_that_is_not_known_is_not_free(
    buses: list[Bus], pair: tuple[Inference, Inference]
) -> None:
    await set_budget(buses[0], pair, measure="usd", limit=1)

    with pytest.raises(InvalidInput, match="no price"):
        await anext(pair[0].chat("acme/free", asking(), scope=SCOPE))


async def test_answer_without_a_limit_gets_one_while_money_counts(
    buses: list[Bus], pair: tuple[Inference, Inference], script: Scripted
) -> None:
    await set_budget(buses[0], pair, measure="requests", limit=9)
    await call(pair[0])
    await set_budget(buses[0], pair, measure="usd", limit=1)
    await call(pair[0])

    assert [request.max_tokens for request in script.requests] == [None, 4_096]


async def test_embeddings_are_counted(buses: list[Bus], pair: tuple[Inference, Inference]) -> None:
    await set_budget(buses[0], pair, subject="app", measure="tokens", limit=50)

    await pair[0].embed("acme/vectors", ["a", "b", "c"], scope=SCOPE)
    with pytest.raises(BudgetExhausted):
        await pair[0].embed("acme/vectors", ["x" * 300], scope=SCOPE)

    assert await settled(buses[0]) == 3


async def test_budgets_in_money_cover_searches_sound_and_images(
    buses: list[Bus], pair: tuple[Inference, Inference]
) -> None:
    await set_budget(buses[0], pair, measure="usd", limit=0.05)
    brush = ImageRequest(model="acme/brush", prompt="A hive")

    await pair[0].rerank("acme/order-by-search", "why", ["because"], scope=SCOPE)
    await pair[0].make_images(brush, scope=SCOPE)
    with pytest.raises(BudgetExhausted):
        await pair[1].make_images(brush, scope=SCOPE)

    assert await settled(buses[0]) == round((0.002 + 0.04) * UNITS_PER_USD)


async def test_both_attempts_of_a_hedge_are_counted(
    buses: list[Bus], pair: tuple[Inference, Inference], script: Scripted
) -> None:
    route = {"models": {"acme/smart": {"hedge_after_s": 0.01}}}
    pair[0]._route_rules.put("t_1.model_routes", msgspec.json.encode(route), 1)
    script.chats = [[30.0, *HELLO], list(HELLO)]
    await set_budget(buses[0], pair, measure="requests", limit=2)

    outcomes = [await call(pair[0]), await call(pair[1])]

    assert outcomes == ["passed", "refused"]
    assert await settled(buses[0]) == 2


async def test_second_attempt_that_no_budget_covers_leaves_the_first_alone(
    buses: list[Bus],
    pair: tuple[Inference, Inference],
    script: Scripted,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("skep_inference.money.guard.PATIENCE_S", 0.05)
    route = {"models": {"acme/smart": {"hedge_after_s": 0.01}}}
    pair[0]._route_rules.put("t_1.model_routes", msgspec.json.encode(route), 1)
    script.chats = [[0.4, *HELLO]]
    await set_budget(buses[0], pair, measure="requests", limit=1)

    assert await call(pair[0]) == "passed"
    assert await settled(buses[0]) == 1
    assert len(script.requests) == 1
