"""Whether a caller may know of a dataset."""

from collections.abc import Iterable, Mapping
from typing import Final

from skep_contracts.calls.dataset import DatasetReply, GetDataset
from skep_contracts.ids import TenantId, is_id
from skep_contracts.problems import NotFound
from skep_gateway.datasets.access.repository import ReaderRepository
from skep_gateway.web.caller import CallerIdentity
from skep_runtime.bus import Bus
from skep_runtime.database import Database

_CALL_S: Final = 15.0
_SHOWN_CHARS: Final = 100


class DatasetAccess:
    """Asks the table of readers, and ingest for what a name stands for. Safe to share."""

    def __init__(self, database: Database, bus: Bus) -> None:
        """Read from `database`; ask over `bus`."""
        self._database = database
        self._bus = bus

    async def require(self, caller: CallerIdentity, *datasets: str) -> None:
        """Pass when the caller may know of all these datasets, given as ids or names.

        Raises:
            NotFound: There is none such, or the caller may not know of it; it is named.
        """
        hidden = await self.hidden_from(caller)
        if not hidden:
            return
        for dataset in dict.fromkeys(datasets):
            if await self._id_of(caller.tenant, dataset) in hidden:
                raise unknown_dataset(dataset)

    async def granted(self, caller: CallerIdentity) -> tuple[str, ...] | None:
        """Return the restricted datasets that the caller may know of, by id; None for all."""
        if sees_all(caller):
            return None
        readers = await self._readers(caller.tenant)
        return tuple(sorted(dataset for dataset, known in readers.items() if _is_in(caller, known)))

    async def hidden_from(self, caller: CallerIdentity) -> frozenset[str]:
        """Return the restricted datasets that the caller may not know of, by id."""
        if sees_all(caller):
            return frozenset()
        readers = await self._readers(caller.tenant)
        return frozenset(dataset for dataset, known in readers.items() if not _is_in(caller, known))

    async def names_of(self, tenant: TenantId, dataset_ids: frozenset[str]) -> dict[str, str]:
        """Return what datasets are called, by name; those that are gone are left out."""
        found = {}
        for dataset_id in sorted(dataset_ids):
            try:
                call = GetDataset(dataset=dataset_id)
                reply = await self._bus.call(
                    call, tenant=tenant, reply=DatasetReply, timeout_s=_CALL_S
                )
            except NotFound:
                continue
            found[reply.dataset.name] = dataset_id
        return found

    async def readers_named(self, tenant: TenantId, reader_ids: Iterable[str]) -> dict[str, str]:
        """Return what members and API keys are called, by id; unknown ones are left out."""
        async with self._database.reading() as session:
            return await ReaderRepository(session, tenant).names(reader_ids)

    async def _readers(self, tenant: TenantId) -> Mapping[str, frozenset[str]]:
        async with self._database.reading() as session:
            return await ReaderRepository(session, tenant).by_dataset()

    async def _id_of(self, tenant: TenantId, dataset: str) -> str:
        if is_id("dataset", dataset):
            return dataset
        call = GetDataset(dataset=dataset)
        reply = await self._bus.call(call, tenant=tenant, reply=DatasetReply, timeout_s=_CALL_S)
        return reply.dataset.id


def sees_all(caller: CallerIdentity) -> bool:
    """Tell whether no dataset is hidden from the caller: so it is for administrators."""
    return "admin" in caller.scopes


def unknown_dataset(dataset: str) -> NotFound:
    """Return what ingest says of a dataset that is not there; nothing tells the two apart."""
    shown = dataset if len(dataset) <= _SHOWN_CHARS else dataset[:_SHOWN_CHARS] + "…"
    return NotFound(f"There is no dataset {shown!r}.", code="unknown_dataset")


def _is_in(caller: CallerIdentity, readers: frozenset[str]) -> bool:
    who = caller.id if caller.kind == "key" else caller.member_id
    return who in readers
