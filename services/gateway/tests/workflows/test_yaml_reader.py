"""YAML as far as workflows need it."""

import time

import pytest

from skep_contracts.problems import InvalidInput, TooLarge
from skep_gateway.workflows.yaml_reader import MAX_VALUES, Places, read_yaml


def fault(text: str) -> tuple[str, str]:
    with pytest.raises(InvalidInput) as caught:
        read_yaml(text)
    (error,) = caught.value.errors
    return caught.value.detail, error.pointer


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("yes", "yes"),
        ("NO", "NO"),
        ("y", "y"),
        ("12:30", "12:30"),
        ("2026-11-25", "2026-11-25"),
        ("1_000", "1_000"),
        ("0049", "0049"),
        ("1.2.3", "1.2.3"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("-7", -7),
        ("0x1F", 31),
        ("0o17", 15),
        ("1e3", 1000.0),
        ("-.5", -0.5),
        ("'1'", "1"),
        ('"true"', "true"),
        ("{{start.topic}} said", None),
        ("'{{start.topic}}'", "{{start.topic}}"),
        ("|\n  a\n  b\n", "a\nb\n"),
    ],
)
def test_scalars_are_those_of_yaml_1_2(text: str, value: object) -> None:
    if value is None and text.startswith("{{"):
        fault(f"key: {text}")
        return

    read = read_yaml(f"key: {text}")

    assert read == {"key": value}
    assert type(read["key"]) is type(value)


def test_keys_that_look_like_booleans_of_yaml_1_1_are_texts() -> None:
    assert read_yaml("on: {no: 1}\noff: y") == {"on": {"no": 1}, "off": "y"}


@pytest.mark.parametrize(
    ("text", "says", "place"),
    [
        ("a: &x [1]\nb: *x", "anchors", "line 1, column 4"),
        ("a: *x", "aliases", "line 1, column 4"),
        ("<<: *x", "aliases", "line 1"),
        ("a: 1\nb:\n  c: 1\n  c: 2", "twice", "line 4, column 3"),
        ("1: x", "must be text", "line 1"),
        ("true: x", "must be text", "line 1"),
        ("? [a, b]\n: x", "must be text", "line 1"),
        ("{a: b}: x", "must be text", "line 1"),
        ("a: !!python/name:os.system x", "tags", "line 1"),
        ("a: !include secret.yaml", "tags", "line 1"),
        ("--- 1\n--- 2", "second document", "line 2"),
        ("a: b: c", "not allowed", "line 1"),
        ("a:\n\t- b", "", "line 2"),
        ("a: [1, 2", "", "line"),
        ('a: "open', "", "line"),
        ("a: \x00b", "control character", "line 1, column 4"),
        ("a: 'x\x1b[31m'", "control character", "line 1"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_not_used_here_is_refused_with_its_place(text: str, says: str, place: str) -> None:
    detail, _ = fault(text)

    assert says in detail
    assert place in detail


def test_fault_points_into_the_data() -> None:
    assert fault("a:\n  - b\n  - c: *x")[1] == "/a/1/c"
    assert fault("a/b:\n  ~c: *x")[1] == "/a~1b/~0c"


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000 + "x", "{a: " * 5_000])
def test_deep_nesting_is_refused_quickly(text: str) -> None:
    began = time.monotonic()

    detail, _ = fault(text)

    assert "nested deeper" in detail
    assert time.monotonic() - began < 2


def test_number_of_values_is_bounded() -> None:
    with pytest.raises(TooLarge):
        read_yaml("- x\n" * (MAX_VALUES + 1))


def test_long_digits_are_no_burden() -> None:
    assert read_yaml("a: " + "9" * 100_000)["a"] == "9" * 100_000
    assert read_yaml("a: " + "9" * 40)["a"] == float("9" * 40)


def test_places_are_those_of_the_values() -> None:
    places: Places = {}

    read_yaml("a:\n  - b\n  - c:\n      d: e\n    f: [1, 2]\ng: h\n", places=places)

    assert {pointer: (p.line, p.column) for pointer, p in places.items()} == {
        "": (1, 1),
        "/a": (2, 3),
        "/a/0": (2, 5),
        "/a/1": (3, 5),
        "/a/1/c": (4, 7),
        "/a/1/c/d": (4, 10),
        "/a/1/f": (5, 8),
        "/a/1/f/0": (5, 9),
        "/a/1/f/1": (5, 12),
        "/g": (6, 4),
    }
