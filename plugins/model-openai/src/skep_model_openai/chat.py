"""Chat completions, streamed."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final

from skep_contracts.plugins.manifest import HttpStream
from skep_contracts.plugins.models import ChatDelta, ChatRequest
from skep_contracts.problems import ProviderFailed, SkepError
from skep_contracts.vendor_wire.reading import malformed
from skep_contracts.vendor_wire.session import MAX_ANSWER_BYTES
from skep_contracts.vendor_wire.sse import Event, EventParser, EventTooLargeError
from skep_model_openai.assembly import Assembly
from skep_model_openai.session import Session
from skep_model_openai.wire import answers, requests
from skep_model_openai.wire.dialect import MAX_LESSONS, Dialect

AFTER_END_S: Final = 2.0
"""How long to wait for usage, once the answer is complete."""
DRAIN_S: Final = 0.2
"""How long to wait for the end of the body, so that the connection can be used again."""
_MAX_MODELS: Final = 512


class Chat:
    """Sends chat requests in the dialect of each model."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._start = session.vendor.dialect(session.base_url)
        self._learnt: dict[str, Dialect] = {}

    async def stream(self, request: ChatRequest) -> AsyncIterator[ChatDelta]:
        """Stream a completion."""
        async with await self._open(request) as answer:
            assembly = Assembly(request)
            reader = _Reader(answer, assembly)
            while (chunks := await reader.read()) is not None:
                for chunk in chunks:
                    if chunk.error:
                        raise self._session.failure_in_stream(chunk.error)
                    for delta in assembly.take(chunk):
                        yield delta
            if not assembly.is_finished and not (reader.is_done and assembly.has_content):
                raise ProviderFailed(
                    "The model provider closed the connection before the answer was complete.",
                    code="answer_cut_off",
                )
            for delta in assembly.end():
                yield delta

    async def _open(self, request: ChatRequest) -> HttpStream:
        """Return the answer, once the request is written so that the model takes it."""
        dialect = self._learnt.get(request.model, self._start)
        lessons = 0
        while True:
            answer = await self._session.open(
                requests.CHAT_PATH,
                requests.chat_body(request, dialect),
                idempotency_key=request.idempotency_key,
            )
            if answer.status < 400:
                return answer
            async with answer:
                said, failure = await self._session.failure_of(answer)
            is_about_request = answer.status in {400, 422} and lessons < MAX_LESSONS
            other = dialect.after(said.message, said.param) if is_about_request else None
            if other is None:
                raise failure
            dialect, lessons = other, lessons + 1
            if len(self._learnt) < _MAX_MODELS or request.model in self._learnt:
                self._learnt[request.model] = other
            self._session.context.logger.info(
                "chat request adapted", extra={"model": request.model, "refused": said.param}
            )


class _Reader:
    """Reads an answer's body: a stream of events, or one object of a server without streams."""

    def __init__(self, answer: HttpStream, assembly: Assembly) -> None:
        self.is_done = False
        self._answer = answer
        self._assembly = assembly
        self._parser = EventParser()
        self._pieces = answer.chunks()
        kind = answer.headers.get("content-type", "")
        if "html" in kind:
            raise malformed("a web page")
        self._is_whole = "json" in kind and "stream" not in kind

    async def read(self) -> list[answers.Chunk] | None:
        """Return the chunks of the next piece; None when no more will come."""
        if self.is_done:
            return None
        if self._is_whole:
            self.is_done = True
            body = await self._answer.read(MAX_ANSWER_BYTES)
            return [_decode(Event(b"", body))]
        piece = await self._next_piece()
        try:
            events = self._parser.end() if piece is None else self._parser.feed(piece)
        except EventTooLargeError as error:
            raise ProviderFailed(
                "The model provider sent an event without end.", code="malformed_answer"
            ) from error
        chunks = []
        for event in events:
            if event.data == answers.DONE:
                self.is_done = True
                await self._drain()
                break
            chunks.append(_decode(event))
        return None if piece is None and not chunks else chunks

    async def _next_piece(self) -> bytes | None:
        try:
            if not self._assembly.is_finished:
                return await anext(self._pieces, None)
            async with asyncio.timeout(AFTER_END_S):
                return await anext(self._pieces, None)
        except (SkepError, TimeoutError):
            if self._assembly.is_finished:
                return None  # nothing of the answer is missing; perhaps the usage is
            raise

    async def _drain(self) -> None:
        with contextlib.suppress(SkepError, TimeoutError):
            async with asyncio.timeout(DRAIN_S):
                while await anext(self._pieces, None) is not None:
                    pass


def _decode(event: Event) -> answers.Chunk:
    try:
        chunk = answers.decode_chunk(event.data)
    except answers.MalformedError as error:
        if event.type == b"error":
            return answers.Chunk(error=event.data.decode("utf-8", "replace"))
        raise malformed("something that is no chat completion") from error
    if event.type == b"error" and not chunk.error:
        return answers.Chunk(error={"message": event.data.decode("utf-8", "replace")})
    return chunk
