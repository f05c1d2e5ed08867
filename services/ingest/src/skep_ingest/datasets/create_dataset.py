"""Makes a dataset: everything it depends on is settled now, and kept."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

import msgspec

from skep_contracts.asking.questions import MAX_QUESTIONS
from skep_contracts.calls.dataset import CreateDataset, DatasetInfo, ExternalSource
from skep_contracts.calls.dataset_edit import UpdateDataset
from skep_contracts.ids import is_id, new_id
from skep_contracts.plugins.models import Embeddings, ModelKind
from skep_contracts.plugins.parsers import ChunkerDescription, ChunkSpec
from skep_contracts.problems import FieldError, InvalidInput, did_you_mean
from skep_inference import CallScope, Inference, ResolvedModel
from skep_ingest.datasets.collections import Collections
from skep_ingest.datasets.repository import DatasetRepository
from skep_ingest.datasets.tables import DatasetRow
from skep_ingest.external.no_store import NO_STORE
from skep_ingest.external.source import kept
from skep_runtime import clock
from skep_runtime.database import Database

_MAX_NAME: Final = 200
_MAX_DESCRIPTION: Final = 10_000
_MAX_TAGS: Final = 20
_MAX_TAG: Final = 40
_CHUNK_CHARS: Final = (20, 32_000)
_MAX_SEPARATORS: Final = 32
_MAX_SEPARATOR_CHARS: Final = 64
_MAX_PICTURES: Final = 5_000
_MAX_TOKENS: Final = (10, 8_000)
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
        check_url: Callable[[str], None],
    ) -> None:
        """Keep rows in `database`, ask `inference` for models; `check_url` refuses addresses."""
        self._check_url = check_url
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
        tags = check_tags(call.tags)
        if call.external is not None:
            return await self._add(self._external(call, call.external, name, tenant), tags)
        check_chunking(call.chunker, call.chunk_spec, known=sorted(self._host.chunkers))
        await self.check_models(call.chunk_spec, tenant)
        store = self._collections.choose(call.store)
        model, dimensions = await self.settle_model(call.embedding_model, tenant)
        row = DatasetRow(
            id=new_id("dataset"),
            tenant=tenant,
            name=name,
            description=call.description,
            embedding_model=model,
            dimensions=dimensions,
            store=store,
            generation=1,
            chunker=call.chunker,
            chunk_spec=msgspec.to_builtins(call.chunk_spec),
            created_at=clock.now(),
            deleted_at=None,
        )
        return await self._add(row, tags)

    def _external(
        self, call: CreateDataset, source: ExternalSource, name: str, tenant: str
    ) -> DatasetRow:
        external = kept(source)
        self._check_url(source.endpoint)
        return DatasetRow(
            id=new_id("dataset"),
            tenant=tenant,
            name=name,
            description=call.description,
            embedding_model="",
            dimensions=0,
            store=NO_STORE,
            generation=1,
            chunker="",
            chunk_spec={},
            created_at=clock.now(),
            deleted_at=None,
            external=external,
        )

    async def _add(self, row: DatasetRow, tags: Sequence[str]) -> DatasetInfo:
        async with self._database.session() as session:
            repository = DatasetRepository(session, row.tenant)
            await repository.add(row)
            await repository.set_tags(row.id, tags)
            (info,) = await repository.describe([row])
        return info

    async def check_models(self, spec: ChunkSpec, tenant: str) -> None:
        """Refuse questions, and the reading of pictures, by a model that cannot be asked.

        Raises:
            InvalidInput: There is no such model, its credential is missing, or it takes no images.
        """
        if spec.questions is not None:
            await self._check_model("questions", spec.questions.model, tenant)
        if spec.pictures is not None:
            model = await self._check_model("pictures", spec.pictures.model, tenant)
            if model.info is not None and not model.info.vision:
                raise _unusable("pictures", f"{model.reference} takes no images.", "no_vision")

    async def _check_model(self, part: str, model: str, tenant: str) -> ResolvedModel:
        try:
            return await self._inference.resolve(model, ModelKind.CHAT, tenant=tenant)
        except InvalidInput as error:
            raise _unusable(part, error.detail, error.exact_code) from None

    async def settle_model(self, wanted: str, tenant: str) -> tuple[str, int]:
        """Return what a model is called exactly, and how long its vectors are.

        Raises:
            InvalidInput: There is no such model.
            SkepError: It was asked, and did not answer.
        """
        model = await self._inference.resolve(wanted, ModelKind.EMBEDDING, tenant=tenant)
        dimensions = model.info.dimensions if model.info else None
        return model.reference, dimensions or await self._measure(model.reference, tenant)

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


def check_tags(tags: Sequence[str]) -> list[str]:
    """Return the tags without surrounding space, each once, in order.

    Raises:
        InvalidInput: There are too many, or one cannot be shown in a line.
    """
    found = sorted({tag.strip() for tag in tags})
    faults = [
        FieldError(
            pointer=f"/tags/{index}", message=f"must have 1 to {_MAX_TAG} printable characters"
        )
        for index, tag in enumerate(tags)
        if not 0 < len(tag.strip()) <= _MAX_TAG or not tag.strip().isprintable()
    ]
    if len(found) > _MAX_TAGS:
        faults.append(FieldError(pointer="/tags", message=f"more than {_MAX_TAGS}"))
    if faults:
        raise InvalidInput(f"The tags cannot be used: {faults[0].message}.", errors=faults)
    return found


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
    faults += _faults_around(spec)
    if faults:
        raise InvalidInput(
            f"The dataset cannot split documents so: {faults[0][1]}.",
            code="unknown_chunker" if faults[0][0] == "/chunker" else None,
            errors=[FieldError(pointer=pointer, message=message) for pointer, message in faults],
        )


def _unusable(part: str, detail: str, code: str) -> InvalidInput:
    fault = FieldError(pointer=f"/chunk_spec/{part}/model", message=detail)
    return InvalidInput(detail, errors=[fault], code=code)


def _faults_around(spec: ChunkSpec) -> list[tuple[str, str]]:
    """Return what is wrong about what happens around a chunker."""
    least, most = _MAX_TOKENS
    faults = []
    if spec.max_tokens is not None and not least <= spec.max_tokens <= most:
        faults.append(("/chunk_spec/max_tokens", f"must be from {least} to {most}"))
    if len(set(spec.clean)) != len(spec.clean):
        faults.append(("/chunk_spec/clean", "names a rule twice"))
    faults += _faults_of_models(spec)
    child = spec.children
    if child is None:
        return faults
    if not _CHUNK_CHARS[0] <= child.max_chars < spec.max_chars:
        message = f"must be at least {_CHUNK_CHARS[0]}, and less than max_chars of the chunk"
        faults.append(("/chunk_spec/children/max_chars", message))
    if not 0 <= child.overlap_chars <= child.max_chars // 2:
        message = "must be from 0 to half of max_chars of the child"
        faults.append(("/chunk_spec/children/overlap_chars", message))
    return faults


def _faults_of_models(spec: ChunkSpec) -> list[tuple[str, str]]:
    """Return what is wrong about what models are to write and read."""
    faults = []
    questions = spec.questions
    if questions is not None:
        if not 1 <= questions.count <= MAX_QUESTIONS:
            message = f"must be from 1 to {MAX_QUESTIONS}"
            faults.append(("/chunk_spec/questions/count", message))
        if len(questions.instruction) > _MAX_DESCRIPTION:
            message = f"longer than {_MAX_DESCRIPTION} characters"
            faults.append(("/chunk_spec/questions/instruction", message))
    pictures = spec.pictures
    if pictures is not None:
        if not 1 <= pictures.most <= _MAX_PICTURES:
            faults.append(("/chunk_spec/pictures/most", f"must be from 1 to {_MAX_PICTURES:,}"))
        if len(pictures.instruction) > _MAX_DESCRIPTION:
            message = f"longer than {_MAX_DESCRIPTION} characters"
            faults.append(("/chunk_spec/pictures/instruction", message))
    return faults
