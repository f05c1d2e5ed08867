"""Lets a model write the query of a search in other words."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final, Protocol

import msgspec

from skep_contracts.asking.rewording import MAX_WORDINGS, read_wordings, rewording_request
from skep_contracts.asking.thinking import ThinkingSplitter
from skep_contracts.calls.chunk import Rewording, SearchChunks
from skep_contracts.plugins.models import ChatDelta, ChatRequest, TextDelta
from skep_contracts.problems import Defect, SkepError
from skep_inference import CallScope

_PATIENCE_S: Final = 20.0
_MAX_ANSWER_CHARS: Final = 50_000


class Writer(Protocol):
    """What is needed of `Inference`."""

    def chat(
        self, model: str, request: ChatRequest, *, scope: CallScope
    ) -> AsyncGenerator[ChatDelta, None]:
        """Stream an answer."""
        ...


class Reworded(msgspec.Struct, frozen=True, kw_only=True):
    """A call with what was written, and what there is to say about it."""

    call: SearchChunks
    wordings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


async def reworded(models: Writer, call: SearchChunks, *, tenant: str) -> Reworded:
    """Return the call with other wordings; without, and with a note, when the model fails."""
    if call.rewording is None:
        return Reworded(call=call)
    try:
        async with asyncio.timeout(_PATIENCE_S):
            text = await _ask(models, call.query, call.rewording, tenant)
    except TimeoutError:
        return _alone(call, f"the model did not answer within {_PATIENCE_S:.0f} seconds.")
    except Defect:
        raise
    except SkepError as error:
        return _alone(call, str(error)[:500])
    count = min(call.rewording.count, MAX_WORDINGS - len(call.other_queries))
    wordings = read_wordings(text, query=call.query, count=count)
    if not wordings:
        return _alone(call, "the model wrote no other wording that can be searched for.")
    queries = (*call.other_queries, *wordings)
    return Reworded(call=msgspec.structs.replace(call, other_queries=queries), wordings=wordings)


def _alone(call: SearchChunks, why: str) -> Reworded:
    return Reworded(call=call, notes=(f"The query was searched for as it is: {why}",))


async def _ask(models: Writer, query: str, settings: Rewording, tenant: str) -> str:
    request = rewording_request(
        query, count=settings.count, model=settings.model, instruction=settings.instruction
    )
    splitter, text = ThinkingSplitter(), ""
    scope = CallScope(tenant=tenant)
    async with aclosing(models.chat(settings.model, request, scope=scope)) as stream:
        async for delta in stream:
            if isinstance(delta, TextDelta):
                text += splitter.feed(delta.text)[1]
            if len(text) > _MAX_ANSWER_CHARS:
                break
    return text + splitter.finish()[1]
