"""What saving an app asks of who saves it."""

import msgspec

from skep_contracts.graph import WorkflowDocument
from skep_contracts.problems import Forbidden
from skep_contracts.values import texts_in
from skep_gateway.datasets.access.guard import DatasetAccess
from skep_gateway.web.caller import CallerIdentity


async def check_datasets(
    access: DatasetAccess, caller: CallerIdentity, document: WorkflowDocument
) -> None:
    """Pass when the caller may read every dataset that a document names.

    Raises:
        Forbidden: One is restricted and not for the caller: through an app they would read it.
    """
    hidden = await access.hidden_from(caller)
    if not hidden:
        return
    written = {text.strip() for text in texts_in(msgspec.to_builtins(document.nodes))}
    found = written & hidden
    if not found:
        names = await access.names_of(caller.tenant, hidden)
        found = written & names.keys()
    if found:
        raise Forbidden(
            f"The app searches {min(found)[:100]!r}, which is for others alone. Take it out, or "
            "ask an administrator to let you read it.",
            code="dataset_not_granted",
        )
