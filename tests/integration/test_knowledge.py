"""Knowledge over HTTP: documents and chunks are looked at, changed, stopped and counted."""

import json
import time
from typing import Any

import pytest

from skep_testing.stack import RunningStack
from tests.integration.api import eventually, refused, skep, upload, wait_for_document

PATH = "/api/v1/datasets"
SOIL = "# Soil\n\nHeather wants sour soil.\n\n# Water\n\nFerns want water every day.\n"


@pytest.fixture(scope="module")
def dataset(stack: RunningStack) -> str:
    body = {"name": "garden", "chunk_spec": {"max_chars": 60, "overlap_chars": 0}}
    return str(stack.request("POST", PATH, body)["id"])


@pytest.fixture(scope="module")
def document(stack: RunningStack, dataset: str) -> str:
    body = {"name": "soil.md", "text": SOIL, "metadata": {"season": "spring", "year": 2026}}
    made = stack.request("POST", f"{PATH}/{dataset}/documents", body)
    path = f"{PATH}/{dataset}/documents/{made['id']}"
    assert wait_for_document(stack, path)["status"] == "ready"
    return path


def settled(stack: RunningStack, dataset: str) -> dict[str, Any]:
    """The statistics once nothing is being deleted any more."""
    for _ in range(200):
        told = stack.request("GET", f"{PATH}/{dataset}/statistics")
        if "deleting" not in told["by_status"]:
            return dict(told)
        time.sleep(0.1)
    pytest.fail("A document is being deleted for 20 s.")


def found(stack: RunningStack, dataset: str, query: str, **more: Any) -> list[dict[str, Any]]:
    body = {"query": query, "mode": "full_text", **more}
    answer = stack.request("POST", f"{PATH}/{dataset}/searches", body)
    return list(answer["chunks"])


def test_chunks_come_in_pages_and_in_order(stack: RunningStack, document: str) -> None:
    first = stack.request("GET", f"{document}/chunks?limit=1")
    second = stack.request("GET", f"{document}/chunks?limit=1&cursor={first['next_cursor']}")

    assert first["items"][0]["seq"] < second["items"][0]["seq"]
    assert first["items"][0]["heading_path"] == ["Soil"]
    texts = [chunk["text"] for chunk in stack.request("GET", f"{document}/chunks")["items"]]
    assert "Heather wants sour soil." in "\n".join(texts)


def test_chunk_is_written_changed_switched_off_and_deleted(
    stack: RunningStack, dataset: str, document: str
) -> None:
    body = {"text": "Orchids like mist.", "keywords": ["orchid"]}
    chunk = stack.request("POST", f"{document}/chunks", body)
    path = f"{document}/chunks/{chunk['id']}"
    assert chunk["is_edited"] is True
    assert [hit["text"] for hit in found(stack, dataset, "mist")] == ["Orchids like mist."]

    changed = stack.request("PATCH", path, {"text": "Orchids like fog."})
    assert (changed["text"], changed["keywords"]) == ("Orchids like fog.", ["orchid"])
    assert [hit["text"] for hit in found(stack, dataset, "fog")] == ["Orchids like fog."]
    assert found(stack, dataset, "mist") == []

    assert stack.request("PATCH", path, {"enabled": False})["enabled"] is False
    assert found(stack, dataset, "fog") == []

    stack.request("DELETE", path)
    assert refused(stack, "DELETE", path)["status"] == 404


def test_document_is_renamed_described_and_switched_off(
    stack: RunningStack, dataset: str, document: str
) -> None:
    changes = {"name": "earth.md", "metadata": {"season": "autumn", "year": None}}
    changed = stack.request("PATCH", document, changes)
    assert changed["name"] == "earth.md"
    assert changed["metadata"] == {"season": "autumn"}

    wanted = {"metadata": {"season": "autumn"}, "document_name": "earth.md"}
    eventually(lambda: _first(found(stack, dataset, "heather")).items() >= wanted.items())
    fields = stack.request("GET", f"{PATH}/{dataset}/fields")["fields"]
    assert {field["name"]: field["examples"] for field in fields} == {
        "document_name": ["earth.md"],
        "season": ["autumn"],
    }

    stack.request("PATCH", document, {"enabled": False})
    assert found(stack, dataset, "heather") == []
    stack.request("PATCH", document, {"enabled": True})
    assert len(found(stack, dataset, "heather")) == 1

    stack.request("PATCH", document, {"archived": True})
    problem = refused(stack, "PATCH", document, {"name": "other.md"})
    assert (problem["status"], problem["code"]) == (409, "document_archived")
    stack.request("PATCH", document, {"archived": False})


def test_document_that_is_done_cannot_be_stopped(stack: RunningStack, document: str) -> None:
    for order in ("pauses", "resumptions", "cancellations"):
        problem = refused(stack, "POST", f"{document}/{order}", {})
        assert problem["status"] == 409, (order, problem)
        assert problem["detail"]


