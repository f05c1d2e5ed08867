"""contracts/public_names.txt: every public name of the contracts, as a promise.

A name joins by itself when this runs. It leaves only by hand, in a commit that says why.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

PATH = "contracts/public_names.txt"
_SOURCE = "contracts/src"


def page(root: Path) -> Iterator[tuple[str, str]]:
    """Yield the list: what was promised, and what has come since."""
    promised = (
        set((root / PATH).read_text(encoding="utf-8").split()) if (root / PATH).exists() else set()
    )
    yield PATH, "".join(f"{name}\n" for name in sorted(promised | set(names(root))))


def names(root: Path) -> Iterator[str]:
    """Yield the public names of all modules, with those of their classes' own members."""
    for path in sorted((root / _SOURCE).rglob("*.py")):
        module = path.relative_to(root / _SOURCE).with_suffix("").as_posix().replace("/", ".")
        module = module.removesuffix(".__init__")
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            for name in _defined(node):
                yield f"{module}.{name}"
                if isinstance(node, ast.ClassDef):
                    members = (member for item in node.body for member in _defined(item))
                    yield from (f"{module}.{name}.{member}" for member in members)


def _defined(node: ast.stmt) -> Iterator[str]:
    found: list[str] = []
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            found.append(name)
        case ast.AnnAssign(target=ast.Name(id=name)):
            found.append(name)
        case ast.Assign(targets=targets):
            found += (target.id for target in targets if isinstance(target, ast.Name))
        case _:
            pass
    return (name for name in found if not name.startswith("_"))
