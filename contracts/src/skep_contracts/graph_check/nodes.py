"""Node types and versions, settings, ports, outputs, and what happens on failure."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

import msgspec

from skep_contracts.decoding import find_fault
from skep_contracts.graph import Node, WorkflowDocument
from skep_contracts.graph_check.checked import NodeTypes
from skep_contracts.graph_check.faults import Faults
from skep_contracts.plugins.nodes import (
    ERROR,
    FAILED,
    OUT,
    NodeDescription,
    OutputSpec,
    Rounds,
)
from skep_contracts.problems import SkepError, json_pointer
from skep_contracts.references import NAMESPACES
from skep_contracts.values import has_type

PORT: Final = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
T = TypeVar("T")


class Draft(msgspec.Struct, kw_only=True):
    """A node on its way to be checked. What could not be found out is None, and not asked after."""

    id: str
    node: Node
    description: NodeDescription | None = None
    settings: Any = None
    ports: tuple[str, ...] | None = None
    outputs: tuple[OutputSpec, ...] | None = None
    rounds: Rounds | None = None
    """Of a container: how it repeats its nodes."""

    @property
    def parent(self) -> str | None:
        """The container it is inside of."""
        return self.node.parent

    @property
    def pointer(self) -> str:
        """Where the node stands in the document."""
        return json_pointer("nodes", self.id)

    @property
    def role(self) -> str | None:
        """The role of the node's type, where the type is known."""
        return self.description.role if self.description is not None else None

    @property
    def label(self) -> str:
        """How messages name the node."""
        return f"`{self.id}`"


def check_nodes(document: WorkflowDocument, types: NodeTypes, faults: Faults) -> dict[str, Draft]:
    """Return a draft for every node, in the order of the document."""
    drafts: dict[str, Draft] = {}
    for node_id, node in document.nodes.items():
        draft = drafts[node_id] = Draft(id=node_id, node=node)
        if node_id in NAMESPACES:
            faults.add(draft.pointer, f"`{node_id}` is a reserved name; call the node otherwise")
        draft.description = _find_type(draft, types, faults)
        if draft.description is not None:
            _decode(draft, draft.description, faults)
        _check_defaults(draft, faults)
    return drafts


def _find_type(draft: Draft, types: NodeTypes, faults: Faults) -> NodeDescription | None:
    node = draft.node
    found = types.get((node.type, node.version))
    if found is not None:
        return found
    versions = sorted(version for name, version in types if name == node.type)
    if versions:
        known = ", ".join(map(str, versions))
        faults.add(
            f"{draft.pointer}/version",
            f"version {node.version} of node type `{node.type}` is not installed; there is {known}",
        )
    else:
        hint = faults.hint(node.type, sorted({name for name, _ in types}))
        hint = hint or "; install the plugin that brings it, or choose another"
        faults.add(f"{draft.pointer}/type", f"unknown node type `{node.type}`{hint}")
    return None


def _decode(draft: Draft, description: NodeDescription, faults: Faults) -> None:
    below = f"{draft.pointer}/settings"
    fault = find_fault(draft.node.settings, description.settings, pointer=below)
    if fault is not None:
        faults.add(fault.pointer, fault.message)
        return
    settings = msgspec.convert(draft.node.settings, description.settings, str_keys=True)
    check = description.check
    if check is not None and not _ask(lambda: (check(settings),), draft, faults):
        return
    draft.settings = settings
    outputs = _ask(lambda: description.outputs(settings), draft, faults)
    ports_of = description.ports
    ports = _ask(lambda: ports_of(settings) if ports_of else (OUT,), draft, faults)
    rounds_of = description.rounds
    if rounds_of is not None:
        draft.rounds = _ask(lambda: rounds_of(settings), draft, faults)
    if outputs is not None:
        draft.outputs = _with_error(draft.node, outputs)
    if ports is not None:
        for port in _unusable(ports):
            faults.add(below, f"the port {port!r:.70} is malformed, reserved or there twice")
        draft.ports = (*ports, FAILED) if draft.node.on_failure == "edge" else ports


def _ask(question: Callable[[], T], draft: Draft, faults: Faults) -> T | None:
    """Return what a plugin says about settings; what it raises becomes a fault at the settings."""
    below = f"{draft.pointer}/settings"
    try:
        return question()
    except SkepError as error:
        if error.errors:
            faults.extend(error.errors, below=below)
        else:
            faults.add(below, error.detail)
    except Exception as error:  # noqa: BLE001 - a stranger's code; its defect must stay its own
        name = type(error).__name__
        faults.add(below, f"node type `{draft.node.type}` cannot take these settings ({name})")
    return None


def _unusable(ports: tuple[str, ...]) -> Iterator[str]:
    seen = {FAILED}
    for port in ports:
        if port in seen or not PORT.match(port):
            yield port
        seen.add(port)


def _with_error(node: Node, outputs: tuple[OutputSpec, ...]) -> tuple[OutputSpec, ...]:
    if node.on_failure == "stop":
        return outputs
    return (*outputs, OutputSpec(name=ERROR, type="object", description="Why the node failed."))


def _check_defaults(draft: Draft, faults: Faults) -> None:
    if draft.node.on_failure != "defaults" or draft.outputs is None:
        return
    declared = {output.name: output for output in draft.outputs if output.name != ERROR}
    for name, value in draft.node.defaults.items():
        pointer = draft.pointer + json_pointer("defaults", name)
        if name not in declared:
            hint = faults.hint(name, declared) or f"; it has {', '.join(declared) or 'none'}"
            faults.add(pointer, f"{draft.label} has no output `{name:.80}`{hint}")
        elif not has_type(value, declared[name].type):
            faults.add(pointer, f"the output `{name}` is of type {declared[name].type}")
