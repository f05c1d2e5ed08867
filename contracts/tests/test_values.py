"""Values are bounded JSON; what is not is refused with its place."""

import math
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_contracts.ids import FileId
from skep_contracts.problems import InvalidInput, TooLarge
from skep_contracts.values import (
    MAX_DEPTH,
    FileRef,
    blob_key,
    check_value,
    file_fields,
    file_from_value,
    file_to_value,
    has_type,
    to_text,
)

FILE = FileRef(
    id=FileId("file_1"),
    name="a.pdf",
    mime_type="application/pdf",
    size_bytes=3,
    blob=blob_key(b"pdf"),
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)
anything = st.recursive(
    scalars | st.floats() | st.text() | st.integers() | st.binary() | st.dates(),
    lambda inner: st.lists(inner) | st.dictionaries(st.integers() | st.text(), inner),
    max_leaves=10,
)


def nested(depth: int, *, in_objects: bool = False) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = {"a": value} if in_objects else [value]
    return value


def fault_of(value: object, **limits: Any) -> tuple[str, str]:
    with pytest.raises((InvalidInput, TooLarge)) as refusal:
        check_value(value, **limits)
    (error,) = refusal.value.errors
    return error.pointer, error.message


@given(value=values)
def test_json_values_pass_and_can_be_written(value: Any) -> None:
    check_value(value)

    assert msgspec.json.decode(msgspec.json.encode(value)) == value
    assert isinstance(to_text(value), str)


@given(value=anything)
def test_anything_passes_or_is_refused_in_our_words(value: Any) -> None:
    with suppress(InvalidInput, TooLarge):
        check_value(value)
        msgspec.json.encode(value)


@pytest.mark.parametrize(
    ("value", "pointer", "message"),
    [
        ({"a": [1, math.nan]}, "/a/1", "NaN and infinity are not JSON values"),
        ([math.inf], "/0", "NaN and infinity are not JSON values"),
        ({"a": "\ud800"}, "/a", "half of a surrogate pair, which is not valid Unicode"),
        ({"\udfff": 1}, "", "a key holds half of a surrogate pair, which is not valid Unicode"),
        ({"a": {1: 2}}, "/a", "the key 1 is not text; quote it"),
        ({"a": {True: 2}}, "/a", "the key True is not text; quote it"),
        ([2**64], "/0", "an integer beyond 64 bits"),
        ([-(2**63) - 1], "/0", "an integer beyond 64 bits"),
        ({"a/b": {"c~d": b"x"}}, "/a~1b/c~0d", "bytes is not a JSON value"),
        ([{1, 2}], "/0", "set is not a JSON value"),
    ],
)
def test_fault_has_its_place(value: object, pointer: str, message: str) -> None:
    assert fault_of(value) == (pointer, message)


@pytest.mark.parametrize("in_objects", [False, True])
def test_depth_is_bounded(*, in_objects: bool) -> None:
    check_value(nested(MAX_DEPTH, in_objects=in_objects))

    assert "nested deeper" in fault_of(nested(MAX_DEPTH + 1, in_objects=in_objects))[1]
    assert "nested deeper" in fault_of(nested(100_000, in_objects=in_objects))[1]


def test_structure_that_holds_itself_is_too_deep() -> None:
    loop: list[Any] = []
    loop.append(loop)

    assert "nested deeper" in fault_of(loop)[1]


def test_size_is_bounded_and_counted_early() -> None:
    assert fault_of("x" * 1000, max_bytes=100)[1] == "over 100 bytes"
    assert fault_of(["é" * 60], max_bytes=100)[1] == "over 100 bytes"
    shared: Any = ["x" * 100] * 100
    for _ in range(6):
        shared = [shared] * 100

    assert fault_of(shared)[1].startswith("over")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("as is", "as is"),
        (None, ""),
        (True, "true"),
        (3, "3"),
        (2.50, "2.5"),
        ([1, "é", None], '[1,"é",null]'),
        ({"a": {"b": False}}, '{"a":{"b":false}}'),
        (file_to_value(FILE), "a.pdf"),
    ],
)
def test_value_as_text(value: object, text: str) -> None:
    assert to_text(value) == text


@pytest.mark.parametrize("value", [["\ud800"], [object()], nested(100_000)])
def test_text_of_what_is_no_value_is_refused(value: object) -> None:
    with pytest.raises(InvalidInput):
        to_text(value)


def test_file_travels_as_a_value() -> None:
    value = file_to_value(FILE)

    check_value(value)

    assert file_from_value(value) == FILE


@pytest.mark.parametrize(
    "value", [None, {}, {"$file": {}}, {"$file": 1}, {"$file": "x", "a": 1}, [file_to_value(FILE)]]
)
def test_other_values_are_no_files(value: object) -> None:
    assert file_from_value(value) is None


@pytest.mark.parametrize(
    ("declared", "fits", "does_not"),
    [
        ("string", ["", "x", None], [1, True, []]),
        ("number", [1, 1.5, None], [True, "1"]),
        ("boolean", [True, None], [0, "true"]),
        ("object", [{}, {"a": 1}], [[], "x"]),
        ("file", [file_to_value(FILE)], [{}, "a.pdf"]),
        ("any", [1, [], {}, "x"], []),
        ("array[string]", [[], ["a"], ["a", None]], ["a", [1]]),
        ("array[any]", [[1, "a", {}]], [{}, 1]),
        ("unheard of", [None], [1]),
    ],
)
def test_declared_types(declared: str, fits: list[Any], does_not: list[Any]) -> None:
    assert all(has_type(value, declared) for value in fits)
    assert not any(has_type(value, declared) for value in does_not)


@pytest.mark.parametrize(
    ("name", "mime_type", "extension", "kind"),
    [
        ("a.b.PNG", "image/png", ".png", "image"),
        ("talk.mp3", "audio/mpeg", ".mp3", "audio"),
        ("r.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
         ".docx", "document"),
        ("notes", "text/plain", "", "document"),
        (".profile", "application/octet-stream", "", "other"),
        ("a.b/c", "application/problem+json", "", "document"),
        ("all.zip", "application/zip", ".zip", "other"),
    ],
)  # fmt: skip
def test_file_is_of_a_kind(name: str, mime_type: str, extension: str, kind: str) -> None:
    fields = file_fields({"name": name, "mime_type": mime_type})

    assert (fields["extension"], fields["kind"]) == (extension, kind)


@given(st.dictionaries(st.text(), st.none() | st.integers() | st.text()))
def test_fields_of_what_is_no_file_harm_nothing(fields: dict[str, Any]) -> None:
    assert file_fields(fields)["kind"] in {"image", "audio", "video", "document", "other"}
