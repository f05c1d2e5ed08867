"""Datasets and documents: the gateway stores what is sent and passes on what ingest says."""

from typing import Any

import pytest

from services.gateway.tests.stage import Stage, form
from services.gateway.tests.support import (
    Answer,
    assert_problem,
    pointers,
    running_gateway,
)
from skep_contracts.ids import new_id

PATH = "/api/v1/datasets"


@pytest.fixture(scope="module")
def dataset(stage: Stage) -> str:
    made = stage.gateway.request("POST", PATH, {"name": "handbook"})
    assert made.status == 201, made.body
    return str(made.json()["id"])


def add(stage: Stage, dataset: str, body: object = None, **sent: Any) -> Answer:
    return stage.gateway.request("POST", f"{PATH}/{dataset}/documents", body, **sent)


def test_dataset_is_made_as_it_was_asked_for(stage: Stage) -> None:
    spec = {"max_chars": 500, "overlap_chars": 50}
    made = stage.gateway.request("POST", PATH, {"name": "specific", "chunk_spec": spec}).json()

    assert made["chunk_spec"]["max_chars"] == 500
    assert stage.gateway.request("GET", f"{PATH}/{made['id']}").json() == made
    assert stage.gateway.request("GET", f"{PATH}/specific").json() == made
    assert made in stage.gateway.request("GET", PATH).json()["items"]
    assert stage.gateway.request("DELETE", f"{PATH}/specific").status == 204
    assert_problem(stage.gateway.request("DELETE", f"{PATH}/specific"), 404)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "/name"),
        ({"name": " "}, "/name"),
        ({"name": "a\nb"}, "/name"),
        ({"name": "x", "chunk_spec": {"max_chars": "many"}}, "/chunk_spec/max_chars"),
        ({"name": "x", "chunk_spec": {"nonsense": 1}}, "/chunk_spec"),
        ({"name": "x", "color": 1}, "/color"),
    ],
)
def test_senseless_datasets_are_refused(stage: Stage, body: object, place: str) -> None:
    problem = assert_problem(stage.gateway.request("POST", PATH, body), 422)

    assert any(pointer.startswith(place) for pointer in pointers(problem))


def test_document_comes_as_a_form(stage: Stage, dataset: str) -> None:
    more = '--b\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n{"year": 2026}\r\n'
    answer = add(
        stage,
        dataset,
        data=form(b"# Boots", filename='filename="../boots.md"', kind="text/markdown", more=more),
        content_type="multipart/form-data; boundary=b",
    )

    assert answer.status == 202, answer.body
    assert answer.json()["name"] == "boots.md"
    assert answer.json()["metadata"] == {"year": 2026}
    asked = stage.ingest.created[-1]
    assert asked.file.mime_type == "text/markdown"
    tenant = stage.gateway.request("GET", "/api/v1/me").json()["tenant"]["id"]
    blobs = stage.gateway.gateway.bus.blobs
    assert stage.gateway.run(lambda: blobs.get(tenant, asked.file.blob, max_bytes=99)) == b"# Boots"


def test_document_comes_as_text(stage: Stage, dataset: str) -> None:
    answer = add(stage, dataset, {"name": "note", "text": "Bees hum.", "metadata": {"a": [1]}})

    assert answer.status == 202
    assert answer.json()["mime_type"] == "text/plain"
    shown = stage.gateway.request("GET", f"{PATH}/{dataset}/documents/{answer.json()['id']}")
    assert shown.json() == answer.json()


def test_document_comes_from_a_file_that_was_uploaded(stage: Stage, dataset: str) -> None:
    kind = "multipart/form-data; boundary=b"
    file = stage.gateway.request("POST", "/api/v1/files", data=form(b"once"), content_type=kind)

    answer = add(stage, dataset, {"file_id": file.json()["id"]})

    assert answer.status == 202
    assert stage.ingest.created[-1].file.id == file.json()["id"]


@pytest.mark.parametrize(
    ("body", "status", "place"),
    [
        ({}, 422, ""),
        ({"text": "x"}, 422, "/name"),
        ({"name": "x"}, 422, ""),
        ({"name": "x", "text": ""}, 422, "/text"),
        ({"name": "x", "text": "a", "file_id": "file_x"}, 422, ""),
        ({"file_id": "file_01ARZ3NDEKTSV4RRFFQ69G5FAV"}, 404, None),
        ({"name": "x", "text": "a", "metadata": []}, 422, "/metadata"),
        ({"name": "x", "text": "a", "more": 1}, 422, "/more"),
        ({"name": "x\ny", "text": "a"}, 422, "/name"),
        ([], 422, None),
        ("text", 422, None),
    ],
)
def test_senseless_documents_are_refused(
    stage: Stage, dataset: str, *, body: object, status: int, place: str | None
) -> None:
    before = len(stage.ingest.created)

    problem = assert_problem(add(stage, dataset, body), status)

    assert place is None or place in pointers(problem)
    assert len(stage.ingest.created) == before


