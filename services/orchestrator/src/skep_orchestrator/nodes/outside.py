"""The ways out of the process that contexts are given, and what they know of their run."""

from collections.abc import Callable
from typing import Protocol, TypeVar

import msgspec

from skep_contracts.commands.run import RunCaller
from skep_contracts.envelope import Call, Reply
from skep_contracts.ids import BlobKey
from skep_contracts.plugins.manifest import HttpClient
from skep_contracts.plugins.nodes import AppForm, AppResult, NodeWait
from skep_orchestrator.nodes.app_call import AppCall
from skep_orchestrator.nodes.models import ChatModels
from skep_orchestrator.nodes.secret_reader import SecretReader
from skep_orchestrator.nodes.secrets import NO_SECRETS, Secrets
from skep_orchestrator.tools.toolbox import NO_TOOLS, Toolbox

R = TypeVar("R", bound=Reply)


class BlobStore(Protocol):
    """Where files are kept."""

    async def put(self, tenant: str, content: bytes) -> BlobKey:
        """Store bytes; return their key."""
        ...

    async def get(self, tenant: str, key: BlobKey, *, max_bytes: int) -> bytes:
        """Return stored bytes."""
        ...


class Bus(Protocol):
    """What nodes need of the bus."""

    @property
    def blobs(self) -> BlobStore:
        """Where files are kept."""
        ...

    async def call(self, call: Call, *, tenant: str, reply: type[R], timeout_s: float) -> R:
        """Ask another service."""
        ...

    async def broadcast(
        self, call: Call, *, tenant: str, reply: type[R], timeout_s: float
    ) -> R | None:
        """Ask every instance of another service; the first answer wins."""
        ...


class AppRuns(Protocol):
    """Runs apps as steps of runs."""

    async def run(self, call: AppCall, show: Callable[[str], None]) -> AppResult | NodeWait:
        """Return what an app gave; tell `show` of its answer as it grows."""
        ...

    async def describe(self, tenant: str, app: str) -> AppForm:
        """Return what a published app takes."""
        ...

    async def cancel(self, call: AppCall) -> None:
        """Stop a run that nobody waits for any more."""
        ...


class CallbackLinks(Protocol):
    """Makes signed addresses."""

    def of_callbacks(self, tenant: str, run_id: str) -> str:
        """Return the address below which a run's callbacks are posted."""
        ...


class Outside(msgspec.Struct, frozen=True):
    """The ways out that all nodes of a worker share."""

    bus: Bus
    http: HttpClient
    models: ChatModels
    secrets: SecretReader | None = None
    """Without it no app has secrets."""
    apps: AppRuns | None = None
    """Without it no node runs an app."""
    links: CallbackLinks | None = None
    """Without it no run has a ``sys.callback_url``."""
    tools: Toolbox = NO_TOOLS


class RunFacts(msgspec.Struct, frozen=True):
    """What every context of a run needs to know about it."""

    tenant: str
    run_id: str
    app_id: str
    secrets: Secrets = NO_SECRETS
    depth: int = 0
    """How many runs stand above it."""
    caller: RunCaller = RunCaller()
    """Who started it."""
