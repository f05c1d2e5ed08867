"""A stage for runs: a real bus, workers, and nodes that do what a test says."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any
from unittest.mock import patch

import msgspec
import pytest

from services.orchestrator.tests.scripted import Act, node_types
from skep_contracts import subjects
from skep_contracts.commands.run import CancelRun, StartRun
from skep_contracts.graph import WorkflowDocument, canonical, version_hash
from skep_contracts.ids import AppId, RunId, new_id
from skep_contracts.plugins.nodes import NodeContext, NodeDescription, NodeResult
from skep_contracts.problems import BudgetExhausted, InvalidInput, Unavailable
from skep_contracts.run_log import (
    TERMINAL,
    LiveText,
    NodeStarted,
    RunEvent,
    decode_text,
)
from skep_orchestrator.nodes.outside import Outside
from skep_orchestrator.runs.run_log import RecordedRun, read_run, restored
from skep_orchestrator.runs.worker import RunSettings, Worker
from skep_runtime.bus import Bus
from skep_testing.nats import NatsServer

TENANT = "t_test"


class Deeds:
    """What nodes did, over all workers of a test, and gates that hold them."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.done: list[str] = []
        self.cancelled: list[str] = []
        self.seen: list[Any] = []
        """What the inputs of effects were to them."""
        self.gates: dict[str, asyncio.Event] = {}

    def gate(self, name: str) -> asyncio.Event:
        return self.gates.setdefault(name, asyncio.Event())


class Actor:
    """Runs `act` and `write` nodes by their `script`."""

    def __init__(self, deeds: Deeds) -> None:
        self.deeds = deeds

    async def run(self, ctx: NodeContext, settings: Act) -> NodeResult:
        script: Mapping[str, Any] = settings.script or {}
        self.deeds.begun.append(ctx.effect_key)
        try:
            for piece in script.get("pieces", ()):
                ctx.emit_text(piece)
                await asyncio.sleep(script.get("pause_s", 0))
            if "gate" in script:
                await self.deeds.gate(script["gate"]).wait()
            await asyncio.sleep(script.get("sleep_s", 0))
        except asyncio.CancelledError:
            self.deeds.cancelled.append(ctx.effect_key)
            if not script.get("clings"):
                raise
            await self.deeds.gate("clings").wait()
        if ctx.attempt <= script.get("broke", 0):
            raise BudgetExhausted("The budget 'trial' does not cover this call.")
        if ctx.attempt <= script.get("failures", 0):
            raise Unavailable("Not now.")
        if script.get("wrong"):
            raise InvalidInput("Never.")
        if "hostile" in script:
            result: NodeResult = hostile(script["hostile"])
            return result
        self.deeds.done.append(ctx.effect_key)
        text = "".join(script.get("pieces", ()))
        value = ctx.value(settings.input)
        self.deeds.seen.append(value)
        if "size" in script:
            value = "x" * script["size"]
        return NodeResult(outputs={"text": text, "value": value})


