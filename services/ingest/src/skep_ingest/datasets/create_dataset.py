"""Makes a dataset: everything it depends on is settled now, and kept."""

from collections.abc import Mapping
from typing import Final, Protocol

import msgspec

from skep_contracts.calls.dataset import CreateDataset, DatasetInfo
from skep_contracts.calls.dataset_edit import UpdateDataset
from skep_contracts.ids import is_id, new_id
from skep_contracts.plugins.models import Embeddings, ModelKind
from skep_contracts.plugins.parsers import ChunkerDescription, ChunkSpec
from skep_contracts.problems import FieldError, InvalidInput, did_you_mean
from skep_inference import CallScope, Inference
from skep_ingest.datasets.collections import Collections
from skep_ingest.datasets.repository import DatasetRepository
from skep_ingest.datasets.tables import DatasetRow
from skep_runtime import clock
from skep_runtime.database import Database

_MAX_NAME: Final = 200
_MAX_DESCRIPTION: Final = 10_000
_CHUNK_CHARS: Final = (20, 32_000)
_MAX_SEPARATORS: Final = 32
_MAX_SEPARATOR_CHARS: Final = 64
_PROBE: Final = "How many dimensions do vectors have?"


class ChunkerHost(Protocol):
    """What is needed of the plugin host."""

    @property
    def chunkers(self) -> Mapping[str, ChunkerDescription]:
        """The chunkers that plugins offer, by name."""
        ...


class DatasetCreator:
    """Creates datasets."""

    def __init__(
        self,
        database: Database,
        *,
        inference: Inference,
        collections: Collections,
        host: ChunkerHost,
    ) -> None:
        """Keep rows in `database`, ask `inference` for models."""
        self._database = database
        self._inference = inference
        self._collections = collections
        self._host = host

    async def create(self, call: CreateDataset, *, tenant: str) -> DatasetInfo:
        """Create a dataset.

        Raises:
            InvalidInput: Something about it is wrong; `errors` say where.
            Conflict: There is one of that name.
        """
        name = check_texts(call)
        check_chunking(call.chunker, call.chunk_spec, known=sorted(self._host.chunkers))
        store = self._collections.choose(call.store)
        model = await self._inference.resolve(
            call.embedding_model, ModelKind.EMBEDDING, tenant=tenant
        )
        dimensions = model.info.dimensions if model.info else None
        row = DatasetRow(
            id=new_id("dataset"),
            tenant=tenant,
            name=name,
            description=call.description,
            embedding_model=model.reference,
            dimensions=dimensions or await self._measure(model.reference, tenant),
            store=store,
            generation=1,
            chunker=call.chunker,
            chunk_spec=msgspec.to_builtins(call.chunk_spec),
            created_at=clock.now(),
            deleted_at=None,
        )
        async with self._database.session() as session:
            repository = DatasetRepository(session, tenant)
            await repository.add(row)
            (info,) = await repository.describe([row])
        return info

    async def _measure(self, model: str, tenant: str) -> int:
        made: Embeddings = await self._inference.embed(
            model, [_PROBE], scope=CallScope(tenant=tenant)
        )
        return made.dimensions


def check_texts(call: CreateDataset | UpdateDataset) -> str:
    """Return the name without surrounding space.

    Raises:
        InvalidInput: It cannot be a name, or the description is too long.
    """
    name = (call.name or "").strip()
    fault = None
    if not name:
        fault = "empty"
    elif len(name) > _MAX_NAME:
        fault = f"longer than {_MAX_NAME} characters"
    elif not name.isprintable():
        fault = "control characters"
    elif is_id("dataset", name):
        fault = "looks like the id of a dataset"
    if fault:
        raise InvalidInput(
            f"The name of the dataset cannot be used: {fault}.",
            errors=[FieldError(pointer="/name", message=fault)],
        )
    if len(call.description or "") > _MAX_DESCRIPTION:
        raise InvalidInput(
            f"The description is longer than {_MAX_DESCRIPTION} characters.",
            errors=[FieldError(pointer="/description", message="too long")],
        )
    return name


def check_chunking(chunker: str, spec: ChunkSpec, *, known: list[str]) -> None:
    """Refuse a chunker that is not installed, and lengths that make no sense.

    Raises:
        InvalidInput: So it is; every fault is listed.
    """
    least, most = _CHUNK_CHARS
    faults = []
    if chunker not in known:
        hint = did_you_mean(chunker, known)
        listed = ", ".join(known) or "none"
        faults.append(("/chunker", f"no such chunker; installed are {listed}{hint}"))
    if not least <= spec.max_chars <= most:
        faults.append(("/chunk_spec/max_chars", f"must be from {least} to {most}"))
    if not 0 <= spec.overlap_chars <= spec.max_chars // 2:
        faults.append(("/chunk_spec/overlap_chars", "must be from 0 to half of max_chars"))
    if len(spec.separators) > _MAX_SEPARATORS:
        faults.append(("/chunk_spec/separators", f"more than {_MAX_SEPARATORS}"))
    for index, separator in enumerate(spec.separators[:_MAX_SEPARATORS]):
        if not 0 < len(separator) <= _MAX_SEPARATOR_CHARS:
            message = f"must have 1 to {_MAX_SEPARATOR_CHARS} characters"
            faults.append((f"/chunk_spec/separators/{index}", message))
    if faults:
        raise InvalidInput(
            f"The dataset cannot split documents so: {faults[0][1]}.",
            code="unknown_chunker" if faults[0][0] == "/chunker" else None,
            errors=[FieldError(pointer=pointer, message=message) for pointer, message in faults],
        )
