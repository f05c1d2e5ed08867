"""A credential's values against the form that its provider's schema draws."""

from collections.abc import Mapping
from typing import Any, Final

from skep_contracts.problems import FieldError, InvalidInput

_TYPES: Final[dict[str, type | tuple[type, ...]]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "object": dict,
    "array": list,
}


def check_values(schema: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Check what forms can get wrong: missing, unknown and mistyped fields, and options.

    Raises:
        InvalidInput: With a pointer to each field at fault, relative to the values.
    """
    properties: Mapping[str, Mapping[str, Any]] = schema.get("properties", {})
    errors = [
        FieldError(pointer=f"/{_token(name)}", message="is required")
        for name in schema.get("required", ())
        if values.get(name) in {None, ""}
    ]
    for name, value in values.items():
        field = properties.get(name)
        if field is not None:
            fault = _fault(field, value)
        else:
            is_open = schema.get("additionalProperties", True)
            fault = "" if is_open else f"is not a field; fields are {', '.join(properties)}"
        if fault:
            errors.append(FieldError(pointer=f"/{_token(name)}", message=fault))
    if errors:
        raise InvalidInput("The credential's values do not fit its form.", errors=errors)


def _fault(field: Mapping[str, Any], value: Any) -> str:
    expected = field.get("type")
    kind = _TYPES.get(expected) if isinstance(expected, str) else None
    is_wrong_bool = isinstance(value, bool) and expected in {"integer", "number"}
    if value is not None and kind is not None and (not isinstance(value, kind) or is_wrong_bool):
        return f"must be of type {expected}"
    options = field.get("enum")
    if options and value is not None and value not in options:
        return f"must be one of {', '.join(map(str, options))}"
    return ""


def _token(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
