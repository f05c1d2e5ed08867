"""Questions about single runs, asked on a real journal and a real database."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from services.orchestrator.tests.history.logs import RUN, batches, started, whole_log
from services.orchestrator.tests.history.test_fold import rounds_log
from skep_contracts import subjects
from skep_contracts.calls.comparison import CompareRuns, CompareRunsReply
from skep_contracts.calls.run import (
    FindRunHolder,
    FindRunHolderReply,
    GetRun,
    GetRunReply,
    ListRunNodes,
    ListRunNodesReply,
    RunStatus,
    VerifyRun,
    VerifyRunReply,
)
from skep_contracts.commands.run import RunOrigin
from skep_contracts.ids import RunId, new_id
from skep_contracts.problems import Gone, InvalidInput, NotFound
from skep_contracts.run_log import (
    NodeStarted,
    NodeSucceeded,
    RunEvent,
    RunSucceeded,
    encode_batch,
)
from skep_orchestrator.history.answers import HistoryAnswers
from skep_orchestrator.history.fold import fold
from skep_orchestrator.history.repository import row_values, save_runs
from skep_runtime.bus import Bus, Incoming
from skep_runtime.database import Database, DatabaseSettings
from skep_testing.nats import NatsServer, nats_server

__all__ = ["nats_server"]
TENANT = "t_1"


class Desk:
    """Somebody who asks, and logs to ask about."""

    def __init__(self, bus: Bus, database: Database) -> None:
        self.bus = bus
        self.database = database

    async def write(self, events: list[RunEvent], tenant: str = TENANT) -> str:
        """Write a log under a fresh id; return that."""
        run_id, seq = new_id("run"), 0
        first = msgspec.structs.replace(events[0], run_id=run_id)
        for batch in batches([first, *events[1:]], *range(1, len(events))):
            subject = subjects.journal(tenant, run_id)
            seq = await self.bus.journal.append(subject, encode_batch(batch), expected_last=seq)
        return run_id

    async def save_row(self, run_id: str, events: list[RunEvent]) -> None:
        first = msgspec.structs.replace(events[0], run_id=run_id)
        record = fold(batches([first, *events[1:]]))
        async with self.database.session() as session:
            await save_runs(session, [row_values(TENANT, record)])

    async def get(self, run_id: str, tenant: str = TENANT) -> GetRunReply:
        call = GetRun(run_id=run_id)
        return await self.bus.call(call, tenant=tenant, reply=GetRunReply, timeout_s=5)

    async def nodes(self, run_id: str, scope: str = "", **more: object) -> ListRunNodesReply:
        call = msgspec.convert({"run_id": run_id, "scope": scope, **more}, ListRunNodes)
        return await self.bus.call(call, tenant=TENANT, reply=ListRunNodesReply, timeout_s=5)

    async def verify(self, run_id: str) -> VerifyRunReply:
        call = VerifyRun(run_id=run_id)
        return await self.bus.call(call, tenant=TENANT, reply=VerifyRunReply, timeout_s=5)

    async def compare(self, run_id: str, other: str, limit: int = 200) -> CompareRunsReply:
        call = CompareRuns(run_id=run_id, with_run_id=other, limit=limit)
        return await self.bus.call(call, tenant=TENANT, reply=CompareRunsReply, timeout_s=5)


@pytest.fixture
async def desk(
    nats_server: NatsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Desk]:
    monkeypatch.setattr("skep_orchestrator.history.details._HOLDER_S", 0.05)
    bus = await Bus.connect(nats_server.settings(), service="orchestrator")
    await bus.ensure_topology()
    database = Database(DatabaseSettings(url=f"sqlite:///{tmp_path / 'o.db'}"))
    await database.migrate("skep_orchestrator")
    HistoryAnswers(bus, database).register()
    yield Desk(bus, database)
    await bus.close()
    await database.close()


async def test_run_is_told_with_its_top_level_and_where_it_comes_from(desk: Desk) -> None:
    log = rounds_log()
    origin = RunOrigin(run_id=RunId(RUN))
    log[0] = msgspec.structs.replace(started(), system={"query": "so?"}, origin=origin)
    run_id = await desk.write(log)

    run = await desk.get(run_id)

    assert [(node.node, node.rounds) for node in run.nodes] == [("each", 2)]
    assert (run.query, run.origin_run_id, run.reused_effects) == ("so?", RUN, 1)


async def test_rounds_are_listed_one_by_one_and_together(desk: Desk) -> None:
    run_id = await desk.write(rounds_log())

    first = await desk.nodes(run_id, "each:0")
    both = await desk.nodes(run_id, "each", limit=3)
    rest = await desk.nodes(run_id, "each", cursor=both.next_cursor)

    assert [(n.scope, n.node, n.reused) for n in first.items] == [
        ("each:0", "ask", "run_0"),
        ("each:0", "slow", None),
    ]
    assert [n.scope for n in (*both.items, *rest.items)] == ["each:0"] * 2 + ["each:1"] * 2
    assert rest.next_cursor is None
    assert [n.node for n in (await desk.nodes(run_id)).items] == ["each"]


@pytest.mark.parametrize("scope", ["nobody", "each:9", "each:0/x", "each:"])
async def test_scope_in_which_nothing_ran_is_said_to_be_unknown(desk: Desk, scope: str) -> None:
    run_id = await desk.write(rounds_log())

    with pytest.raises(NotFound) as caught:
        await desk.nodes(run_id, scope)

    assert caught.value.exact_code == "unknown_scope"


async def test_cursor_that_is_none_is_refused(desk: Desk) -> None:
    run_id = await desk.write(rounds_log())

    with pytest.raises(InvalidInput):
        await desk.nodes(run_id, cursor="-1")


async def test_log_that_expired_in_part_is_told_from_a_run_that_never_was(desk: Desk) -> None:
    run_id = await desk.write(whole_log())
    subject = subjects.journal(TENANT, run_id)
    last = await desk.bus.journal.last(subject)
    assert last is not None
    await desk.save_row(run_id, whole_log())
    purge = {"filter": subject, "seq": last.seq - 2}
    await desk.bus._jetstream.ask("STREAM.PURGE.SKEP_JOURNAL", purge)

    run = await desk.get(run_id)

    assert (run.last_event, run.summary.status) == (0, RunStatus.SUCCEEDED)
    for asked in (desk.nodes(run_id), desk.verify(run_id), desk.compare(run_id, run_id)):
        with pytest.raises(Gone):
            await asked
    for unknown in (new_id("run"), "nonsense"):
        for asking in (desk.get(unknown), desk.nodes(unknown), desk.verify(unknown)):
            with pytest.raises(NotFound):
                await asking


async def test_run_of_another_tenant_is_not_there(desk: Desk) -> None:
    run_id = await desk.write(whole_log(), tenant="t_2")

    with pytest.raises(NotFound):
        await desk.get(run_id)
    assert (await desk.get(run_id, tenant="t_2")).summary.id == run_id


async def test_two_runs_are_compared_place_by_place(desk: Desk) -> None:
    before = await desk.write(rounds_log())
    log = rounds_log()
    log[8] = NodeSucceeded(node="ask", scope="each:0", outputs={"text": "1", "more": "x" * 9000})
    log[-2:] = [
        NodeSucceeded(node="each", outputs={}),
        NodeStarted(node="fresh", node_type="code"),
        RunSucceeded(outputs={"text": "hi"}, answer="hello"),
    ]
    after = await desk.write(log)

    found = await desk.compare(before, after)
    cut = await desk.compare(before, after, limit=1)
    same = await desk.compare(before, before)

    assert [(node.place, node.change) for node in found.nodes] == [
        ("each", "changed"),
        ("each:0/ask", "changed"),
        ("fresh", "added"),
    ]
    ask = found.nodes[1]
    assert [(c.name, c.change, c.is_shortened) for c in ask.outputs] == [
        ("text", "changed", False),
        ("more", "added", True),
    ]
    assert (found.counts.same, found.counts.changed, found.counts.added) == (3, 2, 1)
    assert (found.before.status, found.after.status) == (RunStatus.FAILED, RunStatus.SUCCEEDED)
    assert found.answer is not None
    assert found.answer.after == "hello"
    assert [(c.name, c.after) for c in found.outputs] == [("text", "hi")]
    assert (len(cut.nodes), cut.has_more, cut.counts) == (1, True, found.counts)
    assert (same.nodes, same.outputs, same.answer, same.counts.same) == ((), (), None, 5)


async def test_log_without_its_document_is_verified_as_far_as_that_goes(desk: Desk) -> None:
    log = [started(origin=RunOrigin(run_id=RunId("run_0"))), *rounds_log()[1:]]
    sound = await desk.verify(await desk.write(log))
    broken = await desk.verify(await desk.write([*log, NodeStarted(node="x", node_type="t")]))

    assert (sound.faults, sound.status, sound.events) == ((), RunStatus.FAILED, len(log))
    assert {fault.rule for fault in broken.faults} == {"end"}


async def test_message_that_cannot_be_read_is_a_fault(desk: Desk) -> None:
    run_id = await desk.write(whole_log()[:1])
    subject = subjects.journal(TENANT, run_id)
    last = await desk.bus.journal.last(subject)
    assert last is not None
    await desk.bus.journal.append(subject, b"nonsense", expected_last=last.seq)

    found = await desk.verify(run_id)

    assert "readable" in {fault.rule for fault in found.faults}


async def test_run_that_nobody_holds_is_not_running(desk: Desk) -> None:
    run_id = await desk.write([started()])

    found = await desk.verify(run_id)

    assert [fault.rule for fault in found.faults] == ["holder"]
    assert (found.status, found.is_held) == (RunStatus.RUNNING, False)


async def test_run_that_is_held_or_goes_on_is_running(desk: Desk) -> None:
    held, moving = await desk.write([started()]), await desk.write([started()])

    async def answer(call: FindRunHolder, incoming: Incoming) -> FindRunHolderReply | None:
        return FindRunHolderReply(worker="w") if call.run_id == held else None

    desk.bus.answer_broadcast(FindRunHolder, answer)
    await asyncio.sleep(0.05)
    subject = subjects.journal(TENANT, moving)
    last = await desk.bus.journal.last(subject)
    assert last is not None
    (_, batch) = batches([started(), NodeStarted(node="a", node_type="t")], 1)
    async with asyncio.TaskGroup() as tasks:
        verifying = tasks.create_task(desk.verify(moving))
        await asyncio.sleep(0.03)
        await desk.bus.journal.append(subject, encode_batch(batch), expected_last=last.seq)

    assert verifying.result().faults == ()
    assert (await desk.verify(held)).is_held


async def test_outputs_that_would_fill_the_answer_are_left_to_the_list(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    log: list[RunEvent] = [started()]
    for name in ("a", "b"):
        log += [
            NodeStarted(node=name, node_type="t"),
            NodeSucceeded(node=name, outputs={"text": name * 1000}, logs=("said",)),
        ]
    run_id = await desk.write(log)
    monkeypatch.setattr("skep_orchestrator.history.details.MOST_BYTES", 1_500)

    run = await desk.get(run_id)
    first = await desk.nodes(run_id, limit=1)
    second = await desk.nodes(run_id, cursor=first.next_cursor)

    assert [(bool(n.outputs), n.is_shortened) for n in run.nodes] == [(True, False), (False, True)]
    assert [n.outputs["text"] for n in (*first.items, *second.items)] == ["a" * 1000, "b" * 1000]
