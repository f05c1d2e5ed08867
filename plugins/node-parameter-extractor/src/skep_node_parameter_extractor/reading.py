"""From what a model answered to the values of the parameters."""

from collections.abc import Iterator, Sequence

import msgspec

from skep_contracts.asking.json_text import json_values
from skep_contracts.asking.said import Said
from skep_contracts.problems import InvalidInput
from skep_contracts.values import Value, check_value
from skep_node_parameter_extractor.coercing import NotOfTypeError, coerce
from skep_node_parameter_extractor.settings import Parameter


class Extracted(msgspec.Struct, frozen=True):
    """The values that could be read, by name; of the rest there is none."""

    values: dict[str, Value] = {}
    is_readable: bool = True
    """False when the answer holds no object at all."""


def read_values(said: Said, parameters: Sequence[Parameter]) -> tuple[Extracted, str | None]:
    """Return the values in an answer, and what is wrong with it, or None.

    Of several objects in it the one that fits best counts, of tool calls likewise.
    """
    best: tuple[Extracted, list[str]] | None = None
    for found in _objects(said):
        extracted, faults = _read_object(found, parameters)
        if best is None or len(extracted.values) > len(best[0].values):
            best = extracted, faults
    if best is None:
        return Extracted({}, is_readable=False), "it holds no JSON object."
    extracted, faults = best
    return extracted, "; ".join(faults) + "." if faults else None


def _objects(said: Said) -> Iterator[dict[str, Value]]:
    texts = (*(call.arguments for call in said.calls), said.text)
    for text in texts:
        for value in json_values(text):
            if isinstance(value, list) and len(value) == 1:
                (value,) = value  # noqa: PLW2901  # an object in brackets is meant as one
            if isinstance(value, dict):
                yield value
                # {"arguments": {…}} is how some write down the call of a tool.
                yield from (inner for inner in value.values() if isinstance(inner, dict))


def _read_object(
    found: dict[str, Value], parameters: Sequence[Parameter]
) -> tuple[Extracted, list[str]]:
    folded = {key.strip().casefold(): value for key, value in found.items()}
    values: dict[str, Value] = {}
    faults: list[str] = []
    for parameter in parameters:
        written = found.get(parameter.name, folded.get(parameter.name.casefold()))
        try:
            value = coerce(written, parameter)
            check_value(value)
        except NotOfTypeError as error:
            faults.append(f"`{parameter.name}` {error}")
        except InvalidInput:
            faults.append(f"`{parameter.name}` must be plain JSON")
        else:
            if value is not None:
                values[parameter.name] = value
    return Extracted(values), faults


def missing_from(extracted: Extracted, parameters: Sequence[Parameter]) -> list[str]:
    """Return the names of required parameters that have no value; an empty text is none."""
    return [
        parameter.name
        for parameter in parameters
        if parameter.required and extracted.values.get(parameter.name) in (None, "", [])
    ]
