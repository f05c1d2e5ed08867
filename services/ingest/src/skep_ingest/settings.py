"""What ingest is started with; read once, in `__main__`."""

import msgspec

from skep_inference import InferenceSettings
from skep_ingest.indexing.index_document import IndexingSettings
from skep_ingest.parsing.parse_process import ParsingSettings
from skep_runtime.bus import BusSettings
from skep_runtime.database import DatabaseSettings
from skep_runtime.egress import EgressSettings
from skep_runtime.plugins import PluginSettings
from skep_runtime.telemetry import TelemetrySettings
from skep_runtime.vault import VaultSettings


class IngestSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Ingest's settings; `SKEP_INGEST__INDEXING__DOCUMENTS` is `indexing.documents`."""

    database: DatabaseSettings
    vault: VaultSettings
    default_store: str | None = None
    """Where datasets are kept that name no store; by default the one that was set up for a plugin,
    or else the only one that works without."""
    indexing: IndexingSettings = IndexingSettings()
    parsing: ParsingSettings = ParsingSettings()
    inference: InferenceSettings = InferenceSettings()
    bus: BusSettings = BusSettings()
    telemetry: TelemetrySettings = TelemetrySettings()
    egress: EgressSettings = EgressSettings()
    plugins: PluginSettings = PluginSettings()