class Sour(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


LOOP: list[Any] = []
LOOP.append(LOOP)
HOSTILE: dict[str, Any] = {
    "nothing": None,
    "unknown port": NodeResult(outputs={}, port="nowhere"),
    "no port": NodeResult(outputs={}, port=["out"]),  # type: ignore[arg-type]  # on purpose
    "no outputs": NodeResult(outputs=7),  # type: ignore[arg-type]  # on purpose
    "endless list": NodeResult(outputs={"value": LOOP}),
    "object": NodeResult(outputs={"value": object()}),  # type: ignore[dict-item]  # on purpose
    "not a number": NodeResult(outputs={"value": float("nan")}),
    "half a surrogate": NodeResult(outputs={"value": "\ud800"}),
    "key that is no text": NodeResult(outputs={1: 2}),  # type: ignore[dict-item]  # on purpose
    "too much": NodeResult(outputs={"value": "x" * 9_000_000}),
    "too long a number": NodeResult(outputs={"value": 2**70}),
    "sour error": Sour(),
    "exit": SystemExit(1),
    "cancellation": asyncio.CancelledError(),
}
"""What no decent node gives or raises."""


def hostile(kind: str) -> Any:
    given = HOSTILE[kind]
    if isinstance(given, BaseException):
        raise given
    return given


class Host:
    """Stands for the plugin host."""

    def __init__(self, nodes: Mapping[tuple[str, int], NodeDescription]) -> None:
        self.nodes = nodes
        self.generation = 1

    def context(self, owner: str) -> Any:
        return None


class WorkerProcess:
    """A worker with a connection of its own, as if it were a process."""

    def __init__(self, bus: Bus, worker: Worker, task: asyncio.Task[None]) -> None:
        self.bus = bus
        self.worker = worker
        self.task = task

    async def stop(self) -> None:
        """End it in order."""
        self.task.cancel()
        await asyncio.wait([self.task])
        await self.bus.close()

    async def kill(self) -> None:
        """As `kill -9`: not another word to anybody."""
        self.bus._connection.send = lambda *args, **kwargs: True  # type: ignore[method-assign]
        with patch("skep_orchestrator.runs.execution._LAST_WORDS_S", 0):
            self.task.cancel()
            await asyncio.wait([self.task])


class Stage:
    """Starts workers and runs, and looks into logs."""

    def __init__(self, bus: Bus, server: NatsServer, tasks: asyncio.TaskGroup) -> None:
        self.bus = bus
        self.server = server
        self.deeds = Deeds()
        self.tasks = tasks
        self.workers: list[WorkerProcess] = []
        self.host = Host(node_types(self._actor, self._actor))
        self.models: Any = None
        self.memory: Any = None
        self.apps_on: Callable[[Bus], Any] = lambda bus: None
        self.secrets: Any = None

    def _actor(self) -> Actor:
        return Actor(self.deeds)

    async def add_worker(self, **settings: Any) -> WorkerProcess:
        bus = await Bus.connect(self.server.settings(), service="orchestrator")
        worker = Worker(
            bus,
            host=self.host,
            outside=Outside(
                bus=bus,
                http=None,  # type: ignore[arg-type]  # nothing goes out
                models=self.models,
                secrets=self.secrets,
                apps=self.apps_on(bus),
            ),
            memory=self.memory,
            settings=RunSettings(**settings),
        )
        process = WorkerProcess(bus, worker, self.tasks.create_task(worker.run()))
        self.workers.append(process)
        return process

    async def start(self, document: WorkflowDocument, **command: Any) -> str:
        run_id = RunId(command.pop("run_id", new_id("run")))
        message_id = command.pop("message_id", run_id)
        await self.bus.blobs.put(TENANT, canonical(document))
        order = StartRun(
            run_id=run_id,
            app_id=AppId("app_test"),
            version=command.pop("version", version_hash(document)),
            inputs=command.pop("inputs", {}),
            **command,
        )
        await self.bus.publish(order, tenant=TENANT, message_id=message_id)
        return run_id

    async def cancel(self, run_id: str) -> None:
        await self.bus.publish(CancelRun(run_id=RunId(run_id), reason="enough"), tenant=TENANT)

    async def recorded(self, run_id: str) -> RecordedRun:
        return await read_run(self.bus.journal, TENANT, run_id)

    async def events(self, run_id: str) -> tuple[RunEvent, ...]:
        return await restored(await self.recorded(run_id), self.bus.blobs, TENANT)

    async def end_of(self, run_id: str, *, timeout_s: float = 20.0) -> Any:
        """Wait for the end of a run; return its last event."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            recorded = await self.recorded(run_id)
            if recorded.is_ended:
                assert not recorded.fault
                return recorded.events[-1]
            await asyncio.sleep(0.01)
        raise AssertionError(f"no end: {await self.recorded(run_id)}")

    async def until_begun(self, node: str, count: int = 1, *, timeout_s: float = 20.0) -> None:
        """Wait until attempts of a node have begun."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if sum(f":{node}:" in key for key in self.deeds.begun) >= count:
                return
            await asyncio.sleep(0.005)
        raise AssertionError(self.deeds.begun)

    def count(self, node: str) -> int:
        return sum(f":{node}:" in key for key in self.deeds.done)

    @contextlib.asynccontextmanager
    async def reading(self, run_id: str) -> AsyncIterator[list[LiveText]]:
        """Collect the live text of a run."""
        pieces: list[LiveText] = []
        async with self.bus.subscribe(subjects.live(TENANT, run_id, "text")) as messages:

            async def read() -> None:
                async for message in messages:
                    pieces.extend([decode_text(message.data)])

            task = self.tasks.create_task(read())
            try:
                yield pieces
            finally:
                await asyncio.sleep(0.1)
                task.cancel()


def shown(pieces: list[LiveText]) -> str:
    """What a reader sees in the end."""
    text, epoch = "", 0
    for piece in pieces:
        if piece.epoch < epoch:
            continue
        epoch = piece.epoch
        assert piece.offset <= len(text), "a gap"
        text = text[: piece.offset] + piece.text
    return text


def starts(events: tuple[RunEvent, ...]) -> list[str]:
    return [event.node for event in events if isinstance(event, NodeStarted)]


def ended(event: Any) -> bool:
    return isinstance(event, TERMINAL)


def short_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leases of one second, so that takeovers take no longer."""
    from skep_contracts import topology

    for name in (
        "ORCHESTRATOR_RUNS",
        "ORCHESTRATOR_CONTROL",
        "ORCHESTRATOR_RESUMPTIONS",
        "ORCHESTRATOR_PAUSES",
    ):
        spec = msgspec.structs.replace(getattr(topology, name), ack_wait_s=1.0)
        monkeypatch.setattr(topology, name, spec)
