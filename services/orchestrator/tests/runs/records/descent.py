"""Workflows whose effects are counted, and what forks of their runs did."""

from typing import Any

from services.orchestrator.tests.runs.stage import TENANT, Stage
from services.orchestrator.tests.scripted import document, node
from skep_contracts import subjects
from skep_contracts.commands.run import RunOrigin
from skep_contracts.graph import WorkflowDocument
from skep_contracts.ids import RunId
from skep_contracts.run_log import NodeSucceeded, decode_batch, place_of
from skep_orchestrator.history.verification import verify

CHAIN = {
    "s": node("begin"),
    "a": node("act", input="{{s.x}}"),
    "b": node("act", input="{{a.value}}!"),
    "c": node("write", input="{{s.n}}"),
    "e": node("finish", outputs={"b": "{{b.value}}", "c": "{{c.value}}"}),
}
EDGES = ["s > a > b > e", "s > c > e"]
FLOW = document(CHAIN, EDGES)
ROUNDS = document(
    {
        "s": node("begin"),
        "each": node("each", items="{{s.x}}", output="{{ask.value}}", parallel=3),
        "ask": node("act", input="<{{each.item}}>", parent="each"),
        "e": node("finish", outputs={"all": "{{each.output}}"}),
    },
    ["s > each > e"],
)


def changed(**nodes: dict[str, Any]) -> WorkflowDocument:
    """The chain with other nodes."""
    return document(CHAIN | nodes, EDGES)


async def fork(stage: Stage, origin: str, flow: WorkflowDocument, **more: Any) -> str:
    """Order a fork; `live`, `changed` and `kind` are the origin's."""
    of_origin = {name: more.pop(name) for name in ("live", "changed", "kind") if name in more}
    return await stage.start(flow, origin=RunOrigin(run_id=RunId(origin), **of_origin), **more)


def did(stage: Stage, run_id: str) -> list[str]:
    """Return the places whose effects a run carried out, in the order in which they ended."""
    prefix = f"{run_id}:"
    keys = [key for key in stage.deeds.done if key.startswith(prefix)]
    return [key.removeprefix(prefix).rpartition(":")[0] for key in keys]


async def served(stage: Stage, run_id: str) -> dict[str, str]:
    """Return by place whose record a run's results came from."""
    return {
        place_of(event.scope, event.node): event.reused
        for event in await stage.events(run_id)
        if isinstance(event, NodeSucceeded) and event.reused is not None
    }


async def check_log(stage: Stage, run_id: str, flow: WorkflowDocument) -> None:
    """Every rule holds."""
    messages = await stage.bus.journal.read(subjects.journal(TENANT, run_id))
    assert verify([decode_batch(message.data) for message in messages], flow) == []
