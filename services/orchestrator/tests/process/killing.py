"""Kills orchestrators in the middle of many runs, and looks for what was done twice."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from services.orchestrator.tests.process.processes import Processes
from skep_contracts.run_log import (
    NodeFailed,
    NodeRetrying,
    NodeSucceeded,
    RunEvent,
    RunSucceeded,
    WorkerAcquired,
    place_of,
)

_ITEMS: Final = 4
_EXPECTED: Final = {
    "both": ["a", "b"],
    "all": [f"each:{index}/inner" for index in range(_ITEMS)],
    "last": "z",
}


def document(takes_s: float) -> bytes:
    """Two branches that join, an iteration, and a last step: effects everywhere."""
    deed = {"type": "deed", "settings": {"takes_s": takes_s}}
    nodes: dict[str, Any] = {
        "s": {"type": "begin"},
        "a": deed,
        "b": deed,
        "each": {
            "type": "each",
            "settings": {"items": list(range(_ITEMS)), "output": "{{inner.place}}"},
        },
        "inner": {**deed, "parent": "each"},
        "z": deed,
        "e": {
            "type": "finish",
            "settings": {
                "outputs": {
                    "both": ["{{a.place}}", "{{b.place}}"],
                    "all": "{{each.output}}",
                    "last": "{{z.place}}",
                }
            },
        },
    }
    pairs = [("s", "a"), ("s", "b"), ("a", "each"), ("b", "each"), ("each", "z"), ("z", "e")]
    edges = [{"from": source, "to": target} for source, target in pairs]
    app = {"name": "killed"}
    return msgspec.json.encode({"skep": 1, "app": app, "nodes": nodes, "edges": edges})


class Tally(msgspec.Struct, kw_only=True):
    """What came of a round of killing."""

    runs: int = 0
    kills: int = 0
    hit: int = 0
    """Runs that a killed worker held."""
    wrong: int = 0
    """Runs that did not come to the right end."""
    repeated: int = 0
    """Effects in flight at a kill, tried again."""
    repeated_done: int = 0
    """Effects carried out again though their result was in the log."""
    unexplained: int = 0
    """Effects begun more often than the log says."""

    def add(self, other: "Tally") -> None:
        """Add what came of another round."""
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


async def kill_in_the_middle(
    processes: Processes, *, runs: int, takes_s: float, seed: int
) -> Tally:
    """Start runs, kill all workers at moments that are others for each run, count."""
    chance = random.Random(seed)
    tally = Tally(runs=runs)
    held = [process for process in processes.started if process.poll() is None]
    while len(held) < 2:
        held.append(await processes.start())
    text = document(takes_s)
    ids = [await processes.run(text) for _ in range(runs)]
    for victim in held:
        # By the time of the last one nobody is left, so that every run is hit that had not ended.
        await asyncio.sleep(chance.random() * takes_s * 1.5)
        victim.kill()
        victim.wait()
        tally.kills += 1
    for _ in held:
        await processes.start()
    ends = [await processes.end_of(run_id) for run_id in ids]
    begun = Counter(deed[1] for deed in processes.deeds("begun"))
    for end, recorded in ends:
        is_right = isinstance(end, RunSucceeded) and end.outputs == _EXPECTED
        tally.wrong += not is_right
        _count(recorded.events, begun, tally)
    return tally


def _count(events: Sequence[RunEvent], begun: Counter[str], tally: Tally) -> None:
    run_id = getattr(events[0], "run_id", "")
    done: set[str] = set()
    repeats: Counter[str] = Counter()
    for event in events:
        if isinstance(event, NodeSucceeded | NodeFailed | NodeRetrying):
            done.add(f"{run_id}:{place_of(event.scope, event.node)}:{event.attempt}")
        elif isinstance(event, WorkerAcquired):
            repeats.update(event.repeated)
            tally.repeated_done += sum(key in done for key in event.repeated)
    tally.hit += any(isinstance(event, WorkerAcquired) for event in events)
    tally.repeated += repeats.total()
    for key, count in begun.items():
        if key.startswith(f"{run_id}:") and count > 1 + repeats[key]:
            tally.unexplained += 1
