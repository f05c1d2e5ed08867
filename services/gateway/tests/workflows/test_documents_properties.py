"""Documents survive being written and read, whatever texts they hold."""

import json
import string

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from skep_contracts.graph import WorkflowDocument, version_hash
from skep_contracts.problems import SkepError
from skep_gateway.workflows.documents import JSON, YAML, parse_document, to_yaml

# What YAML can hold as it is; control characters reach a document through JSON alone.
TEXT = st.text(
    st.one_of(
        st.sampled_from("{}:#&*!|>'\"%@`-?,[]~\n\t 0123456789eExo.yYnNtrufal"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    ),
    max_size=40,
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
NODE_IDS = st.text(string.ascii_letters + string.digits + "_", min_size=1, max_size=12)


@st.composite
def documents(draw: st.DrawFn) -> WorkflowDocument:
    node = st.fixed_dictionaries(
        {"type": st.just("any-type"), "settings": st.dictionaries(TEXT, VALUES, max_size=4)},
        optional={"title": TEXT},
    )
    data = {
        "skep": 1,
        "app": {"name": draw(TEXT.filter(bool)), "description": draw(TEXT)},
        "nodes": draw(st.dictionaries(NODE_IDS, node, min_size=1, max_size=4)),
        "edges": [],
    }
    return msgspec.convert(data, WorkflowDocument)


def refusal(body: bytes, kind: str) -> SkepError | None:
    try:
        parse_document(body, kind)
    except SkepError as error:
        return error
    return None


@settings(max_examples=60, deadline=None)
@given(documents())
def test_yaml_and_json_give_the_document_back(document: WorkflowDocument) -> None:
    from_yaml = parse_document(to_yaml(document).encode(), YAML)
    from_json = parse_document(msgspec.json.encode({"document": document}), JSON)

    assert from_yaml == from_json == document
    assert version_hash(from_yaml) == version_hash(document)
    assert list(from_yaml.nodes) == list(document.nodes)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | TEXT.map(str.encode), st.sampled_from([YAML, JSON]))
def test_any_bytes_are_read_or_refused(body: bytes, kind: str) -> None:
    error = refusal(body, kind)

    assert error is None or error.status in {400, 413, 422}


@settings(max_examples=60, deadline=None)
@given(VALUES)
def test_any_data_is_a_document_or_refused_with_a_place(value: object) -> None:
    for data in (value, {"skep": 1, "app": value, "nodes": value, "edges": value}):
        error = refusal(json.dumps(data).encode(), JSON)

        assert error is None or (error.status == 422 and error.errors)
