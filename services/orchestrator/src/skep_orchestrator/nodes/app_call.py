"""An app that a node runs as its effect."""

import hashlib
from collections.abc import Mapping
from typing import Final

import msgspec

from skep_contracts.commands.run import RunParent
from skep_contracts.ids import RunId, is_ulid, ulid_of, ulid_time_ms
from skep_contracts.values import Value

_encode: Final = msgspec.json.Encoder(order="deterministic").encode


class AppCall(msgspec.Struct, frozen=True, kw_only=True):
    """What to run, and for whom."""

    tenant: str
    parent: RunParent
    effect_key: str
    app: str
    inputs: Mapping[str, Value]
    query: str | None
    end_user: str | None
    key_id: str | None = None
    """The API key that the run above was asked for with: its budgets count here too."""

    @property
    def run_id(self) -> RunId:
        """The same for every repeat of the effect; its time is that of the run above."""
        given = _encode([self.effect_key, self.app, self.inputs, self.query])
        digest = int.from_bytes(hashlib.sha256(given).digest(), "big")
        above = self.parent.run_id.rpartition("_")[2]
        return RunId(f"run_{ulid_of(ulid_time_ms(above) if is_ulid(above) else 0, digest)}")
