"""Node types and a small document, for the tests that check workflows."""

import copy
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import settings

from skep_contracts.graph_check import CheckedDocument, NodeTypes, check_document, decode_graph
from skep_contracts.plugins.nodes import LoopVariable, NodeDescription, OutputSpec, Rounds
from skep_contracts.problems import FieldError, InvalidInput

# A machine that is busy with other tests is no fault of the example at hand.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

Faults = dict[str, str]


class StepSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of every type in these tests."""

    text: str = ""
    code: str = ""
    limits: dict[str, int] = {}
    ways: tuple[str, ...] = ("out",)


def refuse_forbidden(settings: StepSettings) -> None:
    """Stand for a plugin's own check."""
    if settings.text == "forbidden":
        raise InvalidInput("No.", errors=[FieldError(pointer="/text", message="is forbidden")])
    if settings.text == "crash":
        raise ZeroDivisionError


def describe(name: str, **changes: Any) -> NodeDescription:
    """Return a description of a type with the settings above."""
    fields: dict[str, Any] = {
        "type": name,
        "title": name,
        "description": f"{name}.",
        "settings": StepSettings,
        "outputs": lambda _: (
            OutputSpec(name="text", type="string"),
            OutputSpec(name="data", type="object"),
            OutputSpec(name="list", type="array[string]"),
        ),
        "check": refuse_forbidden,
        "factory": lambda _: None,
    }
    return NodeDescription(**fields | changes)


def rounds_of(settings: StepSettings) -> Rounds:
    """Repeat for items if there is code that gives some, and else with variables."""
    variables = tuple(LoopVariable(name=name, type="array[any]") for name in settings.limits)
    if settings.code:
        return Rounds(items=settings.code, max_rounds=9, output=settings.text)
    return Rounds(max_rounds=9, variables=variables)


@pytest.fixture(scope="session")
def node_types() -> NodeTypes:
    """Every role, a branch, what changes variables, and a type with an older version."""
    described = (
        describe("start", role="start"),
        describe("step", raw_fields=frozenset({"code"})),
        describe("branch", ports=lambda settings: settings.ways),
        describe("answer", role="answer", answer_field="text"),
        describe("end", role="end"),
        describe("aged", version=2),
        describe("repeat", role="container", rounds=rounds_of, inner_fields=frozenset({"text"})),
        describe("break", role="break"),
        describe("change", writes=lambda settings: tuple((way, "append") for way in settings.ways)),
    )
    return {(found.type, found.version): found for found in described}


@pytest.fixture
def document() -> dict[str, Any]:
    """A document without a fault: ``start → work → end``."""
    return {
        "skep": 1,
        "app": {"name": "test"},
        "nodes": {
            "start": {"type": "start"},
            "work": {"type": "step", "settings": {"text": "{{start.text}}"}},
            "end": {"type": "end", "settings": {"text": "{{work.text}}"}},
        },
        "edges": [{"from": "start", "to": "work"}, {"from": "work", "to": "end"}],
    }


@pytest.fixture
def check(node_types: NodeTypes) -> Callable[[object], CheckedDocument]:
    """Decode and check plain data."""

    def run(data: object) -> CheckedDocument:
        return check_document(decode_graph(copy.deepcopy(data)), node_types)

    return run


@pytest.fixture
def faults_of(check: Callable[[object], CheckedDocument]) -> Callable[[object], Faults]:
    """Return the faults of plain data, by pointer."""

    def run(data: object) -> Faults:
        with pytest.raises(InvalidInput) as refusal:
            check(data)
        return {error.pointer: error.message for error in refusal.value.errors}

    return run
