"""JSON Schema, held in check: nothing is fetched, and patterns take linear time."""

from collections.abc import Iterator
from typing import Any, Final, NoReturn

from skep_contracts.problems import json_pointer

MAX_FAULTS: Final = 20


def find_schema_fault(schema: dict[str, Any]) -> str | None:
    """Return what is wrong with a schema, or None."""
    try:
        _validator(schema)
    except ValueError as error:
        return f"is no JSON Schema: {_first_line(error)}"
    return None


def find_instance_faults(schema: dict[str, Any], value: object) -> Iterator[tuple[str, str]]:
    """Yield pointer and message of what does not follow a schema that was checked."""
    try:
        for count, error in enumerate(_validator(schema).iter_errors(value)):
            if count == MAX_FAULTS:
                return
            yield json_pointer(*error.instance_path), _first_line(error)
    except (ValueError, TypeError, OverflowError) as error:
        yield "", f"cannot be held against the schema: {_first_line(error)}"


def _validator(schema: dict[str, Any]) -> Any:
    import jsonschema_rs

    return jsonschema_rs.validator_for(
        schema, retriever=_refuse, pattern_options=jsonschema_rs.RegexOptions()
    )


def _refuse(_uri: str) -> NoReturn:
    raise ValueError("schemas are not fetched; put what is referred to below $defs")


def _first_line(error: Exception) -> str:
    text = getattr(error, "message", None) or str(error)
    return str(text).partition("\n")[0][:300]
