"""Variables that nodes may change: those of the conversation, and those of loops."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import msgspec

from skep_contracts.assignments import Assignment, assign
from skep_contracts.problems import InvalidInput, TooLarge
from skep_orchestrator.engine.frames import Frame

if TYPE_CHECKING:
    from skep_orchestrator.engine.state import RunState


CONVERSATION: Final = "conversation"
MAX_VARIABLE_BYTES: Final = 256 * 1024
"""Of one variable, as JSON; every turn carries them all."""


def change_variables(
    state: "RunState", frame: Frame, changes: Iterable[Assignment], *, is_trial: bool = False
) -> None:
    """Make changes that a node in `frame` asks for, all or none; a trial makes none.

    Raises:
        InvalidInput: A change has no meaning, or there is no such variable around the node.
        TooLarge: A variable would exceed `MAX_VARIABLE_BYTES`.
    """
    changed: dict[tuple[int, str], tuple[Frame, dict[str, Any]]] = {}
    for change in changes:
        holder = state.root if change.root == CONVERSATION else _loop_frame(frame, change.root)
        declared = state.plan.variables.get(change.target)
        if holder is None or declared is None:
            raise InvalidInput(f"There is no variable `{change.target:.130}` to change here.")
        key = (id(holder), change.root)
        if key not in changed:
            changed[key] = (holder, dict(holder.values.get(change.root, {})))
        held = changed[key][1]
        held[change.name] = assign(held.get(change.name), change, declared=declared)
        if len(msgspec.json.encode(held[change.name])) > MAX_VARIABLE_BYTES:
            raise TooLarge(
                f"The variable `{change.target}` would take more than {MAX_VARIABLE_BYTES:,} bytes."
            )
    if not is_trial:
        for (_, root), (holder, held) in changed.items():
            holder.values[root] = held


def _loop_frame(frame: Frame, root: str) -> Frame | None:
    current: Frame | None = frame
    while current is not None and (current.container is None or current.container.id != root):
        current = current.parent
    return current
