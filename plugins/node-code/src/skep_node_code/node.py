"""Sends the code to the sandbox and holds its result to the declared outputs."""

from typing import Any, Final

from skep_contracts.plugins.nodes import NodeContext, NodeResult
from skep_contracts.plugins.runtimes import CodeFault, CodeRequest, CodeResult
from skep_contracts.problems import FieldError, InvalidInput, json_pointer
from skep_contracts.values import has_type
from skep_node_code.settings import CodeSettings

_MAX_LINES: Final = 200
_MAX_NAMES: Final = 10
_WHAT_HAPPENED: Final = {
    CodeFault.SYNTAX: "The code is not valid",
    CodeFault.EXCEPTION: "The code failed",
    CodeFault.NO_MAIN: "The code has no main function",
    CodeFault.BAD_RESULT: "The code gave a result that cannot be used",
    CodeFault.TIMED_OUT: "The code took too long",
    CodeFault.OUT_OF_MEMORY: "The code ran out of memory",
    CodeFault.TOO_MUCH_OUTPUT: "The code gave too much",
    CodeFault.INPUT_TOO_LARGE: "The code was given too much",
    CodeFault.KILLED: "The code ended in the middle",
    CodeFault.UNSUPPORTED: "The sandbox cannot run this code",
}


class CodeNode:
    """One run in the sandbox; trying again is the host's work."""

    async def run(self, ctx: NodeContext, settings: CodeSettings) -> NodeResult:
        """Run the code.

        Raises:
            InvalidInput: The code failed, or its result is not what the outputs declare. Notes on
                the error hold what it printed.
            Unavailable: The sandbox is not there, is busy, or cannot isolate.
        """
        request = CodeRequest(
            language=settings.language,
            code=settings.code,
            inputs={name: ctx.value(template) for name, template in settings.inputs.items()},
            limits=settings.limits.to_run_limits(),
            environment=settings.environment,
            tenant=ctx.tenant,
        )
        result = await ctx.run_code(request)
        logs = _logs(result)
        error = _fault(result, settings) or _mismatch(result.result or {}, settings)
        if error is not None:
            for line in logs:
                error.add_note(line)
            raise error
        return NodeResult(outputs=result.result or {}, logs=logs)


def _logs(result: CodeResult) -> tuple[str, ...]:
    """Return what was printed, line by line; standard error is marked."""
    lines = result.stdout.splitlines() + [f"stderr: {s}" for s in result.stderr.splitlines()]
    if len(lines) > _MAX_LINES:
        lines = [*lines[:_MAX_LINES], f"… {len(lines) - _MAX_LINES} more lines"]
    return tuple(lines)


def _fault(result: CodeResult, settings: CodeSettings) -> InvalidInput | None:
    if result.fault is None:
        return None
    at = f" in line {result.line}" if result.line is not None else ""
    what = _WHAT_HAPPENED.get(result.fault, "The code failed")
    match result.fault:
        case CodeFault.INPUT_TOO_LARGE:
            pointer = "/inputs"
        case CodeFault.UNSUPPORTED:
            pointer = "/language" if settings.environment is None else "/environment"
        case _:
            pointer = "/code"
    # The first line says what, the others where: those are for the author alone.
    first = result.message.partition("\n")[0]
    return InvalidInput(
        f"{what}{at}. {first}".strip(),
        code=f"code_{result.fault.value}",
        errors=[FieldError(pointer=pointer, message=result.message)],
    )


def _mismatch(result: dict[str, Any], settings: CodeSettings) -> InvalidInput | None:
    """Say where a result differs from the declared outputs."""
    declared = settings.outputs
    missing = [name for name in declared if name not in result]
    extra = [name for name in result if name not in declared]
    wrong = [
        name
        for name, kind in declared.items()
        if name in result and not has_type(result[name], kind)
    ]
    if not (missing or extra or wrong):
        return None
    faults = [
        *(_at(name, "main did not return it") for name in missing),
        *(_at(name, f"declared as {declared[name]}, but {_kind(result[name])}") for name in wrong),
        *(_at(name, "main returned it, but it is not declared") for name in extra),
    ]
    parts = [
        f"{says} {_list(names)}"
        for says, names in (("missing:", missing), ("of another type:", wrong), ("extra:", extra))
        if names
    ]
    return InvalidInput(
        f"main did not return the declared outputs; {'; '.join(parts)}.",
        code="code_outputs_differ",
        errors=faults,
    )


def _at(name: str, message: str) -> FieldError:
    return FieldError(pointer=json_pointer("outputs", name[:64]), message=message)


def _list(names: list[str]) -> str:
    shown = ", ".join(f"`{name[:64]}`" for name in names[:_MAX_NAMES])
    return shown if len(names) <= _MAX_NAMES else f"{shown} and {len(names) - _MAX_NAMES} more"


def _kind(value: object) -> str:
    match value:
        case bool():
            return "is a boolean"
        case int() | float():
            return "is a number"
        case str():
            return "is a string"
        case list():
            return "is an array, or one with other items"
        case _:
            return "is an object"
