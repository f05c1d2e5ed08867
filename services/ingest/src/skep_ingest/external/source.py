"""Where an external knowledge base is, and with what key it is asked."""

from typing import Any, Final

import msgspec

from skep_contracts.calls.dataset import ExternalSource
from skep_contracts.problems import Conflict, FieldError, InvalidInput
from skep_ingest.datasets.tables import DatasetRow

_MAX_ID: Final = 500


def source_of(row: DatasetRow) -> ExternalSource | None:
    """Return where the chunks of a dataset are, None when they are here."""
    return None if row.external is None else msgspec.convert(row.external, ExternalSource)


def refuse_external(row: DatasetRow) -> None:
    """Refuse to change contents that are kept elsewhere.

    Raises:
        Conflict: They are.
    """
    if row.external is not None:
        raise Conflict(
            f"The contents of {row.name!r} are kept elsewhere; here they can only be searched.",
            code="dataset_external",
        )


def kept(source: ExternalSource) -> dict[str, Any]:
    """Return a source as it is stored.

    Raises:
        InvalidInput: It names no knowledge base.
    """
    for field, value in (("endpoint", source.endpoint), ("knowledge_id", source.knowledge_id)):
        fault = "is empty" if not value.strip() else None
        if field == "knowledge_id" and len(value) > _MAX_ID:
            fault = f"is longer than {_MAX_ID} characters"
        if fault:
            raise InvalidInput(
                f"The external knowledge base cannot be used: {field} {fault}.",
                errors=[FieldError(pointer=f"/external/{field}", message=fault)],
            )
    found: dict[str, Any] = msgspec.to_builtins(source)
    return found
