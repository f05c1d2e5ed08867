"""One start, and a way to say what came out."""

from skep_contracts.graph import WorkflowDocument
from skep_contracts.graph_check.faults import Faults
from skep_contracts.graph_check.nodes import Draft


def check_roles(document: WorkflowDocument, drafts: dict[str, Draft], faults: Faults) -> list[str]:
    """Return the nodes with the role of a start; without a fault there is exactly one."""
    starts = [draft.id for draft in drafts.values() if draft.role == "start"]
    roles = {draft.role for draft in drafts.values()}
    for extra in starts[1:]:
        faults.add(drafts[extra].pointer, f"a second start beside `{starts[0]}`; remove one")
    if None in roles:
        # A node of unknown type may be the one that is missing.
        return starts
    if not starts:
        faults.add("/nodes", "no start; add a node of a type that begins a workflow")
    if document.app.mode == "chat" and "answer" not in roles:
        faults.add("/nodes", "a chat needs an answer; add a node of a type that answers the user")
    if document.app.mode == "workflow" and roles.isdisjoint({"answer", "end"}):
        faults.add("/nodes", "no end; add a node of a type that gives the outputs or an answer")
    return starts
