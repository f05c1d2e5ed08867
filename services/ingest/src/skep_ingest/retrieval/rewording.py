"""Lets a model write the query of a search in other words."""

import asyncio
from typing import Final

import msgspec

from skep_contracts.asking.rewording import MAX_WORDINGS, read_wordings, rewording_request
from skep_contracts.calls.chunk import Rewording, SearchChunks
from skep_contracts.problems import Defect, SkepError
from skep_inference import CallScope
from skep_ingest.enriching.answers import Writer, answer_to

_PATIENCE_S: Final = 20.0


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
    return (await answer_to(request, writer=models, scope=CallScope(tenant=tenant))).text
