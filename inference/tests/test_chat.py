"""Chat: retried until its first piece was passed on, timed, cancelled, and always on the record."""

import asyncio

import msgspec
import pytest

from inference.tests.conftest import FAST, Make
from inference.tests.scripted import END, HELLO, USAGE, LedgerBus, Scripted, asking
from skep_contracts.plugins.models import (
    ChatDelta,
    ModelKind,
    ReasoningDelta,
    StreamEnd,
    TextDelta,
    ToolCall,
    ToolCallDelta,
    Usage,
)
from skep_contracts.problems import (
    InvalidInput,
    ProviderFailed,
    ProviderTimedOut,
    RateLimited,
    SkepError,
    Unauthenticated,
    Unavailable,
)
from skep_inference import CallReport, CallScope, Inference, InferenceSettings
from skep_testing.eventually import eventually

SCOPE = CallScope(
    tenant="t_1", run_id="run_1", node="n1", app_id="app_1", idempotency_key="run_1/n1"
)


async def collect(
    inference: Inference, reports: list[CallReport] | None = None, model: str = "acme/smart"
) -> list[ChatDelta]:
    on_finished = None if reports is None else reports.append
    stream = inference.chat(model, asking(), scope=SCOPE, on_finished=on_finished)
    return [delta async for delta in stream]


async def settled(bus: LedgerBus, count: int) -> None:
    await eventually(lambda: len(bus.published) >= count)


async def test_answer_streams_and_is_accounted_for(
    inference: Inference, script: Scripted, bus: LedgerBus
) -> None:
    reports: list[CallReport] = []

    found = await collect(inference, reports)

    assert found == HELLO
    assert script.requests[0].model == "smart"
    assert script.requests[0].idempotency_key == "run_1/n1"
    (report,) = reports
    assert (report.provider, report.model, report.kind) == ("acme", "smart", ModelKind.CHAT)
    assert (report.outcome, report.attempts, report.usage) == ("succeeded", 1, USAGE)
    assert report.cost_usd == pytest.approx(1_000 * 2e-6 + 500 * 8e-6)
    assert report.first_token_s is not None
    assert 0 <= report.first_token_s <= report.elapsed_s
    await settled(bus, 1)
    (entry,) = bus.entries
    assert (entry.outcome, entry.input_tokens, entry.output_tokens) == ("succeeded", 1_000, 500)
    assert (entry.run_id, entry.node, entry.app_id) == ("run_1", "n1", "app_1")
    assert entry.cost_usd == report.cost_usd
    assert next(iter(bus.published.values()))[1] == "t_1"


async def test_report_comes_before_the_end(inference: Inference) -> None:
    reports: list[CallReport] = []
    stream = inference.chat("default", asking(), scope=SCOPE, on_finished=reports.append)

    async for delta in stream:
        assert bool(reports) is isinstance(delta, StreamEnd)


async def test_consumer_that_stops_at_the_end_has_had_a_success(
    inference: Inference, bus: LedgerBus
) -> None:
    reports: list[CallReport] = []
    stream = inference.chat("default", asking(), scope=SCOPE, on_finished=reports.append)
    async for delta in stream:
        if isinstance(delta, StreamEnd):
            break
    await stream.aclose()

    assert [report.outcome for report in reports] == ["succeeded"]
    await settled(bus, 1)
    assert bus.entries[0].outcome == "succeeded"


@pytest.mark.parametrize(
    "error", [RateLimited("x"), ProviderFailed("x"), ProviderTimedOut("x"), Unavailable("x")]
)
async def test_passing_failure_is_tried_again_and_every_attempt_recorded(
    inference: Inference, script: Scripted, bus: LedgerBus, error: SkepError
) -> None:
    script.chats = [[error], [error], HELLO]
    reports: list[CallReport] = []

    assert await collect(inference, reports) == HELLO
    assert reports[0].attempts == 3
    await settled(bus, 3)
    assert [entry.outcome for entry in bus.entries] == ["failed", "failed", "succeeded"]
    ids = [entry.entry_id for entry in bus.entries]
    assert [name.rpartition("_")[2] for name in ids] == ["1", "2", "3"]


async def test_repeat_of_a_call_has_the_same_entry_ids(
    inference: Inference, bus: LedgerBus
) -> None:
    await collect(inference)
    await collect(inference)
    other = msgspec.structs.replace(SCOPE, idempotency_key="run_1/n2")
    async for _ in inference.chat("default", asking(), scope=other):
        pass
    for _ in range(2):
        free = msgspec.structs.replace(SCOPE, idempotency_key=None)
        async for _ in inference.chat("default", asking(), scope=free):
            pass

    await inference.close()
    assert len(bus.published) == 4


