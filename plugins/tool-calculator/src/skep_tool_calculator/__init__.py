"""A tool that calculates exactly."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.tools import ToolDescription
from skep_tool_calculator.limits import MAX_CHARACTERS
from skep_tool_calculator.tool import Calculator


@hookimpl
def skep_tools() -> list[ToolDescription]:
    """Describe the tool ``calculator``."""
    return [
        ToolDescription(
            name="calculator",
            title="Calculator",
            description=(
                "Calculates an arithmetic expression exactly. Use it for every calculation with "
                "more than one digit, instead of calculating yourself. Numbers, + - * / // % ^, "
                "parentheses, percentages such as 15%, constants pi and e, and the functions abs, "
                "round, floor, ceil, sqrt, exp, ln, log, log10, min, max, sum, avg, factorial, "
                "sin, cos, tan (radians)."
            ),
            parameters={
                "type": "object",
                "properties": {
                    "expression": {
                        "type": "string",
                        "description": "For example: (3 + 4.5) * 2 ^ 10, or round(19.99 * 1.19, 2)",
                        "minLength": 1,
                        "maxLength": MAX_CHARACTERS,
                    }
                },
                "required": ["expression"],
                "additionalProperties": False,
            },
            repeatable=True,
            timeout_s=5.0,
            factory=lambda _context, _credential: Calculator(),
        )
    ]
