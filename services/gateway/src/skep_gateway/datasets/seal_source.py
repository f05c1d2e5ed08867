"""Seals the key of an external knowledge base before it leaves the gateway."""

import msgspec

from skep_contracts.calls.dataset import ExternalSource
from skep_gateway.datasets.views import ExternalRequest
from skep_runtime.vault import Vault


def sealed_source(vault: Vault, body: ExternalRequest, tenant: str) -> ExternalSource:
    """Return where the contents are, with a key that this tenant can use at that endpoint only."""
    source = ExternalSource(endpoint=body.endpoint.strip(), knowledge_id=body.knowledge_id)
    if body.api_key is None:
        return source
    sealed = vault.seal(body.api_key.encode(), context=source.seal_context(tenant))
    return msgspec.structs.replace(source, sealed_key=sealed)
