"""Calls a model for a response, whole or as it comes."""

import contextlib
from collections.abc import AsyncGenerator

from skep_contracts.plugins.models import ChatDelta, ChatRequest, StreamEnd, Usage
from skep_contracts.problems import SkepError
from skep_gateway.completions.answers import Json
from skep_gateway.completions.responses.events import ResponseWriter
from skep_inference import CallScope, Inference


class Responding:
    """One request for a response.

    Args:
        inference: Calls the model.
        request: What is asked.
        scope: Whom it is for.
        writer: Writes the response.
    """

    def __init__(
        self,
        inference: Inference,
        request: ChatRequest,
        *,
        scope: CallScope,
        writer: ResponseWriter,
    ) -> None:
        """Prepare; nothing is called yet."""
        self._inference = inference
        self._request = request
        self._scope = scope
        self._writer = writer
        self._usage = Usage()

    async def whole(self) -> Json:
        """Return the response.

        Raises:
            SkepError: The model cannot be called, or the call failed.
        """
        async with contextlib.aclosing(self._call()) as deltas:
            async for delta in deltas:
                self._write(delta)
        return self._writer.finished(self._usage)

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """Yield nothing once the first piece is there, then the events.

        What keeps a response from beginning is raised; what breaks it off later is told in it.
        """
        async with contextlib.aclosing(self._call()) as deltas:
            first = await anext(deltas)
            yield b""
            yield self._writer.begin()
            try:
                yield self._write(first)
                async for delta in deltas:
                    yield self._write(delta)
            except SkepError as error:
                yield self._writer.failed(error)
                return
        yield self._writer.close(self._usage)

    def _call(self) -> AsyncGenerator[ChatDelta, None]:
        return self._inference.chat(self._request.model, self._request, scope=self._scope)

    def _write(self, delta: ChatDelta) -> bytes:
        if isinstance(delta, StreamEnd):
            self._usage = delta.usage
        return self._writer.piece(delta)
