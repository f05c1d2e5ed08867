"""A fork pays only for what changed."""

from typing import Any

import pytest

from services.orchestrator.tests.runs.records.descent import (
    CHAIN,
    FLOW,
    ROUNDS,
    changed,
    check_log,
    did,
    fork,
    served,
)
from services.orchestrator.tests.runs.stage import TENANT, Stage
from services.orchestrator.tests.runs.test_conversations import Memory
from services.orchestrator.tests.scripted import document, node
from skep_contracts import subjects
from skep_contracts.ids import ConversationId, new_id
from skep_contracts.plugins.models import ChatMessage
from skep_contracts.run_log import NodeStarted, RunFailed, RunStarted, RunSucceeded, WorkerAcquired

INPUTS = {"x": "hi", "n": 7}


async def ran(stage: Stage, flow: Any = FLOW, **more: Any) -> str:
    run_id = await stage.start(flow, inputs=more.pop("inputs", INPUTS), **more)
    await stage.end_of(run_id)
    return run_id


async def test_fork_without_changes_carries_nothing_out(stage: Stage) -> None:
    await stage.add_worker()
    origin = await ran(stage)

    run_id = await fork(stage, origin, FLOW, inputs=INPUTS)
    end = await stage.end_of(run_id)

    assert end.outputs == {"b": "hi!", "c": 7}
    assert did(stage, run_id) == []
    assert await served(stage, run_id) == dict.fromkeys("abc", origin)
    await check_log(stage, run_id, FLOW)


async def test_edited_input_runs_only_what_depends_on_it(stage: Stage) -> None:
    await stage.add_worker()
    origin = await ran(stage)

    run_id = await fork(stage, origin, FLOW, inputs=INPUTS | {"x": "ho"})
    end = await stage.end_of(run_id)

    assert end.outputs == {"b": "ho!", "c": 7}
    assert did(stage, run_id) == ["a", "b"]
    assert await served(stage, run_id) == {"c": origin}


async def test_node_that_is_forked_at_runs_and_equal_values_are_served_on(stage: Stage) -> None:
    await stage.add_worker()
    origin = await ran(stage)

    run_id = await fork(stage, origin, FLOW, inputs=INPUTS, live=("a",))
    await stage.end_of(run_id)

    assert did(stage, run_id) == ["a"]
    assert await served(stage, run_id) == {"b": origin, "c": origin}


async def test_draft_runs_only_nodes_that_were_changed(stage: Stage) -> None:
    await stage.add_worker()
    origin = await ran(stage)
    draft = changed(b=node("act", input="{{a.value}}?"))

    run_id = await fork(stage, origin, draft, inputs=INPUTS)
    end = await stage.end_of(run_id)

    assert end.outputs["b"] == "hi?"
    assert did(stage, run_id) == ["b"]
    await check_log(stage, run_id, draft)


async def test_renamed_node_is_served_and_each_result_once(stage: Stage) -> None:
    await stage.add_worker()
    origin = await ran(stage)
    nodes = {("z" if name == "c" else name): made for name, made in CHAIN.items()}
    nodes["twin"] = node("write", input="{{s.n}}")
    nodes["e"] = node("finish", outputs={"z": "{{z.value}}", "twin": "{{twin.value}}"})
    draft = document(nodes, ["s > a > b > e", "s > z > e", "s > twin > e"])

    run_id = await fork(stage, origin, draft, inputs=INPUTS)
    end = await stage.end_of(run_id)

    assert end.outputs == {"z": 7, "twin": 7}
    assert len(did(stage, run_id)) == 1, "a write that was done once is not taken for two"


async def test_fork_of_a_failed_run_goes_on_where_it_failed(stage: Stage) -> None:
    await stage.add_worker()
    origin = await ran(stage, changed(b=node("act", input="{{a.value}}!", script={"wrong": True})))

    run_id = await fork(stage, origin, FLOW, inputs=INPUTS)
    end = await stage.end_of(run_id)

    assert isinstance(end, RunSucceeded)
    assert did(stage, run_id) == ["b"]


async def test_fork_of_a_running_run_takes_what_is_there(stage: Stage) -> None:
    await stage.add_worker()
    held = changed(b=node("act", input="{{a.value}}!", script={"gate": "open"}))
    origin = await stage.start(held, inputs=INPUTS)
    await stage.until_begun("b")

    run_id = await fork(stage, origin, FLOW, inputs=INPUTS)
    await stage.end_of(run_id)

    assert did(stage, run_id) == ["b"]
    stage.deeds.gate("open").set()
    await stage.end_of(origin)


