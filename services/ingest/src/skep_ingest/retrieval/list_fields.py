"""Answers `ListDatasetFields`: what filters can ask about, as the documents at hand have it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from skep_contracts.calls.dataset import (
    ListDatasetFields,
    ListDatasetFieldsReply,
    MetadataField,
)
from skep_contracts.problems import FieldError, InvalidInput
from skep_ingest.datasets.repository import DatasetRepository
from skep_ingest.documents.repository import DocumentRepository
from skep_runtime.bus import Bus, Incoming
from skep_runtime.database import Database

_DOCUMENT_NAME: Final = "document_name"
_MOST_DOCUMENTS: Final = 2_000
_MOST_DATASETS: Final = 50
_MOST_FIELDS: Final = 200
_MOST_EXAMPLES: Final = 20
_LONGEST_EXAMPLE: Final = 100
_LONGEST_NAME: Final = 100


class FieldAnswers:
    """Looks at the metadata of the newest documents."""

    def __init__(self, database: Database) -> None:
        """Read from `database`."""
        self._database = database

    def register(self, bus: Bus) -> None:
        """Begin to answer."""
        bus.answer(ListDatasetFields, self.list)

    async def list(self, call: ListDatasetFields, incoming: Incoming) -> ListDatasetFieldsReply:
        """Return the fields, by name.

        Raises:
            NotFound: A dataset is unknown; it is named.
            InvalidInput: There are too many, or none.
        """
        if not 1 <= len(call.datasets) <= _MOST_DATASETS:
            message = f"name 1 to {_MOST_DATASETS} datasets"
            raise InvalidInput(
                f"The fields cannot be listed: {message}.",
                errors=[FieldError(pointer="/datasets", message=message)],
            )
        async with self._database.reading() as session:
            datasets = DatasetRepository(session, incoming.tenant)
            ids = [
                (await datasets.get_granted(name, call.granted)).id
                for name in dict.fromkeys(call.datasets)
            ]
            documents = DocumentRepository(session, incoming.tenant)
            found = await documents.newest_fields(ids, limit=_MOST_DOCUMENTS)
        return ListDatasetFieldsReply(fields=tuple(summarize(found)))


def summarize(documents: Iterable[tuple[str, Mapping[str, Any]]]) -> list[MetadataField]:
    """Return the fields of documents, given as names and metadata."""
    seen: dict[str, _Seen] = {}
    for name, fields in documents:
        for field, value in {**fields, _DOCUMENT_NAME: name}.items():
            if _can_be_asked(field):
                seen.setdefault(field, _Seen()).add(value)
    known = {name: facts for name, facts in seen.items() if facts.types}
    common = sorted(known, key=lambda name: (-known[name].documents, name))[:_MOST_FIELDS]
    return [known[name].summary(name) for name in sorted(common)]


class _Seen:
    """What is known about one field so far."""

    def __init__(self) -> None:
        self.types: set[str] = set()
        self.documents = 0
        self._examples: dict[tuple[type, Any], None] = {}

    def add(self, value: object) -> None:
        kind = _TYPES.get(type(value))
        if kind is None:
            return
        self.types.add(kind)
        self.documents += 1
        for item in value if isinstance(value, list) else [value]:
            is_short = not isinstance(item, str) or 0 < len(item) <= _LONGEST_EXAMPLE
            if len(self._examples) < _MOST_EXAMPLES and is_short and type(item) in _SCALARS:
                self._examples[type(item), item] = None

    def summary(self, name: str) -> MetadataField:
        kind: Any = next(iter(self.types)) if len(self.types) == 1 else "any"
        examples = tuple(value for _, value in self._examples)
        return MetadataField(name=name, type=kind, documents=self.documents, examples=examples)


_TYPES: Final[dict[type, str]] = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    list: "array",
}
_SCALARS: Final = frozenset({str, int, float, bool})


def _can_be_asked(field: str) -> bool:
    """Tell whether a filter can name the field, and a reader can take the name in."""
    return 0 < len(field) <= _LONGEST_NAME and not any(
        character in '"\\' or character < " " for character in field
    )
