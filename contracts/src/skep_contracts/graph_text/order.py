"""The order of keys in a document: that of the contract where there is one, else the author's."""

from typing import Any, Final

import msgspec

from skep_contracts.graph import (
    AppInfo,
    CanvasNote,
    ConversationVariable,
    Edge,
    EnvironmentVariable,
    Node,
    RetryPolicy,
    RunLimits,
    WorkflowDocument,
)


def _fields(struct: type[msgspec.Struct]) -> tuple[str, ...]:
    return tuple(field.encode_name for field in msgspec.structs.fields(struct))


_DOCUMENT: Final = _fields(WorkflowDocument)
_ITEMS: Final[dict[str, type[msgspec.Struct]]] = {
    "environment": EnvironmentVariable,
    "conversation": ConversationVariable,
    "edges": Edge,
}
_ONE: Final[dict[str, type[msgspec.Struct]]] = {"app": AppInfo, "limits": RunLimits}


def in_order(data: Any) -> Any:
    """Return plain data of a document with its keys in order.

    Nodes, edges and variables stay in the order they have; positions follow the order of the nodes.
    What is no document, or is not known, is left as it is.
    """
    if not isinstance(data, dict):
        return data
    ordered = _sorted(data, _DOCUMENT)
    for key, value in ordered.items():
        if key in _ITEMS and isinstance(value, list | tuple):
            ordered[key] = [_sorted(item, _fields(_ITEMS[key])) for item in value]
        elif key in _ONE:
            ordered[key] = _sorted(value, _fields(_ONE[key]))
    nodes = ordered.get("nodes")
    if isinstance(nodes, dict):
        ordered["nodes"] = {name: _node(node) for name, node in nodes.items()}
        for section in ("layout", "sizes"):
            if section in ordered:
                ordered[section] = _sorted(ordered[section], tuple(nodes))
    notes = ordered.get("notes")
    if isinstance(notes, dict):
        ordered["notes"] = {
            name: _sorted(note, _fields(CanvasNote)) for name, note in notes.items()
        }
    return ordered


def _node(node: Any) -> Any:
    found = _sorted(node, _fields(Node))
    if isinstance(found, dict) and "retry" in found:
        found["retry"] = _sorted(found["retry"], _fields(RetryPolicy))
    return found


def _sorted(value: Any, names: tuple[str, ...]) -> Any:
    """Return a mapping with known keys first, in their order, and the others behind them."""
    if not isinstance(value, dict):
        return value
    known = {name: value[name] for name in names if name in value}
    return known | {name: item for name, item in value.items() if name not in known}
