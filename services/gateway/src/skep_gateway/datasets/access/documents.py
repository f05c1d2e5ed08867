"""What saving an app asks of who saves it."""

from collections.abc import Iterator
from typing import Any

import msgspec

from skep_contracts.graph import WorkflowDocument
from skep_contracts.problems import Forbidden
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
    written = {text.strip() for text in _texts(msgspec.to_builtins(document.nodes))}
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


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list() | tuple():
            for item in value:
                yield from _texts(item)
        case dict():
            for item in value.values():
                yield from _texts(item)
