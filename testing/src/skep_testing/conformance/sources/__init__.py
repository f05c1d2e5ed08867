"""What every kind of sources promises. A plugin's test inherits `SourceConformance`."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

import jsonschema_rs
import pytest

from skep_contracts.plugins.manifest import SOURCES, PluginContext
from skep_contracts.plugins.sources.kinds import (
    KnownItem,
    Source,
    SourceDescription,
    SourceFault,
    SourceHooks,
    SourceItem,
)
from skep_contracts.problems import InvalidInput
from skep_testing.conformance.loading import find_entry_point, import_seconds, load_hooks
from skep_testing.conformance.node_context import FakePluginContext

MAX_IMPORT_S: Final = 0.020
MAX_ID_CHARS: Final = 2_000
MAX_NAME_CHARS: Final = 255
MAX_MEMO_CHARS: Final = 64 * 1024


class SourceConformance:
    """Inherit, fill in the attributes, and give a context that reaches a scripted other side."""

    entry_point: ClassVar[str]
    """Name of the entry point in the group ``skep.sources``."""
    kind: ClassVar[str]
    invalid_settings: ClassVar[tuple[Mapping[str, Any], ...]]
    """Settings that the form or the factory refuses."""

    def settings(self) -> dict[str, Any]:
        """Return right settings, of a source with at least one item that can be fetched."""
        raise NotImplementedError

    def make_context(self) -> PluginContext:
        """Return a context whose HTTP client reaches the scripted other side."""
        raise NotImplementedError

    def describe(self) -> SourceDescription:
        """Return the description, loaded through its entry point."""
        hooks = load_hooks(SOURCES, self.entry_point, SourceHooks)
        found = {kind.name: kind for offered in hooks.skep_sources() for kind in offered}
        assert self.kind in found, f"{self.entry_point!r} offers no {self.kind}"
        kind: SourceDescription = found[self.kind]
        return kind

    def source(self) -> Source:
        """Return a source built from the right settings."""
        return self.describe().factory(self.make_context(), self.settings())

    def test_import_is_cheap(self) -> None:
        """Vendor libraries are imported when they are needed, so that services start quickly."""
        module = find_entry_point(SOURCES, self.entry_point).module

        assert import_seconds(module, known="skep_contracts.plugins.sources.kinds") < MAX_IMPORT_S

    def test_form_is_closed_and_explained(self) -> None:
        """What is entered by mistake is refused, and people see what to enter."""
        schema = self.describe().settings_schema

        jsonschema_rs.validator_for(schema).validate(self.settings())
        assert schema.get("additionalProperties") is False
        for name, field in schema["properties"].items():
            assert field.get("title"), f"{name} has no title"
            assert field.get("description"), f"nobody explains {name}"

    def test_wrong_settings_are_refused(self) -> None:
        """By the form, or by the factory with `InvalidInput`."""
        kind = self.describe()
        validator = jsonschema_rs.validator_for(kind.settings_schema)

        for wrong in self.invalid_settings:
            if validator.is_valid(dict(wrong)):
                with pytest.raises(InvalidInput):
                    kind.factory(FakePluginContext(), dict(wrong))

    async def test_items_are_listed_once_and_can_be_fetched(self) -> None:
        """Ids are unique, names can be names of documents, contents have a type and a version."""
        source = self.source()
        items = await listed(source, {})
        ids = [item.id for item in items]

        assert items
        assert len(set(ids)) == len(ids)
        for item in items:
            fetched = item.fetched or await source.fetch(item, None)
            assert 0 < len(item.id) <= MAX_ID_CHARS
            assert 0 < len(item.name) <= MAX_NAME_CHARS
            assert item.name.isprintable()
            assert fetched is not None
            assert fetched.content
            assert "/" in fetched.media_type
            assert item.version or fetched.version
            assert len(fetched.memo) <= MAX_MEMO_CHARS

    async def test_what_did_not_change_has_the_same_version(self) -> None:
        """So that a second sync writes nothing."""
        source = self.source()
        known: dict[str, KnownItem] = {}
        for item in await listed(source, {}):
            fetched = item.fetched or await source.fetch(item, None)
            assert fetched is not None
            version = item.version or fetched.version
            known[item.id] = KnownItem(version=version, memo=fetched.memo)

        again = self.source()
        for item in await listed(again, known):
            before = known[item.id]
            if item.version != before.version:
                fetched = item.fetched or await again.fetch(item, before)
                assert fetched is None or fetched.version == before.version


async def listed(source: Source, known: Mapping[str, KnownItem]) -> list[SourceItem]:
    """Return what a source lists, faults left out, when `known` is remembered."""

    async def find(item: str) -> KnownItem | None:
        return known.get(item)

    return [item async for item in source.list_items(find) if not isinstance(item, SourceFault)]
