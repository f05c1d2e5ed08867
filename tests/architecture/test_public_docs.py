"""Contracts are read by strangers: everything public in them says what it is for."""

import ast
from collections.abc import Iterator

from tests.architecture.source_tree import modules

Documented = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def undocumented(body: list[ast.stmt], prefix: str = "") -> Iterator[str]:
    """Yield the public classes, functions and methods without a docstring."""
    for node in body:
        if not isinstance(node, Documented) or node.name.startswith("_"):
            continue
        if ast.get_docstring(node) is None:
            yield f"{prefix}{node.name}"
        if isinstance(node, ast.ClassDef):
            yield from undocumented(node.body, f"{prefix}{node.name}.")


def test_public_names_of_contracts_are_documented() -> None:
    silent = [
        f"{module.relative}: {name}"
        for module in modules()
        if module.member.name == "skep-contracts"
        for name in undocumented(module.tree.body)
    ]

    assert silent == []


def test_every_module_says_what_it_holds() -> None:
    silent = [m.relative for m in modules() if m.text.strip() and not ast.get_docstring(m.tree)]

    assert silent == []


def test_missing_docstring_is_seen() -> None:
    tree = ast.parse('class A:\n    """A."""\n    def b(self): ...\n    def _c(self): ...\n')

    assert list(undocumented(tree.body)) == ["A.b"]
