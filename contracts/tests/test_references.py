"""References are found in texts, resolved to values, and never fail."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_contracts.ids import FileId
from skep_contracts.references import (
    Reference,
    parse_template,
    references_in,
    render_text,
    render_value,
    resolve,
)
from skep_contracts.values import FileRef, blob_key, file_to_value

PHOTO = file_to_value(
    FileRef(
        id=FileId("file_1"), name="a.png", mime_type="image/png", size_bytes=1, blob=blob_key(b"")
    )
)
VALUES: dict[str, Any] = {
    "start": {"name": "Ada", "age": 36, "none": None, "photo": PHOTO, "photos": [PHOTO]},
    "list": {"items": [10, {"id": "x"}, [7]]},
    "sys": {"query": "Hi"},
}
names = st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("{{start.name}}!", "Ada!"),
        ("{{ start.name }}{{\tstart.age\n}}", "Ada36"),
        ("{{list.items.1.id}} {{list.items.2.0}}", "x 7"),
        ("{{start.none}}{{start.missing}}{{nobody.x}}{{start.name.below}}", ""),
        ("{{list.items.99}}{{list.items.x}}{{list.items.-1}}", ""),
        (r"\{{start.name}}", "{{start.name}}"),
        ("{{start}} {{ }} {{a b}} {{x.}} {{.x}} {% if %} {{x.y|upper}}", None),
        ("{{{start.name}}}", "{Ada}"),
        ('{"a": {{start.age}}}', '{"a": 36}'),
        ("{{start.photo.name}} {{start.photos.0.mime_type}}", "a.png image/png"),
        ("{{start.photo.kind}} {{start.photo.extension}}", "image .png"),
        ("{{start.photo}}", "a.png"),
    ],
)
def test_rendering(template: str, text: str | None) -> None:
    assert render_text(template, VALUES.get) == (template if text is None else text)


def test_single_reference_keeps_its_type() -> None:
    template: Any = {
        "n": "{{start.age}}",
        "t": "{{start.age}} years",
        "l": ["{{list.items}}"],
        "k": 3,
    }

    assert render_value(template, VALUES.get) == {
        "n": 36,
        "t": "36 years",
        "l": [[10, {"id": "x"}, [7]]],
        "k": 3,
    }


def test_rendered_values_are_not_rendered_again() -> None:
    values: dict[str, Any] = {"a": {"b": "{{start.name}}"}, "start": {"name": "Ada"}}

    assert render_text("{{a.b}}", values.get) == "{{start.name}}"


def test_index_of_any_length_is_no_error() -> None:
    assert resolve(Reference("list", ("items", "9" * 10_000)), VALUES.get) is None


def test_references_are_found_with_their_places() -> None:
    settings = {"a": "{{x.y}} {{x.z}}", "b/c": [{"d": "{{u.v}}"}, 3, "{{not one}}"]}

    found = {(str(reference), pointer) for reference, pointer in references_in(settings)}

    assert found == {("x.y", "/a"), ("x.z", "/a"), ("u.v", "/b~1c/0/d")}


@given(root=names, path=st.lists(names, min_size=1, max_size=4))
def test_reference_parses_back(root: str, path: list[str]) -> None:
    reference = Reference(root, tuple(path))

    assert parse_template(f"{{{{ {reference} }}}}") == (reference,)


@given(text=st.text())
def test_any_text_renders(text: str) -> None:
    assert isinstance(render_text(text, VALUES.get), str)


@given(text=st.text(st.characters(exclude_characters="{")))
def test_text_without_braces_is_itself(text: str) -> None:
    assert render_text(text, VALUES.get) == text


@pytest.mark.parametrize(
    "text", ["{{" * 50_000, "{{a." * 50_000, "{{ " + "a." * 100_000, "\\{{" * 9]
)
def test_long_text_takes_linear_time(text: str) -> None:
    parse_template.__wrapped__(text)
