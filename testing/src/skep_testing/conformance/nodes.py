"""What every node promises, whoever wrote it. A plugin's test inherits `NodeConformance`."""

import asyncio
import contextlib
import math
import random
import time
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

import msgspec
import pytest

from skep_contracts.decoding import find_fault
from skep_contracts.ids import FileId
from skep_contracts.plugins.manifest import NODES
from skep_contracts.plugins.nodes import (
    ERROR,
    FAILED,
    OUT,
    NodeDescription,
    NodeHooks,
    NodeResult,
)
from skep_contracts.problems import InvalidInput, SkepError
from skep_contracts.values import MAX_DEPTH, FileRef, blob_key, check_value, file_to_value, has_type
from skep_testing.conformance.isolation import forbidden_io
from skep_testing.conformance.loading import find_entry_point, import_seconds, load_hooks
from skep_testing.conformance.node_context import (
    FakeHttpClient,
    FakeNodeContext,
    FakePluginContext,
    SentRequest,
)

__all__ = [
    "FakeHttpClient",
    "FakeNodeContext",
    "FakePluginContext",
    "NodeConformance",
    "SentRequest",
    "describe",
    "run_node",
]

MAX_IMPORT_S: Final = 0.020
MAX_RUN_S: Final = 5.0
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


def run_node(description: NodeDescription, settings: Any, context: FakeNodeContext) -> NodeResult:
    """Run a node of a fresh factory to its end, as its effect says."""
    runner: Any = description.factory(FakePluginContext(http=context.http))
    if description.effect == "pure":
        result = runner.evaluate(context, settings)
    else:
        result = asyncio.run(runner.run(context, settings))
    assert isinstance(result, NodeResult), f"a {type(result).__name__} is no NodeResult"
    return result


def hostile_values() -> dict[str, object]:
    """Return what a reference may turn out to be when somebody means harm."""
    deep: object = "bottom"
    for _ in range(MAX_DEPTH * 2):
        deep = [deep]
    deeper: object = "bottom"
    for _ in range(MAX_DEPTH * 2):
        deeper = {"below": deeper}
    file = FileRef(
        id=FileId("file_x"),
        name="../../etc/passwd",
        mime_type="x",
        size_bytes=-1,
        blob=blob_key(b""),
    )
    return {
        "null": None,
        "true": True,
        "zero": 0,
        "negative": -1,
        "huge integer": 2**200,
        "infinity": math.inf,
        "not a number": math.nan,
        "empty text": "",
        "lone surrogate": "\ud800",
        "control characters": "\x00\x1b[31m\r\n",
        "template": "{{ start.x }} {% for i in range(9999999) %}x{% endfor %} ${x} {0.__class__}",
        "huge text": "a" * 2_000_000,
        "empty list": [],
        "empty object": {},
        "long list": list(range(100_000)),
        "mixed list": [None, 1, "x", {}, [], True],
        "deep list": deep,
        "deep object": deeper,
        "list with surrogate": ["\udfff"],
        "broken file": {"$file": {"id": 1}},
        "strange file": file_to_value(file),
    }


class NodeConformance:
    """Inherit, fill in the attributes, and override `make_context` where a node needs a script."""

    entry_point: ClassVar[str]
    """Name of the entry point in the group ``skep.nodes``."""
    node_type: ClassVar[str]
    node_version: ClassVar[int] = 1
    valid_settings: ClassVar[Mapping[str, Any]]
    """Settings that run with the context of `make_context`."""
    invalid_settings: ClassVar[Mapping[str, Any] | tuple[Mapping[str, Any], ...]]
    """Settings that must be refused, one or several."""
    values: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    """Outputs by node that `valid_settings` refer to."""
    inputs: ClassVar[Mapping[str, Any]] = {}
    expected_outputs: ClassVar[Mapping[str, Any] | None] = None
    """Of `valid_settings`; None to leave it to other tests."""
    expected_port: ClassVar[str | None] = None

    def make_context(self, **changes: Any) -> FakeNodeContext:
        """Return a fresh context in which `valid_settings` run; pass `changes` on."""
        return FakeNodeContext(**{"values": self.values, "inputs": self.inputs, **changes})

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
        if description.role == "answer":
            assert description.answer_field in fields
        if description.role in {"start", "end", "answer"}:
            assert description.effect == "pure", "what begins or ends a run touches nothing"

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

    def test_result_keeps_to_what_is_declared(self, description: NodeDescription) -> None:
        """Whoever refers to an output finds it, and finds it of the declared type."""
        settings = self._settings(description)

        result = run_node(description, settings, self.make_context())

        declared = {output.name: output.type for output in description.outputs(settings)}
        ports = description.ports(settings) if description.ports is not None else (OUT,)
        assert result.outputs.keys() <= declared.keys()
        for name, value in result.outputs.items():
            check_value(value, pointer=f"/{name}")
            assert has_type(value, declared[name]), f"{name} is not of type {declared[name]}"
        if description.role != "end":
            assert result.port in ports
        assert all(isinstance(line, str) for line in result.logs)

    def test_result_is_as_expected(self, description: NodeDescription) -> None:
        """With the values of this test, the node gives what its author says."""
        result = run_node(description, self._settings(description), self.make_context())

        if self.expected_outputs is not None:
            assert result.outputs == self.expected_outputs
        if self.expected_port is not None:
            assert result.port == self.expected_port

    def test_streamed_text_is_the_output(self, description: NodeDescription) -> None:
        """What was shown piece by piece is what later nodes read."""
        settings = self._settings(description)
        context = self.make_context()

        result = run_node(description, settings, context)

        streaming = {out.name for out in description.outputs(settings) if out.streams}
        assert {name for name, _ in context.emitted} <= streaming
        for name in streaming:
            assert context.emitted_text(name) == (result.outputs.get(name) or "")

    def test_pure_node_repeats_itself_and_touches_nothing(
        self, description: NodeDescription
    ) -> None:
        """A pure node is recomputed on recovery: the same values must give the same result."""
        if description.effect != "pure":
            pytest.skip("only pure nodes promise this")
        settings = self._settings(description)
        random.seed(1)
        first = run_node(description, settings, self.make_context())

        random.seed(2)
        with forbidden_io() as witness:
            second = run_node(description, settings, self.make_context())

        assert first == second
        assert witness.seen == []

    @pytest.mark.parametrize("name", hostile_values())
    def test_hostile_value_is_a_problem_at_the_most(
        self, description: NodeDescription, name: str
    ) -> None:
        """Whatever the values are, a node gives a result or one of the known errors, and soon."""
        value = hostile_values()[name]
        context = self.make_context(
            lookup=lambda _: Everything(value), inputs=dict.fromkeys(self.inputs, value)
        )
        begin = time.monotonic()

        with contextlib.suppress(SkepError):
            run_node(description, self._settings(description), context)

        assert time.monotonic() - begin < MAX_RUN_S


class Everything(Mapping[str, object]):
    """Outputs in which every name has the same value."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __getitem__(self, name: str) -> object:
        """Return the one value."""
        return self._value

    def __iter__(self) -> Iterator[str]:
        """Name nothing: there is no end to it."""
        return iter(())

    def __len__(self) -> int:
        """Count nothing."""
        return 0
