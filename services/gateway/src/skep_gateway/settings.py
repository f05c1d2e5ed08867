"""What the gateway is started with; read once, in `__main__`."""

from typing import Annotated

import msgspec

from skep_gateway.waits.addresses import LinkSettings
from skep_gateway.web.limits import WebSettings
from skep_inference import InferenceSettings
from skep_runtime.bus import BusSettings
from skep_runtime.database import DatabaseSettings
from skep_runtime.egress import EgressSettings
from skep_runtime.plugins import PluginSettings
from skep_runtime.telemetry import TelemetrySettings
from skep_runtime.vault import VaultSettings


class GatewaySettings(msgspec.Struct, frozen=True, kw_only=True):
    """The gateway's settings; `SKEP_GATEWAY__PORT` is `port`, `SKEP_BUS__URL` is `bus.url`."""

    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65_535)] = 8080
    bootstrap_key: str | None = None
    """An API key with every scope, made by whoever runs the stack; kept as a hash only."""
    setup_token: str | None = None
    """Shown to the operator; the first member is created with it, once."""
    database: DatabaseSettings
    vault: VaultSettings
    bus: BusSettings = BusSettings()
    telemetry: TelemetrySettings = TelemetrySettings()
    egress: EgressSettings = EgressSettings()
    plugins: PluginSettings = PluginSettings()
    inference: InferenceSettings = InferenceSettings()
    web: WebSettings = WebSettings()
    links: LinkSettings = LinkSettings()
