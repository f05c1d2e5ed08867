"""From what a model wrote to a value that follows a schema."""

from typing import Any, Final, NoReturn

import msgspec

from skep_contracts.problems import InvalidInput, json_pointer
from skep_contracts.values import MAX_DEPTH, Value, check_value

MAX_FAULTS: Final = 5
_FENCE: Final = "```"


def find_schema_fault(schema: dict[str, Any]) -> str | None:
    """Return what is wrong with a schema, or None."""
    try:
        _validator(schema)
    except ValueError as error:
        return f"is no JSON Schema: {_first_line(error)}"
    return None


def read_answer(text: str, schema: dict[str, Any]) -> tuple[Value, str | None]:
    """Return the value in an answer, and what keeps it from following the schema, or None."""
    try:
        value: Value = msgspec.json.decode(_json_part(text))
        check_value(value)
    except (msgspec.DecodeError, RecursionError):
        return None, "it is not JSON."
    except InvalidInput:
        return None, f"it is not plain JSON, or nested deeper than {MAX_DEPTH} levels."
    faults = []
    for error in _validator(schema).iter_errors(value):
        place = json_pointer(*error.instance_path) or "the value"
        faults.append(f"{place}: {_first_line(error)}.")
        if len(faults) == MAX_FAULTS:
            break
    return value, " ".join(faults) or None


def _json_part(text: str) -> str:
    """Return what is JSON in an answer that may be fenced or talked around."""
    text = text.strip()
    if text.startswith(_FENCE):
        text = text.removeprefix(_FENCE).removeprefix("json").rpartition(_FENCE)[0].strip()
    starts = [at for at in (text.find("{"), text.find("[")) if at >= 0]
    end = max(text.rfind("}"), text.rfind("]"))
    if starts and min(starts) < end and text[0] not in '"{[':
        return text[min(starts) : end + 1]
    return text


def can_be_strict(schema: dict[str, Any]) -> bool:
    """Tell whether vendors can enforce it: objects are closed, and all their fields required."""
    stack: list[Any] = [schema]
    while stack:
        part = stack.pop()
        if isinstance(part, list):
            stack += part
        elif isinstance(part, dict):
            properties = part.get("properties")
            if isinstance(properties, dict):
                if part.get("additionalProperties") is not False:
                    return False
                required = part.get("required")
                if not isinstance(required, list) or set(properties) - set(map(str, required)):
                    return False
                stack += properties.values()
            elif part.get("type") == "object":
                return False
            stack += (value for key, value in part.items() if key not in {"properties", "enum"})
    return True


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
