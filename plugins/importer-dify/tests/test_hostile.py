"""Whatever a file holds, it is refused with a place or becomes a document; nothing else happens."""

import contextlib
import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skep_contracts.graph_check import decode_graph
from skep_contracts.plugins.importers import Installed
from skep_contracts.problems import InvalidInput, TooLarge
from skep_importer_dify.importer import DifyImporter
from skep_testing.dify_sources import app, edges, node, simple, start, written

FIXTURES = Path(__file__).parent / "fixtures"
SOURCES = [
    *(yaml.safe_load(path.read_bytes()) for path in sorted(FIXTURES.glob("*.yml"))),
    simple("agent-chat", agent_mode={"enabled": True, "tools": [{"tool_name": "x"}]}),
    simple("completion", user_input_form=[{"select": {"variable": "x", "options": ["a"]}}]),
]
ODD: list[Any] = [
    None, True, False, 0, -1, 3.5, 10**18, "", "x", "error", "sys", "{{#a.b#}}", "{{#sys.query#}}",
    "{{ x", "\\{{a.b}}", "a" * 300, [], [[]], [None], ["a"], ["sys", "query"], {}, {"a": None},
    {"value": {"value": {}}}, [{}], [[["x"]]], "true", "1e999", "\u202e",
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return every place in a value."""
    found = [path]
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            found += places(item, (*path, key))
    return found


PLACES = [places(source)[1:] for source in SOURCES]


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """Sources with some of their parts replaced, removed, repeated or exchanged."""
    index = draw(st.integers(0, len(SOURCES) - 1))
    source = copy.deepcopy(SOURCES[index])
    for _ in range(draw(st.integers(1, 6))):
        *way, last = draw(st.sampled_from(PLACES[index]))
        holder = source
        try:
            for step in way:
                holder = holder[step]
            _damage(draw, holder, last)
        except (KeyError, IndexError, TypeError):
            continue  # what stood there is gone already
    return source


def _damage(draw: st.DrawFn, holder: Any, last: Any) -> None:
    match draw(st.sampled_from(["replace", "remove", "repeat", "wrap"])):
        case "replace":
            holder[last] = copy.deepcopy(draw(st.sampled_from(ODD)))
        case "remove":
            del holder[last]
        case "repeat" if isinstance(holder, list):
            holder.append(copy.deepcopy(holder[last]))
        case _:
            holder[last] = [holder[last]]


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(damaged())
def test_damaged_source_is_refused_or_becomes_a_document(source: Any) -> None:
    importer = DifyImporter()
    try:
        imported = importer.convert(json.dumps(source).encode(), Installed())
    except (InvalidInput, TooLarge):
        return
    document = decode_graph(imported.document)
    try:
        exported = importer.export(document)
    except InvalidInput:
        return
    importer.convert(exported.text.encode(), Installed())


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: f"app: {text}".encode()))
def test_any_bytes_are_refused_or_read(content: bytes) -> None:
    with contextlib.suppress(InvalidInput, TooLarge):
        DifyImporter().convert(content, Installed())


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"app": None}, "/app"),
        ({"app": []}, "/app"),
        ({"app": {"mode": "channel"}}, "/app/mode"),
        ({"app": {"name": "x"}}, "/app/mode"),
        ({"version": "new"}, "/version"),
        ({"kind": "rag_pipeline"}, "/kind"),
        ({"kind": "snippet"}, "/kind"),
        ({"workflow": None}, "/workflow"),
        ({"workflow": {"graph": {"nodes": [], "edges": []}}}, "/workflow/graph/nodes"),
        ({"workflow": {"graph": {"nodes": [{}] * 5001}}}, "/workflow/graph/nodes"),
    ],
)
def test_what_cannot_be_imported_is_pointed_at(change: dict[str, Any], pointer: str) -> None:
    source = app([start(), node("end", "end", outputs=[])], edges("start > end")) | change

    with pytest.raises(InvalidInput) as refusal:
        DifyImporter().convert(written(source), Installed())

    assert [error.pointer for error in refusal.value.errors] == [pointer]


def test_large_graphs_take_a_moment() -> None:
    count = 2_000
    nodes = [start()] + [
        node(f"n{i}", "template-transform" if i % 10 else "unknown", template="x",
             variables=[{"variable": "v", "value_selector": [f"n{i - 1}", "output"]}])
        for i in range(count)
    ]  # fmt: skip
    chain = [f"n{i} > n{i + 1}" for i in range(count - 1)]
    source = app(nodes, edges("start > n0", *chain))

    imported = DifyImporter().convert(json.dumps(source).encode(), Installed())

    assert len(imported.document["nodes"]) > count / 2
