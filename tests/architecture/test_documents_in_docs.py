"""Workflows shown in the documentation are workflows."""

import re
from pathlib import Path

import jsonschema_rs
import msgspec
import pytest
import yaml

from skep_contracts.graph_check import decode_graph
from tests.architecture.source_tree import ROOT

PAGES = ("docs/workflow.md", "docs/plugins/first-node.md")
BLOCK = re.compile(r"^```yaml\n(skep: 1.*?)^```$", re.MULTILINE | re.DOTALL)


def shown() -> list[tuple[str, str]]:
    return [
        (page, block)
        for page in PAGES
        for block in BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize(("page", "block"), shown(), ids=[Path(page).stem for page, _ in shown()])
def test_workflow_in_a_page_is_one(page: str, block: str) -> None:
    assert decode_graph(yaml.safe_load(block)).nodes, page


def test_pages_show_workflows() -> None:
    assert {page for page, _ in shown()} == set(PAGES)


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("examples/**/*.yaml")), ids=lambda path: path.parent.name
)
def test_example_follows_the_published_schema(path: Path) -> None:
    schema = msgspec.json.decode((ROOT / "contracts/schemas/workflow.schema.json").read_bytes())

    faults = jsonschema_rs.validator_for(schema).iter_errors(
        yaml.safe_load(path.read_text("utf-8"))
    )

    assert [(error.instance_path, error.message) for error in faults] == []


def test_published_schema_refuses_a_misspelt_setting() -> None:
    schema = msgspec.json.decode((ROOT / "contracts/schemas/workflow.schema.json").read_bytes())
    document = yaml.safe_load((ROOT / "examples/hello.yaml").read_text("utf-8"))
    document["nodes"]["greet"]["settings"]["promt"] = "x"

    assert not jsonschema_rs.validator_for(schema).is_valid(document)
