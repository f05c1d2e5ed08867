"""`skep fmt` keeps every comment and changes nothing that counts; `skep diff` tells what does."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from skep_cli.documents.commands import diff, fmt
from skep_cli.documents.comparing import compare
from skep_cli.documents.reading import read_text

UNTIDY = """\
# yaml-language-server: $schema=x.json

# about it
app: {mode: workflow, name: "hello"}   # the app
skep: 1
layout:
  b: [1, 2]  # here
  a: [0, 0]
nodes:
  # first
  a:
    type: start

  # second node
  b:
    settings:
      # inside
      outputs: {x: "{{a.y}}"}
      prompt: |   # why
        hello
          world
      list:
        - one # uno
        # before two
        - {a: 1, b: 2} # map
    type: end
edges:
  - {to: b, from: a} # e
# tail
"""
TIDY = """\
# yaml-language-server: $schema=x.json

# about it
skep: 1
app:  # the app
  name: hello
  mode: workflow
nodes:
  # first
  a:
    type: start

  # second node
  b:
    type: end
    settings:
      # inside
      outputs:
        x: "{{a.y}}"
      prompt: |  # why
        hello
          world
      list:
        - one  # uno
        # before two
        - {a: 1, b: 2}  # map
edges:
  - {from: a, to: b}  # e
layout:
  a: [0, 0]
  b: [1, 2]  # here
# tail
"""


def run(command: object, *arguments: str, text: str = "") -> Result:
    return CliRunner().invoke(command, list(arguments), input=text)  # type: ignore[arg-type]  # click


def test_file_is_put_in_order_with_its_comments() -> None:
    assert run(fmt, "-", text=UNTIDY).output == TIDY
    assert run(fmt, "-", text=TIDY).output == TIDY


def test_check_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "app.yaml"
    file.write_text(UNTIDY)

    checked = run(fmt, "--check", str(file))

    assert (checked.exit_code, file.read_text()) == (1, UNTIDY)
    assert run(fmt, str(file)).exit_code == 0
    assert file.read_text() == TIDY
    assert run(fmt, "--check", str(file)).exit_code == 0


def test_json_is_formatted_as_json(tmp_path: Path) -> None:
    file = tmp_path / "app.json"
    file.write_text('{"app":{"name":"x"},"skep":1}')

    run(fmt, str(file))

    assert list(json.loads(file.read_text())) == ["skep", "app"]


@pytest.mark.parametrize(
    "text",
    ["a: [", "a: &x 1", "a: *x", "a: !!python/name:os.system x", "a: 1\na: 2", "a: 1\n---\nb: 2",
     "[" * 100_000],
)  # fmt: skip
def test_what_no_document_may_use_is_refused_with_its_line(text: str) -> None:
    refused = run(fmt, "-", text=text)

    assert refused.exit_code == 2
    assert "Error" in refused.output


def test_diff_speaks_of_nodes_settings_and_edges(tmp_path: Path) -> None:
    before, after = tmp_path / "a.yaml", tmp_path / "b.yaml"
    before.write_text(TIDY)
    after.write_text(
        TIDY.replace("world", "moon").replace("from: a", "from: a.x").replace("[1, 2]", "[3, 4]")
        + "\n"
    )

    same, other = run(diff, str(before), str(before)), run(diff, str(before), str(after))

    assert same.output == ""
    assert "~ setting /nodes/b/settings/prompt" in other.output
    assert "-  world" in other.output
    assert "- edge a → b" in other.output
    assert "+ edge a.x → b" in other.output
    assert "→ position /layout/b" in other.output
    assert other.exit_code == 0
    assert run(diff, "--exit-code", str(before), str(after)).exit_code == 1


def test_order_and_comments_make_no_difference() -> None:
    assert compare(read_text(UNTIDY).data, read_text(TIDY).data) == []


def test_differences_have_places() -> None:
    before = read_text(TIDY).data
    after = read_text(TIDY).data
    after["nodes"]["c"] = {"type": "end"}
    del after["nodes"]["a"]
    after["nodes"]["b"]["settings"]["list"][1]["b"] = 3
    after["environment"] = [{"name": "X", "value": "1"}]
    after["app"]["name"] = "other"

    found = {(each.kind, each.what, each.place) for each in compare(before, after)}

    assert found == {
        ("changed", "app", "/app/name"),
        ("added", "variable", "/environment/X"),
        ("removed", "node", "/nodes/a"),
        ("added", "node", "/nodes/c"),
        ("changed", "setting", "/nodes/b/settings/list/1/b"),
    }
