"""Makes orders for runs of a single node."""

from collections.abc import Iterator, Mapping
from typing import Any

from starlette.requests import Request

from skep_contracts.commands.run import StartRun
from skep_contracts.graph_check import CheckedDocument
from skep_contracts.ids import RunId
from skep_contracts.problems import FieldError, InvalidInput, json_pointer
from skep_contracts.references import NAMESPACES, Reference
from skep_contracts.values import check_value
from skep_gateway.debugging.places import check_places, pointed
from skep_gateway.debugging.views import NodeRunRequest
from skep_gateway.idempotency.replay import IdempotentWrites, Seed
from skep_gateway.runs.look_up_files import FileLookup, Files
from skep_gateway.runs.orders import RunOrder, order_once
from skep_gateway.runs.start_run import run_caller
from skep_gateway.web.caller import CallerIdentity
from skep_gateway.workflows.check_workflow import check_workflow
from skep_gateway.workflows.runnables import Runnables
from skep_runtime.plugins import PluginHost


class NodeStarter:
    """Nothing exists of a run before its order is placed."""

    def __init__(
        self, plugins: PluginHost, runnables: Runnables, files: Files, writes: IdempotentWrites
    ) -> None:
        """Look node types up in `plugins`."""
        self._plugins = plugins
        self._runnables = runnables
        self._files = FileLookup(files)
        self._writes = writes

    async def prepare(
        self, request: Request, caller: CallerIdentity, app: str, wanted: NodeRunRequest
    ) -> RunOrder:
        """Return the order for a run of one node.

        Raises:
            NotFound: There is no such app, or it has no such version.
            InvalidInput: There is no such node, or a value it refers to is missing.
        """

        async def command(seed: Seed) -> StartRun:
            return await self._command(caller, app, wanted, seed)

        return await order_once(self._writes, request, caller, command)

    async def _command(
        self, caller: CallerIdentity, app: str, wanted: NodeRunRequest, seed: Seed
    ) -> StartRun:
        tenant = caller.tenant
        runnable = await self._runnables.load(tenant, app, wanted.version)
        caller.check_model(f"app/{app}", f"app/{runnable.app_id}")
        places = [(wanted.node, "/node"), *pointed("values", wanted.values)]
        check_places(runnable.document, places, rounds=False)
        checked = await check_workflow(runnable.document, self._plugins.nodes)
        _check_values(checked, wanted.node, wanted.values)
        inputs, _ = await self._files.resolve(tenant, wanted.inputs, root="inputs")
        values, _ = await self._files.resolve(tenant, wanted.values, root="values")
        check_value(inputs, pointer="/inputs")
        check_value(values, pointer="/values")
        return StartRun(
            run_id=RunId(f"run_{seed.ulid}"),
            app_id=runnable.app_id,
            version=runnable.version,
            inputs=inputs,
            query=wanted.query,
            is_draft=runnable.is_draft,
            caller=run_caller(caller, wanted.end_user),
            only=wanted.node,
            pins=values,
        )


def _check_values(
    checked: CheckedDocument, node: str, values: Mapping[str, Mapping[str, Any]]
) -> None:
    """Refuse a run in which the node would read nothing where something is meant to be."""
    missing: dict[str, FieldError] = {}
    for reference in _read_from_outside(checked, node):
        name = reference.path[0]
        if name not in values.get(reference.root, {}):
            pointer = json_pointer("values", reference.root, name)
            message = f"`{node}` refers to {{{{{reference}}}}}; give it a value, null if need be"
            missing.setdefault(pointer, FieldError(pointer=pointer, message=message))
    if missing:
        faults = list(missing.values())
        raise InvalidInput(f"{faults[0].message}.", errors=faults, code="value_missing")


def _read_from_outside(checked: CheckedDocument, node: str) -> Iterator[Reference]:
    """Yield what a node refers to, and what those inside of it refer to outside."""
    inside = {node}
    for other in checked.order:
        if _is_inside(checked, other, node):
            inside.add(other)
    for member in inside:
        for reference in checked.nodes[member].references:
            if reference.root not in inside and reference.root not in NAMESPACES:
                yield reference


def _is_inside(checked: CheckedDocument, node: str, container: str) -> bool:
    parent = checked.nodes[node].node.parent
    while parent is not None and parent != container:
        parent = checked.nodes[parent].node.parent
    return parent == container
