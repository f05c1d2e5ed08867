"""Runs from command to end, on a real bus."""

import asyncio

from services.orchestrator.tests.runs.stage import TENANT, Stage, shown, starts
from services.orchestrator.tests.scripted import document, node
from skep_contracts.problems import Retry
from skep_contracts.run_log import (
    NodeFailed,
    NodeRetrying,
    NodeStarted,
    NodeSucceeded,
    RunFailed,
    RunStarted,
    RunSucceeded,
)

BEGIN = node("begin")


async def test_run_gives_outputs_from_inputs(stage: Stage) -> None:
    await stage.add_worker()
    flow = document(
        {
            "s": BEGIN,
            "a": node("act", input="{{s.x}} and more"),
            "e": node("finish", outputs={"result": "{{a.value}}", "n": "{{s.n}}"}),
        },
        ["s > a > e"],
    )

    run_id = await stage.start(flow, inputs={"x": "this", "n": 5})
    end = await stage.end_of(run_id)

    assert isinstance(end, RunSucceeded)
    assert end.outputs == {"result": "this and more", "n": 5}
    events = await stage.events(run_id)
    assert isinstance(events[0], RunStarted)
    assert events[0].system["run_id"] == run_id
    assert starts(events) == ["s", "a", "e"]
    assert [e.effect_key for e in events if isinstance(e, NodeStarted)][1] == f"{run_id}:a:1"


async def test_command_is_gone_once_the_run_has_ended(stage: Stage) -> None:
    worker = await stage.add_worker()
    run_id = await stage.start(document({"s": BEGIN, "e": node("finish")}, ["s > e"]))

    await stage.end_of(run_id)
    await asyncio.sleep(0.1)

    assert len(worker.worker.held) == 0
    info = await stage.bus._jetstream.ask("STREAM.INFO.SKEP_COMMANDS_ORCHESTRATOR")
    assert info["state"]["messages"] == 0


async def test_parallel_branches_run_at_the_same_time(stage: Stage) -> None:
    await stage.add_worker()
    nodes = {f"a{i}": node("act", script={"sleep_s": 0.3}) for i in range(10)}
    flow = document(
        {"s": BEGIN, **nodes, "e": node("finish")}, [f"s > {name} > e" for name in nodes]
    )

    end = await stage.end_of(await stage.start(flow))

    assert end.elapsed_s < 1.5


async def test_no_more_nodes_run_at_once_than_allowed(stage: Stage) -> None:
    await stage.add_worker(max_parallel_nodes=2)
    nodes = {f"a{i}": node("act", script={"sleep_s": 0.05}) for i in range(6)}
    flow = document(
        {"s": BEGIN, **nodes, "e": node("finish")}, [f"s > {name} > e" for name in nodes]
    )

    end = await stage.end_of(await stage.start(flow))

    assert end.elapsed_s >= 0.15


async def test_long_chain_of_pure_nodes_is_few_messages(stage: Stage) -> None:
    await stage.add_worker()
    names = [f"c{i}" for i in range(1000)]
    nodes = {name: node("compute", value="{{s.x}}") for name in names}
    flow = document(
        {"s": BEGIN, **nodes, "e": node("finish", outputs={"x": "{{c999.value}}"})},
        [" > ".join(["s", *names, "e"])],
    )

    run_id = await stage.start(flow, inputs={"x": 1})
    end = await stage.end_of(run_id)

    assert end.outputs == {"x": 1}
    messages = await stage.bus.journal.read(f"skep.v1.journal.{TENANT}.run.{run_id}")
    assert len(messages) < 20


async def test_retry_gives_a_second_chance(stage: Stage) -> None:
    await stage.add_worker()
    flow = document(
        {
            "s": BEGIN,
            "a": node("act", retry={"attempts": 3, "delay_s": 0.05}, script={"failures": 2}),
            "e": node("finish"),
        },
        ["s > a > e"],
    )

    run_id = await stage.start(flow)
    end = await stage.end_of(run_id)

    assert isinstance(end, RunSucceeded)
    retries = [e for e in await stage.events(run_id) if isinstance(e, NodeRetrying)]
    assert [event.delay_s for event in retries] == [0.05, 0.1]
    assert retries[0].problem.code == "unavailable"


