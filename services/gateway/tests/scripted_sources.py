"""The part of a scripted ingest that knows sources."""

from collections.abc import Callable

import msgspec

from skep_contracts.calls.dataset import DatasetInfo, DoneReply
from skep_contracts.calls.source import (
    CancelSourceSync,
    CreateSource,
    DeleteSource,
    GetSource,
    ListSourceItems,
    ListSourceItemsReply,
    ListSources,
    ListSourcesReply,
    SourceInfo,
    SourceReply,
    StartSourceSync,
    UpdateSource,
)
from skep_contracts.problems import NotFound
from skep_runtime.bus import Bus, Incoming
from skep_runtime.clock import now

OfSource = GetSource | UpdateSource | StartSourceSync | CancelSourceSync


class ScriptedSources:
    """Keeps sources in memory, and the calls that were made."""

    def __init__(self, bus: Bus, find: Callable[[str, str], DatasetInfo]) -> None:
        self.created: list[CreateSource] = []
        self.asked: list[OfSource | DeleteSource | ListSourceItems] = []
        self._bus = bus
        self._dataset = find
        self._sources: dict[str, dict[str, SourceInfo]] = {}

    def answer(self) -> None:
        """Begin to answer calls."""
        for call, handler in (
            (CreateSource, self._create),
            (GetSource, self._get),
            (UpdateSource, self._get),
            (StartSourceSync, self._get),
            (CancelSourceSync, self._get),
            (ListSources, self._list),
            (DeleteSource, self._delete),
            (ListSourceItems, self._items),
        ):
            self._bus.answer(call, handler)  # type: ignore[arg-type]  # each handler has its call

    def _of(self, tenant: str, dataset: str) -> dict[str, SourceInfo]:
        return self._sources.setdefault(self._dataset(tenant, dataset).id, {})

    async def _create(self, call: CreateSource, incoming: Incoming) -> SourceReply:
        self.created.append(call)
        info = SourceInfo(
            id=call.source_id,
            dataset_id=self._dataset(incoming.tenant, call.dataset).id,
            name=call.name,
            kind=call.kind,
            settings=call.settings,
            secrets=(),
            every_hours=call.every_hours,
            documents=0,
            created_at=now(),
        )
        self._of(incoming.tenant, call.dataset)[info.id] = info
        return SourceReply(source=info)

    async def _get(self, call: OfSource, incoming: Incoming) -> SourceReply:
        self.asked.append(call)
        for info in self._of(incoming.tenant, call.dataset).values():
            if call.source in {info.id, info.name}:
                return SourceReply(source=info)
        raise NotFound("There is no such source.")

    async def _list(self, call: ListSources, incoming: Incoming) -> ListSourcesReply:
        return ListSourcesReply(items=tuple(self._of(incoming.tenant, call.dataset).values()))

    async def _delete(self, call: DeleteSource, incoming: Incoming) -> DoneReply:
        self.asked.append(call)
        try:
            found = self._of(incoming.tenant, call.dataset)
        except NotFound:
            return DoneReply(changed=False)
        return DoneReply(changed=found.pop(call.source, None) is not None)

    async def _items(self, call: ListSourceItems, incoming: Incoming) -> ListSourceItemsReply:
        self.asked.append(call)
        asked = msgspec.convert({"dataset": call.dataset, "source": call.source}, GetSource)
        await self._get(asked, incoming)
        return ListSourceItemsReply(items=())
