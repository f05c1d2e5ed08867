"""Sandbox runtime ``docker``: every run in a container of its own, used once."""

from skep_contracts.plugins.manifest import PluginContext, hookimpl
from skep_contracts.plugins.runtimes import RuntimeDescription, SandboxRuntime


def _make(context: PluginContext) -> SandboxRuntime:
    from skep_runtime_docker.runtime import DockerRuntime
    from skep_runtime_docker.settings import read_settings

    return DockerRuntime(read_settings(context.settings), context.logger)


@hookimpl
def skep_runtimes() -> list[RuntimeDescription]:
    """Offer the runtime."""
    return [
        RuntimeDescription(
            name="docker",
            title="Docker",
            priority=50,
            factory=_make,
        )
    ]
