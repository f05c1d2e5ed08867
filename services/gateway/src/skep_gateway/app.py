"""The composition root: the only place that constructs things."""

import asyncio
import contextlib
import gc
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Final

import msgspec
from fastapi import FastAPI

from skep_contracts.plugins import manifest
from skep_contracts.problems import SkepError
from skep_gateway.app_secrets import routes as app_secrets
from skep_gateway.app_secrets.store import SecretStore
from skep_gateway.apps import routes as apps
from skep_gateway.apps import tag_routes as app_tags
from skep_gateway.apps.find_app import AppFinder
from skep_gateway.apps.mirror import AppMirror
from skep_gateway.apps.publish import Publishing
from skep_gateway.audit import routes as audit
from skep_gateway.audit.repository import drop_old_records
from skep_gateway.budgets import routes as budgets
from skep_gateway.completions import routes as completions
from skep_gateway.completions.app_models import AppModels
from skep_gateway.completions.media import routes as media
from skep_gateway.completions.responses import routes as responses
from skep_gateway.conversations import routes as conversations
from skep_gateway.credentials import routes as credentials
from skep_gateway.credentials.mirror import CredentialMirror
from skep_gateway.datasets import chunk_routes as chunks
from skep_gateway.datasets import chunker_routes as chunkers
from skep_gateway.datasets import document_routes as documents
from skep_gateway.datasets import retrieval_routes as external_knowledge
from skep_gateway.datasets import routes as datasets
from skep_gateway.datasets import tag_routes as dataset_tags
from skep_gateway.datasets.access import routes as dataset_access
from skep_gateway.datasets.access.guard import DatasetAccess
from skep_gateway.datasets.add_document import DocumentAdder
from skep_gateway.datasets.sources import routes as dataset_sources
from skep_gateway.debugging import routes as debugging
from skep_gateway.debugging.descend import RunDescender
from skep_gateway.debugging.run_node import NodeStarter
from skep_gateway.drafts import routes as drafts
from skep_gateway.events import routes as events
from skep_gateway.feedback import routes as feedback
from skep_gateway.files import routes as files
from skep_gateway.files.repository import StoredFiles
from skep_gateway.guardrails import routes as guardrails
from skep_gateway.idempotency.replay import IdempotentWrites
from skep_gateway.identity import routes as identity
from skep_gateway.identity.authenticator import Authenticator
from skep_gateway.identity.passwords import PasswordHasher
from skep_gateway.identity.repository import Platform
from skep_gateway.identity.set_up import SetUp, check_secrets, prepare_first_start
from skep_gateway.identity.sign_in import SignIn
from skep_gateway.imports import routes as imports
from skep_gateway.imports.translate import Translator
from skep_gateway.key_limits.meter import KeyMeter
from skep_gateway.mcp import routes as mcp
from skep_gateway.mcp.app_tools import AppTools
from skep_gateway.mcp.telling_progress import CalledApps
from skep_gateway.members import routes as members
from skep_gateway.members import self_routes as own_account
from skep_gateway.members.invite import Invitations
from skep_gateway.members.repository import drop_old_invitations
from skep_gateway.model_routes import routes as model_routes
from skep_gateway.plugins import routes as plugins
from skep_gateway.plugins.installed import InstalledPlugins
from skep_gateway.runs import routes as runs
from skep_gateway.runs.answer_order import OrderAnswerer
from skep_gateway.runs.orders import RunOrders
from skep_gateway.runs.start_run import RunStarter
from skep_gateway.serving.application import Feature, create_application
from skep_gateway.serving.server import HttpServer
from skep_gateway.settings import GatewaySettings
from skep_gateway.sites import public_routes as visited_sites
from skep_gateway.sites import routes as sites
from skep_gateway.sites.visitors import Visitors
from skep_gateway.system import routes as system
from skep_gateway.system.readiness import ReadinessProbe
from skep_gateway.toolkits import routes as toolkits
from skep_gateway.toolkits.sign_in import routes as toolkit_sign_ins
from skep_gateway.toolkits.sign_in.renew import GrantKeeper
from skep_gateway.tools import routes as tools
from skep_gateway.usage import routes as usage
from skep_gateway.waits import public_routes as signed_addresses
from skep_gateway.waits import routes as waits
from skep_gateway.waits.addresses import Addresses
from skep_gateway.waits.answer_wait import Answers
from skep_gateway.waits.repository import drop_old_answers
from skep_gateway.web.pages import Cursors
from skep_gateway.web.sse import Closing
from skep_gateway.webhooks import routes as webhooks
from skep_gateway.webhooks.deliver import WebhookDeliverer
from skep_gateway.webhooks.follow_events import EventFollower
from skep_gateway.webhooks.repository import AllWebhooks
from skep_gateway.webhooks.try_again import RetrySchedule
from skep_gateway.workflows import routes as workflows
from skep_gateway.workflows.node_types import NodeTypes
from skep_gateway.workflows.runnables import Runnables
from skep_inference import Inference
from skep_runtime.bus import Bus
from skep_runtime.clock import now
from skep_runtime.database import Database, OutboxRelay
from skep_runtime.egress import EgressClient
from skep_runtime.lifecycle import Stop
from skep_runtime.plugins import PluginHost
from skep_runtime.vault import Vault

