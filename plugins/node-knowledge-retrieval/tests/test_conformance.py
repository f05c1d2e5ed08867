"""The retrieval node keeps the promises that every node makes, and asks for what it is told to."""

import asyncio
from typing import Any, ClassVar

import msgspec
import pytest

from skep_contracts.calls.chunk import FoundChunk, SearchChunksReply
from skep_contracts.calls.dataset import MetadataField
from skep_contracts.ids import FileId
from skep_contracts.plugins.nodes import NodeResult
from skep_contracts.plugins.stores import Condition, Group, SearchMode
from skep_contracts.problems import InvalidInput, NotFound
from skep_contracts.values import FileRef, blob_key, file_to_value
from skep_node_knowledge_retrieval.retrieval import MAX_QUERY_CHARS, RetrievalNode
from skep_node_knowledge_retrieval.settings import RetrievalSettings
from skep_testing.conformance.nodes import FakeNodeContext, NodeConformance

FOUND = SearchChunksReply(
    chunks=tuple(
        FoundChunk(
            id=f"chk_{n}",
            dataset_id="ds_1",
            dataset_name="handbook",
            document_id="doc_1",
            document_name="returns.md",
            seq=n,
            text=f"Passage {n}.",
            score=1 / n,
            page=n,
            heading_path=("Returns",),
            metadata={"lang": "en"},
        )
        for n in (1, 2)
    )
)


class TestConformance(NodeConformance):
    """Inherits the kit."""

    entry_point = "knowledge_retrieval"
    node_type = "knowledge-retrieval"
    valid_settings: ClassVar[dict[str, Any]] = {
        "query": "{{sys.query}}",
        "datasets": ["handbook"],
        "top_k": 4,
        "filter": {"kind": "is", "field": "lang", "op": "eq", "value": "{{start.lang}}"},
    }
    invalid_settings = (
        {"query": "x"},
        {"query": "x", "datasets": []},
        {"query": "", "datasets": ["a"]},
        {"query": "x", "datasets": ["a"], "top_k": 0},
        {"query": "x", "datasets": ["a"], "mode": "fuzzy"},
        {"query": "x", "datasets": ["a"], "score_threshold": 2},
        {"query": "x", "datasets": ["a"], "filter": {"field": "a", "op": "eq"}},
        {"query": "x", "datasets": ["a"], "automatic_filter": {"modl": "x"}},
    )
    values: ClassVar[dict[str, Any]] = {"sys": {"query": "returns?"}, "start": {"lang": "en"}}

    def make_context(self, **changes: Any) -> FakeNodeContext:
        """Find two passages."""
        return super().make_context(**{"search": FOUND, **changes})


class TestWithAutomaticFilter(TestConformance):
    """Inherits the kit, with a model that writes a filter."""

    valid_settings: ClassVar[dict[str, Any]] = {
        **TestConformance.valid_settings,
        "automatic_filter": {"model": "echo/echo", "instruction": "Of {{start.lang}}."},
    }

    def make_context(self, **changes: Any) -> FakeNodeContext:
        """Know one field, and write one condition."""
        fields = [MetadataField(name="lang", type="string", documents=2, examples=("en", "no"))]
        answer = '{"conditions": [{"field": "lang", "op": "eq", "value": "en"}]}'
        return super().make_context(**{"fields": fields, "chat": [answer], **changes})


def search(context: FakeNodeContext, **settings: Any) -> dict[str, Any]:
    decoded = msgspec.convert(
        {"query": "{{sys.query}}", "datasets": ["handbook"], **settings}, RetrievalSettings
    )
    return asyncio.run(RetrievalNode().run(context, decoded)).outputs


def test_passages_are_numbered_and_can_be_cited() -> None:
    outputs = search(FakeNodeContext({"sys": {"query": "returns?"}}, search=FOUND))

    assert outputs["text"] == "[1] Passage 1.\n\n[2] Passage 2."
    assert outputs["count"] == 2
    assert outputs["passages"][1] == {
        "number": 2,
        "id": "chk_2",
        "text": "Passage 2.",
        "score": 0.5,
        "document": "returns.md",
        "document_id": "doc_1",
        "dataset": "handbook",
        "dataset_id": "ds_1",
        "page": 2,
        "heading": ["Returns"],
        "start": None,
        "end": None,
        "metadata": {"lang": "en"},
    }