async def test_timeout_of_a_node_is_a_problem_and_closes_it(stage: Stage) -> None:
    await stage.add_worker()
    flow = document(
        {
            "s": BEGIN,
            "a": node("act", timeout_s=0.1, script={"sleep_s": 60}, on_failure="edge"),
            "e": node("finish"),
            "f": node("finish", outputs={"why": "{{a.error.code}}"}),
        },
        ["s > a > e", "a.failed > f"],
    )

    end = await stage.end_of(await stage.start(flow))

    assert end.outputs == {"why": "node_timed_out"}
    assert len(stage.deeds.cancelled) == 1


async def test_node_that_will_not_be_cancelled_does_not_hold_the_run(stage: Stage) -> None:
    await stage.add_worker()
    flow = document(
        {
            "s": BEGIN,
            "a": node("act", timeout_s=0.1, script={"sleep_s": 60, "clings": True}),
            "e": node("finish"),
        },
        ["s > a > e"],
    )

    end = await stage.end_of(await stage.start(flow), timeout_s=5)

    assert isinstance(end, RunFailed)
    assert end.problem.code == "node_timed_out"
    assert end.problem.retry is Retry.LATER


async def test_timeout_of_the_run_ends_it(stage: Stage) -> None:
    await stage.add_worker()
    flow = document(
        {"s": BEGIN, "a": node("act", script={"sleep_s": 60}), "e": node("finish")},
        ["s > a > e"],
        limits={"timeout_s": 0.2},
    )

    end = await stage.end_of(await stage.start(flow))

    assert end.problem.code == "run_timed_out"
    assert len(stage.deeds.cancelled) == 1


async def test_failure_stops_what_runs_beside_it(stage: Stage) -> None:
    await stage.add_worker()
    flow = document(
        {
            "s": BEGIN,
            "slow": node("act", script={"sleep_s": 60}),
            "bad": node("act", script={"wrong": True, "sleep_s": 0.05}),
            "e": node("finish"),
        },
        ["s > slow > e", "s > bad > e"],
    )

    end = await stage.end_of(await stage.start(flow))

    assert (end.node, end.problem.detail) == ("bad", "Never.")
    assert len(stage.deeds.cancelled) == 1


async def test_defaults_let_the_run_go_on(stage: Stage) -> None:
    await stage.add_worker()
    flow = document(
        {
            "s": BEGIN,
            "a": node(
                "act", script={"wrong": True}, on_failure="defaults", defaults={"value": "spare"}
            ),
            "e": node("finish", outputs={"x": "{{a.value}}"}),
        },
        ["s > a > e"],
    )

    run_id = await stage.start(flow)

    assert (await stage.end_of(run_id)).outputs == {"x": "spare"}
    failed = [e for e in await stage.events(run_id) if isinstance(e, NodeFailed)]
    assert failed[0].handling == "defaults"


async def test_large_values_go_by_way_of_the_blob_store(stage: Stage) -> None:
    await stage.add_worker()
    flow = document(
        {
            "s": BEGIN,
            "a": node("act", script={"size": 700_000}),
            "c": node("compute", value="{{a.value}}{{s.big}}"),
            "say": node("say", text="{{c.value}}"),
            "e": node("finish", outputs={"x": "{{c.value}}"}),
        },
        ["s > a > c > say > e"],
    )

    run_id = await stage.start(flow, inputs={"big": "y" * 100_000})
    await stage.end_of(run_id)

    messages = await stage.bus.journal.read(f"skep.v1.journal.{TENANT}.run.{run_id}")
    assert max(len(message.data) for message in messages) < 100_000
    end = (await stage.events(run_id))[-1]
    assert isinstance(end, RunSucceeded)
    assert end.outputs == {"x": "x" * 700_000 + "y" * 100_000}
    assert end.answer == end.outputs["x"]


async def test_value_that_looks_like_a_reference_stays_a_value(stage: Stage) -> None:
    await stage.add_worker()
    lookalike = {"$blob": {"key": "0" * 64, "size_bytes": 3}}
    flow = document(
        {
            "s": BEGIN,
            "a": node("act", input="{{s.x}}"),
            "e": node("finish", outputs={"x": "{{a.value}}"}),
        },
        ["s > a > e"],
    )

    run_id = await stage.start(flow, inputs={"x": lookalike, "$blob": {"key": "1"}})
    await stage.end_of(run_id)

    events = await stage.events(run_id)
    assert isinstance(events[0], RunStarted)
    assert events[0].inputs == {"x": lookalike, "$blob": {"key": "1"}}
    assert isinstance(events[-1], RunSucceeded)
    assert events[-1].outputs == {"x": lookalike}


