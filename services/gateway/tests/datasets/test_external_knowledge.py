"""Datasets that are kept elsewhere, and ours served to others under Dify's contract."""

from typing import Any

import pytest

from services.gateway.tests.datasets.test_datasets import PATH
from services.gateway.tests.stage import Stage
from services.gateway.tests.support import assert_problem
from skep_contracts.plugins.stores import Condition, Group

RETRIEVAL = "/api/v1/external-knowledge/retrieval"


def asked(stage: Stage, *conditions: dict[str, Any], **body: Any) -> Any:
    stage.gateway.request("POST", PATH, {"name": "handbook"})
    known = {"knowledge_id": "handbook", "query": "bees", **body}
    if conditions:
        known["metadata_condition"] = {"logical_operator": "or", "conditions": conditions}
    return stage.gateway.request("POST", RETRIEVAL, known)


def is_(name: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"name": [name], "comparison_operator": operator, "value": value}


def test_passages_come_as_the_contract_says(stage: Stage) -> None:
    answer = asked(stage, retrieval_setting={"top_k": 2, "score_threshold": 0.3}, more=1)

    assert answer.status == 200
    call = stage.ingest.searched[-1]
    assert (call.datasets, call.top_k, call.score_threshold) == (("handbook",), 2, 0.3)
    for record in answer.json()["records"]:
        assert set(record) == {"content", "score", "title", "metadata"}
        assert isinstance(record["metadata"], dict)


def test_conditions_become_a_filter(stage: Stage) -> None:
    conditions = (
        is_("year", "≥", "2024"),
        is_("lang", "not in", "de, fr"),
        is_("kind", "is", "manual"),
        is_("draft", "empty"),
    )

    assert asked(stage, *conditions).status == 200
    assert stage.ingest.searched[-1].filter == Group(
        match="any",
        of=(
            Condition(field="year", op="ge", value=2024),
            Group(match="none", of=(Condition(field="lang", op="in", value=["de", "fr"]),)),
            Condition(field="kind", op="eq", value="manual"),
            Condition(field="draft", op="exists", value=False),
        ),
    )


def test_unknown_dataset_has_the_contracts_error(stage: Stage) -> None:
    answer = asked(stage, knowledge_id="birds")

    assert answer.status == 404
    assert answer.json()["error_code"] == 2001
    assert "no such dataset" in answer.json()["error_msg"]


@pytest.mark.parametrize(
    "body",
    [
        {"query": ""},
        {"knowledge_id": 7},
        {"retrieval_setting": {"top_k": 0}},
        {"retrieval_setting": []},
        {"metadata_condition": {"conditions": [is_("a", "resembles", 1)]}},
        {"metadata_condition": {"conditions": [{"name": [], "comparison_operator": "is"}]}},
    ],
)
def test_senseless_requests_are_refused(stage: Stage, body: dict[str, Any]) -> None:
    assert_problem(asked(stage, **body), 422)


def test_key_of_an_external_knowledge_base_is_sealed_and_not_shown(stage: Stage) -> None:
    place = {"endpoint": "https://kb.example.org", "knowledge_id": "kb-1", "api_key": "geheim"}

    answer = stage.gateway.request("POST", PATH, {"name": "far", "external": place})

    assert answer.status == 201
    assert b"geheim" not in answer.body
    call = stage.ingest.made[-1]
    assert call.external is not None
    assert call.external.sealed_key is not None
    assert call.external.endpoint == "https://kb.example.org"
    assert b"geheim" not in call.external.sealed_key
