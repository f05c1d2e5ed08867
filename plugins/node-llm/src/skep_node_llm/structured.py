"""From what a model wrote to a value that follows a schema."""

from typing import Any, Final, NoReturn

from skep_contracts.asking.json_text import json_values
from skep_contracts.problems import json_pointer
from skep_contracts.values import Value

MAX_FAULTS: Final = 5


def find_schema_fault(schema: dict[str, Any]) -> str | None:
    """Return what is wrong with a schema, or None."""
    try:
        _validator(schema)
    except ValueError as error:
        return f"is no JSON Schema: {_first_line(error)}"
    return None


def read_answer(text: str, schema: dict[str, Any]) -> tuple[Value, str | None]:
    """Return the value in an answer, and what keeps it from following the schema, or None.

    Of several values in it the first that follows the schema counts.
    """
    first: tuple[Value, str | None] | None = None
    for value in json_values(text):
        fault = _find_fault(value, schema)
        if fault is None:
            return value, None
        first = first or (value, fault)
    return first or (None, "it is not JSON.")


def _find_fault(value: Value, schema: dict[str, Any]) -> str | None:
    faults = []
    for error in _validator(schema).iter_errors(value):
        place = json_pointer(*error.instance_path) or "the value"
        faults.append(f"{place}: {_first_line(error)}.")
        if len(faults) == MAX_FAULTS:
            break
    return " ".join(faults) or None


def _validator(schema: dict[str, Any]) -> Any:
    """Return a validator that fetches nothing and whose patterns take linear time."""
    import jsonschema_rs

    return jsonschema_rs.validator_for(
        schema, retriever=_refuse, pattern_options=jsonschema_rs.RegexOptions()
    )


def _refuse(_uri: str) -> NoReturn:
    raise ValueError("schemas are not fetched; put what is referred to below $defs")


def _first_line(error: Any) -> str:
    return str(getattr(error, "message", None) or error).partition("\n")[0][:300].rstrip(".")
