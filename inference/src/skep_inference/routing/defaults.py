"""The models each tenant chose as its defaults."""

import logging
from typing import Final

import msgspec

from skep_contracts.plugins.models import ModelKind

_LOG: Final = logging.getLogger(__name__)
_NAME: Final = "default_models"


class _Chosen(msgspec.Struct, frozen=True):
    chat: str | None = None
    embedding: str | None = None
    rerank: str | None = None
    moderation: str | None = None
    transcription: str | None = None
    speech: str | None = None
    image: str | None = None


class DefaultModels:
    """Default models by tenant, from the bucket's keys ``{tenant}.default_models``."""

    def __init__(self) -> None:
        self._chosen: dict[str, _Chosen] = {}

    def put(self, key: str, value: bytes, revision: int) -> None:
        """Take a tenant's choice; other settings in the bucket are not ours."""
        tenant, _, name = key.partition(".")
        if name != _NAME:
            return
        try:
            self._chosen[tenant] = msgspec.json.decode(value, type=_Chosen)
        except msgspec.DecodeError:
            _LOG.warning("default models cannot be read", extra={"tenant": tenant})
            self._chosen.pop(tenant, None)

    def remove(self, key: str) -> None:
        """Forget a tenant's choice."""
        tenant, _, name = key.partition(".")
        if name == _NAME:
            self._chosen.pop(tenant, None)

    def of(self, tenant: str, kind: ModelKind) -> str | None:
        """Return what a tenant chose for a kind of model; None when nothing."""
        reference: str | None = getattr(self._chosen.get(tenant), kind.value, None)
        return reference or None
