"""Published apps as tools: their list, and a call as a run."""

import contextlib
import re
from collections import Counter
from typing import Final

import msgspec
from pydantic import ValidationError
from starlette.requests import Request

from skep_contracts.calls.run import RunStatus
from skep_contracts.ids import TenantId
from skep_contracts.problems import Conflict, NotFound, SkepError
from skep_gateway.apps.repository import AppRepository
from skep_gateway.mcp.messages import INVALID_PARAMS, Json, RpcError
from skep_gateway.runs.orders import RunOrder
from skep_gateway.runs.start_run import RunStarter
from skep_gateway.runs.views import RunRequest, RunResult
from skep_gateway.web.caller import CallerIdentity
from skep_gateway.workflows.runnables import Runnable, Runnables
from skep_runtime.database import Database

PAGE: Final = 50
_MOST: Final = 1_000
_LONGEST_NAME: Final = 64
_UNSPEAKABLE: Final = re.compile(r"[^A-Za-z0-9_-]+")
_QUERY: Final = "query"
_CONVERSATION: Final = "conversation_id"
_encode: Final = msgspec.json.Encoder().encode


class AppTools:
    """Finds apps by the names that models can say."""

    def __init__(self, starter: RunStarter, runnables: Runnables, database: Database) -> None:
        """List what `database` says is published."""
        self._starter = starter
        self._runnables = runnables
        self._database = database

    async def require(self, tenant: TenantId, app: str) -> None:
        """Pass when there is a published app of that id or name.

        Raises:
            NotFound: There is not.
            Conflict: It was never published.
        """
        await self._runnables.load(tenant, app)

    async def page(self, tenant: TenantId, cursor: object, only: str | None) -> Json:
        """Return a page of tools, by name; of `only` that app where one is named.

        Raises:
            RpcError: The cursor is none of ours.
            NotFound: There is no such app.
        """
        if only is not None:
            runnable = await self._runnables.load(tenant, only)
            return {"tools": [self._tool(runnable, tool_name(runnable.name, runnable.app_id))]}
        named = list((await self._named(tenant)).items())
        start = _place(cursor)
        tools = []
        for name, app_id in named[start : start + PAGE]:
            with contextlib.suppress(NotFound, Conflict):  # deleted since the list was read
                tools.append(self._tool(await self._runnables.load(tenant, app_id), name))
        page: Json = {"tools": tools}
        if start + PAGE < len(named):
            page["nextCursor"] = str(start + PAGE)
        return page

    async def prepare(
        self, request: Request, caller: CallerIdentity, params: Json, only: str | None
    ) -> RunOrder:
        """Return the run that a call orders.

        Raises:
            RpcError: There is no such tool.
            SkepError: As the route that starts runs.
        """
        runnable = await self._find(caller.tenant, params.get("name"), only)
        arguments = params.get("arguments") or {}
        if not isinstance(arguments, dict):
            raise RpcError(INVALID_PARAMS, "`arguments` is an object.")
        body: Json = {"app": runnable.app_id, "inputs": dict(arguments)}
        if runnable.document.app.mode == "chat":
            body["query"] = str(body["inputs"].pop(_QUERY, ""))
            body["conversation_id"] = body["inputs"].pop(_CONVERSATION, None) or None
        try:
            wanted = RunRequest.model_validate(body)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = "/".join(map(str, first["loc"]))
            raise RpcError(INVALID_PARAMS, f"{place}: {first['msg']}.") from None
        return await self._starter.prepare(request, caller, wanted, via="mcp")

    async def _find(self, tenant: TenantId, name: object, only: str | None) -> Runnable:
        if not isinstance(name, str):
            raise RpcError(INVALID_PARAMS, "`name` says which tool is called.")
        if only is not None:
            runnable = await self._runnables.load(tenant, only)
            if name == tool_name(runnable.name, runnable.app_id):
                return runnable
        else:
            app_id = (await self._named(tenant)).get(name)
            if app_id is not None:
                return await self._runnables.load(tenant, app_id)
        raise RpcError(INVALID_PARAMS, f"There is no tool {name[:80]!r}.")

    async def _named(self, tenant: TenantId) -> dict[str, str]:
        """Return ids of published apps by the names of their tools."""
        async with self._database.reading() as session:
            apps = await AppRepository(session, tenant).published(limit=_MOST)
        counted = Counter(_spoken(name) for _, name in apps)
        return {
            tool_name(name, app_id) if counted[_spoken(name)] == 1 else app_id: app_id
            for app_id, name in apps
        }

    def _tool(self, runnable: Runnable, name: str) -> Json:
        app = runnable.document.app
        schema = dict(self._runnables.form(runnable))
        if app.mode == "chat":
            schema = _with_message(schema)
        return {
            "name": name,
            "title": app.name,
            "description": app.description or f"Runs the app {app.name}.",
            "inputSchema": {"type": "object", **schema},
        }


def tool_name(app: str, app_id: str) -> str:
    """Return an app's name as every model can say it; the app's id where nothing of it is left."""
    return _spoken(app) or app_id


def _spoken(app: str) -> str:
    return _UNSPEAKABLE.sub("_", app).strip("_")[:_LONGEST_NAME]


def _with_message(form: Json) -> Json:
    message = {"type": "string", "description": "The user's message."}
    conversation = {
        "type": "string",
        "description": "Goes on with a conversation: `conversation_id` of an earlier result.",
    }
    properties = {_QUERY: message, **form.get("properties", {}), _CONVERSATION: conversation}
    return {**form, "properties": properties, "required": [_QUERY, *form.get("required", ())]}


def _place(cursor: object) -> int:
    if cursor is None:
        return 0
    if not (isinstance(cursor, str) and cursor.isascii() and cursor.isdecimal()):
        raise RpcError(INVALID_PARAMS, "The cursor is none that was given out.")
    return min(int(cursor[:9]), _MOST)


def tool_result(run: RunResult) -> Json:
    """Return what came of a run. A failure is a result too: the model may learn from it."""
    ours = {"run_id": run.id, "conversation_id": run.conversation_id}
    known = {name: value for name, value in ours.items() if value is not None}
    structured: Json = {"status": run.status.value, "outputs": run.outputs, **known}
    if run.answer is not None:
        structured["answer"] = run.answer
    if run.status is RunStatus.SUCCEEDED:
        return _told(_text_of(run), structured)
    if run.status is RunStatus.PAUSED:
        text = f"The run {run.id} waits for somebody. GET /api/v1/runs/{run.id} says for what."
        return _told(text, {**structured, "waits": run.waits})
    if run.problem is not None:
        structured["problem"] = msgspec.to_builtins(run.problem)
        text = f"The run {run.id} failed: {run.problem.detail or run.problem.title}"
    else:
        text = f"The run {run.id} was {run.status.value}."
    return _told(text, structured, is_error=True)


def refused(error: SkepError) -> Json:
    """Return what a model is told of a call that could not begin, such as of wrong arguments."""
    problem = error.to_problem()
    faults = "".join(f"\n{each.pointer}: {each.message}" for each in problem.errors[:10])
    text = f"{problem.detail or problem.title}{faults}"
    return _told(text, {"problem": msgspec.to_builtins(problem)}, is_error=True)


def _told(text: str, structured: Json, *, is_error: bool = False) -> Json:
    content = [{"type": "text", "text": text}]
    return {"content": content, "structuredContent": structured, "isError": is_error}


def _text_of(run: RunResult) -> str:
    if run.answer:
        return run.answer
    values = list(run.outputs.values())
    if len(values) == 1 and isinstance(values[0], str):
        return values[0]
    return _encode(run.outputs).decode() if values else ""
