"""docs/problems.md: its table of error classes; the rest of the page is written by hand."""

from collections.abc import Iterator
from pathlib import Path

from generating.docstrings import of_class
from skep_contracts.problems import ERROR_CLASSES

PATH = "docs/problems.md"
BEGIN = "<!-- classes: written by scripts/generate.py -->"
END = "<!-- end of classes -->"
_OUTCOMES = {
    "terminate": "given up at once",
    "redeliver": "delivered again after a while, without end",
    "retry_then_terminate": "tried again by its policy, then given up",
    "dead_letter": "tried again, then a dead letter",
}
_RETRY = {
    "never": "no",
    "later": "yes, later",
    "after_change": "after a change",
}


def page(root: Path) -> Iterator[tuple[str, str]]:
    """Yield the page with a fresh table between its marks."""
    text = (root / PATH).read_text(encoding="utf-8")
    before, found, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not found or not end:
        raise ValueError(f"{PATH} has lost its marks {BEGIN} and {END}")
    yield PATH, f"{before}{BEGIN}\n{_table()}{END}{after}"


def _table() -> str:
    lines = [
        "| class | `code` | HTTP | message on the bus | again? | means |",
        "|---|---|--:|---|---|---|",
    ]
    lines += (
        f"| `{error.__name__}` | `{error.code}` | {error.status} | {_OUTCOMES[error.bus_outcome]} "
        f"| {_RETRY[error.retry]} | {of_class(error)} |"
        for error in ERROR_CLASSES
    )
    return "\n".join(lines) + "\n"
