"""Places that a request names exist in the document. Pure."""

from collections.abc import Iterable, Mapping

from skep_contracts.graph import WorkflowDocument
from skep_contracts.problems import FieldError, InvalidInput, did_you_mean, json_pointer
from skep_contracts.run_log import split_place


def check_places(
    document: WorkflowDocument, places: Iterable[tuple[str, str]], *, rounds: bool = True
) -> None:
    """Pass when all places exist.

    Args:
        document: What would run.
        places: Each with the JSON pointer to where it stands in the request.
        rounds: A round alone, such as ``each:3``, is a place as well.

    Raises:
        InvalidInput: With what is wrong with each of them.
    """
    faults = [
        FieldError(pointer=pointer, message=message)
        for place, pointer in places
        if (message := _fault(document, place, rounds=rounds)) is not None
    ]
    if faults:
        raise InvalidInput(f"{faults[0].message}.", errors=faults, code="unknown_node")


def pointed(field: str, names: Iterable[str] | Mapping[str, object]) -> list[tuple[str, str]]:
    """Return each place with its pointer: of a list by position, of an object by name."""
    if isinstance(names, Mapping):
        return [(name, json_pointer(field, name)) for name in names]
    return [(name, json_pointer(field, index)) for index, name in enumerate(names)]


def _fault(document: WorkflowDocument, place: str, *, rounds: bool) -> str | None:
    if place in document.nodes:
        return None
    scope, last = split_place(place)
    node, colon, index = last.partition(":")
    found = document.nodes.get(node)
    container, _, around = split_place(scope)[1].partition(":")
    fault: str | None = None
    if found is None:
        fault = f"The document has no node `{node:.64}`{did_you_mean(node, document.nodes)}"
    elif colon and not (rounds and index.isdecimal() and _holds_nodes(document, node)):
        fault = f"`{place:.200}` is no place; a node in a round is written `each:3/ask`"
    elif (found.parent or "") != container:
        inside = f"inside of `{found.parent}`" if found.parent else "outside of containers"
        fault = f"`{place:.200}` is no place: `{node}` stands {inside}"
    elif scope and not around.isdecimal():
        fault = f"`{place:.200}` is no place: say which round, as in `{container:.64}:0/{node}`"
    elif scope:
        fault = _fault(document, scope, rounds=True)
    return fault


def _holds_nodes(document: WorkflowDocument, node: str) -> bool:
    return any(inner.parent == node for inner in document.nodes.values())