@pytest.mark.parametrize(
    "metadata", ["{", "[1]", "null", '{"a": 1e999}', '{"a": "\\u0000"}', "[" * 100_000, "\ud800"]
)
def test_senseless_metadata_is_pointed_at(stage: Stage, dataset: str, metadata: str) -> None:
    part = f'--b\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n{metadata}\r\n'
    data = form().replace(b"--b--\r\n", part.encode("utf-8", "surrogatepass") + b"--b--\r\n")

    answer = add(stage, dataset, data=data, content_type="multipart/form-data; boundary=b")

    assert answer.status in {400, 422}, answer.body
    problem = assert_problem(answer, answer.status)
    assert answer.status == 400 or pointers(problem) == {"/metadata"}


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", ""])
def test_other_types_are_read_as_json_or_refused(stage: Stage, dataset: str, kind: str) -> None:
    answer = add(stage, dataset, data=b"<x/>", content_type=kind)

    assert_problem(answer, answer.status)
    assert answer.status in {400, 415, 422}


def test_nothing_is_stored_for_a_dataset_that_does_not_exist(stage: Stage) -> None:
    for name in ("nowhere", new_id("dataset"), "a%2fb"):
        answer = add(stage, name, {"name": "x", "text": "never stored"})
        assert answer.status == 404


@pytest.mark.parametrize("status", ["unknown", "banana", "READY"])
def test_documents_are_listed_by_a_status_there_is(stage: Stage, dataset: str, status: str) -> None:
    path = f"{PATH}/{dataset}/documents"

    assert stage.gateway.request("GET", f"{path}?status=ready").status == 200
    problem = assert_problem(stage.gateway.request("GET", f"{path}?status={status}"), 422)
    assert pointers(problem) == {"/status"}


def test_document_is_retried_and_deleted(stage: Stage, dataset: str) -> None:
    made = add(stage, dataset, {"name": "gone", "text": "soon"}).json()
    path = f"{PATH}/{dataset}/documents/{made['id']}"

    assert stage.gateway.request("POST", f"{path}/retries", {}).status == 202
    assert stage.gateway.request("DELETE", path).status == 204
    assert_problem(stage.gateway.request("DELETE", path), 404)
    assert_problem(stage.gateway.request("GET", path), 404)


def test_search_says_what_was_asked(stage: Stage, dataset: str) -> None:
    body = {"query": "bees", "top_k": 3, "mode": "semantic", "score_threshold": 0.5}

    assert stage.gateway.request("POST", f"{PATH}/{dataset}/searches", body).status == 200
    asked = stage.ingest.searched[-1]
    assert (asked.query, asked.datasets, asked.top_k) == ("bees", (dataset,), 3)
    assert (asked.mode, asked.score_threshold) == ("semantic", 0.5)


def test_search_in_several_datasets_with_every_option(stage: Stage, dataset: str) -> None:
    stage.gateway.request("POST", PATH, {"name": "wiki"})
    body = {
        "query": "bees",
        "fusion": "ranks",
        "other_queries": ["honey makers"],
        "more_datasets": ["wiki"],
        "dataset_weights": {"wiki": 0.5},
        "expand": 2,
        "distinct": True,
    }

    assert stage.gateway.request("POST", f"{PATH}/{dataset}/searches", body).status == 200
    asked = stage.ingest.searched[-1]
    assert (asked.datasets, asked.dataset_weights) == ((dataset, "wiki"), {"wiki": 0.5})
    assert (asked.fusion, asked.other_queries) == ("ranks", ("honey makers",))
    assert (asked.expand, asked.distinct) == (2, True)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"query": ""}, "/query"),
        ({"top_k": 0}, "/top_k"),
        ({"top_k": 10**9}, "/top_k"),
        ({"mode": "psychic"}, "/mode"),
        ({"vector_weight": 2}, "/vector_weight"),
        ({"vector_weight": "NaN"}, "/vector_weight"),
        ({"filter": {"op": "drop table"}}, "/filter"),
        ({"datasets": ["other"]}, "/datasets"),
        ({"fusion": "luck"}, "/fusion"),
        ({"expand": 11}, "/expand"),
        ({"other_queries": [""]}, "/other_queries/0"),
        ({"dataset_weights": {"wiki": 0}}, "/dataset_weights"),
    ],
)
def test_senseless_searches_are_refused(
    stage: Stage, dataset: str, change: dict[str, Any], place: str
) -> None:
    answer = stage.gateway.request(
        "POST", f"{PATH}/{dataset}/searches", {"query": "bees", **change}
    )

    problem = assert_problem(answer, 422)
    assert any(pointer.startswith(place) for pointer in pointers(problem)), problem


def test_without_ingest_writers_of_other_things_do_not_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("skep_runtime.bus.calls._GATHERING_S", 0.1)
    with running_gateway() as gateway:
        stage = Stage(gateway)
        stage.set_up(ingest=False)

        answers = [
            add(stage, "handbook", {"name": "x", "text": "y"}),
            gateway.request("GET", PATH),
            gateway.request("POST", PATH, {"name": "x"}),
            gateway.request("POST", f"{PATH}/x/searches", {"query": "x"}),
        ]

        stage.tear_down()
    for answer in answers:
        assert_problem(answer, 503, "no_responder")


def test_chunkers_are_listed_with_what_they_are_called(stage: Stage) -> None:
    found = stage.gateway.request("GET", "/api/v1/chunkers").json()["items"]

    names = [each["name"] for each in found]
    assert names == sorted(names)
    assert {"general", "structure"} <= set(names)
    assert all(each["title"] for each in found)
