"""No secret has a default: what nobody chose, everybody knows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT, modules, tracked_files

SECRET = r"[A-Z0-9_]*(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_KEY|VAULT_KEY)"
# NAME: value, NAME=value, "NAME": "value". A reference such as ${NAME:?say so} is no value, nor is
# what follows the name inside of it.
ASSIGNED = re.compile(
    rf"\b(?P<name>{SECRET})\"?\s*[:=]\s*[\"']?(?P<value>[^\s\"'#]+)", re.IGNORECASE
)
HARMLESS = re.compile(
    r"^\$\{?[A-Z0-9_]+(?::?\?.*)?\}?$|^\?|^\$\$|^/run/secrets/|^-$|^[>|]$", re.IGNORECASE
)
SECRET_FIELD = re.compile(r"(password|passwd|secret|token|api_key|private_key|vault_key)$")


def is_deployment(path: Path) -> bool:
    """Tell whether the file configures containers."""
    return path.name.startswith("Dockerfile") or bool(
        re.match(r"(docker-)?compose.*\.ya?ml$", path.name)
    )


def written_out(text: str) -> Iterator[tuple[int, str]]:
    """Yield line and name of every secret with a value in a deployment file."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("#"):
            continue
        for found in ASSIGNED.finditer(line):
            if found["name"].upper().endswith("_FILE") or HARMLESS.match(found["value"]):
                continue
            yield number, found["name"]


def default_fields(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and name of every class field that is a secret and has a text as its default."""
    for node in ast.walk(tree):
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=str() as value)):
                if value and SECRET_FIELD.search(name.lower()):
                    yield node.lineno, name


def test_deployment_files_hold_no_secret() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in tracked_files()
        if is_deployment(path)
        for line, name in written_out(path.read_text(encoding="utf-8"))
    ]

    assert found == [], "read it from the environment: ${NAME:?how to make one}"


def test_settings_have_no_default_secret() -> None:
    found = [
        f"{module.relative}:{line} {name}"
        for module in modules()
        for line, name in default_fields(module.tree)
    ]

    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "POSTGRES_PASSWORD: postgres",
        "ENV SKEP_VAULT_KEY=abc",
        "  - NATS_TOKEN=${NATS_TOKEN:-changeme}",
        'API_KEY: "x"',
    ],
)
def test_written_secret_is_seen(line: str) -> None:
    assert list(written_out(line))


@pytest.mark.parametrize(
    "line",
    [
        "POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?set it in .env}",
        "POSTGRES_PASSWORD_FILE: /run/secrets/postgres",
        "# PASSWORD=example",
        "POSTGRES_PASSWORD: $POSTGRES_PASSWORD",
    ],
)
def test_reference_to_a_secret_is_left_alone(line: str) -> None:
    assert list(written_out(line)) == []


def test_default_in_a_settings_class_is_seen() -> None:
    tree = ast.parse("class Bus:\n    password: str = 'nats'\n    url: str = 'nats://x'\n")

    assert list(default_fields(tree)) == [(2, "password")]
