"""Limits of keys on a real bus, over two processes of the gateway."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any, cast

import pytest

from skep_contracts.events.usage import UsageRecorded
from skep_contracts.ids import TenantId
from skep_contracts.money.key_limits import KeyLimits
from skep_contracts.problems import RateLimited
from skep_gateway.key_limits.meter import TICKET, KeyMeter, Ticket
from skep_gateway.web.caller import CallerIdentity
from skep_inference import Inference
from skep_runtime.bus import Bus
from skep_testing.nats import NatsServer, nats_server

__all__ = ["nats_server"]


class Usage:
    """Stands for the inference of one process: tells what its models used."""

    def __init__(self) -> None:
        self.tell: Callable[[UsageRecorded, str], None] = lambda _entry, _tenant: None

    def on_usage(self, listener: Callable[[UsageRecorded, str], None]) -> None:
        self.tell = listener


class Process:
    """One process of the gateway, as far as limits can tell. Its clock stands still."""

    def __init__(self, bus: Bus) -> None:
        self.usage = Usage()
        self.meter = KeyMeter(bus, cast("Inference", self.usage))
        self.now = (1_000, 42.3)
        self.meter.minute = lambda: self.now  # type: ignore[method-assign]  # a clock of the test

    async def ask(self, key: str, **limits: Any) -> Ticket:
        scope: dict[str, Any] = {}
        caller = CallerIdentity(
            tenant=TenantId("t_1"),
            kind="key",
            id=key,
            scopes=frozenset(),
            limits=KeyLimits(**limits),
        )
        await self.meter.admit(caller, scope)
        return cast("Ticket", scope[TICKET])

    def use(self, key: str, tokens: int) -> None:
        self.usage.tell(
            UsageRecorded(
                entry_id="use_1",
                provider="echo",
                model="echo",
                kind="chat",
                outcome="succeeded",
                input_tokens=tokens,
                key_id=key,
            ),
            "t_1",
        )


@pytest.fixture
async def pair(nats_server: NatsServer) -> AsyncIterator[tuple[Process, Process]]:
    buses = [await Bus.connect(nats_server.settings(), service="gateway") for _ in range(2)]
    await buses[0].ensure_topology()
    pair = Process(buses[0]), Process(buses[1])
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(each.meter.run()) for each in pair]
        yield pair
        for task in running:
            task.cancel()
    for bus in buses:
        await bus.close()


async def outcome(process: Process, key: str, **limits: Any) -> str:
    try:
        await process.ask(key, **limits)
    except RateLimited:
        return "refused"
    return "passed"


async def test_exactly_as_many_requests_pass_as_may(pair: tuple[Process, Process]) -> None:
    async with asyncio.TaskGroup() as tasks:
        asked = [
            tasks.create_task(outcome(pair[number % 2], "key_a", requests_per_minute=30))
            for number in range(100)
        ]

    assert Counter(task.result() for task in asked) == {"passed": 30, "refused": 70}


async def test_nobody_is_refused_before_the_limit(pair: tuple[Process, Process]) -> None:
    """What one process takes ahead is never missing in the other."""
    outcomes = [
        await outcome(pair[number % 2], "key_b", requests_per_minute=300) for number in range(300)
    ]

    assert set(outcomes) == {"passed"}
    assert await outcome(pair[0], "key_b", requests_per_minute=300) == "refused"


async def test_refusal_says_when_the_minute_is_over(pair: tuple[Process, Process]) -> None:
    ticket = await pair[0].ask("key_c", requests_per_minute=1)
    with pytest.raises(RateLimited) as refused:
        await pair[0].ask("key_c", requests_per_minute=1)

    assert refused.value.retry_after_s == 43
    assert "1 requests a minute" in refused.value.detail
    assert dict(ticket.headers()) == {
        b"x-ratelimit-limit-requests": b"1",
        b"x-ratelimit-remaining-requests": b"0",
        b"x-ratelimit-reset-requests": b"43s",
    }


async def test_next_minute_begins_anew(pair: tuple[Process, Process]) -> None:
    first = await outcome(pair[0], "key_d", requests_per_minute=1)
    pair[0].now = (1_001, 60.0)

    assert [first, await outcome(pair[0], "key_d", requests_per_minute=1)] == ["passed"] * 2


async def test_tokens_of_all_processes_count_together(pair: tuple[Process, Process]) -> None:
    ticket = await pair[0].ask("key_e", tokens_per_minute=1_000)
    await pair[1].ask("key_e", tokens_per_minute=1_000)
    pair[0].use("key_e", 600)
    ticket.count_tokens(500)  # of a run that another process made

    for each in pair:  # as they do twice a second
        await each.meter.flush()

    with pytest.raises(RateLimited) as refused:
        await pair[1].ask("key_e", tokens_per_minute=1_000)

    assert "1,000 tokens a minute" in refused.value.detail
    assert dict(ticket.headers())[b"x-ratelimit-remaining-tokens"] == b"0"


async def test_only_so_many_are_open_at_once(pair: tuple[Process, Process]) -> None:
    first = await pair[0].ask("key_f", concurrent=2)
    await pair[1].ask("key_f", concurrent=2)
    with pytest.raises(RateLimited) as refused:
        await pair[0].ask("key_f", concurrent=2)

    first.close()
    first.close()
    third = await pair[1].ask("key_f", concurrent=2)

    assert refused.value.retry_after_s == 1
    assert third.headers() == []


async def test_who_waits_gets_in_when_one_ends(pair: tuple[Process, Process]) -> None:
    first = await pair[0].ask("key_g", concurrent=1)
    waiting = asyncio.get_running_loop().create_task(pair[0].ask("key_g", concurrent=1))
    await asyncio.sleep(0)

    first.close()

    assert (await waiting).limits.concurrent == 1


async def test_refused_request_leaves_nothing_open(pair: tuple[Process, Process]) -> None:
    limits = {"concurrent": 1, "requests_per_minute": 1}
    (await pair[0].ask("key_h", **limits)).close()
    for _ in range(2):
        assert await outcome(pair[0], "key_h", **limits) == "refused"
    pair[0].now = (1_001, 60.0)

    assert await outcome(pair[0], "key_h", **limits) == "passed"


async def test_limit_that_is_raised_holds_at_once(pair: tuple[Process, Process]) -> None:
    assert await outcome(pair[0], "key_i", requests_per_minute=1) == "passed"
    assert await outcome(pair[0], "key_i", requests_per_minute=1) == "refused"

    assert await outcome(pair[0], "key_i", requests_per_minute=2) == "passed"


@pytest.mark.parametrize(
    ("patterns", "name", "is_allowed"),
    [
        ((), "openai/gpt-4o", True),
        (("openai/*",), "openai/gpt-4o", True),
        (("openai/*",), "azure/gpt-4o", False),
        (("app/support", "default"), "default", True),
        (("app/support",), "app/other", False),
    ],
)
def test_models_are_allowed_by_pattern(
    patterns: tuple[str, ...], name: str, *, is_allowed: bool
) -> None:
    assert KeyLimits(models=patterns).allows(name) is is_allowed
