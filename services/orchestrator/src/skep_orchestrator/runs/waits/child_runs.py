"""Runs an app as a step of a run: starts it once, follows it, and gives what came of it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Final

import msgspec

from skep_contracts import subjects
from skep_contracts.commands.run import CancelRun, RunCaller, StartRun
from skep_contracts.form_fields.field import FormField
from skep_contracts.form_fields.schema import form_schema
from skep_contracts.ids import EndUserId
from skep_contracts.plugins.nodes import AppForm, AppResult, NodeWait
from skep_contracts.problems import (
    Conflict,
    FieldError,
    InvalidInput,
    Problem,
    ProviderFailed,
    SkepError,
    Unavailable,
    error_from_problem,
)
from skep_contracts.run_log import (
    TERMINAL,
    RunCancelled,
    RunEvent,
    RunFailed,
    RunPaused,
    RunSucceeded,
    decode_batch,
    decode_text,
)
from skep_orchestrator.nodes.app_call import AppCall
from skep_orchestrator.runs.claims import check_out
from skep_orchestrator.runs.plans import PlanCache
from skep_orchestrator.runs.waits.published_apps import PublishedApps
from skep_runtime.bus import Bus, CoreMessage

MAX_DEPTH: Final = 5
"""Runs that may stand above a run."""
_QUIET_S: Final = 2.0
_MAX_PENDING: Final = 4096
_CANCEL_S: Final = 2.0
_SERVER_FAULT: Final = 500
_DETAIL: Final = 1_500


class AppRuns:
    """Runs apps for nodes."""

    def __init__(self, bus: Bus, apps: PublishedApps, plans: PlanCache) -> None:
        """Order and follow runs over `bus`."""
        self._bus = bus
        self._apps = apps
        self._plans = plans

    async def describe(self, tenant: str, app: str) -> AppForm:
        """Return what a published app takes.

        Raises:
            NotFound: There is no such app, or it was never published.
            InvalidInput: Its document does not fit the node types installed here.
        """
        _, found = await self._apps.find(tenant, app)
        plan = (await self._plans.get(tenant, found.version)).plan
        fields = [
            field
            for node in plan.nodes
            if node.role == "start"
            for field in getattr(node.settings, "fields", ())
            if isinstance(field, FormField)
        ]
        return AppForm(
            name=found.name,
            description=plan.document.app.description,
            takes_query=found.mode == "chat",
            parameters=form_schema(fields),
        )

    async def run(self, call: AppCall, show: Callable[[str], None]) -> AppResult | NodeWait:
        """Return what a run came to, or what to wait for when it is paused.

        Args:
            call: What to run.
            show: Told of the answer's text as it grows.

        Raises:
            NotFound: There is no such app, or it was never published.
            InvalidInput: Too many runs stand above each other, or the app needs a message.
            SkepError: The run failed; its problem with its id.
        """
        tenant, run_id = call.tenant, call.run_id
        pattern = subjects.live_of_run(tenant, run_id)
        hearing = self._bus.subscribe(pattern, max_pending=_MAX_PENDING, mark_gaps=True)
        async with hearing as heard:
            end = await self._last_word(tenant, run_id)
            if end is None:
                await self._start(call)
            text = GrowingText(show)
            while end is None or not isinstance(end, (*TERMINAL, RunPaused)):
                if await _next_word(heard, text):
                    end = await self._last_word(tenant, run_id)
        result = await self._outcome(call, end)
        if isinstance(result, AppResult):
            text.finish(result.answer)
        return result

    async def cancel(self, call: AppCall) -> None:
        """Stop the run of a node that nobody waits for any more."""
        command = CancelRun(run_id=call.run_id, reason="its node was stopped", by="run")
        with contextlib.suppress(SkepError, TimeoutError):
            async with asyncio.timeout(_CANCEL_S):
                await self._bus.publish(
                    command, tenant=call.tenant, message_id=f"{call.run_id}.cancel"
                )

    async def _start(self, call: AppCall) -> None:
        if call.parent.depth > MAX_DEPTH:
            raise InvalidInput(
                f"{MAX_DEPTH} runs stand above this one already. Does an app run itself?",
                code="runs_too_deep",
            )
        app_id, app = await self._apps.find(call.tenant, call.app)
        if app.mode == "chat" and call.query is None:
            raise InvalidInput(
                f"The app `{app.name:.80}` is a chat and needs a message.",
                errors=[FieldError(pointer="/query", message="missing")],
                code="query_missing",
            )
        command = StartRun(
            run_id=call.run_id,
            app_id=app_id,
            version=app.version,
            inputs=dict(call.inputs),
            query=call.query if app.mode == "chat" else None,
            caller=RunCaller(
                via="run",
                key_id=call.key_id,
                end_user=EndUserId(call.end_user) if call.end_user else None,
            ),
            parent=call.parent,
        )
        await self._bus.publish(
            command, tenant=call.tenant, message_id=call.run_id, correlation=call.run_id
        )

    async def _last_word(self, tenant: str, run_id: str) -> RunEvent | None:
        last = await self._bus.journal.last(subjects.journal(tenant, run_id))
        return decode_batch(last.data).events[-1] if last is not None else None

    async def _outcome(self, call: AppCall, end: RunEvent) -> AppResult | NodeWait:
        whole = await check_out(end, self._bus.blobs, call.tenant)
        match whole:
            case RunSucceeded():
                return AppResult(run_id=call.run_id, outputs=whole.outputs, answer=whole.answer)
            case RunFailed():
                raise _failure(call, whole.problem)
            case RunCancelled():
                raise Conflict(
                    f"The run {call.run_id} of the app `{call.app:.80}` was cancelled: "
                    f"{whole.reason:.500}.",
                    code="child_run_cancelled",
                )
            case RunPaused():
                return NodeWait(kind="run", data={"run_id": call.run_id})
        raise Unavailable("The run of the app cannot be followed.")


async def _next_word(heard: AsyncIterator[CoreMessage], text: "GrowingText") -> bool:
    """Take what is heard of a run; return whether its log should be looked at."""
    try:
        async with asyncio.timeout(_QUIET_S):
            message = await anext(heard)
    except TimeoutError:
        return True
    if message.is_gap:
        return True
    if message.subject.endswith(".text"):
        piece = decode_text(message.data)
        text.take(piece.epoch, piece.offset, piece.text)
        return False
    if not message.subject.endswith(".events"):
        return False
    events = decode_batch(message.data).events
    return bool(events) and isinstance(events[-1], (*TERMINAL, RunPaused))


class GrowingText:
    """Passes a run's answer on as it grows. What would have to be taken back ends that."""

    def __init__(self, show: Callable[[str], None]) -> None:
        """Show pieces of text; they cannot be taken back."""
        self._show = show
        self._shown = ""
        self._epoch = 0
        self._is_astray = False

    def take(self, epoch: int, offset: int, text: str) -> None:
        """Take a piece of live text in; see `run_log.LiveText`."""
        if self._is_astray or epoch < self._epoch:
            return
        self._epoch = epoch
        if offset > len(self._shown):
            self._is_astray = True  # something was not heard; the end has the whole text
            return
        known = self._shown[offset : offset + len(text)]
        if text.startswith(known):
            self._pass_on(text[len(known) :])
        else:
            self._is_astray = True

    def finish(self, whole: str | None) -> None:
        """Pass on what is missing at the end, unless something else was shown."""
        if whole is not None and whole.startswith(self._shown):
            self._pass_on(whole[len(self._shown) :])

    def _pass_on(self, text: str) -> None:
        if text:
            self._shown += text
            self._show(text)


def _failure(call: AppCall, problem: Problem) -> SkepError:
    detail = f"The run {call.run_id} of the app `{call.app:.80}` failed: {problem.detail}"
    if problem.status == _SERVER_FAULT:
        # It was logged where it happened; here it is the failure of somebody else.
        return ProviderFailed(detail[:_DETAIL], code=problem.code)
    told = msgspec.structs.replace(problem, detail=detail[:_DETAIL], errors=())
    return error_from_problem(told)
