"""What is written as YAML is read as the same, by our reader and by others."""

from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from skep_contracts.graph_text import write_yaml
from skep_gateway.workflows.yaml_reader import read_yaml

WORDS = st.lists(st.text("abc#:-'é", min_size=1, max_size=9), max_size=30).map(" ".join)
ODD = st.sampled_from([
    "1", "1e3", "0x1f", "yes", "null", "~", "- a", "? x", "a: b", "#x", "0o7", "12:30", "1_000",
    "2024-01-01", ".5", "+1", "<<", "=", "!a", "&a", "*a", "%a", "@a", "`a`", "  a\n b", "\n\n",
    "\n a", "a\n", "a\n\n\n", "\ta\n b", "a \n", "a\n ", "---", "...", "--- a\nb", "\u2028", "\x85",
])  # fmt: skip
TEXT = (
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
    | st.text(" \n\tab#:-'\"|{}[],\\", max_size=12)
    | WORDS
    | WORDS.map(lambda text: f"{text}\n")
    | ODD
)
LEAF = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
)
DATA = st.recursive(
    LEAF,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=15,
)


@settings(max_examples=300, deadline=None)
@given(DATA)
def test_written_data_is_read_as_the_same(data: Any) -> None:
    text = write_yaml(data)

    assert read_yaml(text) == data
    assert yaml.safe_load(text) == data