async def test_document_that_is_missing_fails_the_run(stage: Stage) -> None:
    await stage.add_worker()
    flow = document({"s": BEGIN, "e": node("finish")}, ["s > e"])

    run_id = await stage.start(flow, version="0" * 64)
    end = await stage.end_of(run_id)

    assert isinstance(end, RunFailed)
    assert end.problem.code == "document_missing"


async def test_document_that_is_damaged_fails_the_run(stage: Stage) -> None:
    await stage.add_worker()
    key = await stage.bus.blobs.put(TENANT, b"{not json")
    flow = document({"s": BEGIN, "e": node("finish")}, ["s > e"])

    end = await stage.end_of(await stage.start(flow, version=key))

    assert end.problem.code == "document_damaged"


async def test_node_type_that_is_not_installed_is_named(stage: Stage) -> None:
    await stage.add_worker()
    stage.host.nodes = {key: t for key, t in stage.host.nodes.items() if key[0] != "act"}
    flow = document({"s": BEGIN, "a": node("act"), "e": node("finish")}, ["s > a > e"])

    end = await stage.end_of(await stage.start(flow))

    assert end.problem.code == "unknown_node_type"
    assert "`act`" in end.problem.detail


async def test_node_type_can_come_while_running(stage: Stage) -> None:
    await stage.add_worker()
    everything = stage.host.nodes
    stage.host.nodes = {key: t for key, t in everything.items() if key[0] != "act"}
    flow = document({"s": BEGIN, "a": node("act"), "e": node("finish")}, ["s > a > e"])
    await stage.end_of(await stage.start(flow))

    stage.host.nodes = everything
    stage.host.generation += 1

    assert isinstance(await stage.end_of(await stage.start(flow)), RunSucceeded)


async def test_answer_is_streamed_as_it_comes(stage: Stage) -> None:
    await stage.add_worker()
    pieces = [f"{i} " for i in range(20)]
    flow = document(
        {
            "s": BEGIN,
            "m": node("act", script={"pieces": pieces, "pause_s": 0.01, "gate": "model"}),
            "say": node("say", text="Numbers: {{m.text}}!"),
        },
        ["s > m > say"],
        mode="chat",
    )
    run_id = await stage.start(flow, query="count")
    async with stage.reading(run_id) as live:
        await stage.until_begun("m")
        await asyncio.sleep(0.4)
        before_the_end = shown(live)
        stage.deeds.gate("model").set()
        end = await stage.end_of(run_id)

    assert before_the_end == "Numbers: " + "".join(pieces)
    assert shown(live) == end.answer == "Numbers: " + "".join(pieces) + "!"
    assert 3 <= len(live) <= 22


async def test_failed_attempt_is_taken_back_before_the_next(stage: Stage) -> None:
    await stage.add_worker()
    flow = document(
        {
            "s": BEGIN,
            "m": node(
                "act",
                script={"pieces": ["one ", "two"], "failures": 1},
                retry={"attempts": 2, "delay_s": 0.2},
            ),
            "say": node("say", text="> {{m.text}}"),
        },
        ["s > m > say"],
    )
    run_id = await stage.start(flow)
    async with stage.reading(run_id) as live:
        end = await stage.end_of(run_id)

    assert [piece.offset for piece in live if piece.text == ""] == [2]
    assert shown(live) == end.answer == "> one two"


async def test_chat_knows_its_system_variables(stage: Stage) -> None:
    await stage.add_worker()
    flow = document(
        {"s": BEGIN, "say": node("say", text="{{sys.query}} {{sys.dialogue_count}} {{env.e}}")},
        ["s > say"],
        mode="chat",
        environment=[{"name": "e", "value": "E"}, {"name": "key", "type": "secret"}],
    )

    run_id = await stage.start(flow, query="hello")

    assert (await stage.end_of(run_id)).answer == "hello 0 E"
    opening = (await stage.events(run_id))[0]
    assert isinstance(opening, RunStarted)
    assert opening.mode == "chat"
    assert opening.environment == {"e": "E"}


async def test_finished_node_says_how_long_it_took(stage: Stage) -> None:
    await stage.add_worker()
    flow = document(
        {"s": BEGIN, "a": node("act", script={"sleep_s": 0.1}), "e": node("finish")},
        ["s > a > e"],
    )
    run_id = await stage.start(flow)
    await stage.end_of(run_id)

    times = {
        e.node: e.elapsed_s for e in await stage.events(run_id) if isinstance(e, NodeSucceeded)
    }
    assert times["a"] >= 0.1
