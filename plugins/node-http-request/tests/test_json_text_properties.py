"""No value breaks out of its place in JSON that is written as text."""

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from skep_contracts.values import to_text
from skep_node_http_request.json_text import find_fault, render_json

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=5,
)


@given(values, texts)
def test_value_stays_in_its_place(value: Any, key: str) -> None:
    template = '{"quoted": "<{{a.b}}>", "plain": {{a.b}}, "key {{a.k}}": 1}'

    rendered = render_json(template, lambda found: key if found.path == ("k",) else value)

    assert msgspec.json.decode(rendered) == {
        "quoted": f"<{to_text(value)}>",
        "plain": value,
        f"key {key}": 1,
    }


@given(st.lists(st.sampled_from(["{", "}", '"', "\\", "{{a.b}}", ":", ",", "1", "x"]), max_size=8))
def test_text_without_a_fault_is_json_with_every_value(parts: list[str]) -> None:
    template = "".join(parts)

    if find_fault(template) is None and template != "{{a.b}}":
        msgspec.json.decode(render_json(template, lambda _: '"}{'))
