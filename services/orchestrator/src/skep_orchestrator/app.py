"""The composition root: the only place that constructs things."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from skep_contracts.plugins import manifest
from skep_inference import Inference
from skep_orchestrator.conversations.memory import ConversationMemory
from skep_orchestrator.history.answers import HistoryAnswers
from skep_orchestrator.history.projector import Projector
from skep_orchestrator.ledger.recorder import LedgerRecorder
from skep_orchestrator.nodes.models import InferredModels
from skep_orchestrator.nodes.outside import Outside
from skep_orchestrator.nodes.secret_reader import SecretReader
from skep_orchestrator.runs.plans import PlanCache
from skep_orchestrator.runs.waits.callback_links import CallbackLinks
from skep_orchestrator.runs.waits.child_runs import AppRuns
from skep_orchestrator.runs.waits.published_apps import PublishedApps
from skep_orchestrator.runs.waits.timers import WaitTimers
from skep_orchestrator.runs.waits.wait_answers import WaitAnswers
from skep_orchestrator.runs.worker import Worker
from skep_orchestrator.settings import OrchestratorSettings
from skep_orchestrator.statistics.answers import StatisticsAnswers
from skep_orchestrator.tools.toolbox import Toolbox
from skep_orchestrator.watchdog import Watchdog
from skep_runtime.bus import Bus
from skep_runtime.database import Database
from skep_runtime.egress import EgressClient
from skep_runtime.lifecycle import Stop
from skep_runtime.plugins import PluginHost
from skep_runtime.vault import Vault

logger = logging.getLogger(__name__)

_GROUPS: Final = (
    manifest.NODES,
    manifest.MODELS,
    manifest.TOOLS,
    manifest.TOOLKITS,
    manifest.GUARDRAILS,
    manifest.AGENTS,
)
_LEAVING_S: Final = 5.0
Background = Callable[[], Awaitable[None]]


class Orchestrator:
    """Everything made for one process, put together."""

    def __init__(
        self,
        settings: OrchestratorSettings,
        *,
        bus: Bus,
        database: Database,
        host: PluginHost,
        egress: EgressClient,
    ) -> None:
        """Construct; nothing runs yet."""
        vault = Vault(settings.vault)
        self.inference = Inference(
            host=host,
            bus=bus,
            vault=vault,
            settings=settings.inference,
            source="orchestrator",
        )
        published = PublishedApps(bus)
        self.worker = Worker(
            bus,
            host=host,
            outside=Outside(
                bus=bus,
                http=egress,
                models=InferredModels(self.inference),
                secrets=SecretReader(bus, vault),
                apps=AppRuns(bus, published, PlanCache(bus.blobs, host)),
                links=CallbackLinks(vault, settings.links),
                tools=Toolbox(host, self.inference.credentials),
            ),
            memory=ConversationMemory(database),
            settings=settings.runs,
        )
        self.answers = HistoryAnswers(bus, database)
        self.statistics = StatisticsAnswers(bus, database)
        self.wait_answers = WaitAnswers(bus)
        self.background: tuple[Background, ...] = (
            lambda: host.watch(bus),
            Watchdog(settings.loop_patience_s).run,
            Projector(bus, database).run,
            LedgerRecorder(bus, database).run,
            WaitTimers(bus, database).run,
            published.follow,
        )
        """What runs beside the worker, from start to stop."""

    async def run(self, stop: Stop) -> None:
        """Run until asked to stop; runs in hand are given to others before anything is closed."""
        async with asyncio.TaskGroup() as tasks:
            await self.inference.start(tasks)
            self.answers.register()
            self.statistics.register()
            self.wait_answers.register()
            beside = [tasks.create_task(_forever(each)) for each in self.background]
            working = tasks.create_task(self.worker.run())
            logger.info("orchestrator ready", extra={"worker": self.worker.name})
            await stop.wait()
            working.cancel()
            # A plugin that does not let itself be cancelled holds this up; its run has left
            # already.
            await asyncio.wait([working], timeout=_LEAVING_S)
            await self.inference.close()
            for task in beside:
                task.cancel()


async def _forever(background: Background) -> None:
    await background()


async def serve(settings: OrchestratorSettings, stop: Stop) -> None:
    """Connect, migrate, load plugins, and run until `stop`."""
    bus = await Bus.connect(settings.bus, service="orchestrator")
    database = Database(settings.database)
    egress = EgressClient(settings.egress)
    try:
        await bus.ensure_topology()
        await database.migrate("skep_orchestrator")
        host = PluginHost(_GROUPS, settings.plugins, http=egress)
        await asyncio.to_thread(host.load)
        await Orchestrator(settings, bus=bus, database=database, host=host, egress=egress).run(stop)
    finally:
        await bus.close()
        await egress.close()
        await database.close()
