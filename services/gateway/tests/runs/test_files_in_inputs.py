"""Files in inputs are named by their id, wherever they stand."""

from typing import Any

import pytest

from skep_contracts.ids import BlobKey, FileId
from skep_contracts.problems import InvalidInput, TooLarge
from skep_contracts.values import FileRef, file_from_value
from skep_gateway.runs.files_in_inputs import MOST_FILES, file_ids, with_refs


def file(file_id: str = "file_1", **more: Any) -> dict[str, Any]:
    return {"$file": {"id": file_id, **more}}


def test_files_are_found_at_any_depth() -> None:
    inputs = {"a": file("1"), "b": ["x", file("2")], "c/d": {"deep": [{"~": file("3")}]}, "e": 1}

    assert file_ids(inputs) == {
        "/inputs/a": "1",
        "/inputs/b/1": "2",
        "/inputs/c~1d/deep/0/~0": "3",
    }


def test_what_a_client_says_of_a_file_beside_its_id_counts_for_nothing() -> None:
    stored = FileRef(
        id=FileId("1"), name="real", mime_type="text/plain", size_bytes=3, blob=BlobKey("a" * 64)
    )
    inputs = {"x": [{"y": file("1", name="fake", blob="b" * 64, mime_type="z", size_bytes=9)}]}

    put = with_refs(inputs, {"1": stored})

    assert file_from_value(put["x"][0]["y"]) == stored


@pytest.mark.parametrize(
    "value",
    [
        {"$file": {"id": "file_1"}, "more": 1},
        {"$file": {"id": 1}},
        {"$file": {}},
        {"$file": "file_1"},
        {"$file": None},
    ],
)
def test_half_a_file_is_refused_where_it_stands(value: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        file_ids({"x": [{"y": value}]})

    assert [error.pointer for error in caught.value.errors] == ["/inputs/x/0/y"]


def test_endless_nesting_is_refused() -> None:
    value: Any = file()
    for _ in range(5_000):
        value = [value]

    with pytest.raises(InvalidInput):
        file_ids({"x": value})


def test_too_many_files_are_refused() -> None:
    assert len(file_ids({"x": [file()] * MOST_FILES})) == MOST_FILES
    with pytest.raises(TooLarge):
        file_ids({"x": [file()] * (MOST_FILES + 1)})
