"""A model words the query of a search anew; without it the search is made all the same."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import msgspec
import pytest

from services.ingest.tests.stage import CALL_S, TENANT, Stage
from skep_contracts.calls.chunk import Rewording, SearchChunks, SearchChunksReply
from skep_contracts.plugins.models import ChatDelta, ChatRequest, StreamEnd, TextDelta, Usage
from skep_contracts.problems import BudgetExhausted, InvalidInput, SkepError
from skep_inference import CallScope
from skep_ingest.retrieval import rewording
from skep_ingest.retrieval.rewording import reworded

CALL = SearchChunks(query="holiday", datasets=("docs",), rewording=Rewording(count=2))


class Writer:
    """Says what a test says, and keeps what it was asked."""

    def __init__(self, *said: str | SkepError | None) -> None:
        self.said = said
        self.asked: list[tuple[str, ChatRequest, CallScope]] = []
        self.is_closed = False

    async def chat(
        self, model: str, request: ChatRequest, *, scope: CallScope
    ) -> AsyncGenerator[ChatDelta, None]:
        self.asked.append((model, request, scope))
        try:
            for piece in self.said:
                if piece is None:
                    await asyncio.Event().wait()
                if isinstance(piece, SkepError):
                    raise piece
                yield TextDelta(text=piece or "")
            yield StreamEnd(finish_reason="stop", usage=Usage(), model=model)
        finally:
            self.is_closed = True


async def test_wordings_join_those_of_the_caller() -> None:
    writer = Writer("<think>hm</think>", '{"queries": ["annual ', 'leave", "days off", "x"]}')
    call = msgspec.structs.replace(CALL, other_queries=("vacation",))

    made = await reworded(writer, call, tenant=TENANT)

    assert made.call.other_queries == ("vacation", "annual leave", "days off")
    assert (made.wordings, made.notes) == (("annual leave", "days off"), ())
    model, request, scope = writer.asked[0]
    assert (model, scope.tenant) == ("default", TENANT)
    assert "holiday" in str(request.messages[-1].content)


async def test_no_more_wordings_come_than_can_be_searched_for() -> None:
    call = msgspec.structs.replace(CALL, other_queries=tuple("abcdefgh"))

    made = await reworded(Writer('{"queries": ["annual leave"]}'), call, tenant=TENANT)

    assert made.call.other_queries == tuple("abcdefgh")


@pytest.mark.parametrize(
    ("said", "note"),
    [("No.", "no other wording"), (BudgetExhausted("All is spent."), "All is spent")],
)
async def test_failing_model_is_a_note(said: Any, note: str) -> None:
    made = await reworded(Writer(said), CALL, tenant=TENANT)

    assert made.call.other_queries == ()
    assert note in made.notes[0]


async def test_silent_model_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewording, "_PATIENCE_S", 0.01)
    writer = Writer("{", None)

    made = await reworded(writer, CALL, tenant=TENANT)

    assert "did not answer" in made.notes[0]
    assert writer.is_closed


async def test_endless_model_is_cut_off() -> None:
    writer = Writer(*["word " * 100] * 1000)

    made = await reworded(writer, CALL, tenant=TENANT)

    assert made.wordings == ()
    assert writer.is_closed


async def asked(stage: Stage, **settings: Any) -> SearchChunksReply:
    call = SearchChunks(query="honey", datasets=("docs",), rewording=Rewording(**settings))
    return await stage.bus.call(call, tenant=TENANT, reply=SearchChunksReply, timeout_s=CALL_S)


async def test_model_that_cannot_be_called_costs_nothing_but_a_note(stage: Stage) -> None:
    dataset = await stage.dataset()
    await stage.indexed(dataset.id, "bees.txt", "Bees make honey.")

    repeated = await asked(stage, model="echo/echo")
    missing = await asked(stage, model="nobody/nothing")

    assert [len(each.chunks) for each in (repeated, missing)] == [1, 1]
    assert "no other wording" in repeated.notes[0]
    assert "nobody" in missing.notes[0]
    with pytest.raises(InvalidInput):
        await asked(stage, count=9)
