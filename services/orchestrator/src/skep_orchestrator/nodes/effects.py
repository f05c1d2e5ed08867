"""What an effectful node may use: the ways out of the process."""

import asyncio
import contextlib
import logging
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Mapping,
    Sequence,
)
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, cast

import msgspec

from skep_contracts.calls.chunk import SearchChunks, SearchChunksReply
from skep_contracts.calls.code import (
    RunCode,
    RunCodeReply,
    StopCodeHere,
    StopCodeHereReply,
)
from skep_contracts.calls.dataset import (
    ListDatasetFields,
    ListDatasetFieldsReply,
    MetadataField,
)
from skep_contracts.calls.file import MAX_TEXT_BYTES, ParseFile, ParseFileReply
from skep_contracts.commands.run import RunParent
from skep_contracts.ids import FileId, RunId, new_id
from skep_contracts.plugins.agents import AgentStrategy
from skep_contracts.plugins.manifest import HttpClient
from skep_contracts.plugins.models import ChatDelta, ChatMessage, ChatRequest
from skep_contracts.plugins.nodes import AppForm, AppResult, NodeWait, ParsedText
from skep_contracts.plugins.runtimes import CodeRequest, CodeResult
from skep_contracts.plugins.tools import ToolDescription, ToolResult
from skep_contracts.problems import SkepError, Unavailable
from skep_contracts.run_log import ModelCall
from skep_contracts.values import FileRef, Value
from skep_orchestrator.engine.decide import effect_key
from skep_orchestrator.engine.frames import Doing
from skep_orchestrator.engine.state import RunState
from skep_orchestrator.nodes.app_call import AppCall
from skep_orchestrator.nodes.models import ModelOrigin
from skep_orchestrator.nodes.named_datasets import named_in
from skep_orchestrator.nodes.outside import Outside, RunFacts
from skep_orchestrator.nodes.results import clean_text
from skep_orchestrator.nodes.secrets import ConcealingStream
from skep_orchestrator.nodes.steps import StepLog, Steps, noting
from skep_orchestrator.nodes.views import PureView

QUEUE_S: Final = 60.0
"""How long a call may wait for its turn at a busy service, beside its own time limit."""
SEARCH_S: Final = 60.0
PARSE_S: Final = 240.0
"""How long a file may take to be parsed, with the wait for its turn."""
STOP_S: Final = 1.0


