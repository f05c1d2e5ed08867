"""Sandbox runtime ``bubblewrap``: every run in namespaces of its own."""

from skep_contracts.plugins.manifest import PluginContext, hookimpl
from skep_contracts.plugins.runtimes import RuntimeDescription, SandboxRuntime


def _make(context: PluginContext) -> SandboxRuntime:
    from skep_runtime_bubblewrap.runtime import BubblewrapRuntime
    from skep_runtime_bubblewrap.settings import read_settings, with_folder

    settings = with_folder(read_settings(context.settings), context)
    return BubblewrapRuntime(settings, context.logger)


@hookimpl
def skep_runtimes() -> list[RuntimeDescription]:
    """Offer the runtime."""
    return [
        RuntimeDescription(
            name="bubblewrap",
            title="Bubblewrap",
            priority=100,
            factory=_make,
        )
    ]
