"""A stage on which nodes wait and run apps, with everything that wakes runs."""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from services.orchestrator.tests.runs.stage import TENANT, Actor, Stage, WorkerProcess
from services.orchestrator.tests.scripted import Act, node_types
from skep_contracts import subjects
from skep_contracts.calls.run import InvariantFault
from skep_contracts.commands.run import PauseRun, ResumeRun
from skep_contracts.events.app import PublishedApp
from skep_contracts.graph import WorkflowDocument, canonical, version_hash
from skep_contracts.ids import RunId, new_id
from skep_contracts.plugins.nodes import AppResult, NodeContext, NodeResult, NodeWait
from skep_contracts.run_log import RunPaused, RunResumed, decode_batch, place_of
from skep_contracts.topology import APPS
from skep_orchestrator.history.verification.verifier import verify
from skep_orchestrator.runs.plans import PlanCache
from skep_orchestrator.runs.waits.child_runs import AppRuns
from skep_orchestrator.runs.waits.published_apps import PublishedApps
from skep_runtime.bus import Bus


class WaitingActor(Actor):
    """Waits as its script says, once; runs the app that its script names."""

    async def run(self, ctx: NodeContext, settings: Act) -> Any:
        script: Mapping[str, Any] = settings.script or {}
        if "app" in script:
            return await self.run_app(ctx, script)
        if "wait" in script and ctx.resumption is None:
            self.deeds.begun.append(ctx.effect_key)
            if "gate" in script:
                await self.deeds.gate(script["gate"]).wait()
            seconds = script["wait"].get("seconds")
            until = None
            if seconds is not None:
                until = datetime.fromtimestamp(time.time() + seconds, UTC)
            return NodeWait(kind=script["wait"].get("kind", "form"), until=until)
        result = await super().run(ctx, settings)
        if ctx.resumption is None:
            return result
        return msgspec.structs.replace(
            result, outputs={**result.outputs, "value": dict(ctx.resumption)}
        )

    async def run_app(self, ctx: NodeContext, script: Mapping[str, Any]) -> NodeResult | NodeWait:
        self.deeds.begun.append(ctx.effect_key)
        given = await ctx.run_app(script["app"], inputs=script.get("inputs", {}))
        if not isinstance(given, AppResult):
            return given
        self.deeds.done.append(ctx.effect_key)
        value: dict[str, Any] = {
            "run_id": given.run_id,
            "outputs": given.outputs,
            "answer": given.answer,
        }
        return NodeResult(outputs={"text": given.answer or "", "value": value})


class WaitingStage:
    """What the tests of waits say to a stage."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.bus = stage.bus
        self.started: list[str] = []
        start = stage.start

        async def note_start(document: WorkflowDocument, **command: Any) -> str:
            run_id = await start(document, **command)
            self.started.append(run_id)
            return run_id

        stage.start = note_start  # type: ignore[method-assign]  # this stage's alone

        def act() -> Actor:
            return WaitingActor(stage.deeds)

        stage.host.nodes = node_types(act, act)
        stage.apps_on = self._apps_on

    def _apps_on(self, bus: Bus) -> AppRuns:
        apps = PublishedApps(bus)
        self.stage.tasks.create_task(_until_gone(apps))
        return AppRuns(bus, apps, PlanCache(bus.blobs, self.stage.host))

    async def add_worker(self, **settings: Any) -> WorkerProcess:
        return await self.stage.add_worker(**settings)

    async def resume(self, run_id: str, place: str, answer: Mapping[str, Any], **more: Any) -> None:
        message_id = more.pop("message_id", new_id("message"))
        command = ResumeRun(run_id=RunId(run_id), place=place, answer=dict(answer), **more)
        await self.bus.publish(command, tenant=TENANT, message_id=message_id)

    async def pause(self, run_id: str) -> None:
        command = PauseRun(run_id=RunId(run_id), reason="look", by="mem_1")
        await self.bus.publish(command, tenant=TENANT)

    async def until_paused(self, run_id: str, times: int = 1) -> RunPaused:
        """Wait until a run has been paused so often, and nobody holds it."""
        pauses: list[RunPaused] = []
        await eventually(lambda: self._is_paused(run_id, times, pauses))
        await eventually(lambda: self._is_free(run_id))
        return pauses[-1]

    async def _is_paused(self, run_id: str, times: int, pauses: list[RunPaused]) -> bool:
        events = (await self.stage.recorded(run_id)).events
        pauses[:] = [event for event in events if isinstance(event, RunPaused)]
        return len(pauses) >= times and isinstance(events[-1], RunPaused)

    async def _is_free(self, run_id: str) -> bool:
        return all(
            process.worker.held.find(TENANT, run_id) is None
            for process in self.stage.workers
            if not process.task.done()
        )

    async def answers(self, run_id: str) -> list[tuple[str, dict[str, Any]]]:
        """Return the answers that a run's log has, by place."""
        return [
            (place_of(event.scope, event.node), event.answer)
            for event in await self.stage.events(run_id)
            if isinstance(event, RunResumed)
        ]

    async def faults(self, run_id: str) -> list[InvariantFault]:
        """Return what a run's log breaks of the rules that every log keeps."""
        messages = await self.bus.journal.read(subjects.journal(TENANT, run_id))
        return verify([decode_batch(message.data) for message in messages], None)

    def held(self) -> int:
        return sum(len(process.worker.held) for process in self.stage.workers)

    async def commands_left(self) -> int:
        info = await self.bus._jetstream.ask("STREAM.INFO.SKEP_COMMANDS_ORCHESTRATOR")
        return int(info["state"]["messages"])

    async def publish_app(self, name: str, document: WorkflowDocument) -> str:
        """Publish an app, as the gateway does; return its id."""
        app_id = new_id("app")
        await self.bus.blobs.put(TENANT, canonical(document))
        app = PublishedApp(version=version_hash(document), name=name)
        await self.bus.bucket(APPS).put(f"{TENANT}.{app_id}", msgspec.json.encode(app))
        return app_id


async def _until_gone(apps: PublishedApps) -> None:
    await apps.follow()


async def eventually(holds: Callable[[], Any], timeout_s: float = 15.0) -> None:
    """Wait for something that happens elsewhere."""
    deadline = time.monotonic() + timeout_s
    while not await holds():
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.01)