class EffectContext(PureView):
    """Implements `NodeContext` for one attempt. Useless once the attempt is over."""

    __slots__ = (
        "_codes",
        "_concealing",
        "_doing",
        "_facts",
        "_is_over",
        "_outside",
        "_show",
        "_steps",
        "_streams",
        "calls",
    )

    def __init__(
        self,
        state: RunState,
        doing: Doing,
        *,
        facts: RunFacts,
        outside: Outside,
        show: Callable[[str, str, str], None] | None,
        log: StepLog | None = None,
    ) -> None:
        super().__init__(state, doing.frame, doing.node.id)
        self._doing = doing
        self._facts = facts
        self._outside = outside
        self._show = show
        self._steps = Steps(state, doing, secrets=facts.secrets, log=log)
        self._codes = 0
        self._concealing: dict[str, ConcealingStream] = {}
        """By output; what is held back at the end is in the node's outputs."""
        self._streams: list[AsyncGenerator[ChatDelta, None]] = []
        self._is_over = False
        self.calls: list[ModelCall] = []

    def close(self) -> None:
        """Let nothing out any more: the attempt is over, even if the plugin does not know."""
        self._is_over = self._steps.is_over = True
        self._show = None

    async def close_streams(self) -> None:
        """Close what the node began to read and did not read to its end."""
        for stream in self._streams:
            with contextlib.suppress(Exception):
                await stream.aclose()

    def _check(self) -> None:
        if self._is_over:
            raise Unavailable("This attempt of the node is over.", code="attempt_over")

    def value(self, template: Value) -> Value:
        """Resolve references at any depth; a secret is itself here."""
        return cast("Value", self._facts.secrets.revealed(super().value(template)))

    def text(self, template: str) -> str:
        """Resolve references and render the result as text; a secret is itself here."""
        return cast("str", self._facts.secrets.revealed(super().text(template)))

    @property
    def run_id(self) -> str:
        """The run."""
        return self._facts.run_id

    @property
    def tenant(self) -> str:
        """The tenant the run belongs to."""
        return self._facts.tenant

    @property
    def attempt(self) -> int:
        """1 for the first try."""
        return self._doing.attempt

    @property
    def effect_key(self) -> str:
        """The same for every repeat of this very attempt."""
        return effect_key(self._state, self._doing)

    @property
    def history(self) -> Sequence[ChatMessage]:
        """Earlier turns of the conversation, oldest first."""
        return self._state.history

    @property
    def resumption(self) -> dict[str, Any] | None:
        """What came of the wait of a node that waited; None for one that did not."""
        found = self._state.resumptions.get(self.place)
        return None if found is None else found.answer

    @property
    def waited_until(self) -> datetime | None:
        """When the wait was to end that the node is resumed from."""
        found = self._state.resumptions.get(self.place)
        until_ms = None if found is None else found.until_ms
        return None if until_ms is None else datetime.fromtimestamp(until_ms / 1000, UTC)

    @property
    def place(self) -> str:
        """Where the node stands in its run."""
        return self._doing.place

    @property
    def http(self) -> HttpClient:
        """The guarded HTTP client."""
        return self._outside.http

    @property
    def logger(self) -> logging.Logger:
        """Knows the run and the node."""
        return logging.getLogger(f"skep.node.{self._doing.node.type}")

    def emit_text(self, text: str, *, output: str = "text") -> None:
        """Show more text of an output that streams."""
        if self._show is None or not text:
            return
        text = clean_text(text, len(text))
        if self._facts.secrets.has_any:
            stream = self._concealing.setdefault(output, self._facts.secrets.stream())
            text = stream.push(text)
        if text:
            self._show(self.place, output, text)

    def chat(self, model: str, request: ChatRequest) -> AsyncIterator[ChatDelta]:
        """Stream a completion."""
        self._check()
        origin = ModelOrigin(
            tenant=self._facts.tenant,
            run_id=self._facts.run_id,
            app_id=self._facts.app_id,
            node=self.place,
            key_id=self._facts.caller.key_id,
            end_user=self._facts.caller.end_user,
        )
        key = request.idempotency_key or f"{self.effect_key}:{len(self._streams) + 1}"
        request = msgspec.structs.replace(request, idempotency_key=key)
        record = noting(self.calls)
        stream = self._outside.models.chat(model, request, origin=origin, record=record)
        self._streams.append(stream)
        return stream

    async def run_code(self, request: CodeRequest) -> CodeResult:
        """Run code in the sandbox."""
        self._check()
        request = msgspec.structs.replace(request, tenant=self.tenant)
        bus, tenant = self._outside.bus, self.tenant
        self._codes += 1
        # The epoch sets it apart from a run of the same code that a lost worker left behind.
        key = f"{self.effect_key}:{self._state.epoch}:{self._codes}"
        try:
            reply = await bus.call(
                RunCode(request=request, key=key),
                tenant=tenant,
                reply=RunCodeReply,
                timeout_s=request.limits.wall_s + QUEUE_S,
            )
        except asyncio.CancelledError:
            stop = StopCodeHere(key=key)
            with contextlib.suppress(SkepError):
                await bus.broadcast(stop, tenant=tenant, reply=StopCodeHereReply, timeout_s=STOP_S)
            raise
        return reply.result

    async def search_chunks(self, request: SearchChunks) -> SearchChunksReply:
        """Search datasets of the tenant."""
        self._check()
        named = named_in(self._doing.node.settings, request.datasets)
        return await self._outside.bus.call(
            msgspec.structs.replace(request, granted=named),
            tenant=self.tenant,
            reply=SearchChunksReply,
            timeout_s=SEARCH_S,
        )

    async def dataset_fields(self, datasets: Sequence[str]) -> Sequence[MetadataField]:
        """Return what filters can ask about documents of the tenant's datasets."""
        self._check()
        named = named_in(self._doing.node.settings, datasets)
        call = ListDatasetFields(datasets=tuple(datasets), granted=named)
        reply = await self._outside.bus.call(
            call, tenant=self.tenant, reply=ListDatasetFieldsReply, timeout_s=SEARCH_S
        )
        return reply.fields

    async def read_file(self, file: FileRef, *, max_bytes: int = 16_777_216) -> bytes:
        """Return a stored file's bytes."""
        self._check()
        return await self._outside.bus.blobs.get(self.tenant, file.blob, max_bytes=max_bytes)

    async def store_file(self, content: bytes, *, name: str, mime_type: str) -> FileRef:
        """Store bytes as a file of the tenant."""
        self._check()
        blob = await self._outside.bus.blobs.put(self.tenant, content)
        return FileRef(
            id=FileId(new_id("file")),
            name=clean_text(name, 255) or "file",
            mime_type=clean_text(mime_type, 255),
            size_bytes=len(content),
            blob=blob,
        )

    async def parse_file(self, file: FileRef) -> ParsedText:
        """Return the text of a document, parsed in isolation."""
        self._check()
        bus = self._outside.bus
        reply = await bus.call(
            ParseFile(file=file), tenant=self.tenant, reply=ParseFileReply, timeout_s=PARSE_S
        )
        text = reply.text or ""
        if reply.blob is not None:
            content = await bus.blobs.get(self.tenant, reply.blob, max_bytes=MAX_TEXT_BYTES)
            text = content.decode()
        return ParsedText(text=text, pages=reply.pages, title=reply.title, note=reply.note)

    async def once(self, key: str, work: Callable[[], Awaitable[Value]]) -> Value:
        """Do a part of this effect that must not be repeated, and have its result written down."""
        self._check()
        return await self._steps.once(key, work, calls=self.calls)

    def tools(self) -> Sequence[ToolDescription]:
        """Return the tools that are installed here, by name."""
        return self._outside.tools.descriptions()

    async def find_tools(self, names: Sequence[str]) -> Mapping[str, ToolDescription]:
        """Return tools by name, also of the tenant's toolkits."""
        self._check()
        return await self._outside.tools.find(names, tenant=self.tenant)

    async def call_tool(
        self, name: str, arguments: Mapping[str, Any], *, key: str = ""
    ) -> ToolResult:
        """Call a tool with the tenant's credentials for it."""
        self._check()
        idempotency_key = f"{self.effect_key}/{key}" if key else self.effect_key
        return await self._outside.tools.call(
            name, arguments, tenant=self.tenant, idempotency_key=idempotency_key
        )

    def agent_strategy(self, name: str) -> AgentStrategy:
        """Return an installed agent strategy."""
        return self._outside.tools.strategy(name)

    async def describe_app(self, app: str) -> AppForm:
        """Return what a published app takes."""
        self._check()
        if self._outside.apps is None:
            raise Unavailable("Apps cannot be run here.")
        return await self._outside.apps.describe(self.tenant, app)

    async def run_app(
        self, app: str, *, inputs: Mapping[str, Value], query: str | None = None
    ) -> AppResult | NodeWait:
        """Run a published app; its answer is shown through the output ``answer``."""
        self._check()
        apps = self._outside.apps
        if apps is None:
            raise Unavailable("Apps cannot be run here.")
        call = AppCall(
            tenant=self.tenant,
            parent=RunParent(
                run_id=RunId(self.run_id), place=self.place, depth=self._facts.depth + 1
            ),
            effect_key=self.effect_key,
            app=app,
            # What another run is given is written down there: it gets tokens, which mean nothing.
            inputs=self._facts.secrets.concealed(dict(inputs)),
            query=self._facts.secrets.concealed(query),
            end_user=self._end_user(),
            key_id=self._facts.caller.key_id,
        )
        try:
            return await apps.run(call, partial(self.emit_text, output="answer"))
        except asyncio.CancelledError:
            if not self._is_wanted():
                await asyncio.shield(apps.cancel(call))
            raise

    def _end_user(self) -> str | None:
        user = (self._state.lookup("sys") or {}).get("user")
        return user if isinstance(user, str) else None

    def _is_wanted(self) -> bool:
        """Tell whether the run still waits for this attempt, here or at another worker."""
        doing = self._state.running.get(self.place)
        return self._state.ended is None and doing is not None and doing.attempt == self.attempt
