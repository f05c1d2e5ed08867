"""What the writers of nodes work with: names over there, references, and the report."""

import re
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from skep_contracts.graph import Node, WorkflowDocument
from skep_contracts.problems import json_pointer
from skep_contracts.references import Reference, parse_template
from skep_importer_dify.meaning.outputs import FILE_FIELDS, USAGE
from skep_importer_dify.meaning.references import SYSTEM
from skep_importer_dify.source.graph import unused
from skep_importer_dify.source.places import Part

Data: TypeAlias = dict[str, Any]
Writer: TypeAlias = Callable[["NodeDesk"], tuple[str, Data]]
"""From a node of ours to a type over there and its data."""

_LONGEST_ID: Final = 50
_LONGEST_NAME: Final = 30
_OUTPUT_NAMES: Final[dict[str, dict[str, str]]] = {
    "answer": {"text": "answer"},
    "llm": {"reasoning": "reasoning_content", "structured": "structured_output"},
    "template": {"text": "output"},
    "http-request": {"status": "status_code", "file": "files"},
    "knowledge-retrieval": {"passages": "result"},
    "parameter-extractor": {
        "is_success": "__is_success",
        "reason": "__reason",
        "usage": "__usage",
    },
    "human-input": {"action": "__action_id"},
    "loop": {"rounds": "loop_round"},
    "list-operator": {"first": "first_record", "last": "last_record"},
    "if-else": {"case": "selected_case_id"},
}
_MISSING: Final = {
    ("knowledge-retrieval", "text"), ("knowledge-retrieval", "count"), ("http-request", "json"),
    ("list-operator", "count"), ("iteration", "rounds"), ("loop", "output"),
    ("llm", "citations"), ("question-classifier", "is_certain"), ("tool", "is_error"),
}  # fmt: skip
_SYSTEM: Final = {output.path.partition(".")[2]: name for name, output in SYSTEM.items()}
FILE_KEYS: Final = {ours: theirs for theirs, ours in FILE_FIELDS.items() if theirs != "filename"}
"""Attributes of files, by their names here."""
_USAGE: Final = {ours: theirs for theirs, ours in USAGE.items()}
_DATA_TYPES: Final = frozenset({"tool", "agent"})


class Desk:
    """A document that is being written for the other side."""

    def __init__(self, document: WorkflowDocument) -> None:
        """Name every node as it can be named over there."""
        self.document = document
        self.ids: dict[str, str] = {}
        taken: set[str] = set()
        for node_id in document.nodes:
            name = re.sub(r"[^A-Za-z0-9_]", "_", node_id)[:_LONGEST_ID]
            self.ids[node_id] = unused(name, taken)
            taken.add(self.ids[node_id])

    def selector(self, reference: Reference) -> list[str] | None:
        """Return a reference as a selector, None when there is none over there."""
        root, path = reference.root, list(reference.path)
        if root == "sys":
            name = _SYSTEM.get(path[0])
            return None if name is None else ["sys", name, *path[1:]]
        if root in {"env", "conversation"}:
            return [root, *path]
        node = self.document.nodes.get(root)
        if node is None:
            return None
        steps = self._steps(node, path)
        if steps is None or any(len(step) > _LONGEST_NAME for step in steps):
            return None
        return [self.ids[root], *steps]

    def _steps(self, node: Node, path: list[str]) -> list[str] | None:
        name, *below = path
        if name == "error":
            found = {"detail": "error_message", "code": "error_type"}
            return [found[below[0]]] if len(below) == 1 and below[0] in found else None
        if (node.type, name) in _MISSING:
            return None
        if node.type in _DATA_TYPES and name == "data":
            return below or ["json"]
        if name == "usage" and below:
            theirs = _USAGE.get(below[0])
            return None if theirs is None else [self._name(node, name), theirs]
        return [self._name(node, name), *(FILE_KEYS.get(step, step) for step in below)]

    @staticmethod
    def _name(node: Node, name: str) -> str:
        return _OUTPUT_NAMES.get(node.type, {}).get(name, name)


class NodeDesk:
    """One node that is being written."""

    def __init__(self, desk: Desk, node_id: str, part: Part) -> None:
        """Write the node of that id."""
        self.desk = desk
        self.id = node_id
        self.node: Node = desk.document.nodes[node_id]
        self.settings: Data = self.node.settings
        self.part = part
        self.pointer = json_pointer("nodes", node_id)

    def at(self, *steps: str | int) -> str:
        """Return the pointer of a setting."""
        return f"{self.pointer}/settings{json_pointer(*steps)}"

    def get(self, name: str, default: Any = None) -> Any:
        """Return a setting."""
        found = self.settings.get(name, default)
        return default if found is None else found

    def lost(self, name: str, message: str) -> None:
        """Say that a setting has no counterpart."""
        self.part.left_out(self.at(name), message)

    def selector(self, value: Any, *steps: str | int) -> list[str]:
        """Return the selector that a setting stands for; it must be one reference."""
        reference = only_reference(value)
        found = self.desk.selector(reference) if reference is not None else None
        if found is None:
            if value not in (None, "", []):
                message = f"{str(value)[:80]!r} is no value that can be chosen there"
                self.part.left_out(self.at(*steps), message)
            return []
        return found

    def text(self, value: Any, *steps: str | int) -> str:
        """Return a template as one of the other side's."""
        if not isinstance(value, str):
            return "" if value is None else as_text(value)
        parts = []
        for segment in parse_template(value):
            if isinstance(segment, str):
                parts.append(segment)
                continue
            found = self.desk.selector(segment)
            if found is None:
                message = f"{{{{{str(segment)[:80]}}}}} is not known there"
                self.part.left_out(self.at(*steps), message)
                continue
            parts.append(f"{{{{#{'.'.join(found)}#}}}}")
        return "".join(parts)

    def variables(self, name: str = "inputs") -> list[Data]:
        """Return the values that code or a template is given."""
        found = []
        for key, value in self.get(name, {}).items():
            if value == "" or (value is None and name == "inputs"):
                continue
            selector = self.selector(value, name, key)
            found.append({"variable": key, "value_selector": selector})
        return found


def only_reference(value: Any) -> Reference | None:
    """Return the reference that a text consists of, None when it is anything else."""
    if not isinstance(value, str):
        return None
    segments = parse_template(value)
    is_one = len(segments) == 1 and isinstance(segments[0], Reference)
    return segments[0] if is_one and isinstance(segments[0], Reference) else None


def as_text(value: Any) -> str:
    """Return a constant as text."""
    import msgspec

    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
