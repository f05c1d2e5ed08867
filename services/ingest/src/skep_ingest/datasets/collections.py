"""Where the chunks of datasets live: vector stores, opened when they are first needed."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Protocol

from skep_contracts.plugins.manifest import PluginContext
from skep_contracts.plugins.stores import CollectionRef, StoreDescription, VectorStore
from skep_contracts.problems import FieldError, InvalidInput, Unavailable, did_you_mean
from skep_ingest.datasets.tables import DatasetRow
from skep_ingest.external.no_store import NO_STORE, NoStore

logger = logging.getLogger(__name__)


class StoreHost(Protocol):
    """What is needed of the plugin host."""

    @property
    def stores(self) -> Mapping[str, StoreDescription]:
        """The stores that plugins offer, by name."""
        ...

    def context(self, owner: StoreDescription) -> PluginContext:
        """Return what a store's factory is given."""
        ...


class PlaceOf(Protocol):
    """Where a generation is."""

    @property
    def store(self) -> str:
        """The store's name."""
        ...

    def ref(self, row: DatasetRow, /) -> CollectionRef:
        """Return what the store knows it by."""
        ...


class Collections:
    """Opens each store once, on a thread: that imports what it needs."""

    def __init__(self, host: StoreHost, *, default_store: str | None = None) -> None:
        """Open what `host` offers; `default_store` is for datasets that name none."""
        self._host = host
        self._default = default_store
        self._open: dict[str, tuple[StoreDescription, VectorStore]] = {}
        self._opening = asyncio.Lock()

    def choose(self, store: str | None) -> str:
        """Return the name of the store that a new dataset is kept in.

        Raises:
            InvalidInput: There is none of that name, nobody has set it up, or none was named and
                there are several.
        """
        known = sorted(self._host.stores)
        name = store or self._default or self._obvious()
        if name is None:
            _refuse(f"Name a store; installed are {_listed(known)}.", "missing")
        elif name not in known:
            hint = did_you_mean(name, known)
            _refuse(
                f"There is no store of that name; installed are {_listed(known)}{hint}", "unknown"
            )
        elif missing := self._missing(self._host.stores[name]):
            _refuse(
                f"The store {name!r} is not set up here: an operator has to enter "
                f"{' and '.join(f'`{field}`' for field in missing)} among the settings of its "
                "plugin (SKEP_PLUGINS__SETTINGS), and to restart ingest.",
                "not set up",
                code="store_not_set_up",
            )
        else:
            return name
        raise AssertionError

    def _obvious(self) -> str | None:
        """Return the one store that an operator has set up, or that needs no setting up."""
        set_up, usable = [], []
        for name, description in self._host.stores.items():
            if not self._missing(description):
                usable.append(name)
                if self._host.context(description).settings:
                    set_up.append(name)
        return next((found[0] for found in (set_up, usable) if len(found) == 1), None)

    def _missing(self, description: StoreDescription) -> list[str]:
        """Return the settings a store cannot do without that nobody has entered."""
        settings = self._host.context(description).settings
        required = description.settings_schema.get("required", ())
        return [field for field in required if field not in settings]

    async def of(self, dataset: DatasetRow) -> "Collection":
        """Return the place of a dataset's chunks.

        Raises:
            Unavailable: The plugin of its store is not installed, or cannot start.
        """
        ref = CollectionRef(
            tenant=dataset.tenant,
            dataset_id=dataset.id,
            dimensions=dataset.dimensions,
            generation=dataset.generation,
        )
        return Collection(await self._store(dataset.store), ref)

    async def at(self, dataset: DatasetRow, place: "PlaceOf") -> "Collection":
        """Return another generation of a dataset.

        Raises:
            Unavailable: The plugin of its store is not installed, or cannot start.
        """
        return Collection(await self._store(place.store), place.ref(dataset))

    async def _store(self, name: str) -> VectorStore:
        if name == NO_STORE:
            return NoStore()
        async with self._opening:
            description = self._host.stores.get(name)
            if description is None:
                raise Unavailable(
                    f"The store {name!r} of this dataset is not installed.", code="unknown_store"
                )
            opened = self._open.get(name)
            if opened is not None and opened[0] is description:
                return opened[1]
            if opened is not None:  # another build of the plugin took its place
                await opened[1].close()
            try:
                context = self._host.context(description)
                store = await asyncio.to_thread(description.factory, context)
            except Exception as error:
                logger.exception("store not opened", extra={"store": name})
                raise Unavailable(
                    f"The store {name!r} cannot be opened; the log says why.", code="store_failed"
                ) from error
            self._open[name] = (description, store)
            return store

    async def close(self) -> None:
        """Close every store."""
        for _, store in self._open.values():
            await store.close()
        self._open.clear()


class Collection:
    """One dataset's chunks."""

    def __init__(self, store: VectorStore, ref: CollectionRef) -> None:
        """Name the place."""
        self.store = store
        self.ref = ref


def _listed(names: list[str]) -> str:
    return ", ".join(names) or "none"


def _refuse(detail: str, message: str, *, code: str = "unknown_store") -> None:
    raise InvalidInput(detail, code=code, errors=[FieldError(pointer="/store", message=message)])