def test_settings_and_references_reach_the_search() -> None:
    context = FakeNodeContext(
        {"sys": {"query": " hi "}, "start": {"lang": "no", "sets": ["a", "b"]}}
    )

    search(
        context,
        datasets=["{{start.sets}}", "b"],
        mode="full_text",
        top_k=3,
        score_threshold=0.2,
        rerank_model="default",
        filter={"kind": "is", "field": "lang", "op": "eq", "value": "{{start.lang}}"},
    )

    (request,) = context.searches
    assert request.query == "hi"
    assert request.datasets == ("a", "b")
    assert (request.mode, request.top_k) == (SearchMode.FULL_TEXT, 3)
    assert (request.score_threshold, request.rerank_model) == (0.2, "default")
    assert request.filter == Condition(field="lang", op="eq", value="no")


def test_empty_query_finds_nothing_and_asks_nobody() -> None:
    context = FakeNodeContext({"sys": {"query": " "}}, search=FOUND)

    assert search(context) == {"passages": [], "text": "", "count": 0}
    assert context.searches == []


def test_query_of_a_whole_document_is_cut() -> None:
    context = FakeNodeContext({"sys": {"query": "x" * 100_000}})

    search(context)

    assert len(context.searches[0].query) == MAX_QUERY_CHARS


def test_files_in_the_query_are_left_out_with_a_word() -> None:
    image = file_to_value(
        FileRef(
            id=FileId("file_x"),
            name="x.png",
            mime_type="image/png",
            size_bytes=1,
            blob=blob_key(b"x"),
        )
    )
    context = FakeNodeContext({"a": {"mixed": ["boots", image, "return"], "image": image}})
    settings = {"query": "{{a.mixed}}", "datasets": ["handbook"]}
    decoded = msgspec.convert(settings, RetrievalSettings)

    result = asyncio.run(RetrievalNode().run(context, decoded))

    assert isinstance(result, NodeResult)
    assert "Images" in result.logs[0]
    assert context.searches[0].query == "boots\nreturn"
    assert search(context, query="{{a.image}}")["count"] == 0


@pytest.mark.parametrize(
    ("sets", "code"),
    [(None, "no_datasets"), ([" "], "no_datasets"), ([str(n) for n in range(51)], "too_many")],
)
def test_number_of_datasets_is_held_when_values_are_known(sets: Any, code: str) -> None:
    context = FakeNodeContext({"sys": {"query": "x"}, "start": {"sets": sets}})

    with pytest.raises(InvalidInput) as refusal:
        search(context, datasets=["{{start.sets}}"])

    assert refusal.value.exact_code.startswith(code)
    assert refusal.value.errors[0].pointer == "/datasets"


FILTER = {
    "kind": "group",
    "match": "all",
    "of": [
        {"kind": "is", "field": "lang", "op": "eq", "value": "{{start.lang}}"},
        {"kind": "is", "field": "year", "op": "ge", "value": "{{start.year}}"},
        {"kind": "is", "field": "gone", "op": "eq", "value": None},
    ],
}


def test_conditions_without_a_value_fall_away_when_asked_for() -> None:
    values: dict[str, Any] = {"sys": {"query": "x"}, "start": {"year": 2024}}
    strict, lenient = FakeNodeContext(values), FakeNodeContext(values)

    search(strict, filter=FILTER)
    search(lenient, filter=FILTER, ignore_null_conditions=True)

    year = Condition(field="year", op="ge", value=2024)
    gone = Condition(field="gone", op="eq", value=None)
    lang = Condition(field="lang", op="eq", value=None)
    assert strict.searches[0].filter == Group(match="all", of=(lang, year, gone))
    assert lenient.searches[0].filter == Group(match="all", of=(year, gone))


def test_group_without_a_condition_left_is_no_filter() -> None:
    context = FakeNodeContext({"sys": {"query": "x"}})
    group = {"kind": "group", "match": "any", "of": FILTER["of"][:1]}

    search(context, filter=group, ignore_null_conditions=True)

    assert context.searches[0].filter is None


def test_missing_dataset_is_the_problem_it_is() -> None:
    context = FakeNodeContext({"sys": {"query": "x"}}, search=NotFound("No dataset handbook."))

    with pytest.raises(NotFound):
        search(context)
