"""Every member has the same shape, so that knowing one is knowing all."""

import re

import pytest

from tests.architecture.source_tree import ROOT, Member, distribution_name, members, root_manifest

GROUPS = {
    "agent": "skep.agents",
    "chunker": "skep.chunkers",
    "guardrail": "skep.guardrails",
    "importer": "skep.importers",
    "model": "skep.models",
    "node": "skep.nodes",
    "parser": "skep.parsers",
    "runtime": "skep.runtimes",
    "sink": "skep.sinks",
    "source": "skep.sources",
    "store": "skep.stores",
    "tool": "skep.tools",
    "toolkit": "skep.toolkits",
    "trigger": "skep.triggers",
}
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")

every_member = pytest.mark.parametrize("member", members(), ids=lambda member: member.folder)
every_plugin = pytest.mark.parametrize(
    "member", [m for m in members() if m.is_plugin], ids=lambda member: member.folder
)


@every_member
def test_member_has_the_files_everyone_has(member: Member) -> None:
    folder = ROOT / member.folder
    expected = [
        folder / "README.md",
        folder / "tests",
        member.source / "__init__.py",
        member.source / "py.typed",
    ]

    assert [path.relative_to(ROOT).as_posix() for path in expected if not path.exists()] == []


@every_member
def test_member_states_licence_and_oldest_python(member: Member) -> None:
    project = member.manifest["project"]

    assert (project["license"], project["requires-python"]) == ("Apache-2.0", ">=3.11")


def test_members_share_one_version() -> None:
    assert len({member.manifest["project"]["version"] for member in members()}) == 1


@every_member
def test_member_names_its_siblings_as_workspace_members(member: Member) -> None:
    siblings = member.dependencies & {other.name for other in members()}

    sources = member.manifest["tool"].get("uv", {}).get("sources", {})

    assert siblings <= {name for name, source in sources.items() if source.get("workspace")}


@every_plugin
def test_plugin_is_found_through_its_entry_point(member: Member) -> None:
    kind, _, rest = member.folder.removeprefix("plugins/").partition("-")

    points = member.manifest["project"]["entry-points"]

    assert points == {GROUPS[kind]: {rest.replace("-", "_"): member.package}}


def test_command_brings_every_built_in_plugin_along() -> None:
    (command,) = (member for member in members() if member.name == "skep")

    assert {member.name for member in members() if member.is_plugin} <= command.dependencies


def test_lock_knows_every_dependency() -> None:
    ours = {member.name for member in members()}
    wanted = {name for member in members() for name in member.dependencies} - ours
    wanted |= {distribution_name(line) for line in root_manifest()["dependency-groups"]["dev"]}

    locked = {distribution_name(name) for name in re.findall(r"^(\S+)==", LOCK, re.MULTILINE)}

    assert wanted - locked == set(), "run `make lock`"


def test_lock_says_what_to_install_and_not_where_from() -> None:
    assert re.findall(r"https?://\S+|^--?[a-z]\S*index.*$", LOCK, re.MULTILINE) == []
    assert LOCK.count("--hash=sha256:") > LOCK.count("==")
