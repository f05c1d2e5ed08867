"""Shapes of answers about documents."""

from collections.abc import Iterable

from skep_contracts.problems import FieldError
from skep_gateway.web.shapes import View
from skep_gateway.workflows.node_shapes import NodeShape


class Fault(View):
    """One fault at one place; `pointer` is a JSON pointer into the document."""

    pointer: str
    message: str

    @classmethod
    def all_of(cls, errors: Iterable[FieldError]) -> "list[Fault]":
        """Show errors."""
        return [cls(pointer=error.pointer, message=error.message) for error in errors]


class OutputView(View):
    """An output of the app."""

    node: str
    name: str
    type: str


class CheckView(View):
    """What a check found. `name` and `outputs` are there as far as the document could be read."""

    ok: bool
    name: str | None = None
    version: str | None = None
    detail: str | None = None
    errors: list[Fault]
    outputs: list[OutputView]
    nodes: dict[str, NodeShape]
    """What each node offers as it stands, also when the document has faults."""
