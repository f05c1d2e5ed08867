"""Records the journals that are missing in this folder, from real workers on a real bus."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec

from services.orchestrator.tests.runs.stage import TENANT, Stage
from services.orchestrator.tests.scripted import document, node
from skep_contracts.graph import WorkflowDocument, canonical
from skep_contracts.run_log import FORMAT
from skep_runtime.bus import Bus
from skep_testing.nats import NatsServer

FOLDER = Path(__file__).parent
BEGIN = node("begin")
FINISH = node("finish", outputs={"x": "{{s.x}}"})


def cases() -> dict[str, WorkflowDocument]:
    """By name of the file."""
    return {
        "chain": document(
            {"s": BEGIN, "a": node("act"), "c": node("compute", value="{{a.value}}"), "e": FINISH},
            ["s > a > c > e"],
        ),
        "branch-join": document(
            {
                "s": BEGIN,
                "fork": node("compute", ports=["l", "r"], port="r"),
                "l": node("act"),
                "r": node("write"),
                "par": node("act", script={"sleep_s": 0.02}),
                "join": node("say", text="{{r.value}} {{sys.query}} {{par.text}}"),
                "e": FINISH,
            },
            ["s > fork", "fork.l > l > join", "fork.r > r > join", "s > par > join > e"],
        ),
        "failures": document(
            {
                "s": BEGIN,
                "twice": node(
                    "act", script={"failures": 1}, retry={"attempts": 3, "delay_s": 0.03}
                ),
                "spare": node(
                    "act", script={"wrong": True}, on_failure="defaults", defaults={"value": 1}
                ),
                "edge": node("act", script={"wrong": True}, on_failure="edge"),
                "rescue": node("compute", value="{{edge.error.code}}"),
                "never": node("act"),
                "e": FINISH,
            },
            ["s > twice > spare > edge", "edge > never > e", "edge.failed > rescue > e"],
        ),
        "stop": document(
            {
                "s": BEGIN,
                "slow": node("act", script={"sleep_s": 60}),
                "bad": node("act", script={"wrong": True, "sleep_s": 0.02}),
                "e": FINISH,
            },
            ["s > slow > e", "s > bad > e"],
        ),
        "step-limit": document(
            {"s": BEGIN, "a": node("act"), "b": node("act"), "e": FINISH},
            ["s > a > b > e"],
            limits={"steps": 2},
        ),
        "takeover": document(
            {
                "s": BEGIN,
                "a": node("act"),
                "held": node("act", script={"gate": "held"}),
                "e": FINISH,
            },
            ["s > a > held > e"],
        ),
        "iteration": document(
            {
                "s": BEGIN,
                "each": node(
                    "each", items="{{s.x}}", output="{{low.value}}", parallel=2, on_failed="null"
                ),
                "high": node(
                    "act",
                    parent="each",
                    input="{{each.item}}",
                    script={"failures": 1},
                    retry={"attempts": 2, "delay_s": 0.02},
                ),
                "low": node("compute", parent="each", value="{{high.value}} {{each.index}}"),
                "told": node("say", parent="each", text="{{each.item}};"),
                "e": node("finish", outputs={"x": "{{each.output}}"}),
            },
            ["s > each > e", "high > low > told"],
        ),
        "loop": document(
            {
                "s": BEGIN,
                "again": node(
                    "again",
                    variables=[{"name": "n", "type": "number", "value": 0}],
                    until=[{"left": "{{again.n}}", "op": "ge", "right": 3}],
                ),
                "add": node("change", parent="again", target="again.n", operation="add", value=1),
                "note": node(
                    "change",
                    parent="again",
                    target="conversation.seen",
                    operation="append",
                    value="{{again.n}}",
                ),
                "act": node("act", parent="again"),
                "say": node("say", text="{{again.n}} {{conversation.seen}}"),
            },
            ["s > again > say", "add > note", "add > act"],
            mode="chat",
            conversation=[{"name": "seen", "type": "array[number]", "default": []}],
        ),
        "cancelled": document(
            {"s": BEGIN, "a": node("act", script={"gate": "never"}), "e": FINISH}, ["s > a > e"]
        ),
    }


async def record(stage: Stage, name: str, flow: WorkflowDocument) -> None:
    """Run a document and write its log."""
    worker = await stage.add_worker()
    run_id = await stage.start(flow, inputs={"x": [1, "two", None]}, query="why?")
    if name == "takeover":
        await stage.until_begun("held")
        await stage.add_worker()
        await worker.stop()
        await stage.until_begun("held", 2)
        stage.deeds.gate("held").set()
    if name == "cancelled":
        await stage.until_begun("a")
        await stage.cancel(run_id)
    await stage.end_of(run_id)
    messages = await stage.bus.journal.read(f"skep.v1.journal.{TENANT}.run.{run_id}")
    content: list[Any] = [canonical(flow), [message.data for message in messages]]
    (FOLDER / f"v{FORMAT}-{name}.msgpack").write_bytes(msgspec.msgpack.encode(content))
    for each in stage.workers:
        if not each.task.done():
            await each.stop()
    stage.workers.clear()


async def main() -> None:
    """Record what is missing."""
    with NatsServer() as server:
        bus = await Bus.connect(server.settings(), service="gateway")
        await bus.ensure_topology()
        async with asyncio.TaskGroup() as tasks:
            for name, flow in cases().items():
                if not (FOLDER / f"v{FORMAT}-{name}.msgpack").exists():
                    await record(Stage(bus, server, tasks), name, flow)
        await bus.close()


if __name__ == "__main__":
    asyncio.run(main())
