"""A picture becomes a document of a dataset, read by a model over its vendor's wire."""

from collections.abc import Iterator

import pytest

from skep_testing.documents import make_pdf
from skep_testing.stack import RunningStack
from tests.integration.api import eventually, skep, upload, wait_for_document
from tests.integration.models import ScriptedModel, scripted_model

pytestmark = [pytest.mark.integration]
MODEL = "openai/gpt-4o-mini"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
PATH = "/api/v1/datasets"


@pytest.fixture(scope="module")
def model(stack: RunningStack) -> Iterator[ScriptedModel]:
    with scripted_model("--tokens", "6") as running:
        running.connect(stack)
        yield running


def read_anew(stack: RunningStack, document: str, before: str) -> bool:
    found = stack.request("GET", f"{PATH}/photos/documents/{document}")
    return bool(found["status"] == "ready" and found["updated_at"] > before)


def test_picture_is_read_once_found_and_cited(stack: RunningStack, model: ScriptedModel) -> None:
    model.script("[[door]]", {"text": "# Opening hours\n\nThe museum opens at nine on Monday."})
    spec = {"pictures": {"model": MODEL, "instruction": "[[door]]"}}
    stack.request("POST", PATH, {"name": "photos", "chunk_spec": spec})
    file = upload(stack, "door.png", PNG, "image/png")
    body = {"file_id": file["id"], "name": "door.png"}
    document = stack.request("POST", f"{PATH}/photos/documents", body)

    done = wait_for_document(stack, f"{PATH}/photos/documents/{document['id']}")
    query = {"query": "When does the museum open?", "top_k": 1}
    (found,) = stack.request("POST", f"{PATH}/photos/searches", query)["chunks"]
    before = done["updated_at"]
    again = skep(stack, "datasets", "reindex", "photos")
    eventually(lambda: read_anew(stack, document["id"], before))

    assert done["status"] == "ready", done
    assert "opens at nine on Monday" in found["text"]
    assert found["document_name"] == "door.png"
    assert again.returncode == 0
    assert model.count("door")["started"] == 1


def test_scanned_page_is_read_and_cited_and_told_where_nobody_reads_it(
    stack: RunningStack, model: ScriptedModel
) -> None:
    model.script("[[scan]]", {"text": "The lighthouse was built in 1887."})
    spec = {
        "pictures": {"model": MODEL, "instruction": "[[scan]]"},
        "max_chars": 60,
        "overlap_chars": 0,
    }
    file = upload(stack, "book.pdf", make_pdf(["A book about the coast.", ""]), "application/pdf")
    body = {"file_id": file["id"], "name": "book.pdf"}
    notes: list[str] = []
    for name, chunk_spec in (("seen", spec), ("unseen", {})):
        stack.request("POST", PATH, {"name": name, "chunk_spec": chunk_spec})
        document = stack.request("POST", f"{PATH}/{name}/documents", body)
        done = wait_for_document(stack, f"{PATH}/{name}/documents/{document['id']}")
        assert done["status"] == "ready", done
        notes.append(done.get("note", ""))

    query = {"query": "When was the lighthouse built?", "top_k": 1}
    (found,) = stack.request("POST", f"{PATH}/seen/searches", query)["chunks"]
    listed = skep(stack, "datasets", "documents", "unseen").stdout

    assert "1887" in found["text"]
    assert notes[0] == ""
    assert "page 2" in notes[1]
    assert "page 2" in listed
    assert model.count("scan")["started"] == 1
