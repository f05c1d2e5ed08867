"""What filters can ask about."""

from typing import Any

import pytest

from services.ingest.tests.stage import CALL_S, OTHER, TENANT, Stage
from skep_contracts.calls.dataset import (
    ListDatasetFields,
    ListDatasetFieldsReply,
    MetadataField,
)
from skep_contracts.problems import InvalidInput, NotFound
from skep_ingest.retrieval.list_fields import summarize


async def fields(stage: Stage, *datasets: str, tenant: str = TENANT) -> dict[str, MetadataField]:
    reply = await stage.bus.call(
        ListDatasetFields(datasets=datasets),
        tenant=tenant,
        reply=ListDatasetFieldsReply,
        timeout_s=CALL_S,
    )
    return {field.name: field for field in reply.fields}


async def test_fields_of_documents_are_listed_with_their_types(any_stage: Stage) -> None:
    stage = any_stage
    one, two = await stage.dataset("one"), await stage.dataset("two")
    await stage.indexed(one.id, "bees.md", "Bees.", metadata={"legs": 6, "tags": ["a", "b"]})
    await stage.indexed(two.id, "ants.md", "Ants.", metadata={"legs": 6.0, "stings": False})
    gone = await stage.indexed(one.id, "gone.md", "Gone.", metadata={"gone": True})
    await stage.delete(gone)

    found = await fields(stage, one.id, "two", "two")

    assert list(found) == ["document_name", "legs", "stings", "tags"]
    assert found["legs"].type == "number"
    assert found["legs"].documents == 2
    assert found["tags"] == MetadataField(
        name="tags", type="array", documents=1, examples=("a", "b")
    )
    assert set(found["document_name"].examples) == {"ants.md", "bees.md"}
    assert found["stings"].examples == (False,)


async def test_empty_and_unknown_datasets(stage: Stage) -> None:
    dataset = await stage.dataset("one")

    assert await fields(stage, dataset.id) == {}
    with pytest.raises(NotFound, match="birds"):
        await fields(stage, dataset.id, "birds")
    with pytest.raises(NotFound):
        await fields(stage, dataset.id, tenant=OTHER)
    with pytest.raises(InvalidInput):
        await fields(stage)


def test_strange_metadata_is_bounded() -> None:
    documents: list[tuple[str, dict[str, Any]]] = [
        ("a", {f"field {n}": n for n in range(300)}),
        ("b", {"field 1": "x", 'quo"te': 1, "null": None, "object": {}, "long": "x" * 200}),
        ("c", {"many": list(range(100)), "mixed": [{}, None, True, 1, 1.0]}),
    ]

    found = {field.name: field for field in summarize(documents)}

    assert len(found) == 200
    assert found["field 1"].type == "any"
    assert not {'quo"te', "null", "object"} & set(found)
    few = {field.name: field for field in summarize(documents[1:])}
    assert len(few["many"].examples) == 20
    assert few["mixed"].examples == (True, 1, 1.0)
    assert few["long"].examples == ()
