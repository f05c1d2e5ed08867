"""Sandbox runtime ``docker``: every run in a container of its own, used once."""

from collections.abc import Iterator

from skep_contracts.plugins.manifest import PluginContext, hookimpl
from skep_contracts.plugins.runtimes import ImageOrder, RuntimeDescription, SandboxRuntime


def _make(context: PluginContext) -> SandboxRuntime:
    from skep_runtime_docker.runtime import DockerRuntime
    from skep_runtime_docker.settings import read_settings

    return DockerRuntime(read_settings(context.settings), context.logger)


def _build_image(context: PluginContext, order: ImageOrder) -> Iterator[str]:
    from skep_runtime_docker.engine import Engine
    from skep_runtime_docker.image import build
    from skep_runtime_docker.settings import read_settings

    settings = read_settings(context.settings)
    return build(Engine(settings.engine), settings.image, order)


@hookimpl
def skep_runtimes() -> list[RuntimeDescription]:
    """Offer the runtime."""
    return [
        RuntimeDescription(
            name="docker",
            title="Docker",
            priority=50,
            factory=_make,
            build_image=_build_image,
        )
    ]
