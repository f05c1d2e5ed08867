"""Plans of document versions, compiled once and kept while their node types stay the same."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final, Protocol

import msgspec

from skep_contracts.graph import MAX_DOCUMENT_BYTES, WorkflowDocument, decode_document
from skep_contracts.graph_check import check_document
from skep_contracts.ids import BlobKey
from skep_contracts.plugins.manifest import PluginContext
from skep_contracts.plugins.nodes import NodeDescription
from skep_contracts.problems import InvalidInput, NotFound, SkepError
from skep_orchestrator.engine.compile import Plan, compile_plan
from skep_orchestrator.runs.claims import BlobStore
from skep_orchestrator.runs.records.fingerprints import PlanPrints

logger = logging.getLogger(__name__)

_KEPT_PLANS: Final = 256
_LONG_BYTES: Final = 64 * 1024
"""Documents from here on are checked in a thread, so that leases of other runs go on."""


class NodeHost(Protocol):
    """Where node types come from: the plugin host."""

    @property
    def nodes(self) -> Mapping[tuple[str, int], NodeDescription]:
        """Installed node types."""
        ...

    @property
    def generation(self) -> int:
        """Grows whenever node types come or go."""
        ...

    def context(self, owner: str) -> PluginContext:
        """Return what a factory is given."""
        ...


class LoadedPlan(msgspec.Struct, frozen=True):
    """A plan, and who runs each of its nodes, by index."""

    plan: Plan
    runners: tuple[Any, ...]
    prints: PlanPrints


class PlanCache:
    """Loads documents from the blob store and keeps what was compiled."""

    def __init__(self, blobs: BlobStore, host: NodeHost) -> None:
        self._blobs = blobs
        self._host = host
        self._generation = host.generation
        self._plans: OrderedDict[tuple[str, str], LoadedPlan] = OrderedDict()
        self._loading: dict[tuple[str, str], asyncio.Lock] = {}
        self._runners: dict[tuple[str, int], Any] = {}

    async def get(self, tenant: str, version: str) -> LoadedPlan:
        """Return the plan of a tenant's document.

        Raises:
            NotFound: There is no such document.
            InvalidInput: It is damaged, or does not fit the node types installed here.
        """
        self._notice_changes()
        key = (tenant, version)
        plan = self._plans.get(key)
        if plan is not None:
            self._plans.move_to_end(key)
            return plan
        try:
            async with self._loading.setdefault(key, asyncio.Lock()):
                return self._plans.get(key) or await self._load(tenant, version)
        finally:
            self._loading.pop(key, None)

    def _notice_changes(self) -> None:
        if self._generation != self._host.generation:
            self._generation = self._host.generation
            self._plans.clear()
            self._runners.clear()

    async def _load(self, tenant: str, version: str) -> LoadedPlan:
        try:
            content = await self._blobs.get(tenant, BlobKey(version), max_bytes=MAX_DOCUMENT_BYTES)
        except NotFound:
            raise NotFound(
                f"The workflow document of version {version:.12} is not in the store.",
                code="document_missing",
            ) from None
        generation = self._host.generation
        types = self._host.nodes
        if len(content) > _LONG_BYTES:
            plan = await asyncio.to_thread(_compile, content, types)
        else:
            plan = _compile(content, types)
        runners = tuple(self._runner(types[node.type, node.version]) for node in plan.nodes)
        loaded = LoadedPlan(plan=plan, runners=runners, prints=PlanPrints(plan))
        if generation == self._generation == self._host.generation:
            self._plans[tenant, version] = loaded
            if len(self._plans) > _KEPT_PLANS:
                self._plans.popitem(last=False)
        return loaded

    def _runner(self, description: NodeDescription) -> Any:
        if description.rounds is not None:
            return None  # the engine itself carries containers out
        key = (description.type, description.version)
        runner = self._runners.get(key)
        if runner is None:
            runner = _make(description, self._host)
            self._runners[key] = runner
        return runner


def _compile(content: bytes, types: Mapping[tuple[str, int], NodeDescription]) -> Plan:
    try:
        document = decode_document(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidInput(
            "The stored workflow document is damaged; publish the app again.",
            code="document_damaged",
        ) from None
    return compile_plan(check_document(_known(document, types), types))


def _known(
    document: WorkflowDocument, types: Mapping[tuple[str, int], NodeDescription]
) -> WorkflowDocument:
    # The check tells everything at once; at run time a missing plugin is the one cause to name.
    for node_id, node in document.nodes.items():
        if (node.type, node.version) not in types:
            raise InvalidInput(
                f"No installed plugin brings the node type `{node.type}` version {node.version}, "
                f"which the node `{node_id}` needs. Install the plugin and run again.",
                code="unknown_node_type",
            )
    return document


def _make(description: NodeDescription, host: NodeHost) -> Any:
    try:
        runner = description.factory(host.context(description.type))
    except SkepError:
        raise
    except Exception:
        logger.exception("node factory failed", extra={"node_type": description.type})
        raise InvalidInput(
            f"The plugin that brings the node type `{description.type}` cannot start it; "
            "the server's log says why.",
            code="node_type_broken",
        ) from None
    method = "evaluate" if description.effect == "pure" else "run"
    if not callable(getattr(runner, method, None)):
        raise InvalidInput(
            f"The plugin that brings the node type `{description.type}` gives nothing that can "
            f"`{method}`.",
            code="node_type_broken",
        )
    return runner
