"""A picture becomes a document of a dataset, read by a model over its vendor's wire."""

from collections.abc import Iterator

import pytest

from skep_testing.stack import RunningStack
from tests.integration.api import skep, upload, wait_for_document
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
    again = skep(stack, "datasets", "reindex", "photos")
    wait_for_document(stack, f"{PATH}/photos/documents/{document['id']}")

    assert done["status"] == "ready", done
    assert "opens at nine on Monday" in found["text"]
    assert found["document_name"] == "door.png"
    assert again.returncode == 0
    assert model.count("door")["started"] == 1