async def test_attempts_end(inference: Inference, script: Scripted) -> None:
    script.chats = [[ProviderFailed("down")]]
    reports: list[CallReport] = []

    with pytest.raises(ProviderFailed, match="down"):
        await collect(inference, reports)

    assert len(script.requests) == 4
    assert (reports[0].outcome, reports[0].attempts) == ("failed", 4)
    assert reports[0].problem is not None
    assert reports[0].problem.code == "provider_failed"


@pytest.mark.parametrize("error", [InvalidInput("x"), Unauthenticated("x")])
async def test_lasting_failure_is_not_tried_again(
    inference: Inference, script: Scripted, error: SkepError
) -> None:
    script.chats = [[error], HELLO]

    with pytest.raises(type(error)):
        await collect(inference)

    assert len(script.requests) == 1


async def test_nothing_is_tried_again_once_a_piece_was_passed_on(
    inference: Inference, script: Scripted, bus: LedgerBus
) -> None:
    script.chats = [[TextDelta(text="x" * 40), ProviderFailed("cut")], HELLO]

    with pytest.raises(ProviderFailed, match="cut"):
        await collect(inference)

    assert len(script.requests) == 1
    await settled(bus, 1)
    (entry,) = bus.entries
    assert (entry.outcome, entry.output_tokens, entry.is_estimated) == ("failed", 10, True)
    assert entry.input_tokens == 3


async def test_wait_that_a_provider_asks_for_is_kept(
    inference: Inference, script: Scripted
) -> None:
    script.chats = [[RateLimited("x", retry_after_s=0.04)], HELLO]
    reports: list[CallReport] = []

    await collect(inference, reports)

    assert reports[0].elapsed_s >= 0.04


async def test_wait_that_is_too_long_is_left_to_the_caller(
    inference: Inference, script: Scripted
) -> None:
    script.chats = [[RateLimited("x", retry_after_s=60)], HELLO]

    with pytest.raises(RateLimited) as limited:
        await collect(inference)

    assert limited.value.retry_after_s == 60
    assert len(script.requests) == 1


async def test_silence_before_the_first_piece_is_a_timeout_and_tried_again(
    make: Make, script: Scripted, bus: LedgerBus
) -> None:
    inference = await make(msgspec.structs.replace(FAST, first_token_timeout_s=0.05))
    script.chats = [[30.0], HELLO]

    assert await collect(inference) == HELLO
    assert script.left_early == 1
    await settled(bus, 2)
    assert bus.entries[0].outcome == "failed"
    assert bus.entries[0].is_estimated


async def test_silence_between_pieces_is_a_timeout(make: Make, script: Scripted) -> None:
    inference = await make(msgspec.structs.replace(FAST, idle_timeout_s=0.05))
    script.chats = [[TextDelta(text="a"), 30.0, END]]

    with pytest.raises(ProviderTimedOut, match=r"nothing for 0\.05 s"):
        await collect(inference)

    assert script.active == 0
    assert asyncio.current_task().cancelling() == 0  # type: ignore[union-attr]  # we are in one


async def test_steady_drip_is_no_silence(make: Make, script: Scripted) -> None:
    inference = await make(msgspec.structs.replace(FAST, idle_timeout_s=0.1))
    script.chats = [
        [TextDelta(text="a"), 0.04, TextDelta(text="b"), 0.04, TextDelta(text="c"), 0.04, END]
    ]

    assert len(await collect(inference)) == 4


async def test_consumer_may_take_its_time(make: Make, script: Scripted) -> None:
    inference = await make(
        msgspec.structs.replace(FAST, idle_timeout_s=0.03, first_token_timeout_s=0.03)
    )

    async for _ in inference.chat("default", asking(), scope=SCOPE):
        await asyncio.sleep(0.08)

    assert script.left_early == 0


async def test_whole_call_has_a_limit(make: Make, script: Scripted) -> None:
    inference = await make(msgspec.structs.replace(FAST, request_timeout_s=0.1))
    script.chats = [[TextDelta(text="a"), 0.05] * 40]

    with pytest.raises(ProviderTimedOut, match="did not finish"):
        await collect(inference)


async def test_pause_before_another_attempt_ends_with_the_limit(
    make: Make, script: Scripted
) -> None:
    inference = await make(
        InferenceSettings(request_timeout_s=0.1, backoff_base_s=10, backoff_max_s=10)
    )
    script.chats = [[ProviderFailed("down")]]

    async with asyncio.timeout(1):
        with pytest.raises(ProviderFailed):
            await collect(inference)


async def test_closing_the_stream_closes_the_providers_and_is_recorded(
    inference: Inference, script: Scripted, bus: LedgerBus
) -> None:
    script.chats = [[TextDelta(text="x" * 8), 30.0, END]]
    reports: list[CallReport] = []
    stream = inference.chat("default", asking(), scope=SCOPE, on_finished=reports.append)
    await anext(stream)

    await stream.aclose()

    assert script.active == 0
    assert [report.outcome for report in reports] == ["cancelled"]
    await settled(bus, 1)
    (entry,) = bus.entries
    assert (entry.outcome, entry.output_tokens, entry.is_estimated) == ("cancelled", 2, True)


