"""A model writes the query in other words, and the search goes on whatever it says."""

import asyncio
from typing import Any

import msgspec
import pytest

from skep_contracts.plugins.nodes import NodeResult
from skep_contracts.problems import BudgetExhausted, Defect, ProviderTimedOut, SkepError
from skep_node_knowledge_retrieval.retrieval import RetrievalNode
from skep_node_knowledge_retrieval.settings import RetrievalSettings
from skep_testing.conformance.nodes import FakeNodeContext

QUERY = "how much leave?"


def search(*chat: Any, **settings: Any) -> tuple[FakeNodeContext, NodeResult]:
    context = FakeNodeContext({"sys": {"query": QUERY}, "v": {"m": "echo/echo"}}, chat=chat)
    decoded = msgspec.convert(
        {"query": "{{sys.query}}", "datasets": ["handbook"], "other_wordings": {}, **settings},
        RetrievalSettings,
    )
    result = asyncio.run(RetrievalNode().run(context, decoded))
    assert isinstance(result, NodeResult)
    return context, result


def answer(*queries: Any) -> str:
    return msgspec.json.encode({"queries": queries}).decode()


def test_wordings_are_searched_for_too() -> None:
    context, result = search(answer("annual leave days", "holiday entitlement"))

    assert context.searches[0].query == QUERY
    assert context.searches[0].other_queries == ("annual leave days", "holiday entitlement")
    assert result.outputs["wordings"] == ["annual leave days", "holiday entitlement"]
    assert isinstance(result.outputs["usage"], dict)
    assert result.logs == ()
    ((model, request),) = context.chats
    assert model == "default"
    assert request.idempotency_key
    assert request.idempotency_key.endswith("/wordings")


def test_what_repeats_or_is_no_text_falls_away_and_no_more_come_than_asked() -> None:
    said = answer("How much  LEAVE?", 7, "", "x" * 2000, "a\nb", "A B", None, "c", "d")

    context, _ = search(f"```json\n{said}\n```", other_wordings={"count": 2, "model": "{{v.m}}"})

    assert context.searches[0].other_queries == ("a b", "c")
    assert context.chats[0][0] == "echo/echo"


@pytest.mark.parametrize("said", ["I cannot do that.", "{}", '{"queries": "x"}', "[[[[", ""])
def test_without_a_wording_the_query_is_searched_for_alone(said: str) -> None:
    context, result = search(said)

    assert context.searches[0].other_queries == ()
    assert "no other wording" in result.logs[0]


@pytest.mark.parametrize("error", [BudgetExhausted("Spent."), ProviderTimedOut("Too slow.")])
def test_error_of_the_model_is_a_line_in_the_trace(error: SkepError) -> None:
    context, result = search(error)

    assert context.searches[0].other_queries == ()
    assert str(error) in result.logs[0]
    assert result.outputs["wordings"] == []


def test_defect_of_ours_is_not_hidden() -> None:
    with pytest.raises(Defect):
        search(Defect("Broken."))


def test_every_option_reaches_the_search() -> None:
    context, _ = search(
        answer(),
        fusion="ranks",
        expand=2,
        distinct=True,
        dataset_weights={"handbook": 0.5, "gone": 0.1},
    )

    asked = context.searches[0]
    assert (asked.fusion, asked.expand, asked.distinct) == ("ranks", 2, True)
    assert asked.dataset_weights == {"handbook": 0.5}
