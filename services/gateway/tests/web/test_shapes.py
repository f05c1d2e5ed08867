"""Views, and contract structs embedded in them."""

from typing import Annotated, Any

import msgspec
import pytest
from pydantic import TypeAdapter, ValidationError

from skep_gateway.web.shapes import AsStruct, Line, View, inline_schema


class Inner(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something of the contracts."""

    count: Annotated[int, msgspec.Meta(ge=0)]
    more: "tuple[Inner, ...]" = ()


class Outer(View):
    """A view around it."""

    inner: Annotated[Inner, AsStruct(Inner)]


def faults(data: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(data)
    return [
        ("/".join(map(str, fault["loc"])), inner.pointer)
        for fault in caught.value.errors()
        for inner in fault["ctx"]["faults"]
    ]


def test_struct_is_decoded_strictly() -> None:
    view = Outer.model_validate({"inner": {"count": 1, "more": [{"count": 2}]}})

    assert view.inner == Inner(count=1, more=(Inner(count=2),))
    assert Outer(inner=Inner(count=1)).inner.count == 1
    assert view.model_dump(mode="json") == {
        "inner": {"count": 1, "more": [{"count": 2, "more": []}]}
    }


@pytest.mark.parametrize(
    ("inner", "pointer"),
    [
        ({"count": "1"}, "/count"),
        ({"count": -1}, "/count"),
        ({"count": 1, "cuont": 2}, "/cuont"),
        ({"count": 1, "more": [{"count": 1}, {"count": None}]}, "/more/1/count"),
        ({}, ""),
        ([], ""),
    ],
)
def test_faults_keep_their_place(inner: object, pointer: str) -> None:
    assert faults({"inner": inner}) == [("inner", pointer)]


def test_schema_is_the_contracts_own_and_ends_where_it_repeats() -> None:
    schema = inline_schema(Inner)

    assert schema["properties"]["count"] == {"type": "integer", "minimum": 0}
    assert schema["properties"]["more"]["items"] == {"title": "Inner"}
    assert "$ref" not in str(TypeAdapter(Outer).json_schema()["properties"]["inner"])


@pytest.mark.parametrize("text", ["", "  ", "a\nb", "a\x00b", "a\u2028b", "\x1b[31m"], ids=ascii)
def test_line_is_one_line_that_people_can_read(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Line).validate_python(text)


def test_line_loses_the_space_around_it() -> None:
    assert TypeAdapter(Line).validate_python("  Émile’s 蜂 ") == "Émile’s 蜂"
