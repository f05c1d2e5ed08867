"""A completion whose request is looked at before it is sent, and whose answer before it is told."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from typing import Final, TypeAlias

import msgspec

from skep_contracts.guarding.rules import GuardrailRule
from skep_contracts.plugins.models import (
    ChatDelta,
    ChatMessage,
    ChatRequest,
    Part,
    ReasoningDelta,
    StreamEnd,
    TextDelta,
    TextPart,
    ToolCallDelta,
)
from skep_inference.guarding.looker import Looker, Told
from skep_inference.guarding.looking import BlockedError, NotLookedError, Trip, looked_at
from skep_inference.guarding.rule_book import RuleBook
from skep_inference.scope import CallScope

Call: TypeAlias = Callable[[ChatRequest], AsyncGenerator[ChatDelta, None]]
_LOOKED_AT: Final = frozenset({"user", "tool"})
"""What others wrote. Instructions are the workflow's own, answers were looked at when given."""


async def guarded(
    book: RuleBook, request: ChatRequest, *, scope: CallScope, call: Call, told: Told
) -> AsyncGenerator[ChatDelta, None]:
    """Yield what `call` gives for the request, both as the rules let them through.

    `told` hears of every rule that found something, also of the one that refuses.

    Raises:
        BlockedError: A rule refuses request or answer.
        Unavailable: A guardrail cannot look.
    """
    looker = Looker(book, scope=scope, told=told)
    if book.of(scope.tenant, scope.app_id, "input"):
        request = await _request(looker, request)
    rules = book.of(scope.tenant, scope.app_id, "output")
    async with aclosing(call(request)) as deltas:
        if not rules:
            async for delta in deltas:
                yield delta
            return
        held = _Held()
        async for delta in deltas:
            held.take(delta)
    for delta in await held.let_through(book, rules, looker):
        yield delta


async def _request(looker: Looker, request: ChatRequest) -> ChatRequest:
    messages = []
    for message in request.messages:
        is_looked_at = message.role in _LOOKED_AT
        messages.append(await _message(looker, message) if is_looked_at else message)
    return msgspec.structs.replace(request, messages=tuple(messages))


async def _message(looker: Looker, message: ChatMessage) -> ChatMessage:
    if isinstance(message.content, str):
        return msgspec.structs.replace(message, content=await looker.sent(message.content))
    parts: list[Part] = []
    for part in message.content or ():
        if isinstance(part, TextPart):
            parts.append(TextPart(text=await looker.sent(part.text)))
        else:
            parts.append(part)
    return msgspec.structs.replace(message, content=tuple(parts))


class _Held:
    """An answer that is held until it was looked at; tool calls come behind its text."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._rest: list[ChatDelta] = []

    def take(self, delta: ChatDelta) -> None:
        if isinstance(delta, TextDelta):
            self._text.append(delta.text)
        elif isinstance(delta, ReasoningDelta):
            self._reasoning.append(delta.text)
        else:
            self._rest.append(delta)

    async def let_through(
        self, book: RuleBook, rules: Sequence[GuardrailRule], looker: Looker
    ) -> list[ChatDelta]:
        trips: list[Trip] = []
        let: list[ChatDelta] = []
        try:
            for pieces, make in ((self._reasoning, ReasoningDelta), (self._text, TextDelta)):
                if pieces:
                    text, found = await looked_at(book, rules, "".join(pieces), "output")
                    let.append(make(text=text))
                    trips += found
            let += [await self._call(book, rules, delta, trips) for delta in self._rest]
        except (BlockedError, NotLookedError) as error:
            await looker.tell((*trips, *error.trips))
            raise
        await looker.tell(trips)
        return let

    async def _call(
        self,
        book: RuleBook,
        rules: Sequence[GuardrailRule],
        delta: ChatDelta,
        trips: list[Trip],
    ) -> ChatDelta:
        if isinstance(delta, StreamEnd) or not isinstance(delta, ToolCallDelta):
            return delta
        text, found = await looked_at(book, rules, delta.call.arguments, "output")
        trips += found
        return msgspec.structs.replace(
            delta, call=msgspec.structs.replace(delta.call, arguments=text)
        )
