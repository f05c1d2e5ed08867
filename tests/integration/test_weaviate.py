"""Knowledge in Weaviate, from a document to a passage. Tested where a server is."""

import json
import os
import time
from collections.abc import Iterator

import pytest

from skep_testing.stack import RunningStack
from tests.integration.api import skep, wait_for_document

URL = os.environ.get("WEAVIATE_URL", "")
pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(
        not URL, reason="NOT TESTED, no Weaviate here: set WEAVIATE_URL to a server's address"
    ),
]


@pytest.fixture(scope="module")
def stack() -> Iterator[RunningStack]:
    settings = {
        "url": URL,
        "grpc_url": os.environ.get("WEAVIATE_GRPC_URL", ""),
        "api_key": os.environ.get("WEAVIATE_API_KEY", ""),
    }
    plugins = json.dumps({"store-weaviate": settings})
    with RunningStack(environment={"SKEP_PLUGINS__SETTINGS": plugins}) as running:
        yield running


def test_documents_are_found_edited_and_deleted(stack: RunningStack) -> None:
    dataset = stack.request("POST", "/api/v1/datasets", {"name": "insects"})
    assert dataset["store"] == "weaviate"
    path = f"/api/v1/datasets/{dataset['id']}"
    body = {
        "name": "insects.md",
        "text": "# Bees\n\nBees make honey.\n\n# Ants\n\nAnts farm aphids.",
        "metadata": {"legs": 6},
    }
    document = stack.request("POST", f"{path}/documents", body)
    where = f"{path}/documents/{document['id']}"
    assert wait_for_document(stack, where)["status"] == "ready"

    for mode in ("hybrid", "semantic", "full_text"):
        enough = {"kind": "is", "field": "legs", "op": "ge", "value": 6}
        asked = {"query": "honey bee", "mode": mode, "filter": enough}
        hits = stack.request("POST", f"{path}/searches", asked)["chunks"]
        assert hits, mode
        assert "honey" in hits[0]["text"], mode
        more = {**asked, "filter": {**enough, "op": "gt"}}
        assert stack.request("POST", f"{path}/searches", more)["chunks"] == []

    chunk = stack.request("POST", f"{where}/chunks", {"text": "Wasps make paper."})
    found = {"query": "paper wasp", "mode": "full_text"}
    assert stack.request("POST", f"{path}/searches", found)["chunks"][0]["id"] == chunk["id"]
    stack.request("DELETE", where)
    stack.request("DELETE", path)


def test_dataset_moves_there_and_back(stack: RunningStack) -> None:
    body = {"name": "moving", "store": "sqlite"}
    path = f"/api/v1/datasets/{stack.request('POST', '/api/v1/datasets', body)['id']}"
    text = {"name": "bees.md", "text": "Bees make honey."}
    document = stack.request("POST", f"{path}/documents", text)
    wait_for_document(stack, f"{path}/documents/{document['id']}")
    asked = {"query": "honey", "mode": "hybrid"}
    before = stack.request("POST", f"{path}/searches", asked)["chunks"][0]["id"]

    for store in ("weaviate", "sqlite"):
        done = skep(stack, "datasets", "migrate", "moving", "--store", store, timeout_s=90)
        while "cleaning up" in done.stderr:  # of the move before
            time.sleep(2)
            done = skep(stack, "datasets", "migrate", "moving", "--store", store, timeout_s=90)
        assert done.returncode == 0, done.stderr
        assert f"is in {store} now" in done.stdout
        assert stack.request("POST", f"{path}/searches", asked)["chunks"][0]["id"] == before
    stack.request("DELETE", path)
