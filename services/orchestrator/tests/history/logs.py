"""Run logs to fold."""

from itertools import pairwise
from typing import Any

from skep_contracts.plugins.models import Usage
from skep_contracts.problems import Problem
from skep_contracts.run_log import (
    Batch,
    ModelCall,
    NodeFailed,
    NodeStarted,
    NodeSucceeded,
    RunCancelled,
    RunEvent,
    RunFailed,
    RunStarted,
    RunSucceeded,
    WorkerAcquired,
)

RUN = "run_01ARZ3NDEKTSV4RRFFQ69G5FAV"
PROBLEM = Problem(code="x", title="X", status=422, detail="It went wrong.")


def started(run_id: str = RUN, **more: Any) -> RunStarted:
    return RunStarted(
        at_ms=1_000,
        run_id=run_id,
        app_id="app_1",
        version="v" * 64,
        mode="workflow",
        inputs={"topic": "bees"},
        system={},
        **more,
    )


def whole_log(**more: Any) -> list[RunEvent]:
    call = ModelCall(
        provider="p",
        model="m",
        usage=Usage(input_tokens=10, output_tokens=4),
        cost_usd=0.5,
    )
    return [
        started(**more),
        NodeStarted(at_ms=1_100, node="a", node_type="llm", effect_key="k"),
        WorkerAcquired(at_ms=1_200, worker="w2", epoch=2, repeated=("k",)),
        NodeStarted(at_ms=1_210, node="a", node_type="llm", effect_key="k"),
        NodeSucceeded(at_ms=1_300, node="a", outputs={"text": "hi"}, calls=(call,), elapsed_s=0.1),
        NodeStarted(at_ms=1_310, node="b", node_type="template"),
        NodeFailed(at_ms=1_320, node="b", problem=PROBLEM, handling="edge"),
        RunSucceeded(at_ms=2_000, outputs={"text": "hi"}, answer="hi", elapsed_s=1.0),
    ]


def failed_log(run_id: str = RUN) -> list[RunEvent]:
    return [
        started(run_id),
        NodeStarted(at_ms=1_100, node="a", node_type="llm"),
        RunFailed(at_ms=1_200, problem=PROBLEM, node="a", elapsed_s=0.2),
    ]


def cancelled_log(run_id: str = RUN) -> list[RunEvent]:
    return [started(run_id), RunCancelled(at_ms=1_500, reason="enough", elapsed_s=0.5)]


def batches(events: list[RunEvent], *cuts: int) -> list[Batch]:
    """Split a log into batches that begin at the given positions."""
    edges = [0, *cuts, len(events)]
    return [Batch(1, 1, low + 1, events[low:high]) for low, high in pairwise(edges)]
