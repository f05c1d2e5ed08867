"""The settings of a code node, and what must hold of them."""

import keyword
import re
from typing import Annotated, Any, Final

import msgspec

from skep_contracts.plugins.nodes import ERROR, OutputSpec
from skep_contracts.plugins.runtimes import RunLimits
from skep_contracts.problems import FieldError, InvalidInput, did_you_mean, json_pointer

MAX_CODE_CHARACTERS: Final = 200_000
_MIB: Final = 1024 * 1024
_INPUT: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}\Z")
_OUTPUT: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}\Z")
_TYPES: Final = ("string", "number", "boolean", "object", "file", "any")
_ALL_TYPES: Final = frozenset((*_TYPES, *(f"array[{name}]" for name in _TYPES)))


class CodeLimits(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """What the code may use; the operator's maximum holds all the same."""

    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=3600, description="Wall time.")] = 10.0
    memory_mb: Annotated[int, msgspec.Meta(ge=16, le=65_536)] = 256
    threads: Annotated[int, msgspec.Meta(ge=1, le=1024)] = 16
    disk_mb: Annotated[
        int, msgspec.Meta(ge=1, le=65_536, description="Temporary files; they are in memory.")
    ] = 64

    def to_run_limits(self) -> RunLimits:
        """Return them as the sandbox knows them."""
        return RunLimits(
            wall_s=self.timeout_s,
            cpu_s=self.timeout_s,
            memory_bytes=self.memory_mb * _MIB,
            processes=self.threads,
            disk_bytes=self.disk_mb * _MIB,
        )


class CodeSettings(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """The settings of a code node."""

    language: Annotated[
        str,
        msgspec.Meta(pattern=r"^[a-z][a-z0-9+#.-]{0,31}$", description="python or javascript."),
    ] = "python"
    inputs: Annotated[
        dict[str, Any],
        msgspec.Meta(
            max_length=200,
            description="What main is called with, by name. A text that is one reference keeps its "
            "type.",
        ),
    ] = {}
    code: Annotated[
        str,
        msgspec.Meta(
            min_length=1,
            max_length=MAX_CODE_CHARACTERS,
            description="Defines a function main that returns an object of outputs; the inputs are "
            "its arguments in Python, one object in JavaScript.",
        ),
    ]
    outputs: Annotated[
        dict[str, str],
        msgspec.Meta(
            max_length=200,
            description="Types by name: string, number, boolean, object, file, any, or array[…].",
        ),
    ] = {}
    environment: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None
    """Name of a package environment that the operator has built; None for the language alone."""
    limits: CodeLimits = CodeLimits()


def declared_outputs(settings: CodeSettings) -> tuple[OutputSpec, ...]:
    """Declare the outputs that the author named."""
    return tuple(OutputSpec(name=name, type=kind) for name, kind in settings.outputs.items())


def check(settings: CodeSettings) -> None:
    """Refuse names that cannot be arguments or outputs, and unknown types.

    Raises:
        InvalidInput: With a pointer to each.
    """
    faults = [
        FieldError(
            pointer=json_pointer("inputs", name),
            message="an input needs the name of a variable: letters, digits and _",
        )
        for name in settings.inputs
        if not _INPUT.match(name) or (settings.language == "python" and keyword.iskeyword(name))
    ]
    for name, kind in settings.outputs.items():
        if not _OUTPUT.match(name) or name == ERROR:
            message = "an output needs a name of letters, digits, _ and -, and `error` is taken"
            faults.append(FieldError(pointer=json_pointer("outputs", name), message=message))
        if kind not in _ALL_TYPES:
            message = f"`{kind[:64]}` is no type{did_you_mean(kind, _ALL_TYPES)}"
            faults.append(FieldError(pointer=json_pointer("outputs", name), message=message))
    if not settings.code.strip():
        faults.append(FieldError(pointer="/code", message="there is no code"))
    if faults:
        raise InvalidInput("The settings of the code node are not valid.", errors=faults)
