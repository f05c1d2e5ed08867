"""Calls models for chat completions: one choice or several, whole or as they come."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import Final

from skep_contracts.plugins.models import ChatDelta, ChatRequest, StreamEnd, Usage
from skep_contracts.problems import SkepError
from skep_gateway.completions import answers
from skep_gateway.completions.answers import Chunks, Heading, Json
from skep_inference import CallScope, Inference

_MAX_WAITING: Final = 64
"""Pieces of several choices that wait for a slow reader."""
Piece = tuple[int, ChatDelta]


class Completing:
    """One request for a chat completion.

    Args:
        inference: Calls the model.
        request: What is asked.
        scope: Whom it is for.
        choices: How many answers are wanted.
    """

    def __init__(
        self, inference: Inference, request: ChatRequest, *, scope: CallScope, choices: int
    ) -> None:
        """Prepare; nothing is called yet."""
        self._inference = inference
        self._request = request
        self._scope = scope
        self._choices = choices
        self._usages: list[Usage] = []
        self._heading = Heading.new(request.model)

    async def whole(self) -> Json:
        """Return the completion.

        Raises:
            SkepError: The model cannot be called, or one of the calls failed.
        """
        found: dict[int, list[ChatDelta]] = {index: [] for index in range(self._choices)}
        async with contextlib.aclosing(self._pieces()) as pieces:
            async for index, delta in pieces:
                found[index].append(delta)
        made = [answers.choice_of(index, deltas) for index, deltas in found.items()]
        usage = answers.added([usage for _, usage in made])
        choices = [choice for choice, _ in made]
        marks: Json = {} if self._request.cache is None else {"cache": "miss"}
        for delta in (deltas[-1] for deltas in found.values() if deltas):
            marks |= answers.marks_of(delta) if isinstance(delta, StreamEnd) else {}
        more = {"skep": marks} if marks else {}
        return answers.completion(self._heading, choices, usage, **more)

    async def stream(self, *, with_usage: bool) -> AsyncGenerator[bytes, None]:
        """Yield nothing once the first piece is there, then the events.

        What keeps an answer from beginning is raised; what breaks it off later is told in it.
        """
        chunks = Chunks(self._heading, with_usage=with_usage)
        async with contextlib.aclosing(self._pieces()) as pieces:
            index, delta = await anext(pieces)
            yield b""
            for number in range(self._choices):
                yield chunks.first(number)
            try:
                yield chunks.piece(index, delta)
                self._note(delta)
                async for index, delta in pieces:
                    yield chunks.piece(index, delta)
                    self._note(delta)
            except SkepError as error:
                yield chunks.failed(error)
                return
        yield chunks.close(answers.added(self._usages))

    def _note(self, delta: ChatDelta) -> None:
        if isinstance(delta, StreamEnd):
            self._usages.append(delta.usage)

    def _pieces(self) -> AsyncGenerator[Piece, None]:
        return self._one() if self._choices == 1 else self._several()

    async def _one(self) -> AsyncGenerator[Piece, None]:
        async with contextlib.aclosing(self._call()) as deltas:
            async for delta in deltas:
                yield 0, delta

    def _call(self) -> AsyncGenerator[ChatDelta, None]:
        return self._inference.chat(self._request.model, self._request, scope=self._scope)

    async def _several(self) -> AsyncGenerator[Piece, None]:
        """Merge the answers of several calls; the first that fails ends them all."""
        queue: asyncio.Queue[Piece | Exception | None] = asyncio.Queue(_MAX_WAITING)

        async def call(index: int) -> None:
            try:
                async with contextlib.aclosing(self._call()) as deltas:
                    async for delta in deltas:
                        await queue.put((index, delta))
            except Exception as error:  # noqa: BLE001  # raised where the answers are read
                await queue.put(error)
            else:
                await queue.put(None)

        loop = asyncio.get_running_loop()
        calls = [loop.create_task(call(index)) for index in range(self._choices)]
        left = self._choices
        try:
            while left:
                item = await queue.get()
                if isinstance(item, Exception):
                    raise item
                if item is None:
                    left -= 1
                else:
                    yield item
        finally:
            for task in calls:
                task.cancel()
            await asyncio.wait(calls)
