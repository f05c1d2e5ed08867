"""What the orchestrator is started with; read once, in `__main__`."""

import msgspec

from skep_inference import InferenceSettings
from skep_orchestrator.runs.waits.callback_links import LinkSettings
from skep_orchestrator.runs.worker import RunSettings
from skep_runtime.bus import BusSettings
from skep_runtime.database import DatabaseSettings
from skep_runtime.egress import EgressSettings
from skep_runtime.plugins import PluginSettings
from skep_runtime.telemetry import TelemetrySettings
from skep_runtime.vault import VaultSettings


class OrchestratorSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The orchestrator's settings; `SKEP_ORCHESTRATOR__RUNS__CAPACITY` is `runs.capacity`."""

    database: DatabaseSettings
    vault: VaultSettings
    runs: RunSettings = RunSettings()
    loop_patience_s: float = 30.0
    """How long something may keep the process from everything else before it is restarted."""
    inference: InferenceSettings = InferenceSettings()
    bus: BusSettings = BusSettings()
    telemetry: TelemetrySettings = TelemetrySettings()
    links: LinkSettings = LinkSettings()
    egress: EgressSettings = EgressSettings()
    plugins: PluginSettings = PluginSettings()
