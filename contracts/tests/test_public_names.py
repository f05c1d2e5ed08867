"""What others may rely on stays."""

import importlib
from pathlib import Path

import pytest

PROMISED = (Path(__file__).parent.parent / "public_names.txt").read_text(encoding="utf-8").split()


def exists(name: str) -> bool:
    """Tell whether a dotted name leads to something."""
    parts = name.split(".")
    for size in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:size]))
        except ModuleNotFoundError:
            continue
        for part in parts[size:]:
            owner = found
            found = getattr(owner, part, None)
            if found is None:
                return part in getattr(owner, "__annotations__", {}) or hasattr(owner, part)
        return True
    return False


def test_promised_names_exist() -> None:
    gone = [name for name in PROMISED if not exists(name)]

    assert gone == [], "take a name out of public_names.txt only with the reason in the commit"


@pytest.mark.parametrize(
    "name",
    [
        "skep_contracts.graph_check.check_document",
        "skep_contracts.problems.InvalidInput.code",
        "skep_contracts.plugins.nodes.NodeContext.emit_text",
        "skep_contracts.events.run.RunSucceeded.outputs",
    ],
)
def test_list_holds_what_everyone_uses(name: str) -> None:
    assert name in PROMISED or exists(name)
    assert exists(name)