async def test_fork_of_a_fork_is_served_as_well(stage: Stage) -> None:
    await stage.add_worker()
    origin = await ran(stage)
    first = await fork(stage, origin, FLOW, inputs=INPUTS | {"n": 8})
    await stage.end_of(first)

    second = await fork(stage, first, FLOW, inputs=INPUTS | {"n": 8})
    await stage.end_of(second)

    assert did(stage, first) == ["c"]
    assert await served(stage, second) == dict.fromkeys("abc", first)


async def test_rounds_that_shift_are_served(stage: Stage) -> None:
    await stage.add_worker()
    origin = await ran(stage, ROUNDS, inputs={"x": ["one", "two"]})

    run_id = await fork(stage, origin, ROUNDS, inputs={"x": ["zero", "one", "two", "two"]})
    end = await stage.end_of(run_id)

    assert end.outputs["all"] == ["<zero>", "<one>", "<two>", "<two>"]
    assert len(did(stage, run_id)) == 2
    assert len(await served(stage, run_id)) == 2
    await check_log(stage, run_id, ROUNDS)


@pytest.mark.parametrize("live", ["each", "each:1", "each:1/ask", "ask"])
async def test_container_round_or_inner_node_runs_again(stage: Stage, live: str) -> None:
    await stage.add_worker()
    origin = await ran(stage, ROUNDS, inputs={"x": ["one", "two"]})

    run_id = await fork(stage, origin, ROUNDS, inputs={"x": ["one", "two"]}, live=(live,))
    await stage.end_of(run_id)

    wanted = {"each:1/ask"} if ":" in live else {"each:0/ask", "each:1/ask"}
    assert set(did(stage, run_id)) == wanted


async def test_large_results_are_fetched_and_not_made_again(stage: Stage) -> None:
    await stage.add_worker()
    flow = changed(a=node("act", input="{{s.x}}", script={"size": 200_000}))
    origin = await ran(stage, flow)

    run_id = await fork(stage, origin, flow, inputs=INPUTS)
    await stage.end_of(run_id)

    end = (await stage.events(run_id))[-1]
    assert isinstance(end, RunSucceeded)
    assert end.outputs["b"] == "x" * 200_000 + "!"
    assert did(stage, run_id) == []
    assert (await served(stage, run_id))["a"] == origin


async def test_results_beyond_what_is_kept_at_hand_are_read_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skep_orchestrator.runs.records.loading.INLINE_BYTES", 0)
    await stage.add_worker()
    origin = await ran(stage, ROUNDS, inputs={"x": ["one", "two", "three"]})

    run_id = await fork(stage, origin, ROUNDS, inputs={"x": ["three", "two", "one"]})
    end = await stage.end_of(run_id)

    assert end.outputs["all"] == ["<three>", "<two>", "<one>"]
    assert did(stage, run_id) == []
    await check_log(stage, run_id, ROUNDS)


async def test_pins_stand_in_for_every_kind_of_node(stage: Stage) -> None:
    await stage.add_worker()
    nodes: dict[str, Any] = {
        "s": node("begin"),
        "pure": node("compute", value="computed"),
        "effect": node("act", input="{{pure.value}}"),
        "each": node("each", items=[1, 2], output="{{ask.value}}"),
        "ask": node("act", input="{{each.item}}", parent="each"),
        "e": node("finish", outputs={"p": "{{effect.value}}", "all": "{{each.output}}"}),
    }
    flow = document(nodes, ["s > pure > effect > each > e"])
    pins = {"pure": {"value": "pinned"}, "each": {"output": ["given"]}}

    first = await stage.start(flow, pins=pins)
    second = await stage.start(flow, pins={"each:1/ask": {"value": "second"}})

    assert (await stage.end_of(first)).outputs == {"p": "pinned", "all": ["given"]}
    assert did(stage, first) == ["effect"]
    assert (await stage.end_of(second)).outputs["all"] == [1, "second"]
    await check_log(stage, first, flow)
    await check_log(stage, second, flow)


async def test_pinned_result_serves_nobody_else(stage: Stage) -> None:
    await stage.add_worker()
    origin = await ran(stage, pins={"a": {"value": "pinned"}})

    run_id = await fork(stage, origin, FLOW, inputs=INPUTS)
    await stage.end_of(run_id)

    assert did(stage, run_id) == ["a", "b"]


async def test_one_node_runs_alone_with_given_values(stage: Stage) -> None:
    await stage.add_worker()

    run_id = await stage.start(FLOW, only="b", pins={"a": {"value": "given"}})
    inner = await stage.start(ROUNDS, only="ask", pins={"each": {"item": 3, "index": 0}})

    assert (await stage.end_of(run_id)).outputs["value"] == "given!"
    assert (await stage.end_of(inner)).outputs["value"] == "<3>"
    assert did(stage, run_id) == ["b"]
    await check_log(stage, run_id, FLOW)
    await check_log(stage, inner, ROUNDS)


