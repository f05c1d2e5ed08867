"""A published app as a model: ``app/<name or id>``."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from typing import Any, Final

from starlette.requests import Request

from skep_contracts.calls.run import RunStatus
from skep_contracts.plugins.models import Usage
from skep_contracts.problems import (
    FieldError,
    InvalidInput,
    ProviderTimedOut,
    SkepError,
    Unavailable,
)
from skep_contracts.run_log import RunCancelled, RunFailed, RunPaused, RunSucceeded
from skep_gateway.completions import answers
from skep_gateway.completions.answers import Heading, Json
from skep_gateway.completions.requests import ChatBody, Message
from skep_gateway.completions.writing import AnswerWriter
from skep_gateway.live.answer_text import Delta
from skep_gateway.live.run_stream import StreamItem
from skep_gateway.runs.orders import RunOrder, RunOrders
from skep_gateway.runs.start_run import COMPLETION, RunStarter
from skep_gateway.runs.views import AcceptedRun, RunRequest, RunResult
from skep_gateway.runs.wait_for_run import ResultCollector, while_wanted
from skep_gateway.web.caller import CallerIdentity
from skep_gateway.workflows.runnables import Runnables

PREFIX: Final = "app/"
WAIT_S: Final = 600.0
_SPEAKERS: Final = {"user": "User", "assistant": "Assistant"}


class AppModels:
    """Runs published apps for those who ask for a completion."""

    def __init__(self, starter: RunStarter, orders: RunOrders, runnables: Runnables) -> None:
        """Order runs as the API of runs does."""
        self._starter = starter
        self._orders = orders
        self._runnables = runnables

    async def prepare(self, request: Request, caller: CallerIdentity, body: ChatBody) -> RunOrder:
        """Return the run that a request for a completion orders.

        Raises:
            SkepError: As the route that starts runs.
        """
        _refuse_what_apps_do_not_take(body)
        app = body.model.removeprefix(PREFIX)
        runnable = await self._runnables.load(caller.tenant, app)
        is_chat = runnable.document.app.mode == "chat"
        said = _last_of_user(body.messages)
        inputs = dict(body.inputs or {})
        if not is_chat:
            _put_into_only_field(self._runnables.form(runnable), inputs, said)
        wanted = RunRequest.model_validate(
            {
                "app": runnable.app_id,
                "inputs": inputs,
                "query": _query(body, said) if is_chat else None,
                "conversation_id": body.conversation_id,
                "end_user": body.user,
            }
        )
        return await self._starter.prepare(request, caller, wanted, via=COMPLETION)

    async def result(self, request: Request, order: RunOrder) -> RunResult:
        """Place the order and return what comes of it.

        Raises:
            SkepError: The run failed, was cancelled, waits for somebody or takes too long.
        """
        collector = ResultCollector(order.run)
        deadline = asyncio.timeout(WAIT_S)
        try:
            async with (
                while_wanted(request, deadline),
                contextlib.aclosing(self._orders.follow(order)) as items,
            ):
                await collector.collect(items)
        except TimeoutError:
            raise ProviderTimedOut(
                f"The run {order.run.id} goes on, but takes longer than a completion may.",
                code="run_takes_long",
            ) from None
        result = collector.result()
        if collector.needs_detail:
            result = await self._orders.whole(order)
        if result.status is not RunStatus.SUCCEEDED:
            raise _unfinished(result)
        return result

    async def stream(
        self, order: RunOrder, writer: AnswerWriter, *, told: Callable[[Usage], None]
    ) -> AsyncGenerator[bytes, None]:
        """Yield nothing once the order is placed, then the events; `told` hears what was used.

        What keeps the order from being placed is raised; what ends the run badly is told in a last
        event.
        """
        telling = Telling(order.run, writer)
        async with contextlib.aclosing(self._orders.follow(order)) as items:
            await anext(items)
            yield b""
            yield writer.begin()
            try:
                async for item in items:
                    for piece in telling.take(item):
                        yield piece
                    if telling.is_over:
                        break
                if telling.needs_whole:
                    for piece in telling.rest(await self._orders.whole(order)):
                        yield piece
            except SkepError as error:
                yield writer.failed(error)
                return
            finally:
                told(telling.usage)
        if not telling.has_failed:
            yield writer.close(telling.usage)


class Telling:
    """Tells a run as the events of an answer."""

    def __init__(self, run: AcceptedRun, writer: AnswerWriter) -> None:
        self.is_over = False
        self.has_failed = False
        self._collector = ResultCollector(run)
        self._writer = writer
        self._run_id = run.id
        self.needs_whole = False
        """The run has succeeded, and what it gave is too large for its log."""
        self._pieces: list[str] = []
        """What the reader has. What a repeated call writes anew is not told twice."""
        self._length = 0

    @property
    def usage(self) -> Usage:
        """What the run's models used, as far as is known."""
        result = self._collector.result()
        return Usage(input_tokens=result.input_tokens, output_tokens=result.output_tokens)

    def take(self, item: StreamItem | None) -> list[bytes]:
        """Return what an item adds."""
        if item is None:
            return []
        if isinstance(item.change, Delta):
            return self._text(item.change.offset, item.change.text)
        event = item.event
        if event is None:
            return []
        self._collector.take(event)
        if isinstance(event, RunSucceeded):
            return self._succeeded(event)
        if isinstance(event, RunFailed | RunCancelled | RunPaused):
            return self._fail(_unfinished(self._collector.result()))
        return []

    def _succeeded(self, event: RunSucceeded) -> list[bytes]:
        self.is_over = True
        if not self._length:  # an app without an answer node has said nothing so far
            self.needs_whole = self._collector.needs_detail
            return [] if self.needs_whole else self.rest(self._collector.result())
        is_whole = event.answer is not None and event.answer_blob is None
        if is_whole and event.answer != "".join(self._pieces):
            return self._begun_anew()
        return [self._writer.end()]

    def rest(self, result: RunResult) -> list[bytes]:
        """Return what an app without an answer node gives, and the end."""
        text = text_of(result)
        return [*([self._writer.text(text)] if text else ()), self._writer.end()]

    def _text(self, offset: int, text: str) -> list[bytes]:
        if offset != self._length:
            told = "".join(self._pieces)
            known = told[offset : offset + len(text)]
            if offset > len(told) or not text.startswith(known):
                return self._begun_anew()
            text = text[len(known) :]
        if not text:
            return []
        self._pieces.append(text)
        self._length += len(text)
        return [self._writer.text(text)]

    def _begun_anew(self) -> list[bytes]:
        """A worker was lost and its call repeated; what was told cannot be taken back here."""
        return self._fail(
            Unavailable(
                f"The answer of the run {self._run_id} was begun anew and is another now:"
                f" GET /api/v1/runs/{self._run_id} has it.",
                code="answer_begun_anew",
            )
        )

    def _fail(self, error: SkepError) -> list[bytes]:
        self.is_over = self.has_failed = True
        return [self._writer.failed(error)]


