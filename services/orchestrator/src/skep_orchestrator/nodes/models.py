"""The door to models, as nodes need it."""

from collections.abc import AsyncIterator, Callable
from typing import Protocol

import msgspec

from skep_contracts.plugins.models import ChatDelta, ChatRequest
from skep_contracts.run_log import ModelCall


class ModelOrigin(msgspec.Struct, frozen=True, kw_only=True):
    """On whose behalf a model is called; goes into the usage ledger."""

    tenant: str
    run_id: str
    app_id: str
    node: str


class ChatModels(Protocol):
    """Calls chat models. Retries, fallback, limits and the ledger are done behind it."""

    def chat(
        self,
        model: str,
        request: ChatRequest,
        *,
        origin: ModelOrigin,
        record: Callable[[ModelCall], None],
    ) -> AsyncIterator[ChatDelta]:
        """Stream a completion from ``provider/name`` or ``default``.

        `record` is told what it took, also when it fails.
        """
        ...
