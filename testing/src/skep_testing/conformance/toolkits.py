"""What every kind of toolkits promises. A plugin's test inherits `ToolkitConformance`."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

import jsonschema_rs
import pytest

from skep_contracts.plugins.manifest import TOOLKITS
from skep_contracts.plugins.toolkits import (
    ToolkitDescription,
    ToolkitHooks,
)
from skep_contracts.problems import SkepError
from skep_testing.conformance.loading import find_entry_point, import_seconds, load_hooks
from skep_testing.conformance.node_context import FakeHttpClient, FakePluginContext

MAX_IMPORT_S: Final = 0.020


class ToolkitConformance:
    """Inherit and fill in the attributes."""

    entry_point: ClassVar[str]
    """Name of the entry point in the group ``skep.toolkits``."""
    kind: ClassVar[str]
    settings: ClassVar[Mapping[str, Any]]
    """Right settings; nothing is asked with them."""
    invalid_settings: ClassVar[tuple[Mapping[str, Any], ...]]
    """Settings that the form or the factory refuses."""

    def describe(self) -> ToolkitDescription:
        """Return the description, loaded through its entry point."""
        hooks = load_hooks(TOOLKITS, self.entry_point, ToolkitHooks)
        found = {kit.name: kit for offered in hooks.skep_toolkits() for kit in offered}
        assert self.kind in found, f"{self.entry_point!r} offers no {self.kind}"
        kit: ToolkitDescription = found[self.kind]
        assert isinstance(kit, ToolkitDescription)
        return kit

    def test_import_is_cheap(self) -> None:
        """Vendor libraries are imported when they are needed, so that services start quickly."""
        module = find_entry_point(TOOLKITS, self.entry_point).module

        assert import_seconds(module, known="skep_contracts.plugins.toolkits") < MAX_IMPORT_S

    def test_description_is_complete(self) -> None:
        """People read it to choose the kind."""
        kit = self.describe()

        assert kit.title.strip()
        assert kit.description.strip().endswith(".")
        assert 0 < kit.list_timeout_s <= 60
        assert 0 < kit.call_timeout_s <= 600

    def test_form_is_closed_explained_and_hides_secrets(self) -> None:
        """What is entered by mistake is refused, and secrets are never shown again."""
        schema = self.describe().settings_schema

        validator = jsonschema_rs.validator_for(schema)
        validator.validate(dict(self.settings))
        assert schema.get("additionalProperties") is False
        for name, field in schema["properties"].items():
            assert field.get("title"), f"{name} has no title"
            assert field.get("description"), f"nobody explains {name}"
        secrets = {
            name
            for name in schema["properties"]
            if any(word in name for word in ("token", "secret", "password", "headers"))
            and not name.endswith("_url")
        }
        open_ones = {n for n in secrets if not schema["properties"][n].get("writeOnly")}
        assert not open_ones, f"shown again: {open_ones}"

    def test_senseless_settings_are_refused(self) -> None:
        """By the form, or by the factory with one of our problems."""
        kit = self.describe()
        validator = jsonschema_rs.validator_for(kit.settings_schema)
        for settings in self.invalid_settings:
            if validator.is_valid(dict(settings)):
                with pytest.raises(SkepError):
                    kit.factory(FakePluginContext(), dict(settings))

    def test_factory_asks_nobody(self) -> None:
        """A service builds toolkits while it answers."""
        http = FakeHttpClient()

        self.describe().factory(FakePluginContext(http=http), dict(self.settings))

        assert http.sent == []
