"""References in settings name something that exists, and that is decided before the node runs."""

from collections.abc import Iterator, Mapping

from skep_contracts.graph_check.containers import enclosing, inner_values
from skep_contracts.graph_check.faults import Faults
from skep_contracts.graph_check.nodes import Draft
from skep_contracts.graph_check.order import Ancestors
from skep_contracts.problems import json_pointer
from skep_contracts.references import NAMESPACES, Reference, references_in

Namespaces = Mapping[str, Mapping[str, str]]


def check_references(
    drafts: dict[str, Draft], namespaces: Namespaces, ancestors: Ancestors, faults: Faults
) -> dict[str, tuple[Reference, ...]]:
    """Return what each node refers to, each reference once and in the order they were met."""
    checker = _Checker(drafts, namespaces, ancestors, faults)
    return {node_id: checker.check(draft) for node_id, draft in drafts.items()}


class _Checker:
    def __init__(
        self,
        drafts: dict[str, Draft],
        namespaces: Namespaces,
        ancestors: Ancestors,
        faults: Faults,
    ) -> None:
        self._drafts = drafts
        self._namespaces = namespaces
        self._ancestors = ancestors
        self._faults = faults
        self._types: dict[str, dict[str, str] | None] = {}

    def check(self, draft: Draft) -> tuple[Reference, ...]:
        found: dict[Reference, None] = {}
        for reference, pointer, is_inner in _scanned(draft):
            found[reference] = None
            message = self._fault(draft, reference, is_inner=is_inner)
            if message is not None:
                self._faults.add(pointer, f"{{{{{_shown(reference)}}}}}: {message}")
        return tuple(found)

    def _fault(self, draft: Draft, reference: Reference, *, is_inner: bool) -> str | None:
        root = reference.root
        if root in NAMESPACES:
            return self._check_path(reference, self._namespaces[root], f"`{root}`")
        target = self._drafts.get(root)
        if target is None:
            candidates = [*self._drafts, *NAMESPACES]
            return f"no node `{root:.64}`{self._faults.hint(root, candidates)}"
        if (root == draft.id and is_inner) or root in enclosing(draft.id, self._drafts):
            held = inner_values(target)
            where = f"inside of {target.label}, it"
            return None if held is None else self._check_path(reference, held, where)
        if root == draft.id:
            return "a node cannot refer to its own outputs"
        if not (is_inner and target.parent == draft.id):
            message = self._check_order(draft, target)
            if message is not None:
                return message
        outputs = self._outputs_of(target)
        return None if outputs is None else self._check_path(reference, outputs, target.label)

    def _check_order(self, draft: Draft, target: Draft) -> str | None:
        """Tell why a node may not have run when another does; they may be in different rounds."""
        for later in (draft.id, *enclosing(draft.id, self._drafts)):
            if later not in self._drafts or self._drafts[later].parent != target.parent:
                continue
            known = self._ancestors.knows(target.id) and self._ancestors.knows(later)
            if known and not self._ancestors.stands_before(target.id, later):
                way = f"no path of edges leads from {target.label} to `{later}`"
                return f"{way}, so it may not have run"
            return None
        return f"it is inside of `{target.parent}`, whose outputs alone can be read outside"

    def _outputs_of(self, draft: Draft) -> dict[str, str] | None:
        if draft.id not in self._types:
            declared = draft.outputs
            self._types[draft.id] = (
                None if declared is None else {output.name: output.type for output in declared}
            )
        return self._types[draft.id]

    def _check_path(self, reference: Reference, held: Mapping[str, str], owner: str) -> str | None:
        name, *below = reference.path
        if name not in held:
            hint = (
                self._faults.hint(name, held)
                or f"; it has {', '.join(sorted(held)[:20]) or 'none'}"
            )
            return f"{owner} has no `{name:.64}`{hint}"
        held_type = held[name]
        if not below or held_type in {"object", "any", "file"}:
            return None
        if not held_type.startswith("array["):
            return f"`{name}` is of type {held_type}; there is nothing below it"
        if not below[0].isdecimal():
            return f"`{name}` is an array; what is below it is numbered from 0"
        return None


def _scanned(draft: Draft) -> Iterator[tuple[Reference, str, bool]]:
    """Yield the references in settings that are no code, in the order of the document.

    With each goes its pointer, and whether it is resolved inside the rounds of the node itself.
    """
    raw = draft.description.raw_fields if draft.description is not None else frozenset()
    inner = draft.description.inner_fields if draft.description is not None else frozenset()
    for key, value in draft.node.settings.items():
        if key not in raw:
            for reference, pointer in references_in(value):
                below = f"{draft.pointer}/settings{json_pointer(key)}{pointer}"
                yield reference, below, key in inner


def _shown(reference: Reference) -> str:
    text = str(reference)
    return text if len(text) <= 100 else text[:99] + "…"