def completion_of(result: RunResult, model: str) -> Json:
    """Return the completion that a run gave."""
    message = {"role": "assistant", "content": text_of(result), "refusal": None}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    usage = Usage(input_tokens=result.input_tokens, output_tokens=result.output_tokens)
    ours = {"run_id": result.id, "conversation_id": result.conversation_id}
    return answers.completion(
        Heading.new(model), [choice], usage, skep={**ours, "outputs": result.outputs}
    )


def text_of(result: RunResult) -> str:
    """Return a run's answer; of an app that gives outputs alone, the only text or all as JSON."""
    if result.answer:
        return result.answer
    values = list(result.outputs.values())
    if len(values) == 1 and isinstance(values[0], str):
        return values[0]
    return answers.json_text(result.outputs) if values else ""


def _unfinished(result: RunResult) -> SkepError:
    where = f"The run {result.id}"
    if result.status is RunStatus.PAUSED:
        return InvalidInput(
            f"{where} waits for somebody; a completion cannot. Start it through /api/v1/runs.",
            code="run_waits",
        )
    if result.problem is not None:
        return Unavailable(f"{where} failed: {result.problem.detail}", code=result.problem.code)
    return Unavailable(f"{where} was {result.status.value}.", code=f"run_{result.status.value}")


def _last_of_user(messages: list[Message]) -> str:
    last = messages[-1]
    if last.role != "user":
        raise _fault("The last message to an app must be the user's.", "/messages")
    return _text(last)


def _text(message: Message) -> str:
    if isinstance(message.content, list):
        if any(part.type != "text" for part in message.content):
            raise _fault(
                "Apps take text here; upload files and start the app through /api/v1/runs.",
                "/messages",
            )
        return "".join(part.text or "" for part in message.content)
    return message.content or ""


def _query(body: ChatBody, said: str) -> str:
    """Return the user's message; what was said before comes with it, unless the app has it."""
    earlier = [m for m in body.messages[:-1] if m.role in _SPEAKERS]
    if body.conversation_id is not None or not earlier:
        return said
    lines = [f"{_SPEAKERS[message.role]}: {_text(message)}" for message in earlier]
    return "\n".join(["Earlier in this conversation:", *lines, "", said])


def _put_into_only_field(form: dict[str, Any], inputs: dict[str, Any], said: str) -> None:
    """Fill the one text field of a start form that nothing was given for."""
    texts = [
        name for name, field in form.get("properties", {}).items() if field.get("type") == "string"
    ]
    free = [name for name in texts if name not in inputs]
    if len(free) == 1:
        inputs[free[0]] = said


def _refuse_what_apps_do_not_take(body: ChatBody) -> None:
    for name in ("tools", "response_format"):
        if getattr(body, name):
            raise _fault(f"An app decides about {name} itself.", f"/{name}")
    if (body.n or 1) > 1:
        raise _fault("An app gives one answer.", "/n")
    if body.skep_cache:
        raise _fault("An app decides in its nodes what is given again.", "/skep_cache")


def _fault(detail: str, pointer: str) -> InvalidInput:
    return InvalidInput(detail, errors=[FieldError(pointer=pointer, message=detail)])
