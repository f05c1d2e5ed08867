"""The files of the cluster form fit together, and fit what the services read."""

import importlib
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
import yaml

from skep_runtime.settings import load
from tests.architecture.source_tree import ROOT, members

SERVICES: Final = ("gateway", "orchestrator", "ingest", "sandbox")
# ${NAME}, ${NAME:-default}, ${NAME:?what to do}; $$ is a dollar sign.
REFERENCE: Final = re.compile(r"\$\$|\$\{(?P<name>\w+)(?::(?P<sign>[-?])(?P<rest>[^}]*))?\}")


def compose() -> dict[str, Any]:
    """Return compose.yaml, decoded."""
    content = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def references(text: str) -> dict[str, str | None]:
    """Return the variables that a text refers to, and their defaults."""
    return {
        found["name"]: found["rest"] if found["sign"] == "-" else None
        for found in REFERENCE.finditer(text)
        if found["name"]
    }


def filled_in(text: str, values: Mapping[str, str]) -> str:
    """Replace references as Compose does."""
    return REFERENCE.sub(
        lambda f: values.get(f["name"], f["rest"] or "") if f["name"] else "$", text
    )


def environment(service: str, values: Mapping[str, str]) -> dict[str, str]:
    """Return what a container of the service is started with."""
    given = compose()["services"][service]["environment"]
    return {name: filled_in(value, values) for name, value in given.items()}


def settings_of(service: str) -> type[msgspec.Struct]:
    """Return the settings that a service reads."""
    module = importlib.import_module(f"skep_{service}.settings")
    found: type[msgspec.Struct] = getattr(module, f"{service.title()}Settings")
    return found


@pytest.fixture
def secrets(tmp_path: Path) -> dict[str, str]:
    """What scripts/cluster-secrets writes."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts/cluster-secrets", tmp_path / "scripts")
    subprocess.run([str(tmp_path / "scripts/cluster-secrets")], check=True, capture_output=True)
    lines = (tmp_path / ".env").read_text(encoding="ascii").splitlines()
    return dict(line.split("=", 1) for line in lines)


def test_every_service_starts_with_the_environment_of_compose(secrets: dict[str, str]) -> None:
    for service in SERVICES:
        load(settings_of(service), service=service, environ=environment(service, secrets))


def test_no_service_is_given_what_it_does_not_read(secrets: dict[str, str]) -> None:
    unread = [
        f"{service}: {name}"
        for service in SERVICES
        for name in environment(service, secrets)
        if name.removeprefix("SKEP_").split("__")[0].lower()
        not in {service, *(field.name for field in msgspec.structs.fields(settings_of(service)))}
    ]

    assert unread == []


def test_every_variable_has_a_default_or_is_a_secret_that_is_written(
    secrets: dict[str, str],
) -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    without_default = {name for name, default in references(text).items() if default is None}

    assert without_default == set(secrets)


def test_secrets_are_fresh_and_readable_by_their_owner_alone(
    tmp_path: Path, secrets: dict[str, str]
) -> None:
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
    assert len(set(secrets.values())) == len(secrets)
    assert all(len(value) >= 24 for value in secrets.values())


def test_sandbox_has_neither_secrets_nor_roads_but_the_bus() -> None:
    services = compose()["services"]
    sandbox = services["sandbox"]
    neighbours = [name for name, it in services.items() if "code" in it["networks"]]

    assert not [name for name in sandbox["environment"] if "VAULT" in name or "DATABASE" in name]
    assert sandbox["networks"] == ["code"]
    assert sorted(neighbours) == ["nats", "sandbox"]
    assert compose()["networks"]["code"] == {"internal": True}
    assert "ports" not in sandbox
    assert "volumes" not in sandbox


def test_services_run_without_privileges() -> None:
    for service in SERVICES:
        container = compose()["services"][service]

        assert container["read_only"] is True
        assert container["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in container["security_opt"]
        assert container["build"]["args"] == {"SERVICE": service}
        for option in container["security_opt"]:
            if option.startswith("seccomp:"):
                assert (ROOT / option.removeprefix("seccomp:")).is_file()


def test_every_kind_of_plugin_is_in_some_image() -> None:
    recipe = (ROOT / "services/Dockerfile").read_text(encoding="utf-8")
    kinds = {kind for words in re.findall(r'kinds="([^"]+)"', recipe) for kind in words.split()}
    there = {Path(m.folder).name.partition("-")[0] for m in members() if m.is_plugin}

    assert kinds == there
