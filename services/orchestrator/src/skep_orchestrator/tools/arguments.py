"""Arguments of a tool against its JSON Schema."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final, NoReturn

import jsonschema_rs

from skep_contracts.plugins.tools import ToolDescription
from skep_contracts.problems import FieldError, InvalidInput, ProviderFailed, json_pointer
from skep_contracts.values import check_value

MAX_ARGUMENTS_BYTES: Final = 2 * 1024 * 1024
MAX_KEPT: Final = 1_024
_MAX_FAULTS: Final = 10
_MASK: Final = "the value"
"""Stands for values in messages: what is fixed in a workflow is not for the model to read."""


class ArgumentChecker:
    """Keeps the compiled schemas of the tools that are installed."""

    def __init__(self) -> None:
        self._compiled: OrderedDict[str, tuple[ToolDescription, Any]] = OrderedDict()

    def check(self, tool: ToolDescription, arguments: Mapping[str, Any]) -> None:
        """Hold arguments against a tool's schema.

        Raises:
            InvalidInput: They do not follow it; pointers are relative to the arguments.
            TooLarge: They take more than `MAX_ARGUMENTS_BYTES`.
            ProviderFailed: The schema itself is none.
        """
        plain = dict(arguments)
        check_value(plain, max_bytes=MAX_ARGUMENTS_BYTES)
        faults = []
        for error in self._validator(tool).iter_errors(plain):
            pointer = json_pointer(*error.instance_path)
            faults.append(FieldError(pointer=pointer, message=str(error.message)[:500]))
            if len(faults) == _MAX_FAULTS:
                break
        if faults:
            first = faults[0]
            raise InvalidInput(
                f"The arguments do not fit the tool `{tool.name}`: "
                f"{first.pointer and first.pointer + ': '}{first.message}.",
                errors=faults,
                code="bad_arguments",
            )

    def _validator(self, tool: ToolDescription) -> Any:
        known = self._compiled.get(tool.name)
        if known is not None and known[0] is tool:
            self._compiled.move_to_end(tool.name)
            return known[1]
        try:
            validator = jsonschema_rs.validator_for(
                tool.parameters,
                mask=_MASK,
                retriever=_refuse,
                pattern_options=jsonschema_rs.RegexOptions(),
            )
        except (ValueError, jsonschema_rs.ReferencingError) as error:
            raise ProviderFailed(
                f"The tool `{tool.name}` describes its arguments wrongly.",
                code="bad_plugin",
            ) from error
        self._compiled[tool.name] = (tool, validator)
        if len(self._compiled) > MAX_KEPT:
            self._compiled.popitem(last=False)
        return validator


def _refuse(_uri: str) -> NoReturn:
    raise ValueError("schemas are not fetched")
