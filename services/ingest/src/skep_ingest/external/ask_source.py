"""Asks an external knowledge base, and believes nothing it says without a look."""

import hashlib
import math
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from skep_contracts.calls.chunk import FoundChunk, SearchChunks
from skep_contracts.calls.dataset import ExternalSource
from skep_contracts.plugins.manifest import HttpClient, HttpResponse
from skep_contracts.problems import ProviderFailed, SkepError
from skep_contracts.values import check_value
from skep_ingest.datasets.tables import DatasetRow
from skep_ingest.external.conditions import passes, written
from skep_runtime.vault import Vault

MOST: Final = 100
"""Passages that are asked for at the most."""
_TIMEOUT_S: Final = 15.0
_MAX_BYTES: Final = 4 * 1024 * 1024
_MAX_METADATA_BYTES: Final = 64 * 1024
_MAX_CHARS: Final = 100_000
_MAX_TITLE: Final = 255
_SHOWN_CHARS: Final = 200
_OK: Final = 200
_REFUSED: Final = 400
_SAID: Final = {
    401: "it does not accept the API key",
    403: "it does not accept the API key",
    404: "it has no such knowledge base or address",
    429: "it asks to be asked less often",
}
_CODES: Final = {
    1001: "it does not accept the API key",
    1002: "it does not accept the API key",
    2001: "it has no knowledge base of that id",
}


class ExternalKnowledge:
    """Asks the knowledge bases that datasets stand for."""

    def __init__(self, http: HttpClient, vault: Vault) -> None:
        """Ask through `http`, with keys that `vault` opens."""
        self._http = http
        self._vault = vault

    async def ask(
        self, row: DatasetRow, source: ExternalSource, call: SearchChunks, *, query: str, top_k: int
    ) -> list[FoundChunk]:
        """Return at most `top_k` passages, best first.

        Raises:
            SkepError: It cannot be reached, refuses, or says what the contract does not know; the
                dataset is named.
        """
        body: dict[str, Any] = {
            "knowledge_id": source.knowledge_id,
            "query": query,
            # The threshold holds for the final score, which is not known there.
            "retrieval_setting": {
                "top_k": MOST if call.filter is not None else min(top_k, MOST),
                "score_threshold": 0.0,
            },
        }
        condition = written(call.filter)
        if condition is not None:
            body["metadata_condition"] = condition
        try:
            answer = await self._send(row, source, msgspec.json.encode(body))
            records = _records(answer)
        except SkepError as error:
            raise type(error)(
                f"The external knowledge base of {row.name!r} cannot be searched: {error}",
                code="external_knowledge",
            ) from None
        found = {one.id: one for one in (_chunk(row, record) for record in records)}
        kept = (one for one in found.values() if passes(call.filter, one.metadata))
        return sorted(kept, key=lambda one: (-one.score, one.id))[:top_k]

    async def _send(self, row: DatasetRow, source: ExternalSource, body: bytes) -> HttpResponse:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if source.sealed_key is not None:
            context = source.seal_context(row.tenant)
            key = self._vault.open(source.sealed_key, context=context).decode()
            headers["Authorization"] = f"Bearer {key}"
        return await self._http.request(
            "POST",
            f"{source.endpoint.rstrip('/')}/retrieval",
            headers=headers,
            body=body,
            timeout_s=_TIMEOUT_S,
            max_bytes=_MAX_BYTES,
            follow_redirects=False,
        )


class _Record(msgspec.Struct, frozen=True):
    """A record that follows the contract; a score may be missing, and metadata null."""

    content: str
    title: str | None = None
    score: float | None = None
    metadata: dict[str, Any] | None = None


class _Answer(msgspec.Struct, frozen=True):
    records: list[_Record]


def _records(answer: HttpResponse) -> list[_Record]:
    if answer.status != _OK:
        raise ProviderFailed(f"{_refusal(answer)} (HTTP {answer.status}).")
    try:
        found = msgspec.json.decode(answer.body, type=_Answer).records
        for record in found:
            check_value(record.metadata, max_bytes=_MAX_METADATA_BYTES)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise ProviderFailed(
            f"its answer does not follow the contract: {str(error)[:_SHOWN_CHARS]}."
        ) from None
    except SkepError as error:
        raise ProviderFailed(f"metadata in its answer cannot be used: {error}") from None
    return [record for record in found if record.content.strip()]


def _refusal(answer: HttpResponse) -> str:
    said: Mapping[str, Any] = {}
    try:
        decoded = msgspec.json.decode(answer.body)
        said = decoded if isinstance(decoded, dict) else {}
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        pass
    code = said.get("error_code")
    known = _CODES.get(code) if isinstance(code, int) else None
    if known is None and _OK < answer.status < _REFUSED:
        known = "it redirects, which is not followed; enter the address it leads to"
    return known or _SAID.get(answer.status, "it answers with an error")


def _chunk(row: DatasetRow, record: _Record) -> FoundChunk:
    title = " ".join((record.title or "").split())[:_MAX_TITLE]
    digest = hashlib.sha256(f"{title}\n{record.content}".encode()).hexdigest()[:24]
    score = record.score if record.score is not None and math.isfinite(record.score) else 0.0
    name = f"{row.id}.{digest}"
    return FoundChunk(
        id=name,
        dataset_id=row.id,
        dataset_name=row.name,
        document_id=name,
        document_name=title or row.name,
        seq=0,
        text=record.content[:_MAX_CHARS],
        score=min(max(score, 0.0), 1.0),
        metadata=record.metadata or {},
    )
