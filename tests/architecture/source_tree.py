"""The members of the workspace and their modules, read once for all tests."""

import ast
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
CORE_FOLDERS = ("runtime", "inference", "services")


@dataclass(frozen=True)
class Member:
    """One distribution: its folder below the root, its manifest and the name of its package."""

    folder: str
    manifest: dict[str, Any]

    @property
    def name(self) -> str:
        """The distribution's name."""
        return str(self.manifest["project"]["name"])

    @property
    def package(self) -> str:
        """The name to import."""
        return "skep_cli" if self.name == "skep" else self.name.replace("-", "_")

    @property
    def is_plugin(self) -> bool:
        """Whether it lives in `plugins/`."""
        return self.folder.startswith("plugins/")

    @property
    def dependencies(self) -> set[str]:
        """Names of declared dependencies, normalised."""
        return {distribution_name(line) for line in self.manifest["project"]["dependencies"]}

    @property
    def source(self) -> Path:
        """The folder of its package."""
        return ROOT / self.folder / "src" / self.package


@dataclass(frozen=True)
class Module:
    """One module of some member's `src`."""

    member: Member
    path: Path
    text: str
    tree: ast.Module

    @property
    def relative(self) -> str:
        """The path below the root."""
        return self.path.relative_to(ROOT).as_posix()


def distribution_name(requirement: str) -> str:
    """Return the normalised name in a requirement such as ``SQLAlchemy[asyncio]>=2``."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found, f"not a requirement: {requirement!r}"
    return re.sub(r"[-_.]+", "-", found.group()).lower()


@cache
def root_manifest() -> dict[str, Any]:
    """Return the root pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def members() -> tuple[Member, ...]:
    """Return every member the root names."""
    folders = [
        path.parent
        for pattern in root_manifest()["tool"]["uv"]["workspace"]["members"]
        for path in sorted(ROOT.glob(f"{pattern}/pyproject.toml"))
    ]
    return tuple(
        Member(
            folder.relative_to(ROOT).as_posix(),
            tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8")),
        )
        for folder in folders
    )


@cache
def modules() -> tuple[Module, ...]:
    """Return every module below a member's `src`, parsed."""
    found = []
    for member in members():
        for path in sorted((ROOT / member.folder / "src").rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            found.append(Module(member, path, text, ast.parse(text, str(path))))
    return tuple(found)


def core_modules() -> Iterator[Module]:
    """Yield the modules of the runtime, inference and the services."""
    return (module for module in modules() if module.member.folder.startswith(CORE_FOLDERS))


def imported_names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of every absolute import, those inside functions included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def dotted(node: ast.AST) -> str:
    """Return ``a.b.c`` for a chain of names, else an empty string."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (prefix := dotted(node.value)):
        return f"{prefix}.{node.attr}"
    return ""


def docstrings(tree: ast.AST) -> set[ast.AST]:
    """Return the constant nodes that are docstrings."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, documented)
        and node.body
        and isinstance(node.body[0], ast.Expr)
        and isinstance(node.body[0].value, ast.Constant)
    }


@cache
def tracked_files() -> tuple[Path, ...]:
    """Return the files under version control; in an unpacked archive, the files that would be."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        listing = subprocess.run(
            [git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        paths = [ROOT / name for name in listing.split("\0") if name]
    else:
        hidden = {".venv", ".tools", "node_modules", "__pycache__"}
        paths = [p for p in sorted(ROOT.rglob("*")) if not hidden.intersection(p.parts)]
    return tuple(path for path in paths if path.is_file() and not path.is_symlink())
