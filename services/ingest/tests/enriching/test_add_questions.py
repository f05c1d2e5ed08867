"""A model writes the questions that passages answer; who asks one finds the passage."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from typing import Any

import msgspec
import pytest

from services.ingest.tests.stage import CALL_S, TENANT, Stage
from skep_contracts.asking.questions import read_questions
from skep_contracts.calls.chunk_edit import ListChunks, ListChunksReply
from skep_contracts.calls.dataset import DocumentStatus
from skep_contracts.calls.dataset_edit import ReindexDataset, ReindexReply
from skep_contracts.plugins.models import ChatDelta, ChatRequest, StreamEnd, TextDelta, Usage
from skep_contracts.plugins.parsers import ChildSpec, ChunkSpec, QuestionSpec
from skep_contracts.problems import InvalidInput, RateLimited, SkepError
from skep_inference import CallScope

PLANTS = ("clover", "heather", "willow")
TEXT = "\n\n".join(f"The {plant} is in flower. Bees visit it early." for plant in PLANTS)
SPEC = ChunkSpec(max_chars=60, overlap_chars=0, questions=QuestionSpec(count=2))
END = StreamEnd(finish_reason="stop", usage=Usage(), model="m")


class ScriptedWriter:
    """Asks two questions about the plant in a passage; keeps what it was asked."""

    def __init__(self) -> None:
        self.requests: list[ChatRequest] = []
        self.errors: list[SkepError] = []
        self.answer: str | None = None
        self.active = self.peak = 0

    async def chat(
        self, model: str, request: ChatRequest, *, scope: CallScope
    ) -> AsyncGenerator[ChatDelta, None]:
        assert scope.tenant == TENANT
        self.requests.append(request)
        self.active += 1
        self.peak = max(self.peak, self.active)
        try:
            await asyncio.sleep(0)
            if self.errors:
                raise self.errors.pop(0)
            plant = next((each for each in PLANTS if each in request.messages[1].text()), "it")
            asked = [f"When does the {plant} bloom?", f"Who goes to {plant}?", "And a third?"]
            yield TextDelta(text=self.answer or json.dumps({"questions": asked}))
            yield END
        finally:
            self.active -= 1


@pytest.fixture
def writer(stage: Stage) -> ScriptedWriter:
    scripted = ScriptedWriter()
    stage.ingest.indexer._writer = scripted
    return scripted


async def texts(stage: Stage, dataset: str, document: str) -> list[tuple[str, int | None]]:
    call = ListChunks(dataset=dataset, document_id=document, limit=100)
    reply = await stage.bus.call(call, tenant=TENANT, reply=ListChunksReply, timeout_s=CALL_S)
    return [(chunk.text.strip(), chunk.parent) for chunk in reply.items]


async def test_questions_stand_behind_what_answers_them(
    stage: Stage, writer: ScriptedWriter
) -> None:
    dataset = await stage.dataset(chunk_spec=SPEC)
    document = await stage.indexed(dataset.id, "plants.txt", TEXT)

    listed = await texts(stage, dataset.id, document.id)
    (found,) = await stage.search("When does the heather bloom?", dataset.id, top_k=1)

    assert [parent for _, parent in listed] == [0, 0, 0, 3, 3, 3, 6, 6, 6]
    assert [text for text, _ in listed[3:6]] == [
        "The heather is in flower. Bees visit it early.",
        "When does the heather bloom?",
        "Who goes to heather?",
    ]
    assert found.text.strip() == "The heather is in flower. Bees visit it early."
    assert found.match == "When does the heather bloom?"
    assert TEXT[found.start : found.end].strip() == found.text.strip()
    assert len(writer.requests) == 3
    assert all(request.cache is not None for request in writer.requests)


async def test_each_stage_of_the_way_is_told(stage: Stage, writer: ScriptedWriter) -> None:
    dataset = await stage.dataset(chunk_spec=SPEC)
    document = await stage.indexed(dataset.id, "plants.txt", TEXT)

    deadline = time.monotonic() + 10
    while not await stage.facts_about(document.id):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)

    facts = await stage.facts_about(document.id, steps=True)
    *steps, indexed = [msgspec.json.decode(fact.data) for fact in facts]
    assert [(step["stage"], step["chunks_done"], step["chunks_total"]) for step in steps] == [
        ("split", 0, 3),
        ("enriched", 0, 9),
    ]
    assert indexed["chunks"] == 9


async def test_passages_of_children_get_questions_too(stage: Stage, writer: ScriptedWriter) -> None:
    spec = msgspec.structs.replace(SPEC, children=ChildSpec(max_chars=30))
    dataset = await stage.dataset(chunk_spec=spec)
    document = await stage.indexed(dataset.id, "plants.txt", TEXT)

    listed = await texts(stage, dataset.id, document.id)
    found = await stage.search("Who goes to willow?", dataset.id, top_k=3)

    assert len(writer.requests) == 3
    parents = [parent if parent is not None else -1 for _, parent in listed]
    assert parents == sorted(parents)
    assert len(set(parents)) == 3
    assert "The willow is in flower." in found[0].text
    assert "Bees visit it early." in found[0].text
    assert len({chunk.first_seq for chunk in found}) == 3


@pytest.mark.parametrize(
    "answer", ["no JSON", "[]", '{"questions": [7, null, "", " "]}', '{"other": ["x"]}']
)
async def test_passage_without_questions_is_a_chunk_as_before(
    stage: Stage, writer: ScriptedWriter, answer: str
) -> None:
    writer.answer = answer
    dataset = await stage.dataset(chunk_spec=SPEC)
    document = await stage.indexed(dataset.id, "plants.txt", TEXT)

    listed = await texts(stage, dataset.id, document.id)
    (found,) = await stage.search("heather", dataset.id, top_k=1, mode="full_text")

    assert [parent for _, parent in listed] == [0, 1, 2]
    assert "heather" in found.text


async def test_what_the_model_may_not_answer_costs_no_document(
    stage: Stage, writer: ScriptedWriter
) -> None:
    writer.errors = [InvalidInput("withheld", code="content_filtered")]
    dataset = await stage.dataset(chunk_spec=SPEC)

    document = await stage.indexed(dataset.id, "plants.txt", TEXT)

    assert document.chunks_done == 7


async def test_model_that_is_busy_is_asked_again_later(
    stage: Stage, writer: ScriptedWriter
) -> None:
    writer.errors = [RateLimited("slow down", retry_after_s=0.1)]
    dataset = await stage.dataset(chunk_spec=SPEC)

    document = await stage.indexed(dataset.id, "plants.txt", TEXT)

    assert document.chunks_done == 9


async def test_worker_that_is_killed_leaves_chunks_that_count(
    stage: Stage, writer: ScriptedWriter
) -> None:
    stage.embedder.gate_after = 1
    dataset = await stage.dataset(chunk_spec=SPEC)
    text = "\n\n".join(f"The {PLANTS[n % 3]} number {n} is in flower now." for n in range(60))
    document = await stage.add(dataset.id, "plants.txt", text)
    await stage.until_done(document, 64)
    await stage.kill()

    await stage.start()
    stage.ingest.indexer._writer = writer
    done = await stage.settled(document)

    assert done.status is DocumentStatus.READY
    assert done.chunks_done == 180
    stored = await stage.stored(dataset.id)
    assert len({chunk.id for chunk in stored}) == len(stored) == 180
    assert len(stage.embedder.texts) == 180 - 64
    assert writer.peak <= 8


async def test_model_that_is_not_there_is_refused_at_once(stage: Stage) -> None:
    spec = msgspec.structs.replace(SPEC, questions=QuestionSpec(model="nobody/nothing"))
    with pytest.raises(InvalidInput) as created:
        await stage.dataset(chunk_spec=spec)
    await stage.dataset("plain")
    again = ReindexDataset(dataset="plain", chunk_spec=spec)
    with pytest.raises(InvalidInput) as changed:
        await stage.bus.call(again, tenant=TENANT, reply=ReindexReply, timeout_s=CALL_S)
    many = msgspec.structs.replace(SPEC, questions=QuestionSpec(count=11))
    with pytest.raises(InvalidInput) as counted:
        await stage.dataset("many", chunk_spec=many)

    pointers = [raised.value.errors[0].pointer for raised in (created, changed, counted)]
    assert pointers == ["/chunk_spec/questions/model"] * 2 + ["/chunk_spec/questions/count"]


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ('{"questions": ["A?", "a?", " B? "]}', ("A?", "B?")),
        ('Sure:\n```json\n{"questions": ["A?"]}\n```', ("A?",)),
        ('["A?", "B?", "C?"]', ("A?", "B?")),
        (json.dumps({"questions": ["x" * 501]}), ()),
        ("", ()),
    ],
)
def test_answer_is_read_whatever_stands_around_it(text: str, questions: Any) -> None:
    assert read_questions(text, count=2) == questions
