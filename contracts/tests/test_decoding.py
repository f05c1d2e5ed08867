"""What does not fit a type is told with its exact place."""

from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_contracts.decoding import convert, find_fault
from skep_contracts.problems import InvalidInput, did_you_mean, json_pointer

Key = Annotated[str, msgspec.Meta(pattern="^[a-z]+$")]


class Inner(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One level down."""

    count: int
    tags: dict[Key, tuple[int, ...]] = {}


class Outer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The top."""

    name: str = msgspec.field(name="called", default="x")
    inner: Inner | None = None
    many: dict[str, Inner] = {}
    nested: dict[str, dict[str, int]] = {}
    list: tuple[Inner, ...] = ()
    kind: Literal["a", "b"] = "a"


@pytest.mark.parametrize(
    ("data", "pointer", "message"),
    [
        ([], "", "Expected `object`, got `array`"),
        ({"called": 1}, "/called", "Expected `str`, got `int`"),
        ({"name": "x"}, "/name", None),
        ({"cald": "x"}, "/cald", "unknown field `cald`; did you mean `called`?"),
        ({"inner": {}}, "/inner", "`count` is missing"),
        ({"inner": {"count": 1, "cuont": 2}}, "/inner/cuont", None),
        ({"list": [{"count": 1}, {"count": "x"}]}, "/list/1/count", "Expected `int`, got `str`"),
        ({"list": [{"count": 1, "x": 2}]}, "/list/0/x", "unknown field `x`; known are count, tags"),
        ({"many": {"a": {"count": 1}, "b/c": {"count": "x"}, "d": {}}}, "/many/b~1c/count", None),
        ({"many": {"a": {"count": 1}, "b": {}}}, "/many/b", "`count` is missing"),
        ({"nested": {"a": {"x": 1}, "b": {"y": 2, "z": "3"}}}, "/nested/b/z", None),
        ({"inner": {"count": 1, "tags": {"ok": [], "Not": []}}}, "/inner/tags/Not", None),
        ({"inner": {"count": 1, "tags": {"ok": [1, "x"]}}}, "/inner/tags/ok/1", None),
        ({"kind": "c"}, "/kind", "Invalid enum value 'c'"),
        ({"list": ({"count": 1}, {"count": []})}, "/list/1/count", None),
    ],
)
def test_fault_has_its_place(data: Any, pointer: str, message: str | None) -> None:
    with pytest.raises(InvalidInput) as refusal:
        convert(data, Outer, pointer="/at")

    (error,) = refusal.value.errors
    assert error.pointer == f"/at{pointer}"
    assert message is None or error.message == message


def test_sound_data_becomes_the_type() -> None:
    assert convert({"inner": {"count": 3}}, Outer) == Outer(inner=Inner(count=3))
    assert find_fault({"inner": {"count": 3}}, Outer) is None


def test_bad_key_among_thousands_is_found() -> None:
    many: dict[str, Any] = {f"k{index}": {"count": index} for index in range(5000)}
    many["k3333"] = {"count": None}

    fault = find_fault({"many": many}, Outer)

    assert fault is not None
    assert fault.pointer == "/many/k3333/count"


@given(data=st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["called", "inner", "count", "tags", "many", "nested", "list", "a", "B"]),
        inner,
    ),
    max_leaves=12,
))  # fmt: skip
def test_any_data_converts_or_has_a_fault(data: Any) -> None:
    fault = find_fault(data, Outer)

    if fault is None:
        assert isinstance(convert(data, Outer), Outer)
    else:
        assert "…" not in fault.pointer


def test_pointer_escapes() -> None:
    assert json_pointer("a/b", "c~d", 0, "") == "/a~1b/c~0d/0/"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("promt", "; did you mean `prompt`?"),
        ("zzz", ""),
        ("", ""),
        ("x" * 10_000, ""),
        ("promptt", "; did you mean `prompt`?"),
    ],
)
def test_hint_is_given_when_one_is_close(text: str, hint: str) -> None:
    assert did_you_mean(text, ["prompt", "model"]) == hint