@pytest.mark.parametrize(
    ("order", "pointer"),
    [
        ({"only": "nobody"}, "/only"),
        ({"pins": {"each:0/nobody": {}}}, "/pins/each:0~1nobody"),
    ],
)
async def test_unknown_node_is_refused(stage: Stage, order: dict[str, Any], pointer: str) -> None:
    await stage.add_worker()

    end = await stage.end_of(await stage.start(FLOW, **order))

    assert isinstance(end, RunFailed)
    assert end.problem.code == "unknown_node"
    assert end.problem.errors[0].pointer == pointer


async def test_unknown_foreign_and_expired_origins_are_said_to_be_gone(stage: Stage) -> None:
    await stage.add_worker()
    foreign = new_id("run")
    await stage.bus.journal.append(subjects.journal("t_other", foreign), b"x", expected_last=0)
    expired = await ran(stage)
    subject = subjects.journal(TENANT, expired)
    await stage.bus._jetstream.ask("STREAM.PURGE.SKEP_JOURNAL", {"filter": subject})

    for origin in (new_id("run"), foreign, expired, "no.id"):
        run_id = await fork(stage, origin, FLOW, inputs=INPUTS)
        end = await stage.end_of(run_id)
        assert isinstance(end, RunFailed)
        assert end.problem.code == "origin_missing"
        assert did(stage, run_id) == []


async def test_killed_fork_goes_on_and_repeats_nothing_it_was_served(stage: Stage) -> None:
    first = await stage.add_worker()
    origin = await ran(stage, ROUNDS, inputs={"x": ["one", "two", "two"]})
    gated = document(
        {
            "s": node("begin"),
            "live": node("act", script={"gate": "open"}),
            "each": node("each", items="{{s.x}}", output="{{ask.value}}", parallel=3),
            "ask": node("act", input="<{{each.item}}>", parent="each"),
            "e": node("finish", outputs={"all": "{{each.output}}"}),
        },
        ["s > live > e", "s > each > e"],
    )
    run_id = await fork(stage, origin, gated, inputs={"x": ["one", "two", "two", "two"]})
    await stage.until_begun("live")

    await first.kill()
    await stage.add_worker()
    await stage.until_begun("live", 2)
    stage.deeds.gate("open").set()
    end = await stage.end_of(run_id)

    assert end.outputs["all"] == ["<one>", "<two>", "<two>", "<two>"]
    assert set(did(stage, run_id)) == {"each:3/ask", "live"}, "others were served before or after"
    assert any(isinstance(event, WorkerAcquired) for event in await stage.events(run_id))
    await check_log(stage, run_id, gated)


async def test_chat_is_forked_with_its_history_and_outside_of_its_conversation(
    stage: Stage,
) -> None:
    history = (ChatMessage(role="user", content="hi"),)
    stage.memory = memory = Memory(variables={"mood": "gay"}, history=history, turns=4)
    await stage.add_worker()
    flow = document(
        {
            "s": node("begin"),
            "a": node("act", input="{{sys.query}} {{conversation.mood}} {{sys.dialogue_count}}"),
            "say": node("say", text="{{a.value}}"),
        },
        ["s > a > say"],
        mode="chat",
        conversation=[{"name": "mood", "default": "calm"}],
    )
    conversation = ConversationId("conv_1")
    origin = await ran(stage, flow, inputs={}, query="so?", conversation_id=conversation)
    saved = len(memory.records)

    same = await fork(stage, origin, flow, query="so?")
    other = await fork(stage, origin, flow, query="and?")

    assert (await stage.end_of(same)).answer == "so? gay 4"
    assert (await stage.end_of(other)).answer == "and? gay 4"
    assert (did(stage, same), did(stage, other)) == ([], ["a"])
    opening = (await stage.events(other))[0]
    assert isinstance(opening, RunStarted)
    assert (opening.history, opening.conversation_id) == (history, None)
    assert opening.system["conversation_id"] == "conv_1"
    assert len(memory.records) == saved, "a fork is no turn of the conversation"


async def test_what_only_names_the_run_keeps_nothing_from_being_served(stage: Stage) -> None:
    await stage.add_worker()
    flow = changed(a=node("act", input="{{sys.run_id}} at {{sys.started_at}}: {{s.x}}"))
    origin = await ran(stage, flow)

    run_id = await fork(stage, origin, flow, inputs=INPUTS)
    await stage.end_of(run_id)

    assert did(stage, run_id) == []
    prints = {
        event.fingerprint
        for run in (origin, run_id)
        for event in await stage.events(run)
        if isinstance(event, NodeStarted) and event.node == "a"
    }
    assert len(prints) == 1
