"""A document has one way to be written; what changes in it changes few lines."""

from typing import Any

from skep_contracts.graph_text import in_order, write_yaml
from skep_contracts.graph_text.writing import Comment

DOCUMENT: dict[str, Any] = {
    "layout": {"end": [260, 0], "start": [0.5, 10]},
    "nodes": {
        "start": {"settings": {"fields": [{"name": "topic", "required": True}]}, "type": "start"},
        "say": {
            "type": "llm",
            "settings": {"prompt": "One\n\nTwo {{start.topic}}\n", "temperature": 0.5, "stop": []},
            "retry": {"delay_s": 1, "attempts": 2},
        },
        "end": {"type": "end", "settings": {"outputs": {"text": "{{say.text}}"}}},
    },
    "edges": [{"to": "say", "from": "start"}, {"from": "say", "to": "end"}],
    "app": {"mode": "workflow", "name": "hello"},
    "skep": 1,
}
WRITTEN = """\
skep: 1
app:
  name: hello
  mode: workflow
nodes:
  start:
    type: start
    settings:
      fields:
        - {name: topic, required: true}
  say:
    type: llm
    settings:
      prompt: |
        One

        Two {{start.topic}}
      temperature: 0.5
      stop: []
    retry:
      attempts: 2
      delay_s: 1
  end:
    type: end
    settings:
      outputs:
        text: "{{say.text}}"
edges:
  - {from: start, to: say}
  - {from: say, to: end}
layout:
  start: [0.5, 10]
  end: [260, 0]
"""


def test_lists_are_written_the_same_when_they_are_tuples() -> None:
    # This is how structs come apart.
    data = {**DOCUMENT, "edges": tuple(DOCUMENT["edges"]), "layout": {"end": (260, 0)}}

    assert write_yaml(in_order(data)).endswith(
        "edges:\n  - {from: start, to: say}\n  - {from: say, to: end}\nlayout:\n  end: [260, 0]\n"
    )


def test_sizes_and_notes_take_few_lines() -> None:
    document = {
        **DOCUMENT,
        "notes": {"why": {"text": "One\nTwo\n", "size": [240, 80], "at": [0, -120]}},
        "sizes": {"say": [400, 300]},
    }

    assert write_yaml(in_order(document)) == WRITTEN + (
        "sizes:\n  say: [400, 300]\n"
        "notes:\n  why:\n    text: |\n      One\n      Two\n"
        "    at: [0, -120]\n    size: [240, 80]\n"
    )


def test_document_is_written_in_order() -> None:
    assert write_yaml(in_order(DOCUMENT)) == WRITTEN


def test_moved_node_is_one_line() -> None:
    moved = {**DOCUMENT, "layout": {**DOCUMENT["layout"], "end": [300, 40]}}

    assert changed_lines(moved) == ["  end: [260, 0]", "  end: [300, 40]"]


def changed_lines(document: dict[str, Any]) -> list[str]:
    before, after = WRITTEN.splitlines(), write_yaml(in_order(document)).splitlines()
    return [*(line for line in before if line not in after),
            *(line for line in after if line not in before)]  # fmt: skip


def test_long_paragraph_is_folded() -> None:
    text = " ".join(["word"] * 40)

    written = write_yaml({"prompt": text})

    assert written.startswith("prompt: >-\n  word")
    assert all(len(line) <= 100 for line in written.splitlines())


def test_what_could_be_misread_is_quoted() -> None:
    odd = ["yes", "1", "1e3", "12:30", "a: b", "#x", "-", "", " x", "null", "{x}", "é", "a\u2028b"]

    written = write_yaml({"odd": odd}).splitlines()

    assert written[0] == (
        'odd: ["yes", "1", "1e3", "12:30", "a: b", "#x", "-", "", " x", "null", "{x}", é, '
        '"a\\u2028b"]'
    )


def test_comments_stay_with_what_they_are_about() -> None:
    comments = {
        (): Comment(before=["# head"], after="# tail"),
        ("a",): Comment(before=["", "# before a"], after="# behind a"),
        ("list", 1): Comment(before=["# before two"]),
        ("map", "x"): Comment(after="# behind x"),
    }
    data = {"a": 1, "list": ["one", "two"], "map": {"x": "z"}}

    assert write_yaml(data, comments).splitlines() == [
        "# head",
        "",
        "# before a",
        "a: 1  # behind a",
        "list:",
        "  - one",
        "  # before two",
        "  - two",
        "map:",
        "  x: z  # behind x",
        "# tail",
    ]


def test_what_is_no_document_is_left_in_its_order() -> None:
    assert in_order({"b": 1, "a": 2}) == {"b": 1, "a": 2}
    assert in_order([1]) == [1]
    assert list(in_order({"nodes": [], "skep": None, "zoo": 1})) == ["skep", "nodes", "zoo"]
