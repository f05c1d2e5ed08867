"""Who runs, who waits, who is sent back."""

import asyncio

import pytest

from skep_contracts.problems import RateLimited, Unavailable
from skep_sandbox.admission import Admission


def admission(capacity: int = 2, **options: float) -> Admission:
    chosen = {"waiting": 8, "max_wait_s": 5.0, "tenant_share": 1.0, **options}
    return Admission(
        capacity,
        waiting=int(chosen["waiting"]),
        max_wait_s=chosen["max_wait_s"],
        tenant_share=chosen["tenant_share"],
    )


class Work:
    """Takes places for tenants, notes the order, and holds them until told."""

    def __init__(self, places: Admission) -> None:
        self.places = places
        self.order: list[str] = []
        self.gates: dict[str, asyncio.Event] = {}

    async def hold(self, tenant: str, name: str = "") -> None:
        name = name or tenant
        gate = self.gates.setdefault(name, asyncio.Event())
        async with self.places.place(tenant):
            self.order.append(name)
            await gate.wait()


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_no_more_run_than_there_are_places() -> None:
    work = Work(admission(2))

    async with asyncio.TaskGroup() as tasks:
        for name in "abc":
            tasks.create_task(work.hold(name))
        await settle()

        assert (work.order, work.places.running, work.places.waiting) == (["a", "b"], 2, 1)
        work.gates["a"].set()
        await settle()
        assert work.order == ["a", "b", "c"]
        for gate in work.gates.values():
            gate.set()

    assert (work.places.running, work.places.waiting) == (0, 0)


async def test_tenants_are_served_in_turn() -> None:
    work = Work(admission(1))

    async with asyncio.TaskGroup() as tasks:
        for name in ("a1", "a2", "a3", "b1", "c1"):
            tasks.create_task(work.hold(name[0], name))
            await settle()
        for name in ("a1", "a2", "b1", "c1", "a3"):
            work.gates.setdefault(name, asyncio.Event()).set()
            await settle()

    assert work.order == ["a1", "a2", "b1", "c1", "a3"]


async def test_one_tenant_never_has_every_place() -> None:
    work = Work(admission(4, tenant_share=0.75))

    async with asyncio.TaskGroup() as tasks:
        for number in range(6):
            tasks.create_task(work.hold("greedy", f"greedy{number}"))
        await settle()
        tasks.create_task(work.hold("other"))
        await settle()

        assert work.order == ["greedy0", "greedy1", "greedy2", "other"]
        for number in range(6):
            work.gates.setdefault(f"greedy{number}", asyncio.Event()).set()
        work.gates["other"].set()

    assert len(work.order) == 7


async def test_full_queue_is_told_when_to_come_back() -> None:
    work = Work(admission(1, waiting=1))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(work.hold("a"))
        tasks.create_task(work.hold("b"))
        await settle()

        with pytest.raises(Unavailable) as refusal:
            await work.hold("c")

        assert refusal.value.exact_code == "sandbox_busy"
        assert (refusal.value.retry_after_s or 0) > 0
        work.gates["a"].set()
        work.gates["b"].set()


async def test_tenant_with_a_full_part_of_the_queue_is_refused_alone() -> None:
    work = Work(admission(1, waiting=4, tenant_share=0.5))

    async with asyncio.TaskGroup() as tasks:
        for name in ("a1", "a2", "a3"):
            tasks.create_task(work.hold("a", name))
        await settle()

        with pytest.raises(RateLimited):
            await work.hold("a", "a4")

        tasks.create_task(work.hold("b"))
        await settle()
        assert work.places.waiting == 3
        for name in ("a1", "a2", "a3", "b"):
            work.gates.setdefault(name, asyncio.Event()).set()

    assert sorted(work.order) == ["a1", "a2", "a3", "b"]


async def test_wait_that_is_too_long_ends_and_leaves_no_trace() -> None:
    work = Work(admission(1, max_wait_s=0.01))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(work.hold("a"))
        await settle()

        with pytest.raises(Unavailable):
            await work.hold("b")

        assert work.places.waiting == 0
        work.gates["a"].set()

    assert work.places.running == 0


async def test_cancelled_waiter_gives_its_turn_to_the_next() -> None:
    work = Work(admission(1))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(work.hold("a"))
        await settle()
        waiter = tasks.create_task(work.hold("b"))
        tasks.create_task(work.hold("c"))
        await settle()
        work.gates["a"].set()
        waiter.cancel()  # in the same turn of the loop as its place comes free
        await settle()

        assert work.order == ["a", "c"]
        work.gates["c"].set()

    assert (work.places.running, work.places.waiting) == (0, 0)


async def test_failing_run_frees_its_place() -> None:
    places = admission(1)

    with pytest.raises(ZeroDivisionError):
        async with places.place("a"):
            _ = 1 / 0

    assert places.running == 0


async def test_random_comings_and_goings_end_with_nothing_left() -> None:
    places = admission(3, waiting=50, tenant_share=0.7, max_wait_s=0.02)
    most = 0

    async def come(number: int) -> None:
        nonlocal most
        try:
            async with places.place(f"t{number % 4}"):
                most = max(most, places.running)
                await asyncio.sleep(0.001 * (number % 7))
        except (Unavailable, RateLimited):
            pass

    async with asyncio.TaskGroup() as tasks:
        for number in range(300):
            task = tasks.create_task(come(number))
            if number % 11 == 0:
                asyncio.get_running_loop().call_later(0.001 * (number % 5), task.cancel)
            if number % 13 == 0:
                await asyncio.sleep(0.001)

    assert (places.running, places.waiting) == (0, 0)
    assert 0 < most <= 3