_log = logging.getLogger(__name__)

FEATURES: Final[tuple[Feature, ...]] = (
    runs,
    debugging,
    waits,
    signed_addresses,
    visited_sites,
    completions,
    media,
    responses,
    mcp,
    system,
    identity,
    own_account,
    members,
    audit,
    workflows,
    apps,
    app_tags,
    sites,
    imports,
    app_secrets,
    credentials,
    drafts,
    tools,
    toolkits,
    toolkit_sign_ins,
    plugins,
    conversations,
    feedback,
    files,
    datasets,
    dataset_tags,
    chunkers,
    dataset_access,
    external_knowledge,
    dataset_sources,
    documents,
    chunks,
    events,
    webhooks,
    usage,
    budgets,
    model_routes,
    guardrails,
)
"""Every module with routes; they are tried in this order, so the busiest come first."""

Background = Callable[[], Awaitable[None]]
_USAGE_EVERY_S: Final = 15.0
_CLEAN_EVERY_S: Final = 3600.0
_KEEP_DELIVERIES: Final = timedelta(days=30)
_KEEP_ANSWERS: Final = timedelta(days=400)
_KEEP_AUDIT: Final = timedelta(days=400)
_AGAIN_S: Final = 1.0


class Foundations(msgspec.Struct, frozen=True, kw_only=True):
    """What everything else is built on: connections, plugins, keys."""

    bus: Bus
    database: Database
    host: PluginHost
    egress: EgressClient
    vault: Vault
    inference: Inference


class Gateway:
    """Everything made for one process, put together."""

    def __init__(self, settings: GatewaySettings, built_on: Foundations) -> None:
        """Construct; nothing runs yet."""
        self.bus = bus = built_on.bus
        self.database = database = built_on.database
        self.host = host = built_on.host
        vault, egress = built_on.vault, built_on.egress
        self.closing = Closing()
        self.authenticator = Authenticator(database)
        self.relay = OutboxRelay(database, bus)
        self.idempotency = IdempotentWrites(database, vault)
        self.key_meter = KeyMeter(bus, built_on.inference)
        self.runnables = Runnables(database, bus, host)
        self.mirror = CredentialMirror(database, bus)
        self.grants = GrantKeeper(database, vault, egress, self.mirror)
        self.published = AppMirror(database, bus)
        self.secrets = SecretStore(database, bus, vault)
        deliverer = WebhookDeliverer(database, vault, egress)
        self.follower = EventFollower(bus, database, deliverer)
        self.retries = RetrySchedule(database, deliverer)
        resources = (
            *(getattr(built_on, name) for name in Foundations.__struct_fields__),
            settings.web,
            *self._shared(),
            *_identity(settings, database),
            *self._apps(settings, vault),
            *self._runs(),
            AppFinder(database),
            Cursors(vault),
            ReadinessProbe(database, bus),
            InstalledPlugins(bus),
            DocumentAdder(bus, database),
            DatasetAccess(database, bus),
        )
        self.app: FastAPI = create_application(
            FEATURES, {type(item): item for item in resources}, settings=settings.web
        )

    def _shared(self) -> tuple[object, ...]:
        return (
            self.closing,
            self.authenticator,
            self.idempotency,
            self.key_meter,
            self.runnables,
            self.mirror,
            self.published,
            self.secrets,
            self.follower,
            self.retries,
        )

    def _apps(self, settings: GatewaySettings, vault: Vault) -> tuple[object, ...]:
        return (
            NodeTypes(self.host),
            Translator(self.host),
            Publishing(self.database, self.bus, self.host, self.published),
            Addresses(vault, settings.links),
            settings.links,
            Visitors(vault),
            Answers(self.bus, self.database, StoredFiles(self.database)),
        )

    def _runs(self) -> tuple[object, ...]:
        files = StoredFiles(self.database)
        orders = RunOrders(self.bus, self.idempotency)
        starter = RunStarter(self.bus, self.runnables, files, self.idempotency)
        return (
            starter,
            AppModels(starter, orders, self.runnables),
            AppTools(starter, self.runnables, self.database),
            CalledApps(orders, self.bus, self.closing),
            RunDescender(self.bus, self.runnables, files, self.idempotency),
            NodeStarter(self.host, self.runnables, files, self.idempotency),
            orders,
            OrderAnswerer(orders, self.closing),
        )

    def background(self) -> tuple[Background, ...]:
        """Return what runs beside the server, each until it is cancelled."""
        return (
            self.relay.run,
            self.runnables.follow,
            self.mirror.run,
            self.grants.run,
            self.published.run,
            self.secrets.run,
            self.follower.run,
            self.retries.run,
            self.key_meter.run,
            self._watch_plugins,
            self._write_usage,
            self._clean_up,
        )

    async def _watch_plugins(self) -> None:
        await self.host.watch(self.bus)

    async def _write_usage(self) -> None:
        try:
            while True:
                await asyncio.sleep(_USAGE_EVERY_S)
                await _tolerant(self.authenticator.write_usage)
        finally:
            await _tolerant(self.authenticator.write_usage)

    async def _clean_up(self) -> None:
        while True:
            await _tolerant(self._drop_old)
            await asyncio.sleep(_CLEAN_EVERY_S)

    async def _drop_old(self) -> None:
        await self.idempotency.drop_old(now())
        async with self.database.session() as session:
            await Platform(session).drop_expired_sessions(now())
            await AllWebhooks(session).drop_old_deliveries(now() - _KEEP_DELIVERIES)
            await drop_old_answers(session, now() - _KEEP_ANSWERS)
            await drop_old_invitations(session, now())
            await drop_old_records(session, now() - _KEEP_AUDIT)


