"""What every vector store promises. A plugin's test inherits `StoreConformance`."""

from typing import Final

import msgspec

from skep_contracts.plugins.manifest import STORES
from skep_testing.conformance.loading import find_entry_point, import_seconds
from skep_testing.conformance.store_kit.cases import (
    HOME,
    chunk,
    cosine,
    keys,
    random_chunks,
    vector,
)
from skep_testing.conformance.store_kit.filter_meaning import matches
from skep_testing.conformance.store_kit.filtering import FilteringChecks
from skep_testing.conformance.store_kit.keeping import KeepingChecks
from skep_testing.conformance.store_kit.searching import SearchingChecks

__all__ = [
    "HOME",
    "StoreConformance",
    "chunk",
    "cosine",
    "keys",
    "matches",
    "random_chunks",
    "vector",
]

MAX_IMPORT_S: Final = 0.020


class StoreConformance(KeepingChecks, SearchingChecks, FilteringChecks):
    """Inherit, name the entry point, and override `open_store` where a store needs more."""

    def test_import_is_cheap(self) -> None:
        """Vendor libraries are imported when they are needed, so that services start quickly."""
        module = find_entry_point(STORES, self.entry_point).module

        seconds = import_seconds(module, known="skep_contracts.plugins.stores")

        assert seconds < MAX_IMPORT_S

    def test_description_is_complete(self) -> None:
        """Operators read it."""
        description = self.describe()

        assert description.title.strip()
        assert msgspec.json.encode(description.settings_schema)
