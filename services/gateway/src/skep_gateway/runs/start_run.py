"""Turns a request into a `StartRun` command, checking everything that can be checked before."""

from typing import Final, Literal, TypeAlias

from starlette.requests import Request

from skep_contracts.calls.run import (
    ConversationReply,
    GetConversation,
)
from skep_contracts.commands.run import RunCaller, StartRun
from skep_contracts.ids import PREFIXES, ConversationId, EndUserId, RunId, TenantId
from skep_contracts.problems import FieldError, InvalidInput, NotFound
from skep_gateway.idempotency.replay import IdempotentWrites, Seed
from skep_gateway.runs.look_up_files import FileLookup, Files
from skep_gateway.runs.orders import RunOrder, order_once
from skep_gateway.runs.views import RunRequest
from skep_gateway.web.caller import CallerIdentity
from skep_gateway.workflows.runnables import Runnable, Runnables
from skep_runtime.bus import Bus

_CALL_S: Final = 5.0
Via: TypeAlias = Literal["api", "openai", "mcp", "site"]
COMPLETION: Final[Via] = "openai"


class RunStarter:
    """Makes orders for runs. Nothing exists of a run before its order is placed."""

    def __init__(
        self, bus: Bus, runnables: Runnables, files: Files, writes: IdempotentWrites
    ) -> None:
        """Ask about conversations over `bus`."""
        self._bus = bus
        self._writes = writes
        self._runnables = runnables
        self._files = FileLookup(files)

    async def prepare(
        self,
        request: Request,
        caller: CallerIdentity,
        wanted: RunRequest,
        *,
        via: Via = "api",
    ) -> RunOrder:
        """Return the order that a request asks for; `via` says which API it came by.

        A repeat of a request that was carried out is not checked again: what holds is what was.

        Raises:
            Forbidden: The caller's key is for other apps.
            NotFound: The app, version, conversation or a file does not exist for the tenant.
            InvalidInput: Inputs do not fit the start form, or the message does not fit the mode.
            Conflict: Nothing was published yet.
        """

        async def command(seed: Seed) -> StartRun:
            return await self._command(caller, wanted, seed, via=via)

        return await order_once(self._writes, request, caller, command)

    async def _command(
        self, caller: CallerIdentity, request: RunRequest, seed: Seed, *, via: Via
    ) -> StartRun:
        runnable = await self._runnables.load(caller.tenant, request.app, request.version)
        caller.check_model(f"app/{request.app}", f"app/{runnable.app_id}")
        _check_message(runnable, request)
        inputs, files = await self._files.resolve(
            caller.tenant, request.inputs, request.files, root="inputs"
        )
        self._runnables.check_inputs(runnable, inputs)
        return StartRun(
            run_id=RunId(f"run_{seed.ulid}"),
            app_id=runnable.app_id,
            version=runnable.version,
            inputs=inputs,
            query=request.query,
            files=files,
            conversation_id=await self._conversation(caller.tenant, runnable, request, seed),
            is_draft=runnable.is_draft,
            caller=run_caller(caller, request.end_user, via=via),
        )

    async def _conversation(
        self, tenant: TenantId, runnable: Runnable, request: RunRequest, seed: Seed
    ) -> ConversationId | None:
        if runnable.document.app.mode != "chat":
            return None
        if request.conversation_id is None:
            # Made from the seed, so that a repeated request begins one conversation.
            return ConversationId(f"{PREFIXES['conversation']}_{seed.ulid}")
        unknown = NotFound(f"There is no conversation {request.conversation_id} of this app.")
        try:
            reply = await self._bus.call(
                GetConversation(conversation_id=request.conversation_id),
                tenant=tenant,
                reply=ConversationReply,
                timeout_s=_CALL_S,
            )
        except NotFound:
            raise unknown from None
        if reply.conversation.app_id != runnable.app_id:
            raise unknown
        return ConversationId(request.conversation_id)


def run_caller(caller: CallerIdentity, end_user: str | None, *, via: Via = "api") -> RunCaller:
    """Return who starts a run, as its log will say. Whoever has a session is in the console."""
    return RunCaller(
        via="console" if via == "api" and caller.kind == "session" else via,
        key_id=caller.id if caller.kind == "key" else None,
        member_id=caller.member_id,
        end_user=EndUserId(end_user) if end_user else None,
    )


def _check_message(runnable: Runnable, request: RunRequest) -> None:
    is_chat = runnable.document.app.mode == "chat"
    if is_chat and request.query is None:
        raise InvalidInput(
            "A chat app needs the user's message.",
            errors=[FieldError(pointer="/query", message="missing")],
        )
    if is_chat:
        return
    for name, value in (
        ("query", request.query),
        ("conversation_id", request.conversation_id),
    ):
        if value is not None:
            raise InvalidInput(
                f"Only chat apps take {name}; this app takes inputs alone.",
                errors=[FieldError(pointer=f"/{name}", message="not taken by this app")],
            )
