"""Large files began as sensible small ones. These limits are where one is cut in two."""

import ast
from collections import Counter
from pathlib import Path

from tests.architecture.source_tree import ROOT, members, modules

MODULE_LINES = 400
FUNCTION_LINES = 50
FOLDER_MODULES = 12
RUNTIME_LINES = 5_290

# What is over its limit today, by "path" or "path:function". It may shrink, never grow.
EXEMPT: frozenset[str] = frozenset()

# The runtime is how a service runs, never what it does. A name joins with three users and an ADR.
RUNTIME_MODULES = {
    "bus",
    "clock",
    "database",
    "egress",
    "lifecycle",
    "logs",
    "plugins",
    "settings",
    "telemetry",
    "vault",
}


def function_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count from `def` to the end; the docstring does not count, or nobody would write one."""
    assert node.end_lineno is not None
    lines = node.end_lineno - node.lineno + 1
    if ast.get_docstring(node, clean=False) is not None:
        docstring = node.body[0]
        assert docstring.end_lineno is not None
        lines -= docstring.end_lineno - docstring.lineno + 1
    return lines


def long_modules() -> set[str]:
    return {m.relative for m in modules() if len(m.text.splitlines()) > MODULE_LINES}


def long_functions() -> set[str]:
    return {
        f"{module.relative}:{node.name}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and function_lines(node) > FUNCTION_LINES
    }


def test_modules_stay_under_their_limit() -> None:
    assert long_modules() - EXEMPT == set(), f"over {MODULE_LINES} lines: find the second subject"


def test_functions_stay_under_their_limit() -> None:
    assert long_functions() - EXEMPT == set(), f"over {FUNCTION_LINES} lines: name its parts"


def test_exemptions_from_sizes_are_still_needed() -> None:
    assert long_modules() | long_functions() >= EXEMPT


def test_folders_hold_few_modules() -> None:
    counts = Counter(m.path.parent for m in modules() if m.path.name != "__init__.py")

    crowded = {f.relative_to(ROOT).as_posix() for f, n in counts.items() if n > FOLDER_MODULES}

    assert crowded == set(), f"more than {FOLDER_MODULES} modules: group them by feature"


def test_function_length_leaves_out_the_docstring() -> None:
    (function,) = ast.parse('def f():\n    """One.\n\n    Two.\n    """\n    return 1\n').body

    assert isinstance(function, ast.FunctionDef)
    assert function_lines(function) == 2


def test_runtime_holds_only_what_was_admitted() -> None:
    (runtime,) = (member for member in members() if member.name == "skep-runtime")

    found = {entry.stem for entry in runtime.source.iterdir() if is_module(entry)}

    assert found - RUNTIME_MODULES == set()


def test_runtime_stays_within_its_budget() -> None:
    lines = sum(len(m.text.splitlines()) for m in modules() if m.member.name == "skep-runtime")

    assert lines <= RUNTIME_LINES


def is_module(entry: Path) -> bool:
    """Tell a module or package from caches, markers and notes."""
    if entry.is_dir():
        return (entry / "__init__.py").exists()
    return entry.suffix == ".py" and entry.name != "__init__.py"
