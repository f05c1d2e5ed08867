"""What is in hand can be stopped by its key, by its own tenant alone."""

import asyncio

import pytest

from skep_contracts.problems import Gone
from skep_sandbox.stopping import Stoppable


async def hold(stoppable: Stoppable, tenant: str, key: str | None, ended: list[str]) -> None:
    try:
        async with stoppable.known_as(tenant, key):
            await asyncio.sleep(60)
    except Gone as error:
        ended.append(error.exact_code)
    except asyncio.CancelledError:
        ended.append("cancelled")
        raise


async def test_everything_of_a_key_is_stopped_and_nothing_else() -> None:
    stoppable, ended, others = Stoppable(), list[str](), list[str]()

    async with asyncio.TaskGroup() as tasks:
        for _ in range(2):
            tasks.create_task(hold(stoppable, "a", "k", ended))
        rest = [
            tasks.create_task(hold(stoppable, tenant, key, others))
            for tenant, key in (("b", "k"), ("a", "l"), ("a", None))
        ]
        await asyncio.sleep(0)

        assert await stoppable.stop("a", "k")

        assert ended == ["code_stopped"] * 2
        assert others == []
        assert not await stoppable.stop("a", "k")
        for task in rest:
            task.cancel()


async def test_unknown_key_is_nothing_to_stop() -> None:
    assert not await Stoppable().stop("a", "k")


async def test_its_own_errors_and_timeouts_pass_through() -> None:
    stoppable = Stoppable()

    with pytest.raises(ZeroDivisionError):
        async with stoppable.known_as("a", "k"):
            _ = 1 / 0
    with pytest.raises(TimeoutError):
        async with stoppable.known_as("a", "k"):
            raise TimeoutError

    assert not await stoppable.stop("a", "k")


async def test_cancellation_from_outside_stays_one() -> None:
    stoppable, ended = Stoppable(), list[str]()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(hold(stoppable, "a", "k", ended))
        await asyncio.sleep(0)

        task.cancel()

    assert ended == ["cancelled"]
    assert not await stoppable.stop("a", "k")
