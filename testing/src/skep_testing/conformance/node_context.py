"""A context for nodes under test: values as given, and everything outside as scripted."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

import msgspec

from skep_contracts.calls.chunk import SearchChunks, SearchChunksReply
from skep_contracts.calls.dataset import MetadataField
from skep_contracts.ids import FileId, new_id
from skep_contracts.plugins.agents import AgentStrategy
from skep_contracts.plugins.manifest import HttpClient, HttpResponse, HttpStream
from skep_contracts.plugins.models import (
    ChatDelta,
    ChatMessage,
    ChatRequest,
    StreamEnd,
    TextDelta,
    Usage,
)
from skep_contracts.plugins.nodes import AppForm, AppResult, NodeWait, ParsedText
from skep_contracts.plugins.runtimes import CodeRequest, CodeResult
from skep_contracts.plugins.tools import ToolDescription, ToolResult
from skep_contracts.problems import InvalidInput, NotFound, TooLarge
from skep_contracts.references import render_text, render_value
from skep_contracts.values import FileRef, Value, blob_key, check_value

T = TypeVar("T")
ChatScript: TypeAlias = str | Sequence[ChatDelta] | Exception
"""What one model call gives: an answer, the pieces of one, or an error."""
HttpScript: TypeAlias = HttpResponse | Exception | Callable[["SentRequest"], HttpResponse]
ToolScript: TypeAlias = ToolResult | Exception | Callable[["ToolCall"], ToolResult]


class SentRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request that a node sent."""

    method: str
    url: str
    headers: dict[str, str]
    params: dict[str, str]
    body: bytes | None
    options: dict[str, Any]


class ToolCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call of a tool that a node asked for."""

    name: str
    arguments: dict[str, Any]
    key: str


class AppRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run of another app that a node asked for."""

    app: str
    inputs: dict[str, Value]
    query: str | None


class FakeHttpClient(HttpClient):
    """Answers from a script, in order; the last answer repeats. Keeps what was sent."""

    def __init__(self, script: Iterable[HttpScript] = ()) -> None:
        self.sent: list[SentRequest] = []
        self._script = list(script) or [
            HttpResponse(status=200, headers={}, body=b"{}", url="https://example.org/")
        ]

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        **options: Any,
    ) -> HttpResponse:
        """Keep the request and return the next answer of the script."""
        sent = SentRequest(
            method=method,
            url=url,
            headers=dict(headers or {}),
            params=dict(params or {}),
            body=body,
            options=options,
        )
        self.sent.append(sent)
        answer = _next(self._script)
        if isinstance(answer, HttpResponse):
            return answer
        assert callable(answer)
        return answer(sent)

    async def stream(self, method: str, url: str, **options: Any) -> HttpStream:
        """Not scripted: nodes ask for whole answers."""
        raise NotImplementedError("the fake client has no streams")


class FakePluginContext:
    """What a plugin's factory is given in a test."""

    def __init__(
        self, *, http: HttpClient | None = None, data_dir: str = "", **settings: Any
    ) -> None:
        self.http: HttpClient = http or FakeHttpClient()
        self.logger = logging.getLogger("skep.plugin.test")
        self.data_dir = data_dir
        self.settings: Mapping[str, Any] = settings

    def now_s(self) -> float:
        """Return always the same moment."""
        return 1_700_000_000.0


class AskedFor:
    """What a node asked for, in order."""

    def __init__(self) -> None:
        self.tool_calls: list[ToolCall] = []
        self.app_runs: list[AppRun] = []
        self.chats: list[tuple[str, ChatRequest]] = []
        self.searches: list[SearchChunks] = []
        self.codes: list[CodeRequest] = []
        self.emitted: list[tuple[str, str]] = []
        self.stored: list[tuple[FileRef, bytes]] = []


