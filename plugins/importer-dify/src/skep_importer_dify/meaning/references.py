"""Selectors and templates of the source, as references of ours."""

import re
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

import msgspec

from skep_importer_dify.meaning.outputs import (
    FILE_FIELDS,
    USAGE,
    Output,
    inner_outputs,
    open_output,
    outputs_of,
)
from skep_importer_dify.source.graph import CONTAINERS, SourceGraph, SourceNode
from skep_importer_dify.source.places import Place

_TEMPLATE: Final = re.compile(
    r"\{\{#([A-Za-z0-9_-]{1,80}(?:\.[A-Za-z_$][A-Za-z0-9_-]{0,63}){1,10})#\}\}"
)
# What our own templates would take for a reference, or for an escape of one.
_OURS: Final = re.compile(r"\\\{\{|\{\{(?=\s*[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+\s*\}\})")
SYSTEM: Final[Mapping[str, Output]] = {
    "query": Output("sys.query", "string"),
    "files": Output("sys.files", "array[file]"),
    "conversation_id": Output("sys.conversation_id", "string"),
    "user_id": Output("sys.user", "string"),
    "dialogue_count": Output("sys.dialogue_count", "number"),
    "app_id": Output("sys.app_id", "string"),
    "workflow_run_id": Output("sys.run_id", "string"),
    "timestamp": Output("sys.started_at", "string", "a date and time and no number of seconds"),
}
_SEGMENT: Final = re.compile(r"[A-Za-z0-9_-]+\Z")
_DEEP: Final = frozenset({"object", "any", "file"})


class Found(msgspec.Struct, frozen=True):
    """A reference of ours without its braces, and the type of what it leads to."""

    path: str
    type: str
    is_secret: bool = False

    @property
    def text(self) -> str:
        """The reference as it is written."""
        return f"{{{{{self.path}}}}}"


Segment: TypeAlias = str | Found


