"""The kit's programs, good and bad, in real containers of a real engine."""

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest

from skep_runtime_docker.engine import Engine
from skep_runtime_docker.ownership import LABEL
from skep_testing.conformance.runtime_kit.runtime_process import RuntimeProcess
from skep_testing.conformance.runtimes import RuntimeConformance
from skep_testing.docker_engine import DockerEngine, processes_in, without_other_engines


@pytest.mark.docker
class TestConformance(RuntimeConformance):
    entry_point = "docker"
    runtime_name = "docker"
    settings: ClassVar[Mapping[str, Any]] = {}
    sections_as_ordinary_user = frozenset({"files", "network"})
    # The guests are those of bubblewrap (ADR 19). What authors did wrong is theirs to say, and
    # scripts have nothing but their guest to tamper with.
    sections_tried_elsewhere = frozenset(
        {"mistakes of authors", "mistakes in scripts", "scripts that tamper"}
    )
    at_once = 12  # more than there are spares and threads that make containers
    rounds = 3
    connections = 4

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _use_the_engine(cls, daemon: DockerEngine) -> None:
        cls.settings = {"engine": daemon.address, "spares": 2}

    @classmethod
    def processes_of(cls, process: RuntimeProcess) -> set[int]:
        # Containers are children of the engine's, not of the process that asked for them.
        made = containers_of(process.process.pid, cls.settings["engine"])
        return process.descendants() | processes_in(made)

    @classmethod
    def mounts_of(cls, process: RuntimeProcess) -> set[str]:
        return without_other_engines(super().mounts_of(process), cls.settings["engine"])


def containers_of(pid: int, address: str) -> list[str]:
    """Return the ids of the containers that a process made."""
    return [
        container["Id"]
        for container in Engine(address).containers(LABEL)
        if container["Labels"][f"{LABEL}.process"].startswith(f"{pid}.")
    ]
