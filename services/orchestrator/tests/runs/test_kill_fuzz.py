"""Random workflows on workers that are killed and stopped at random moments."""

import asyncio
import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import given as example_of

from services.orchestrator.tests.engine.random_graphs import Case, cases, reference
from services.orchestrator.tests.engine.simulation import Outcome
from services.orchestrator.tests.engine.test_engine_properties import statuses
from services.orchestrator.tests.runs.stage import Stage
from services.orchestrator.tests.scripted import node_types
from skep_contracts.ids import RunId, new_id
from skep_contracts.plugins.nodes import NodeContext, NodeResult, PureContext
from skep_contracts.problems import error_from_problem
from skep_contracts.run_log import RunFailed, RunSucceeded, WorkerAcquired
from skep_orchestrator.engine.apply import fold

RUNS = 40
SEED = 20_261


class Play:
    """Every node does what its run's case says. Pure nodes repeat themselves."""

    def __init__(self) -> None:
        self.cases: dict[str, Case] = {}
        self.begun: Counter[str] = Counter()
        self.random = random.Random(SEED)

    def evaluate(self, ctx: PureContext, settings: Any) -> NodeResult:
        case = self.cases[str(ctx.text("{{sys.run_id}}"))]
        return given(case.script(ctx.node_id, 1))

    async def run(self, ctx: NodeContext, settings: Any) -> NodeResult:
        self.begun[ctx.effect_key] += 1
        await asyncio.sleep(self.random.uniform(0, 0.2))
        return given(self.cases[ctx.run_id].script(ctx.node_id, ctx.attempt))


def given(outcome: Outcome) -> NodeResult:
    if outcome.problem is not None:
        raise error_from_problem(outcome.problem)
    return NodeResult(outputs=outcome.outputs, port=outcome.port)


def draw_cases(count: int) -> list[Case]:
    """The same ones every time, the larger half of those drawn."""
    drawn: list[Case] = []

    @seed(SEED)
    @settings(
        max_examples=2 * count,
        database=None,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @example_of(cases(most=8))
    def collect(case: Case) -> None:
        for planned in case.plan.nodes:
            if planned.is_pure:
                case.outcomes[planned.id] = case.outcomes[planned.id][:1]
        drawn.append(case)

    collect()
    return sorted(drawn, key=lambda case: len(case.plan.nodes))[-count:]


@pytest.mark.slow
async def test_runs_survive_their_workers(stage: Stage) -> None:
    rng = random.Random(SEED)
    play = Play()
    stage.host.nodes = {
        key: type(each)(
            **{name: getattr(each, name) for name in each.__struct_fields__}
            | {"factory": lambda ctx: play}
        )
        for key, each in node_types().items()
    }
    play.cases = {str(new_id("run")): case for case in draw_cases(RUNS)}
    workers = [await stage.add_worker(max_takeovers=50) for _ in range(2)]
    for run_id, case in play.cases.items():
        await stage.start(case.plan.document, run_id=RunId(run_id))

    for _ in range(6):
        await asyncio.sleep(rng.uniform(0.02, 0.3))
        victim = workers.pop(rng.randrange(2))
        workers.append(await stage.add_worker(max_takeovers=50))
        await (victim.kill() if rng.random() < 0.5 else victim.stop())

    all_repeated = 0
    for run_id, case in play.cases.items():
        end = await stage.end_of(run_id, timeout_s=30)
        events = await stage.events(run_id)
        state = fold(case.plan, events)
        expected = reference(case)
        assert isinstance(end, RunFailed if expected.stops else RunSucceeded)
        assert expected.stops or statuses(state) == expected.status
        repeated = Counter(
            key for event in events if isinstance(event, WorkerAcquired) for key in event.repeated
        )
        all_repeated += repeated.total()
        for key, count in play.begun.items():
            if key.startswith(run_id):
                assert count <= 1 + repeated[key], "an effect was repeated and the log does not say"
    assert all_repeated > 0