class References:
    """Finds what the source refers to, where that can be read here."""

    def __init__(self, graph: SourceGraph, variables: Mapping[str, Mapping[str, Output]]) -> None:
        """Know the nodes of a pruned graph, and what ``env`` and ``conversation`` hold."""
        self._graph = graph
        self._namespaces = {"sys": SYSTEM, **variables}
        self._ancestors = _Ancestors(graph)

    def find(self, selector: Iterable[str], user: SourceNode, place: Place) -> Found | None:
        """Return where a selector leads, seen from a node; None is reported."""
        steps = [step for text in selector for step in text.split(".")]
        if len(steps) > 1 and steps[1] == "sys" and steps[0] in self._graph.nodes:
            # The start node gives what the system knows too.
            steps = steps[1:]
        shown = ".".join(steps)[:100]
        if len(steps) < 2:
            self._lost(place, f"`{shown}` leads nowhere" if shown else "nothing is chosen")
            return None
        root, name, *below = steps
        if root in self._namespaces:
            output = self._namespaces[root].get(name)
            if output is None:
                self._lost(place, f"`{shown}`: there is no `{root}.{name:.60}` here")
                return None
            return self._below(output, output.path, below, place)
        return self._of_node(steps, user, place)

    def _of_node(self, steps: list[str], user: SourceNode, place: Place) -> Found | None:
        root, name, *below = steps
        target = self._graph.nodes.get(root)
        shown = f"{root:.80}.{name:.60}"
        if target is None:
            self._lost(place, f"`{shown}`: there is no node {root:.80} that is run")
            return None
        output: Output | None
        is_inside = root == user.id or root in self._graph.around(user.id)
        if is_inside:
            output = inner_outputs(target).get(name) if target.type in CONTAINERS else None
        elif not self._has_run(target, user):
            self._lost(place, f"`{shown}`: {root:.80} may not have run by then")
            return None
        else:
            output = outputs_of(target).get(name) or open_output(target, name)
        if output is None:
            self._lost(place, f"`{shown}`: {root:.80} gives no `{name:.60}` here")
            return None
        return self._below(output, f"{target.new_id}.{output.path}", below, place)

    def _below(self, output: Output, path: str, below: list[str], place: Place) -> Found | None:
        if output.note and not (below and output.type == "object"):
            place.part.changed(place.pointer, f"`{path}`: {output.note}")
        if not below:
            return Found(path, output.type, output.is_secret)
        if output.type not in _DEEP:
            self._lost(place, f"`{path}` is of type {output.type}; nothing is below it")
            return None
        renamed = self._renamed(output, below, place)
        if renamed is None or not all(_SEGMENT.match(step) for step in renamed):
            self._lost(place, f"`{path}` has no `{'.'.join(below):.100}` here")
            return None
        return Found(".".join((path, *renamed)), output.below if len(renamed) == 1 else "any")

    def _renamed(self, output: Output, below: list[str], place: Place) -> list[str] | None:
        """Return the names of the fields of a file or of a usage, None when there is none."""
        first, *rest = below
        if output.type == "file":
            field = FILE_FIELDS.get(first)
            return None if field is None else [field]
        if output.path == "usage":
            return [USAGE.get(first, first), *rest] if first in USAGE else None
        return below

    def _has_run(self, target: SourceNode, user: SourceNode) -> bool:
        """Tell whether one node is decided whenever another runs."""
        if target.parent == user.id:
            return True  # of a container, what is read at the end of a round
        for later in (user.id, *self._graph.around(user.id)):
            if self._graph.parent_of(later) == target.parent:
                return self._ancestors.stands_before(target.id, later)
        return False

    def _lost(self, place: Place, message: str) -> None:
        place.part.left_out(place.pointer, message)

    def value(self, place: Place, user: SourceNode) -> str | None:
        """Return the reference a selector stands for, or None."""
        found = self.selected(place, user)
        return None if found is None else found.text

    def selected(self, place: Place, user: SourceNode) -> Found | None:
        """Return what the selector at a place leads to."""
        if isinstance(place.value, str):
            # Some files keep a selector as ``{{#a.b#}}``, or as a path.
            match = _TEMPLATE.fullmatch(place.value.strip())
            return self.find([match[1] if match else place.value], user, place)
        return self.find(place.texts(), user, place)

    def segments(self, text: str, user: SourceNode, place: Place) -> list[Segment]:
        """Split a template; what leads nowhere stays as its name, without the braces."""
        segments: list[Segment] = []
        position = 0
        for match in _TEMPLATE.finditer(text):
            segments.append(text[position : match.start()])
            position = match.end()
            found = self.find([match[1]], user, place)
            segments.append(match[1] if found is None else found)
        segments.append(text[position:])
        return [segment for segment in segments if segment != ""]

    def template(self, place: Place, user: SourceNode) -> str:
        """Return a template as one of ours."""
        return joined(self.segments(place.text(), user, place))


def joined(segments: Iterable[Segment]) -> str:
    """Write segments as a template of ours."""
    parts = [segment if isinstance(segment, str) else segment.text for segment in segments]
    literals = [isinstance(segment, str) for segment in segments]
    for index, is_literal in enumerate(literals):
        if is_literal:
            parts[index] = escaped(parts[index])
            if index + 1 < len(parts) and not literals[index + 1]:
                # A backslash before the braces would make them text.
                parts[index] = parts[index].rstrip("\\")
    return "".join(parts)


def escaped(text: str) -> str:
    """Return a text in which nothing is a reference of ours."""
    return _OURS.sub(lambda match: f"\\{match.group()}", text)


class _Ancestors:
    """Who stands before whom; a set is one integer with a bit for each node.

    Nodes on a cycle, or behind one, have no place and stand before nobody.
    """

    def __init__(self, graph: SourceGraph) -> None:
        incoming: dict[str, list[str]] = {node: [] for node in graph.nodes}
        outgoing: dict[str, list[str]] = {node: [] for node in graph.nodes}
        for edge in graph.edges:
            incoming[edge.target].append(edge.source)
            outgoing[edge.source].append(edge.target)
        waiting = {node: len(sources) for node, sources in incoming.items()}
        ready = [node for node, count in waiting.items() if not count]
        self._bits: dict[str, int] = {}
        self._sets: dict[str, int] = {}
        while ready:
            node = ready.pop()
            found = 0
            for source in incoming[node]:
                found |= self._sets[source] | self._bits[source]
            self._bits[node], self._sets[node] = 1 << len(self._bits), found
            for target in outgoing[node]:
                waiting[target] -= 1
                if not waiting[target]:
                    ready.append(target)

    def stands_before(self, earlier: str, later: str) -> bool:
        return bool(self._sets.get(later, 0) & self._bits.get(earlier, 0))
