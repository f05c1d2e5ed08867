"""Who calls a model, which model that is, and how the call went."""

from typing import Literal

import msgspec

from skep_contracts.plugins.models import ModelInfo, ModelKind, Usage
from skep_contracts.problems import Problem


class CallScope(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a call belongs to, in the ledger and in traces.

    `idempotency_key` is the same for every repeat of the very same call, and differs between calls:
    a repeat is then sent under the same key and counted once.
    """

    tenant: str
    run_id: str | None = None
    node: str | None = None
    app_id: str | None = None
    dataset_id: str | None = None
    key_id: str | None = None
    """The API key that the call, or its run, was asked for with."""
    end_user: str | None = None
    idempotency_key: str | None = None
    max_wait_s: float | None = None
    """A refusal that asks to wait longer than this is passed on; any wait is kept when None."""


class ResolvedModel(msgspec.Struct, frozen=True, kw_only=True):
    """A model that can be called. `info` is None when its provider's catalogue does not know it."""

    provider: str
    name: str
    info: ModelInfo | None = None

    @property
    def reference(self) -> str:
        """As it is written in settings: ``provider/name``."""
        return f"{self.provider}/{self.name}"


Outcome = Literal["succeeded", "failed", "cancelled"]


class CallReport(msgspec.Struct, frozen=True, kw_only=True):
    """How a call went. Handed over once, whatever its outcome.

    `cost_usd` is None when a price is unknown. `first_token_s` counts from the start of the attempt
    that gave the answer, `elapsed_s` from the start of the call.
    """

    provider: str
    model: str
    kind: ModelKind
    outcome: Outcome
    usage: Usage
    cost_usd: float | None
    attempts: int
    elapsed_s: float
    first_token_s: float | None = None
    credential_id: str | None = None
    is_cache_hit: bool = False
    """The answer was kept here: nobody was called."""
    problem: Problem | None = None


class AvailableModel(msgspec.Struct, frozen=True, kw_only=True):
    """A model a tenant can choose. `is_ready`: nothing is missing, such as a credential."""

    reference: str
    provider: str
    info: ModelInfo
    is_ready: bool
