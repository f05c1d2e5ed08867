"""Who may import whom. The rules between our packages stand in the root pyproject.toml."""

import sys
from importlib.metadata import packages_distributions
from typing import Any

import pytest
from importlinter.cli import lint_imports

from tests.architecture.source_tree import (
    ROOT,
    Member,
    distribution_name,
    imported_names,
    members,
    modules,
    root_manifest,
)

# Import-linter sees the first part of an external name only, and needs a list where most may not.
# Here: the packages of ours that may import a library, by the library's dotted name.
OWNERS: dict[str, set[str]] = {
    "docker": {"skep_runtime_docker"},
    "opentelemetry.exporter": {"skep_runtime"},
    "opentelemetry.sdk": {"skep_runtime"},
    "pluggy": {"skep_contracts", "skep_runtime"},
    "weaviate": {"skep_store_weaviate"},
}


def rules() -> list[dict[str, Any]]:
    contracts: list[dict[str, Any]] = root_manifest()["tool"]["importlinter"]["contracts"]
    return contracts


def test_import_rules_hold(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)

    assert status == 0, capsys.readouterr().out


def test_import_rules_have_no_exceptions() -> None:
    excepted = [rule["name"] for rule in rules() if rule.get("ignore_imports")]

    assert excepted == []


def test_import_rules_know_every_member() -> None:
    known = set(root_manifest()["tool"]["importlinter"]["root_packages"])

    assert known == {member.package for member in members()}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["name"])
def test_import_rule_about_plugins_names_all_of_them(rule: dict[str, Any]) -> None:
    plugins = {member.package: member for member in members() if member.is_plugin}

    for key in ("modules", "source_modules", "forbidden_modules"):
        named = set(rule.get(key, ()))
        if named.isdisjoint(plugins):
            continue
        # A rule such as "docker stays in runtime-docker" leaves out the one it names.
        missing = {
            package
            for package, member in plugins.items()
            if package not in named and member.folder.removeprefix("plugins/") not in rule["name"]
        }
        assert missing == set(), f"add them to {key} of {rule['name']!r} in pyproject.toml"


def test_libraries_stay_with_their_owners() -> None:
    strays = [
        f"{module.relative}:{line} imports {name}"
        for module in modules()
        for line, name in imported_names(module.tree)
        for library, owners in OWNERS.items()
        if (name == library or name.startswith(f"{library}."))
        and module.member.package not in owners
    ]

    assert strays == []


@pytest.mark.parametrize("member", members(), ids=lambda member: member.folder)
def test_member_declares_what_it_imports(member: Member) -> None:
    # All members share one environment, so Python would find what a manifest forgot.
    providers = packages_distributions()
    # The contracts' own vocabulary is built with msgspec: who has the one has the other.
    allowed = member.dependencies | {"msgspec"}

    undeclared = {
        f"{module.relative}:{line} imports {name}"
        for module in modules()
        if module.member == member
        for line, name in imported_names(module.tree)
        if (top := name.partition(".")[0]) not in {member.package, *sys.stdlib_module_names}
        and not allowed & {distribution_name(found) for found in providers.get(top, [top])}
    }

    assert undeclared == set()


def test_contracts_need_two_libraries_and_nothing_more() -> None:
    (contracts,) = (member for member in members() if member.name == "skep-contracts")

    assert contracts.dependencies == {"msgspec", "pluggy"}
