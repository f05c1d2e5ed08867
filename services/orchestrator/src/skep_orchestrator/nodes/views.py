"""What a node sees of its run: the values decided before it."""

from collections.abc import Mapping
from typing import Any, cast

from skep_contracts.references import render_text, render_value
from skep_contracts.values import Value
from skep_orchestrator.engine.frames import Frame
from skep_orchestrator.engine.state import RunState
from skep_orchestrator.nodes.results import copied


class PureView:
    """Implements `PureContext`. Values are copies: a node that changes one changes nothing else."""

    __slots__ = ("_frame", "_node_id", "_state")

    def __init__(self, state: RunState, frame: Frame, node_id: str) -> None:
        self._state = state
        self._frame = frame
        self._node_id = node_id

    @property
    def node_id(self) -> str:
        """The node's id in the document."""
        return self._node_id

    @property
    def inputs(self) -> Mapping[str, Value]:
        """What the run was started with."""
        return cast("Mapping[str, Value]", copied(dict(self._state.inputs)))

    def value(self, template: Value) -> Value:
        """Resolve references at any depth."""
        rendered: Any = render_value(template, self._frame.lookup)
        return cast("Value", copied(rendered))

    def text(self, template: str) -> str:
        """Resolve references and render the result as text."""
        return render_text(template, self._frame.lookup)
