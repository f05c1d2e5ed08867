"""What the sandbox is started with; read once, in `__main__`."""

from typing import Annotated

import msgspec

from skep_runtime.bus import BusSettings
from skep_runtime.egress import EgressSettings
from skep_runtime.plugins import PluginSettings
from skep_runtime.telemetry import TelemetrySettings

_MIB = 1024 * 1024
Positive = Annotated[int, msgspec.Meta(gt=0)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=3600)]


class MaximumSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The most that any run may use; a request that asks for more gets this much."""

    wall_s: Seconds = 60.0
    cpu_s: Seconds = 60.0
    memory_bytes: Positive = 512 * _MIB
    processes: Positive = 64
    output_bytes: Positive = 2 * _MIB
    log_bytes: Positive = 256 * 1024
    input_bytes: Positive = 4 * _MIB
    disk_bytes: Positive = 256 * _MIB
    open_files: Positive = 256


class SandboxSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The sandbox's settings; `SKEP_SANDBOX__CAPACITY` is `capacity`."""

    runtime: str | None = None
    """The runtime to use; the usable one of the highest priority when None."""
    capacity: Annotated[int, msgspec.Meta(ge=0, le=4096)] = 0
    """Runs at the same time; 0 for two per processor."""
    waiting: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 256
    """Requests that may wait for a free place, all tenants together."""
    max_wait_s: Seconds = 15.0
    """How long one of them waits before it is sent back."""
    tenant_share: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.75
    """The part of the places, and of the queue, that one tenant may have."""
    maximum: MaximumSettings = MaximumSettings()
    bus: BusSettings = BusSettings()
    telemetry: TelemetrySettings = TelemetrySettings()
    egress: EgressSettings = EgressSettings()
    plugins: PluginSettings = PluginSettings()
