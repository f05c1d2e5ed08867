"""Node types for tests: what they do is written in the document, or by the test that runs them."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from skep_contracts.assignments import Assignment
from skep_contracts.conditions import Condition
from skep_contracts.graph import Node, WorkflowDocument
from skep_contracts.graph_check import check_document, decode_graph
from skep_contracts.plugins.nodes import (
    LoopVariable,
    NodeDescription,
    NodeResult,
    OutputSpec,
    PureContext,
    Rounds,
)
from skep_contracts.problems import InvalidInput
from skep_orchestrator.engine.compile import Plan, compile_plan


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """No settings."""


class Finish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the run gives."""

    outputs: dict[str, Any] = {}


class Say(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the user sees."""

    text: str = ""


class Compute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value, the port it leaves by, or a fault."""

    value: Any = None
    port: str = "out"
    ports: tuple[str, ...] = ("out",)
    fault: str | None = None


class Act(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An effect. `script` is read by the test's runner."""

    script: Any = None
    input: Any = None
    ports: tuple[str, ...] = ("out",)


class Each(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Goes through items."""

    items: Any
    output: Any = msgspec.UNSET
    parallel: int = 1
    on_failed: Any = "stop"
    flatten: bool = False
    most: int = 1000


class Again(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Goes round until something holds."""

    variables: tuple[LoopVariable, ...] = ()
    until: tuple[Condition, ...] = ()
    most: int = 10
    output: Any = msgspec.UNSET


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Changes a variable."""

    target: str
    operation: Any = "set"
    value: Any = None


class Begin:
    def evaluate(self, ctx: PureContext, settings: Nothing) -> NodeResult:
        return NodeResult(outputs=dict(ctx.inputs))


class Finisher:
    def evaluate(self, ctx: PureContext, settings: Finish) -> NodeResult:
        value = ctx.value(settings.outputs)
        assert isinstance(value, dict)
        return NodeResult(outputs=value)


class Sayer:
    def evaluate(self, ctx: PureContext, settings: Say) -> NodeResult:
        return NodeResult(outputs={"answer": ctx.text(settings.text)})


class Computer:
    def evaluate(self, ctx: PureContext, settings: Compute) -> NodeResult:
        if settings.fault is not None:
            raise InvalidInput(settings.fault)
        return NodeResult(outputs={"value": ctx.value(settings.value)}, port=settings.port)


class Changer:
    def evaluate(self, ctx: PureContext, settings: Change) -> NodeResult:
        value: Any = ctx.value(settings.value)
        change = Assignment(target=settings.target, operation=settings.operation, value=value)
        return NodeResult(writes=(change,))


class Quitter:
    def evaluate(self, ctx: PureContext, settings: Nothing) -> NodeResult:
        return NodeResult()


def rounds_of_each(settings: Each) -> Rounds:
    return Rounds(
        items=settings.items,
        output=settings.output,
        parallel=settings.parallel,
        on_failed_round=settings.on_failed,
        flatten=settings.flatten,
        max_rounds=settings.most,
    )


def rounds_of_again(settings: Again) -> Rounds:
    return Rounds(
        variables=settings.variables,
        until=settings.until,
        max_rounds=settings.most,
        output=settings.output,
    )


def outputs_of_again(settings: Again) -> tuple[OutputSpec, ...]:
    kept = (OutputSpec(name=variable.name, type=variable.type) for variable in settings.variables)
    return (OutputSpec(name="rounds", type="number"), OutputSpec(name="output"), *kept)


def describe(
    name: str, settings: type[msgspec.Struct], factory: Any, **rest: Any
) -> NodeDescription:
    return NodeDescription(
        type=name,
        title=name,
        description=name,
        settings=settings,
        outputs=rest.pop("outputs", lambda settings: ()),
        factory=lambda ctx: factory(),
        **rest,
    )


class NoRunner:
    """Stands for a node that the test plays itself."""


INPUTS = tuple(OutputSpec(name=name) for name in ("x", "n", "big"))
TEXT = OutputSpec(name="text", type="string", streams=True)
VALUE = OutputSpec(name="value")


def node_types(act: Any = NoRunner, write: Any = NoRunner) -> dict[tuple[str, int], Any]:
    types = [
        describe("begin", Nothing, Begin, role="start", outputs=lambda s: INPUTS),
        describe("finish", Finish, Finisher, role="end"),
        describe("say", Say, Sayer, role="answer", answer_field="text"),
        describe(
            "each",
            Each,
            NoRunner,
            role="container",
            rounds=rounds_of_each,
            inner_fields=frozenset({"output"}),
            outputs=lambda s: (OutputSpec(name="output"), OutputSpec(name="rounds")),
        ),
        describe(
            "again",
            Again,
            NoRunner,
            role="container",
            rounds=rounds_of_again,
            inner_fields=frozenset({"output", "until"}),
            outputs=outputs_of_again,
        ),
        describe("quit", Nothing, Quitter, role="break"),
        describe("change", Change, Changer, writes=lambda s: ((s.target, s.operation),)),
        describe("compute", Compute, Computer, outputs=lambda s: (VALUE,), ports=lambda s: s.ports),
        describe(
            "act",
            Act,
            act,
            effect="repeatable",
            outputs=lambda s: (TEXT, VALUE),
            ports=lambda s: s.ports,
        ),
        describe(
            "write",
            Act,
            write,
            effect="strict",
            outputs=lambda s: (VALUE,),
            ports=lambda s: s.ports,
        ),
    ]
    return {(t.type, t.version): t for t in types}


def document(
    nodes: Mapping[str, Mapping[str, Any]],
    edges: Sequence[str],
    **rest: Any,
) -> WorkflowDocument:
    """Edges are written ``a > b`` or ``a.port > b``; chains ``a > b > c`` are several."""
    pairs = []
    for line in edges:
        names = [name.strip() for name in line.split(">")]
        pairs += [
            {"from": source, "to": target.partition(".")[0]}
            for source, target in itertools.pairwise(names)
        ]
    app = {"name": "test", "mode": rest.pop("mode", "workflow")}
    return decode_graph({"skep": 1, "app": app, "nodes": nodes, "edges": pairs, **rest})


def plan_of(nodes: Mapping[str, Mapping[str, Any]], edges: Sequence[str], **rest: Any) -> Plan:
    return compile_plan(check_document(document(nodes, edges, **rest), node_types()))


def node(kind: str, **settings: Any) -> dict[str, Any]:
    """Settings, and the fields of a node itself."""
    own = {name for name in Node.__struct_fields__ if name != "settings"}
    return {
        "type": kind,
        **{name: settings.pop(name) for name in list(settings) if name in own},
        "settings": settings,
    }