async def test_cancelled_task_is_cancelled_and_recorded(
    inference: Inference, script: Scripted, bus: LedgerBus
) -> None:
    script.chats = [[30.0, END]]
    reports: list[CallReport] = []
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(collect(inference, reports))
        await eventually(lambda: script.active)
        task.cancel()

    assert task.cancelled()
    assert script.active == 0
    assert [report.outcome for report in reports] == ["cancelled"]
    await settled(bus, 1)
    assert bus.entries[0].outcome == "cancelled"


async def test_cancelling_while_waiting_to_try_again_is_a_cancel(
    make: Make, script: Scripted, bus: LedgerBus
) -> None:
    inference = await make(InferenceSettings(backoff_base_s=20))
    script.chats = [[ProviderFailed("down")]]
    reports: list[CallReport] = []
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await collect(inference, reports)

    assert [report.outcome for report in reports] == ["cancelled"]
    await settled(bus, 1)
    assert [entry.outcome for entry in bus.entries] == ["failed"]


async def test_defect_of_a_plugin_is_a_problem_and_not_tried_again(
    inference: Inference, script: Scripted, bus: LedgerBus
) -> None:
    script.chats = [[KeyError("oops")]]

    with pytest.raises(ProviderFailed) as failure:
        await collect(inference)

    assert failure.value.exact_code == "plugin_failed"
    assert "oops" not in failure.value.detail
    assert len(script.requests) == 1
    await settled(bus, 1)


async def test_stream_without_an_end_is_a_failure(inference: Inference, script: Scripted) -> None:
    script.chats = [[TextDelta(text="a")]]

    with pytest.raises(ProviderFailed) as failure:
        await collect(inference)

    assert failure.value.exact_code == "answer_cut_off"


async def test_pieces_after_the_end_are_ignored(inference: Inference, script: Scripted) -> None:
    script.chats = [[TextDelta(text="a"), END, TextDelta(text="b")]]

    assert await collect(inference) == [TextDelta(text="a"), END]


async def test_unknown_price_is_no_price(inference: Inference) -> None:
    reports: list[CallReport] = []

    await collect(inference, reports, "acme/free")

    assert reports[0].cost_usd is None


async def test_reasoning_and_tool_calls_count_when_estimated(
    inference: Inference, script: Scripted, bus: LedgerBus
) -> None:
    call = ToolCallDelta(call=ToolCall(id="1", name="abcd", arguments='{"a":1}x'))
    script.chats = [[ReasoningDelta(text="wxyz"), call, ProviderFailed("cut")]]

    with pytest.raises(ProviderFailed):
        await collect(inference)

    await settled(bus, 1)
    assert bus.entries[0].output_tokens == 4


async def test_calls_of_one_credential_are_limited(make: Make, script: Scripted) -> None:
    inference = await make(msgspec.structs.replace(FAST, max_concurrent_per_credential=2))
    script.chats = [[0.02, END]]

    async with asyncio.TaskGroup() as tasks:
        for _ in range(6):
            tasks.create_task(collect(inference))

    assert script.peak == 2


async def test_waiting_for_ones_turn_has_a_limit(make: Make, script: Scripted) -> None:
    inference = await make(
        msgspec.structs.replace(
            FAST, max_concurrent_per_credential=1, request_timeout_s=0.1, attempts=1
        )
    )
    script.chats = [[TextDelta(text="a"), 0.3, END]]
    first = inference.chat("default", asking(), scope=SCOPE)
    await anext(first)

    with pytest.raises(Unavailable) as refusal:
        await collect(inference)

    assert refusal.value.exact_code == "too_many_calls"
    await first.aclose()


async def test_request_keeps_its_own_idempotency_key(
    inference: Inference, script: Scripted
) -> None:
    request = asking(idempotency_key="mine")

    async for _ in inference.chat("default", request, scope=SCOPE):
        pass

    assert script.requests[0].idempotency_key == "mine"


async def test_usage_that_is_cached_costs_less(make: Make, script: Scripted) -> None:
    inference = await make(
        msgspec.structs.replace(FAST, model_overrides='{"acme/smart": {"cached_input_price": 0.5}}')
    )
    usage = Usage(input_tokens=1_000_000, cached_input_tokens=500_000, output_tokens=0)
    script.chats = [[StreamEnd(finish_reason="stop", usage=usage, model="smart")]]
    reports: list[CallReport] = []

    await collect(inference, reports)

    assert reports[0].cost_usd == pytest.approx(0.5 * 2.0 + 0.5 * 0.5)