class FakeNodeContext(AskedFor):
    """A `NodeContext` without a host.

    Scripts are taken one after the other, and the last one repeats. What the node asked for is kept
    in `chats`, `searches`, `codes`, `http.sent`, `emitted`, `stored`, `tool_calls`, `app_runs` and
    `done`.
    """

    run_id = "run_00000000000000000000000000"
    tenant = "t_00000000000000000000000000"

    def __init__(
        self,
        values: Mapping[str, Mapping[str, Any]] | None = None,
        *,
        inputs: Mapping[str, Any] | None = None,
        chat: Sequence[ChatScript] = ("Hello.",),
        search: SearchChunksReply | Exception | None = None,
        code: CodeResult | Exception | None = None,
        http: Iterable[HttpScript] = (),
        files: Mapping[str, bytes] | None = None,
        history: Sequence[ChatMessage] = (),
        lookup: Callable[[str], Mapping[str, Any] | None] | None = None,
        attempt: int = 1,
        resumption: Mapping[str, Any] | None = None,
        waited_until: datetime | None = None,
        place: str = "node",
        parsed: Mapping[str, str | ParsedText | Exception] | None = None,
        done: Mapping[str, Value] | None = None,
        tools: Sequence[ToolDescription] = (),
        tool_results: Sequence[ToolScript] = (ToolResult(text="done"),),
        strategies: Mapping[str, AgentStrategy] | None = None,
        apps: Mapping[str, AppResult | NodeWait | Exception] | None = None,
        forms: Mapping[str, AppForm] | None = None,
        fields: Sequence[MetadataField] = (),
    ) -> None:
        """Set the scene.

        Args:
            values: Outputs by node, and variables below ``sys``, ``env`` and ``conversation``.
            inputs: What the run was started with.
            chat: What model calls give.
            search: What a search finds; nothing when left out.
            code: What the sandbox gives.
            http: Answers of the HTTP client.
            files: Bytes of stored files by blob key or file id.
            history: Earlier turns of the conversation.
            lookup: In place of `values`: from a root to what is below it.
            attempt: 2 and more for a retry.
            resumption: What came of the wait that the node gave before.
            waited_until: When that wait was to end.
            place: Where it stands: ``node``, or ``each:3/node`` in a round.
            parsed: Texts of documents by blob key, file id or name; no parser knows others.
            done: Parts of this effect that were done before its worker was lost, by key.
            tools: The tools that are installed.
            tool_results: What calls of them give, whichever is called.
            strategies: Agent strategies by name; there are no others.
            apps: What runs of published apps come to, by id or name; there are no others.
            forms: What those apps take; anything where it is not said.
            fields: What filters can ask about documents, in whatever dataset.
        """
        super().__init__()
        self._lookup = lookup or (values or {}).get
        self.inputs: Mapping[str, Any] = inputs or {}
        self.node_id = place.rpartition("/")[2]
        self.attempt = attempt
        self.place = place
        self.resumption = resumption
        self.waited_until = waited_until
        self.effect_key = f"{self.run_id}:{place}:{attempt}"
        self.history = tuple(history)
        self.http = FakeHttpClient(http)
        self.logger = logging.getLogger("skep.node.test")
        self._chat = list(chat)
        self._search = search or SearchChunksReply(chunks=())
        self._code = code or CodeResult(result={})
        self._files = dict(files or {})
        self._fields = tuple(fields)
        self._parsed = dict(parsed or {})
        self._tools = tuple(tools)
        self._tool_results = list(tool_results)
        self._strategies = dict(strategies or {})
        self._apps = dict(apps or {})
        self._forms = dict(forms or {})
        self.done: dict[str, Value] = dict(done or {})

    def value(self, template: Value) -> Value:
        """Resolve references at any depth."""
        return render_value(template, self._lookup)

    def text(self, template: str) -> str:
        """Resolve references inside a text."""
        return render_text(template, self._lookup)

    def emit_text(self, text: str, *, output: str = "text") -> None:
        """Keep the piece."""
        self.emitted.append((output, text))

    def emitted_text(self, output: str = "text") -> str:
        """Return all that was shown of an output."""
        return "".join(text for name, text in self.emitted if name == output)

    async def chat(self, model: str, request: ChatRequest) -> AsyncIterator[ChatDelta]:
        """Stream the next script."""
        self.chats.append((model, request))
        script = _next(self._chat)
        assert not isinstance(script, Exception)
        if isinstance(script, str):
            usage = Usage(input_tokens=10, output_tokens=len(script.split()))
            script = (
                *(TextDelta(text=piece) for piece in _pieces(script)),
                StreamEnd(finish_reason="stop", usage=usage, model="scripted"),
            )
        for delta in script:
            yield delta

    async def run_code(self, request: CodeRequest) -> CodeResult:
        """Return the scripted result."""
        self.codes.append(request)
        if isinstance(self._code, Exception):
            raise self._code
        return self._code

    async def search_chunks(self, request: SearchChunks) -> SearchChunksReply:
        """Return the scripted passages."""
        self.searches.append(request)
        if isinstance(self._search, Exception):
            raise self._search
        return self._search

    async def dataset_fields(self, datasets: Sequence[str]) -> Sequence[MetadataField]:
        """Return the fields given."""
        return self._fields

    async def read_file(self, file: FileRef, *, max_bytes: int = 16_777_216) -> bytes:
        """Return the bytes given for the file."""
        content = self._files.get(file.blob, self._files.get(file.id))
        if content is None:
            raise NotFound(f"There is no file {file.name}.")
        if len(content) > max_bytes:
            raise TooLarge(f"{file.name} takes more than {max_bytes:,} bytes.")
        return content

    async def store_file(self, content: bytes, *, name: str, mime_type: str) -> FileRef:
        """Keep the bytes as a file."""
        file = FileRef(
            id=FileId(new_id("file")),
            name=name,
            mime_type=mime_type,
            size_bytes=len(content),
            blob=blob_key(content),
        )
        self.stored.append((file, content))
        self._files[file.blob] = content
        return file

    async def parse_file(self, file: FileRef) -> ParsedText:
        """Return the text given for the document."""
        found = next(
            (self._parsed[key] for key in (file.blob, file.id, file.name) if key in self._parsed),
            InvalidInput(f"No parser knows the format of {file.name}.", code="unknown_format"),
        )
        if isinstance(found, Exception):
            raise found
        return ParsedText(text=found) if isinstance(found, str) else found

    async def once(self, key: str, work: Callable[[], Awaitable[Value]]) -> Value:
        """Do the work unless it was done, and keep what it gave as the log would."""
        if key not in self.done:
            result = await work()
            check_value(result, pointer=f"/{key}")
            self.done[key] = msgspec.msgpack.decode(msgspec.msgpack.encode(result))
        return self.done[key]

    def tools(self) -> Sequence[ToolDescription]:
        """Return the tools given."""
        return self._tools

    async def find_tools(self, names: Sequence[str]) -> Mapping[str, ToolDescription]:
        """Return those of the tools given that are named."""
        return {tool.name: tool for tool in self._tools if tool.name in set(names)}

    async def call_tool(
        self, name: str, arguments: Mapping[str, Any], *, key: str = ""
    ) -> ToolResult:
        """Keep the call and return the next result of the script."""
        if all(tool.name != name for tool in self._tools):
            raise NotFound(f"There is no tool {name:.80}.", code="unknown_tool")
        call = ToolCall(name=name, arguments=dict(arguments), key=key)
        self.tool_calls.append(call)
        result = _next(self._tool_results)
        if isinstance(result, ToolResult):
            return result
        assert callable(result)
        return result(call)

    def agent_strategy(self, name: str) -> AgentStrategy:
        """Return the strategy given."""
        if name not in self._strategies:
            raise NotFound(f"There is no agent strategy {name:.80}.", code="unknown_strategy")
        return self._strategies[name]

    async def describe_app(self, app: str) -> AppForm:
        """Return a form that takes anything, for apps that results were given for."""
        if app not in self._apps:
            raise NotFound(f"There is no app {app:.80}.", code="unknown_app")
        return self._forms.get(app) or AppForm(
            name=app, description="", takes_query=False, parameters={"type": "object"}
        )

    async def run_app(
        self, app: str, *, inputs: Mapping[str, Value], query: str | None = None
    ) -> AppResult | NodeWait:
        """Keep the run and return what was given for the app."""
        self.app_runs.append(AppRun(app=app, inputs=dict(inputs), query=query))
        found = self._apps.get(app, NotFound(f"There is no app {app:.80}.", code="unknown_app"))
        if isinstance(found, Exception):
            raise found
        return found


def _next(script: list[T]) -> T:
    step = script.pop(0) if len(script) > 1 else script[0]
    if isinstance(step, Exception):
        raise step
    return step


def _pieces(text: str) -> list[str]:
    """Split a text as a model streams it; joined, the pieces are the text."""
    words = text.split(" ")
    return [f"{word} " for word in words[:-1]] + ([words[-1]] if words[-1] else [])
