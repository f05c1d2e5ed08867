"""What holds for the description of every node type, whether it is run or carried out."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

import msgspec
import pytest

from skep_contracts.decoding import find_fault
from skep_contracts.plugins.manifest import NODES
from skep_contracts.plugins.nodes import ERROR, FAILED, OUT, NodeDescription, NodeHooks
from skep_contracts.problems import InvalidInput
from skep_testing.conformance.loading import find_entry_point, import_seconds, load_hooks

MAX_IMPORT_S: Final = 0.020
OUTPUT_TYPES: Final = frozenset(
    f"{prefix}{name}{suffix}"
    for name in ("string", "number", "boolean", "object", "file", "any")
    for prefix, suffix in (("", ""), ("array[", "]"))
)


def describe(entry_point: str, node_type: str, version: int = 1) -> NodeDescription:
    """Return the description of a node type, loaded through an installed entry point."""
    hooks = load_hooks(NODES, entry_point, NodeHooks)
    found = [description for offered in hooks.skep_nodes() for description in offered]
    for description in found:
        if (description.type, description.version) == (node_type, version):
            assert isinstance(description, NodeDescription)
            return description
    offers = ", ".join(f"{description.type} v{description.version}" for description in found)
    raise AssertionError(f"{entry_point!r} offers no {node_type} v{version}, but {offers}")


class DescriptionChecks:
    """What `NodeConformance` and `ContainerConformance` share."""

    entry_point: ClassVar[str]
    """Name of the entry point in the group ``skep.nodes``."""
    node_type: ClassVar[str]
    node_version: ClassVar[int] = 1
    valid_settings: ClassVar[Mapping[str, Any]]
    """Settings that run with the context of `make_context`."""
    invalid_settings: ClassVar[Mapping[str, Any] | tuple[Mapping[str, Any], ...]]
    """Settings that must be refused, one or several."""

    @pytest.fixture(name="description")
    def _description(self) -> NodeDescription:
        return describe(self.entry_point, self.node_type, self.node_version)

    def _settings(self, description: NodeDescription) -> Any:
        settings = msgspec.convert(dict(self.valid_settings), description.settings, str_keys=True)
        if description.check is not None:
            description.check(settings)
        return settings

    def test_import_is_cheap(self) -> None:
        """Vendor libraries are imported when they are needed, so that services start quickly."""
        module = find_entry_point(NODES, self.entry_point).module

        seconds = import_seconds(module, known="skep_contracts.plugins.nodes")

        assert seconds < MAX_IMPORT_S

    def test_description_is_complete(self, description: NodeDescription) -> None:
        """People read it in the list of node types."""
        fields = {field.name for field in msgspec.structs.fields(description.settings)}

        assert description.title.strip()
        assert description.description.strip().endswith(".")
        assert description.raw_fields <= fields
        assert description.inner_fields <= fields
        if description.role == "answer":
            assert description.answer_field in fields
        if description.role in {"start", "end", "answer", "container", "break"}:
            assert description.effect == "pure", "what shapes a run touches nothing"
        if description.role != "container":
            assert description.rounds is None, "only containers have rounds"
            assert not description.inner_fields, "only containers have an inside"

    def test_settings_are_frozen_and_closed(self, description: NodeDescription) -> None:
        """A misspelt setting is a fault, not a silent default."""
        assert description.settings.__struct_config__.frozen
        assert find_fault({**self.valid_settings, "no such setting": 1}, description.settings)

    def test_settings_have_a_json_schema(self, description: NodeDescription) -> None:
        """Forms and editors are drawn from it."""
        schema = msgspec.json.schema(description.settings)

        assert msgspec.json.decode(msgspec.json.encode(schema))

    def test_valid_settings_declare_outputs_and_ports(self, description: NodeDescription) -> None:
        """What a node declares is well-formed."""
        settings = self._settings(description)
        outputs = description.outputs(settings)
        ports = description.ports(settings) if description.ports is not None else (OUT,)

        assert all(output.name and output.name != ERROR for output in outputs)
        assert {output.type for output in outputs} <= OUTPUT_TYPES
        assert len({output.name for output in outputs}) == len(outputs)
        assert len(set(ports)) == len(ports)
        assert FAILED not in ports

    def test_invalid_settings_are_refused_with_a_place(self, description: NodeDescription) -> None:
        """The author learns where the fault is."""
        given = self.invalid_settings
        for settings in given if isinstance(given, tuple) else (given,):
            fault = find_fault(dict(settings), description.settings)
            if fault is not None:
                assert fault.pointer or "is missing" in fault.message
                continue
            decoded = msgspec.convert(dict(settings), description.settings, str_keys=True)
            assert description.check is not None, f"nothing refuses {settings!r}"
            with pytest.raises(InvalidInput) as refusal:
                description.check(decoded)
            assert refusal.value.errors, "a refusal names the places at fault"
            assert all(error.pointer.startswith("/") for error in refusal.value.errors)
