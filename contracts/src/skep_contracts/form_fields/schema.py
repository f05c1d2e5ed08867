"""A form as a JSON Schema, for models and clients that fill it in."""

from collections.abc import Iterable
from typing import Any, Final

from skep_contracts.form_fields.field import FieldType, FormField

_SHAPES: Final[dict[FieldType, dict[str, Any]]] = {
    "text": {"type": "string"},
    "paragraph": {"type": "string"},
    "number": {"type": "number"},
    "checkbox": {"type": "boolean"},
    "select": {"type": "string"},
    "multi-select": {"type": "array", "items": {"type": "string"}},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "object": {"type": "object"},
    "json": {},
}
FILES: Final[frozenset[FieldType]] = frozenset({"file", "files"})


def form_schema(fields: Iterable[FormField]) -> dict[str, Any]:
    """Return an object schema with a property for each field but hidden ones and files.

    Files cannot be written as JSON by whoever reads the schema; they are uploaded.
    """
    shown = [field for field in fields if not field.hidden and field.type not in FILES]
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {field.name: _property(field) for field in shown},
        "additionalProperties": False,
    }
    required = [field.name for field in shown if field.required and field.default is None]
    if required:
        schema["required"] = required
    return schema


def _property(field: FormField) -> dict[str, Any]:
    shape = dict(field.schema) if field.schema is not None else dict(_SHAPES[field.type])
    if field.options and field.type == "multi-select":
        shape["items"] = {"type": "string", "enum": list(field.options)}
    elif field.options:
        shape["enum"] = list(field.options)
    bounds = {"minimum": field.min, "maximum": field.max} if field.type == "number" else {}
    if field.type in {"text", "paragraph"}:
        bounds = {"maxLength": field.max_length}
    elif field.type == "multi-select":
        bounds = {"maxItems": field.max_items}
    more = {**bounds, "title": field.label or None, "description": field.description or None}
    shape |= {name: value for name, value in more.items() if value is not None}
    if field.default is not None:
        shape["default"] = field.default
    return shape
