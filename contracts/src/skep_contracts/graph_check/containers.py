"""Containers hold nodes, and what crosses their border is known."""

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from skep_contracts.assignments import fits
from skep_contracts.graph import WorkflowDocument
from skep_contracts.graph_check.faults import Faults
from skep_contracts.graph_check.nodes import Draft

MAX_NESTING: Final = 5
"""Containers inside of each other."""
ITEM: Final = "item"
INDEX: Final = "index"


def check_containers(document: WorkflowDocument, drafts: dict[str, Draft], faults: Faults) -> None:
    """Check who is inside of whom."""
    filled = {draft.parent for draft in drafts.values()}
    for draft in drafts.values():
        _check_parent(draft, drafts, faults)
        if draft.role == "container":
            if draft.id not in filled:
                message = f"{draft.label} holds no nodes; put some inside (`parent: {draft.id}`)"
                faults.add(draft.pointer, message)
            if draft.node.retry is not None:
                message = "a container is not repeated as a whole; let the nodes inside retry"
                faults.add(f"{draft.pointer}/retry", message)
        if draft.role == "break" and draft.parent is None:
            faults.add(draft.pointer, f"{draft.label} stands in no container that it could end")
        if draft.role in {"start", "end"} and draft.parent is not None:
            message = f"a node with the role of a {draft.role} stands outside of containers"
            faults.add(f"{draft.pointer}/parent", message)
        _check_writes(draft, document, drafts, faults)


def _check_parent(draft: Draft, drafts: Mapping[str, Draft], faults: Faults) -> None:
    if draft.parent is None:
        return
    pointer = f"{draft.pointer}/parent"
    parent = drafts.get(draft.parent)
    if parent is None:
        faults.add(pointer, f"no node `{draft.parent}`{faults.hint(draft.parent, drafts)}")
    elif parent.description is not None and parent.role != "container":
        message = f"{parent.label} is of type `{parent.node.type}`, which holds no nodes"
        faults.add(pointer, message)
    else:
        for depth, around in enumerate(enclosing(draft.id, drafts), start=1):
            if depth > MAX_NESTING or around == draft.id:
                faults.add(pointer, f"inside of more than {MAX_NESTING} containers, or of itself")
                return


def enclosing(node_id: str, drafts: Mapping[str, Draft]) -> Iterator[str]:
    """Yield the containers around a node, the innermost first; never more than can be."""
    seen = {node_id}
    draft = drafts.get(node_id)
    while draft is not None and draft.parent is not None:
        yield draft.parent
        if draft.parent in seen:
            return
        seen.add(draft.parent)
        draft = drafts.get(draft.parent)


def inner_values(container: Draft) -> dict[str, str] | None:
    """Return by type what can be read of a container inside its rounds; None when not known."""
    rounds = container.rounds
    if rounds is None:
        return None
    held: dict[str, str] = {INDEX: "number"}
    held |= {variable.name: variable.type for variable in rounds.variables}
    return held if rounds.items is msgspec.UNSET else {ITEM: "any", **held}


def _check_writes(
    draft: Draft, document: WorkflowDocument, drafts: Mapping[str, Draft], faults: Faults
) -> None:
    description = draft.description
    if description is None or description.writes is None or draft.settings is None:
        return
    for target, operation in description.writes(draft.settings):
        root, _, name = target.partition(".")
        held = _written(root, draft, document, drafts)
        if held is None:
            message = f"`{target:.130}`: only variables of the conversation or of a loop around "
            faults.add(f"{draft.pointer}/settings", message + f"{draft.label} can be changed")
        elif name not in held:
            known = faults.hint(name, held) or f"; there is {', '.join(held) or 'none'}"
            message = f"`{target:.130}`: no such variable{known}"
            faults.add(f"{draft.pointer}/settings", message)
        elif not fits(operation, held[name]):
            message = f"`{operation}` cannot be done to `{target:.130}`, which is {held[name]}"
            faults.add(f"{draft.pointer}/settings", message)


def _written(
    root: str, draft: Draft, document: WorkflowDocument, drafts: Mapping[str, Draft]
) -> dict[str, str] | None:
    if root == "conversation":
        return {variable.name: variable.type for variable in document.conversation}
    if root not in enclosing(draft.id, drafts):
        return None
    rounds = drafts[root].rounds if root in drafts else None
    return None if rounds is None else {found.name: found.type for found in rounds.variables}
