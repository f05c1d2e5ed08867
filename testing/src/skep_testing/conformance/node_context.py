"""A context for nodes under test: values as given, models, search, code and HTTP as scripted."""

import logging
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

import msgspec

from skep_contracts.calls.chunk import SearchChunks, SearchChunksReply
from skep_contracts.ids import FileId, new_id
from skep_contracts.plugins.manifest import HttpClient, HttpResponse, HttpStream
from skep_contracts.plugins.models import (
    ChatDelta,
    ChatMessage,
    ChatRequest,
    StreamEnd,
    TextDelta,
    Usage,
)
from skep_contracts.plugins.runtimes import CodeRequest, CodeResult
from skep_contracts.problems import NotFound, TooLarge
from skep_contracts.references import render_text, render_value
from skep_contracts.values import FileRef, Value, blob_key

T = TypeVar("T")
ChatScript: TypeAlias = str | Sequence[ChatDelta] | Exception
"""What one model call gives: an answer, the pieces of one, or an error."""
HttpScript: TypeAlias = HttpResponse | Exception | Callable[["SentRequest"], HttpResponse]


class SentRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request that a node sent."""

    method: str
    url: str
    headers: dict[str, str]
    params: dict[str, str]
    body: bytes | None
    options: dict[str, Any]


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


class FakeNodeContext:
    """A `NodeContext` without a host.

    Scripts are taken one after the other, and the last one repeats. What the node asked for is kept
    in `chats`, `searches`, `codes`, `http.sent`, `emitted` and `stored`.
    """

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
        """
        self._lookup = lookup or (values or {}).get
        self.inputs: Mapping[str, Any] = inputs or {}
        self.node_id = "node"
        self.run_id = "run_00000000000000000000000000"
        self.tenant = "t_00000000000000000000000000"
        self.attempt = attempt
        self.effect_key = f"{self.run_id}/{self.node_id}"
        self.history = tuple(history)
        self.http = FakeHttpClient(http)
        self.logger = logging.getLogger("skep.node.test")
        self._chat = list(chat)
        self._search = search or SearchChunksReply(chunks=())
        self._code = code or CodeResult(result={})
        self._files = dict(files or {})
        self.chats: list[tuple[str, ChatRequest]] = []
        self.searches: list[SearchChunks] = []
        self.codes: list[CodeRequest] = []
        self.emitted: list[tuple[str, str]] = []
        self.stored: list[tuple[FileRef, bytes]] = []

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


def _next(script: list[T]) -> T:
    step = script.pop(0) if len(script) > 1 else script[0]
    if isinstance(step, Exception):
        raise step
    return step


def _pieces(text: str) -> list[str]:
    """Split a text as a model streams it; joined, the pieces are the text."""
    words = text.split(" ")
    return [f"{word} " for word in words[:-1]] + ([words[-1]] if words[-1] else [])
