"""From what the agent answered to a value that follows a schema."""

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
    """Return the value in an answer, and what keeps it from following the schema, or None."""
    validator = _validator(schema)
    fault = "it is not JSON."
    for value in json_values(text):
        faults = [
            f"{json_pointer(*error.instance_path) or 'the value'}: {_first_line(error)}."
            for error, _ in zip(validator.iter_errors(value), range(MAX_FAULTS), strict=False)
        ]
        if not faults:
            return value, None
        fault = " ".join(faults)
    return None, fault


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
