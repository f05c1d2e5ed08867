"""A dataset is written into a folder, and read from there into another."""

import json
from pathlib import Path

import pytest

from skep_testing.stack import RunningStack
from tests.integration.api import refused, skep, wait_for_document

pytestmark = [pytest.mark.integration]
PATH = "/api/v1/datasets"
TEXTS = {"soil.md": "# Soil\n\nHeather wants sour soil.", "water.txt": "Ferns want water. 🐝"}


@pytest.fixture(scope="module")
def dataset(stack: RunningStack) -> str:
    made = stack.request("POST", PATH, {"name": "garden", "tags": ["plants"]})["id"]
    for name, text in TEXTS.items():
        body = {"name": name, "text": text, "metadata": {"year": 2026}}
        document = stack.request("POST", f"{PATH}/{made}/documents", body)
        wait_for_document(stack, f"{PATH}/{made}/documents/{document['id']}")
    return str(made)


def test_what_was_written_is_read_again(stack: RunningStack, dataset: str, tmp_path: Path) -> None:
    folder = tmp_path / "garden"

    done = skep(stack, "datasets", "export", dataset, str(folder), "--chunks")
    synced = skep(stack, "datasets", "sync", "copy", str(folder / "files"))

    assert done.returncode == 0, done.stderr
    assert "2 of 2 documents" in done.stdout
    assert {file.name: file.read_text() for file in (folder / "files").iterdir()} == TEXTS
    told = json.loads((folder / "dataset.json").read_text())
    assert (told["name"], told["tags"]) == ("garden", ["plants"])
    lines = (folder / "documents.jsonl").read_text().splitlines()
    documents = [json.loads(line) for line in lines]
    assert {each["file"] for each in documents} == {"files/soil.md", "files/water.txt"}
    assert all(each["metadata"] == {"year": 2026} for each in documents)
    chunks = [json.loads(line) for line in (folder / "chunks.jsonl").read_text().splitlines()]
    assert {chunk["document_id"] for chunk in chunks} == {each["id"] for each in documents}
    assert synced.returncode == 0, synced.stderr
    copied = stack.request("GET", f"{PATH}/copy/documents")["items"]
    hashes = {each["name"]: each["content_hash"] for each in documents}
    assert {each["name"]: each["content_hash"] for each in copied} == hashes


def test_nothing_is_written_over(stack: RunningStack, dataset: str, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    done = skep(stack, "datasets", "export", dataset, str(tmp_path))

    assert done.returncode == 2
    assert "holds something already" in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_content_is_a_download_of_its_dataset_alone(stack: RunningStack, dataset: str) -> None:
    document = stack.request("GET", f"{PATH}/{dataset}/documents")["items"][0]["id"]
    stack.request("POST", PATH, {"name": "other"})

    for path in (f"other/documents/{document}/content", f"{dataset}/documents/doc_x/content"):
        assert refused(stack, "GET", f"{PATH}/{path}")["status"] == 404