def test_statistics_count_what_is_there_and_why_something_failed(
    stack: RunningStack, dataset: str, document: str
) -> None:
    broken = {"name": "broken.pdf", "text": "%PDF-1.7 nothing more"}
    made = stack.request("POST", f"{PATH}/{dataset}/documents", broken)
    path = f"{PATH}/{dataset}/documents/{made['id']}"
    assert wait_for_document(stack, path)["status"] == "failed"

    told = stack.request("GET", f"{PATH}/{dataset}/statistics")
    assert told["by_status"]["ready"] == 1
    assert told["by_status"]["failed"] == 1
    assert told["failures"][0]["documents"] == 1
    assert "damaged" in told["failures"][0]["example"]
    assert told["chunks"] >= 2
    stack.request("DELETE", path)


def test_preview_splits_a_file_and_stores_nothing(stack: RunningStack, dataset: str) -> None:
    file = upload(stack, "notes.md", SOIL.encode(), "text/markdown")
    before = settled(stack, dataset)
    body = {"file_id": file["id"], "chunk_spec": {"max_chars": 30, "overlap_chars": 0}}
    preview = stack.request("POST", f"{PATH}/{dataset}/previews", body)

    assert preview["total"] == len(preview["chunks"]) >= 3
    assert preview["tokens"] > 0
    assert settled(stack, dataset) == before
    senseless = {"file_id": file["id"], "chunk_spec": {"max_chars": 10, "overlap_chars": 20}}
    assert refused(stack, "POST", f"{PATH}/{dataset}/previews", senseless)["status"] == 422


def test_dataset_is_renamed_unless_the_name_is_taken(stack: RunningStack, dataset: str) -> None:
    changed = stack.request("PATCH", f"{PATH}/{dataset}", {"description": "What grows where."})
    assert (changed["name"], changed["description"]) == ("garden", "What grows where.")

    stack.request("POST", PATH, {"name": "kitchen"})
    assert refused(stack, "PATCH", f"{PATH}/kitchen", {"name": "garden"})["status"] == 409


def _first(hits: list[dict[str, Any]]) -> dict[str, Any]:
    return hits[0] if hits else {}


def test_documents_are_split_anew_and_moves_are_refused_where_nothing_moves(
    stack: RunningStack, dataset: str, document: str
) -> None:
    spec = {"max_chars": 40, "overlap_chars": 0}
    queued = stack.request("POST", f"{PATH}/{dataset}/reindexings", {"chunk_spec": spec})
    assert queued["documents"] == 1
    eventually(lambda: stack.request("GET", document)["status"] == "ready")
    chunks = stack.request("GET", f"{document}/chunks")["items"]
    assert all(len(chunk["text"]) <= 40 for chunk in chunks)

    nowhere = refused(stack, "POST", f"{PATH}/{dataset}/moves", {"store": "nowhere"})
    assert (nowhere["status"], nowhere["code"]) == (422, "unknown_store")
    here = refused(stack, "POST", f"{PATH}/{dataset}/moves", {})
    assert here["code"] == "nothing_to_move"
    assert stack.request("DELETE", f"{PATH}/{dataset}/moves") is None
    done = skep(stack, "datasets", "reindex", dataset, "--max-chars", "60")
    assert done.stdout.strip() == "1 documents queued"


def test_children_are_searched_and_their_passage_is_found(
    stack: RunningStack, dataset: str, document: str
) -> None:
    options = ("--max-chars", "400", "--child-chars", "30", "--clean", "collapse-whitespace")
    assert skep(stack, "datasets", "reindex", dataset, *options).returncode == 0
    eventually(lambda: stack.request("GET", document)["status"] == "ready")
    spec = stack.request("GET", f"{PATH}/{dataset}")["chunk_spec"]
    assert (spec["children"]["max_chars"], spec["clean"]) == (30, ["collapse_whitespace"])

    children = stack.request("GET", f"{document}/chunks")["items"]
    own = stack.request("GET", f"{document}/chunks?parent=0")["items"]
    query = {"query": children[1]["text"], "top_k": 1}
    (found,) = stack.request("POST", f"{PATH}/{dataset}/searches", query)["chunks"]

    assert len(own) > 1
    assert all(child["parent"] == 0 for child in own)
    assert len(found["match"]) <= 30 < len(found["text"])
    assert found["match"].strip() in found["text"]
    skep(stack, "datasets", "reindex", dataset, "--child-chars", "0", "--clean", "none")
    eventually(lambda: stack.request("GET", document)["status"] == "ready")
    assert stack.request("GET", f"{PATH}/{dataset}")["chunk_spec"]["children"] is None


def test_datasets_are_found_by_words_and_tags(stack: RunningStack, dataset: str) -> None:
    name = stack.request("GET", f"{PATH}/{dataset}")["name"]
    assert skep(stack, "datasets", "tag", dataset, "law", "staff").stdout.strip() == "law, staff"

    listed = json.loads(skep(stack, "datasets", "list", "--tag", "law", "--json").stdout)
    named = stack.request("GET", f"{PATH}?search={name[:4].upper()}")["items"]
    tags = stack.request("GET", "/api/v1/dataset-tags")["items"]
    problem = refused(stack, "PATCH", f"{PATH}/{dataset}", {"tags": ["x" * 41]})

    assert [item["id"] for item in listed] == [dataset]
    assert dataset in {item["id"] for item in named}
    assert stack.request("GET", f"{PATH}?tag=la")["items"] == []
    assert tags == [{"tag": "law", "datasets": 1}, {"tag": "staff", "datasets": 1}]
    assert problem["status"] == 422
    assert skep(stack, "datasets", "tag", dataset).stdout.strip() == "no tags"
