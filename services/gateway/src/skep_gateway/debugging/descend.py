"""Makes orders for forks and replays: runs that take results from the record of another."""

from typing import Any, Final

import msgspec
from starlette.requests import Request

from skep_contracts.calls.run import GetRun, GetRunReply
from skep_contracts.commands.run import RunOrigin, StartRun
from skep_contracts.ids import RunId, TenantId, is_id
from skep_contracts.problems import FieldError, Gone, InvalidInput, NotFound
from skep_contracts.values import check_value
from skep_gateway.debugging.places import check_places, pointed
from skep_gateway.debugging.views import ForkRequest, ReplayRequest
from skep_gateway.idempotency.replay import IdempotentWrites, Seed
from skep_gateway.runs.look_up_files import FileLookup, Files
from skep_gateway.runs.orders import RunOrder, order_once
from skep_gateway.runs.start_run import run_caller
from skep_gateway.web.caller import CallerIdentity
from skep_gateway.workflows.runnables import Runnable, Runnables
from skep_runtime.bus import Bus

_CALL_S: Final = 10.0


class _Changes(msgspec.Struct, frozen=True, kw_only=True):
    """How a run differs from the one that serves it."""

    origin: RunOrigin
    version: str | None
    inputs: dict[str, Any] = {}
    query: str | None = None
    pins: dict[str, dict[str, Any]] = {}
    end_user: str | None = None


class RunDescender:
    """Nothing exists of a run before its order is placed."""

    def __init__(
        self, bus: Bus, runnables: Runnables, files: Files, writes: IdempotentWrites
    ) -> None:
        """Ask about runs over `bus`."""
        self._bus = bus
        self._runnables = runnables
        self._files = FileLookup(files)
        self._writes = writes

    async def fork(
        self, request: Request, caller: CallerIdentity, run_id: str, wanted: ForkRequest
    ) -> RunOrder:
        """Return the order for a fork.

        Raises:
            NotFound: The tenant has no such run, or there is nothing left to run.
            Gone: The run's log has expired.
            InvalidInput: A place does not exist, or inputs do not fit the start form.
        """
        changes = _Changes(
            origin=RunOrigin(run_id=RunId(run_id), kind="fork", live=tuple(wanted.at)),
            version=wanted.version,
            inputs=wanted.inputs,
            query=wanted.query,
            pins=wanted.pins,
            end_user=wanted.end_user,
        )
        return await self._order(request, caller, changes, "at")

    async def replay(
        self, request: Request, caller: CallerIdentity, run_id: str, wanted: ReplayRequest
    ) -> RunOrder:
        """Return the order for a replay.

        Raises:
            NotFound: As `fork`.
            Gone: As `fork`.
            InvalidInput: A place does not exist, or the recorded inputs do not fit the start form.
        """
        origin = RunOrigin(
            run_id=RunId(run_id), kind="replay", live=tuple(wanted.live), changed=wanted.changed
        )
        changes = _Changes(origin=origin, version=wanted.version, end_user=wanted.end_user)
        return await self._order(request, caller, changes, "live")

    async def _order(
        self, request: Request, caller: CallerIdentity, changes: _Changes, live: str
    ) -> RunOrder:
        async def command(seed: Seed) -> StartRun:
            return await self._command(caller, changes, seed, live)

        return await order_once(self._writes, request, caller, command)

    async def _command(
        self, caller: CallerIdentity, changes: _Changes, seed: Seed, live: str
    ) -> StartRun:
        tenant, origin = caller.tenant, changes.origin
        before = await self._read(tenant, origin.run_id)
        runnable = await self._runnable(tenant, before, changes.version)
        caller.check_model(f"app/{runnable.document.app.name}", f"app/{runnable.app_id}")
        places = [*pointed(live, origin.live), *pointed("pins", changes.pins)]
        check_places(runnable.document, places)
        given, _ = await self._files.resolve(tenant, changes.inputs, root="inputs")
        pins, _ = await self._files.resolve(tenant, changes.pins, root="pins")
        check_value(pins, pointer="/pins")
        inputs = before.inputs | given
        self._runnables.check_inputs(runnable, inputs)
        return StartRun(
            run_id=RunId(f"run_{seed.ulid}"),
            app_id=runnable.app_id,
            version=runnable.version,
            inputs=inputs,
            query=_query(runnable, before.query, changes.query),
            files=before.files,
            is_draft=runnable.is_draft,
            caller=run_caller(caller, changes.end_user or before.summary.end_user),
            origin=origin,
            pins=pins,
        )

    async def document_of(self, tenant: TenantId, run_id: str) -> Runnable:
        """Return what a run runs, be it a draft that was overwritten since.

        Raises:
            NotFound: The tenant has no such run, or its document is not stored any more.
        """
        return await self._runnable(tenant, await self._ask(tenant, run_id), None)

    async def _ask(self, tenant: TenantId, run_id: str) -> GetRunReply:
        if not is_id("run", run_id):
            raise NotFound("There is no such run.")
        return await self._bus.call(
            GetRun(run_id=run_id), tenant=tenant, reply=GetRunReply, timeout_s=_CALL_S
        )

    async def _read(self, tenant: TenantId, run_id: str) -> GetRunReply:
        reply = await self._ask(tenant, run_id)
        if reply.last_event == 0:
            raise Gone(
                f"The log of {run_id} has expired, so nothing can be taken from it. Start a run "
                "with the same inputs instead.",
                code="run_log_expired",
            )
        return reply

    async def _runnable(
        self, tenant: TenantId, before: GetRunReply, version: str | None
    ) -> Runnable:
        summary = before.summary
        if version is None or version == summary.version:
            return await self._runnables.recorded(
                tenant, summary.app_id, summary.version, is_draft=summary.is_draft
            )
        return await self._runnables.load(tenant, summary.app_id, version)


def _query(runnable: Runnable, before: str | None, given: str | None) -> str | None:
    """Return the message of a run, as its document's mode wants it."""
    if runnable.document.app.mode != "chat":
        if given is not None:
            fault = FieldError(pointer="/query", message="not taken by this app")
            raise InvalidInput("Only chat apps take a query.", errors=[fault])
        return None
    if given is None and before is None:
        fault = FieldError(pointer="/query", message="missing")
        raise InvalidInput("A chat app needs the user's message.", errors=[fault])
    return given or before
