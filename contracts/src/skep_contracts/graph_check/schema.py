"""The JSON Schema of a workflow document, for editors and forms."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from skep_contracts.graph import WorkflowDocument
from skep_contracts.plugins.nodes import NodeDescription

SCHEMA_ID: Final = "urn:skep:schema:workflow:1"


def document_schema(types: Iterable[NodeDescription] = ()) -> dict[str, Any]:
    """Return the schema of the document; with node types, their settings are part of it.

    Of a node whose type is not among `types` anything is accepted as settings.
    """
    (root,), definitions = msgspec.json.schema_components(
        (WorkflowDocument,), ref_template="#/$defs/{name}"
    )
    conditions = []
    for description in sorted(types, key=lambda found: (found.type, found.version)):
        name = f"{description.type}.v{description.version}"
        (settings,), parts = msgspec.json.schema_components(
            (description.settings,), ref_template=f"#/$defs/{name}.{{name}}"
        )
        definitions |= {f"{name}.{part}": schema for part, schema in parts.items()}
        conditions.append(_condition(description, settings))
    if conditions:
        definitions["Node"] = {**definitions["Node"], "allOf": conditions}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **root,
        "$defs": definitions,
    }


def _condition(description: NodeDescription, settings: dict[str, Any]) -> dict[str, Any]:
    version: dict[str, Any] = {"const": description.version}
    required = ["type"] if description.version == 1 else ["type", "version"]
    return {
        "if": {
            "properties": {"type": {"const": description.type}, "version": version},
            "required": required,
        },
        "then": {"properties": {"settings": settings}},
    }
