"""Nothing turns data into code: not in our processes, not through a shell, not by deserialising."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source_tree import dotted, imported_names, modules

FORBIDDEN_CALLS = {
    "__import__",
    "asyncio.create_subprocess_shell",
    "builtins.compile",
    "builtins.eval",
    "builtins.exec",
    "compile",
    "eval",
    "exec",
    "os.popen",
    "os.system",
    "yaml.full_load",
    "yaml.load_all",
    "yaml.unsafe_load",
}
FORBIDDEN_IMPORTS = {"cloudpickle", "dill", "joblib", "jsonpickle", "marshal", "pickle", "shelve"}


def findings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and offence."""
    for line, name in imported_names(tree):
        if name.partition(".")[0] in FORBIDDEN_IMPORTS:
            yield line, f"import of {name}"
    safe_loaders = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and any(is_safe_loader(base) for base in node.bases)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from ((node.lineno, offence) for offence in call_offences(node, safe_loaders))


def call_offences(call: ast.Call, safe_loaders: set[str]) -> Iterator[str]:
    """Yield what is wrong with one call."""
    name = dotted(call.func)
    if name in FORBIDDEN_CALLS:
        yield f"call of {name}"
    options = {keyword.arg: keyword.value for keyword in call.keywords}
    shell = options.get("shell")
    if shell is not None and not (isinstance(shell, ast.Constant) and shell.value is False):
        yield f"{name} with a shell"
    if name == "yaml.load":
        loader = options.get("Loader") or (call.args[1] if len(call.args) > 1 else None)
        if loader is None or not (is_safe_loader(loader) or dotted(loader) in safe_loaders):
            yield "yaml.load without a safe loader"


def is_safe_loader(node: ast.AST) -> bool:
    """Tell whether it is one of YAML's loaders that build plain data."""
    return dotted(node).endswith("SafeLoader")


def test_source_never_turns_data_into_code() -> None:
    found = [
        f"{module.relative}:{line} {offence}"
        for module in modules()
        for line, offence in findings(module.tree)
    ]

    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "eval(x)",
        "exec(x)",
        "compile(x, '', 'exec')",
        "import pickle",
        "from pickle import loads",
        "import yaml\nyaml.load(x)",
        "import yaml\nyaml.load(x, Loader=yaml.Loader)",
        "import subprocess\nsubprocess.run(x, shell=True)",
        "import os\nos.system(x)",
    ],
)
def test_dynamic_code_is_seen(code: str) -> None:
    assert list(findings(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "import re\nre.compile(x)",
        "import yaml\nyaml.load(x, Loader=yaml.CSafeLoader)",
        "import yaml\nclass Strict(yaml.CSafeLoader): ...\nyaml.load(x, Strict)",
        "session.exec(x)",
    ],
)
def test_innocent_code_is_left_alone(code: str) -> None:
    assert list(findings(ast.parse(code))) == []