async def _tolerant(action: Background) -> None:
    """Do something that is done again later anyway; what is unavailable is waited out."""
    try:
        await action()
    except SkepError as error:
        _log.warning("background work postponed", extra={"code": error.exact_code})


@contextlib.asynccontextmanager
async def open_gateway(settings: GatewaySettings) -> AsyncIterator[Gateway]:
    """Connect, migrate, prepare the first start, and keep the background work going.

    Raises:
        UnsafeStartError: The secrets it was given could be guessed.
        Unavailable: Bus or database cannot be reached.
    """
    check_secrets(bootstrap_key=settings.bootstrap_key, setup_token=settings.setup_token)
    database = Database(settings.database)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        await database.migrate("skep_gateway")
        await prepare_first_start(database, settings.bootstrap_key)
        egress = EgressClient(settings.egress)
        stack.push_async_callback(egress.close)
        bus = await Bus.connect(settings.bus, service="gateway")
        stack.push_async_callback(bus.close)
        await bus.ensure_topology()
        host = PluginHost(manifest.GROUPS, settings.plugins, http=egress)
        await asyncio.to_thread(host.load)
        vault = Vault(settings.vault)
        inference = Inference(
            host=host, bus=bus, vault=vault, settings=settings.inference, source="gateway"
        )
        foundations = Foundations(
            bus=bus, database=database, host=host, egress=egress, vault=vault, inference=inference
        )
        gateway = Gateway(settings, foundations)
        async with asyncio.TaskGroup() as tasks:
            await inference.start(tasks)
            running = [tasks.create_task(_forever(work)) for work in gateway.background()]
            try:
                yield gateway
            finally:
                for task in running:
                    task.cancel()
                await inference.close()


async def _forever(work: Background) -> None:
    """Keep one piece of background work going; a defect in it must not end the others."""
    while True:
        try:
            await work()
        except Exception:  # noqa: BLE001  # logged, and begun again
            _log.exception("background work failed")
        await asyncio.sleep(_AGAIN_S)


async def serve(settings: GatewaySettings, stop: Stop) -> None:
    """Run the gateway until it is asked to stop."""
    async with open_gateway(settings) as gateway:
        server = HttpServer(
            gateway.app, host=settings.host, port=settings.port, settings=settings.web
        )
        # What is here now stays: the collector need not look at it at every turn.
        gc.collect()
        gc.freeze()
        await server.run(stop, gateway.closing)


def _identity(settings: GatewaySettings, database: Database) -> tuple[object, ...]:
    hasher = PasswordHasher()
    return (
        SetUp(database, hasher, setup_token=settings.setup_token),
        SignIn(database, hasher),
        Invitations(database),
    )
