"""One Docker Engine for all tests here, with the image built once."""

from collections.abc import Iterator

import pytest

from skep_contracts.plugins.runtimes import ImageOrder
from skep_runtime_docker.engine import Engine
from skep_runtime_docker.image import build
from skep_testing.docker_engine import DockerEngine, docker_engine

IMAGE = "skep-sandbox"


@pytest.fixture(scope="session")
def daemon() -> Iterator[DockerEngine]:
    """Run an engine with the image of the sandbox."""
    with docker_engine() as running:
        for line in build(Engine(running.address), IMAGE, ImageOrder()):
            assert line
        yield running
