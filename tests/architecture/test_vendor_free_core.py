"""What can vary is a plugin. The core hears of vendors and node types only from data."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.source_tree import core_modules, docstrings, dotted, members

VENDORS = re.compile(
    r"anthropic|bedrock|bubblewrap|bwrap|chroma(db)?\b|cohere|docker|elasticsearch|gemini|jina"
    r"|langfuse|langsmith|milvus|minijinja|mistral|ollama|openai|pgvector|pinecone|pypdfium|qdrant"
    r"|selectolax|usearch|vertexai|weaviate",
    re.IGNORECASE,
)
TYPE_NAMES = {"type", "node_type"}

# Places where a name is part of somebody's published protocol that we speak: "path: word".
EXEMPT: frozenset[str] = frozenset(
    {
        "services/gateway/src/skep_gateway/runs/start_run.py: openai",
        "services/gateway/src/skep_gateway/web/foreign/errors.py: openai",
    }
)


def node_types() -> set[str]:
    """Return the type names that the built-in node plugins answer to, in both spellings."""
    names = {
        name
        for member in members()
        for name in member.manifest["project"].get("entry-points", {}).get("skep.nodes", {})
    }
    return names | {name.replace("_", "-") for name in names}


def words(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and text of every name and string that runs; comments and docstrings do not."""
    silent = docstrings(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str() as text) if node not in silent:
                yield node.lineno, text
            case ast.Name(id=text) | ast.Attribute(attr=text):
                yield node.lineno, text
            case ast.FunctionDef(name=text) | ast.AsyncFunctionDef(name=text):
                yield node.lineno, text
            case ast.ClassDef(name=text):
                yield node.lineno, text
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                yield from ((node.lineno, alias.name) for alias in aliases)
                if isinstance(node, ast.ImportFrom) and node.module:
                    yield node.lineno, node.module


def switches(tree: ast.Module, types: set[str]) -> Iterator[tuple[int, str]]:
    """Yield line and type name wherever something called a type is compared with a node's type."""
    for node in ast.walk(tree):
        subjects: list[ast.expr]
        if isinstance(node, ast.Compare):
            subjects = [node.left, *node.comparators]
            compared: set[str] = {text for side in subjects for text in literals(side)}
        elif isinstance(node, ast.Match):
            subjects = [node.subject]
            compared = {text for case in node.cases for text in literals(case.pattern)}
        else:
            continue
        if any(dotted(subject).rpartition(".")[2] in TYPE_NAMES for subject in subjects):
            yield from ((node.lineno, name) for name in sorted(compared & types))


def literals(tree: ast.AST) -> Iterator[str]:
    """Yield the string literals in an expression or a pattern."""
    for part in ast.walk(tree):
        match part:
            case ast.Constant(value=str() as text):
                yield text


def vendor_mentions() -> dict[str, int]:
    return {
        f"{module.relative}: {found.group().lower()}": line
        for module in core_modules()
        for line, text in words(module.tree)
        if (found := VENDORS.search(text))
    }


def test_core_knows_no_vendor() -> None:
    found = vendor_mentions()

    assert {place: found[place] for place in found.keys() - EXEMPT} == {}


def test_exemptions_for_protocols_are_still_needed() -> None:
    assert vendor_mentions().keys() >= EXEMPT


def test_core_knows_no_node_type() -> None:
    found = [
        f"{module.relative}:{line} branches on {name!r}"
        for module in core_modules()
        for line, name in switches(module.tree, node_types())
    ]

    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "if node.type == 'llm': ...",
        "if node_type in {'if-else', 'x'}: ...",
        "match node.type:\n    case 'answer' | 'end': ...",
    ],
)
def test_branching_on_a_node_type_is_seen(code: str) -> None:
    assert list(switches(ast.parse(code), {"llm", "if-else", "answer", "end"}))


@pytest.mark.parametrize(
    "code", ["import weaviate", "x = 'https://api.openai.com'", "run_docker()"]
)
def test_vendor_is_seen(code: str) -> None:
    assert any(VENDORS.search(text) for _, text in words(ast.parse(code)))


def test_vendor_in_a_docstring_is_left_alone() -> None:
    tree = ast.parse('"""Such as Docker."""\n# or weaviate\nx = 1\n')

    assert not any(VENDORS.search(text) for _, text in words(tree))
