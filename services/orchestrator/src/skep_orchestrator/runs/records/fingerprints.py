"""Fingerprints of effects: equal when another run would do the very same.

An effect's fingerprint is a digest of its type, its settings as they are written, the values of all
that they refer to, and in chats the history. What only says which run it is (its id, when it began)
does not count; see `neutral`.
"""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any, Final

import msgspec

from skep_contracts.references import Lookup, Reference, resolve
from skep_contracts.run_log import NodeStarted, RunStarted
from skep_orchestrator.engine.compile import Plan, PlanNode
from skep_orchestrator.engine.frames import Doing, Frame
from skep_orchestrator.engine.state import RunState

_BYTES: Final = 16
_LARGE_BYTES: Final = 4 * 1024
"""The digest of a value from here on is kept while the value is the same."""
_MOST_KEPT: Final = 256
_NO_VALUE: Final = b"\xc1"
"""A byte that MessagePack never begins a value with."""
_encode: Final = msgspec.msgpack.Encoder(order="deterministic").encode


class PlanPrints:
    """What of the fingerprints of a plan's nodes is the same in all runs."""

    __slots__ = ("_begun", "_plan")

    def __init__(self, plan: Plan) -> None:
        """Prepare for runs of `plan`; a node is looked at when it runs for the first time."""
        self._plan = plan
        self._begun: dict[int, tuple[Any, tuple[Reference, ...]]] = {}

    def begun(self, node: PlanNode) -> tuple[Any, tuple[Reference, ...]]:
        """Return a digest that has begun, to be copied, and the references in a fixed order."""
        found = self._begun.get(node.index)
        if found is None:
            settings = self._plan.document.nodes[node.id].settings
            digest = blake2b(_encode((node.type, node.version, settings)), digest_size=_BYTES)
            references = tuple(sorted(node.references, key=str))
            found = self._begun[node.index] = (digest, references)
        return found


class Fingerprints:
    """Of one run."""

    __slots__ = ("_history", "_kept", "_neutral", "_prints", "_state")

    def __init__(
        self, prints: PlanPrints, state: RunState, *, neutral: Iterable[tuple[str, str]] = ()
    ) -> None:
        """Read values from `state`.

        Args:
            prints: Of the run's plan.
            state: The run.
            neutral: Texts that do not count, and what each is taken for.
        """
        self._prints = prints
        self._state = state
        self._neutral = tuple((found.encode(), stand_in.encode()) for found, stand_in in neutral)
        self._history: bytes | None = None
        self._kept: dict[Reference, tuple[Any, bytes]] = {}

    def stamped(self, event: NodeStarted) -> NodeStarted:
        """Return the start of an effect with its fingerprint in it."""
        frame, node = self._state.frames[event.scope], self._state.plan.node(event.node)
        if node is None:
            return event
        return msgspec.structs.replace(event, fingerprint=self._of(frame, node))

    def of(self, doing: Doing) -> str | None:
        """Return the fingerprint of what a node under way does; None of what is no effect."""
        frame, node, _ = doing
        return None if node.is_pure or node.rounds is not None else self._of(frame, node)

    def _of(self, frame: Frame, node: PlanNode) -> str:
        begun, references = self._prints.begun(node)
        digest = begun.copy()
        if self._state.plan.is_chat:
            digest.update(self._history_digest())
        lookup: Lookup = frame.lookup
        for reference in references:
            digest.update(self._told(reference, resolve(reference, lookup)))
        return str(digest.hexdigest())

    def _told(self, reference: Reference, value: Any) -> bytes:
        """Return what stands for a value: itself, or its digest when it is large."""
        kept = self._kept.get(reference)
        if kept is not None and kept[0] is value:
            return kept[1]
        encoded = _encode(value)
        for found, stand_in in self._neutral:
            if found in encoded:
                encoded = encoded.replace(found, stand_in)
        if len(encoded) < _LARGE_BYTES:
            return encoded
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        told = _NO_VALUE + blake2b(encoded, digest_size=_BYTES).digest()
        self._kept[reference] = (value, told)
        return told

    def _history_digest(self) -> bytes:
        if self._history is None:
            encoded = _encode(self._state.history)
            self._history = blake2b(encoded, digest_size=_BYTES).digest()
        return self._history


def neutral(*openings: RunStarted) -> list[tuple[str, str]]:
    """Return the texts that name a run and not what it is about, for it and those it descends from.

    ``{{sys.run_id}}``, ``{{sys.started_at}}`` and ``{{sys.callback_url}}`` are other ones in every
    run; if they counted, nothing that shows them could ever be served.
    """
    found: dict[str, str] = {}
    for name in ("callback_url", "started_at"):  # addresses first: there are ids in them
        texts = (opening.system.get(name) for opening in openings)
        found |= {text: f"{{{{sys.{name}}}}}" for text in texts if isinstance(text, str) and text}
    for opening in openings:
        origin = opening.origin
        ids = [opening.run_id] if origin is None else [opening.run_id, origin.run_id]
        found |= dict.fromkeys(ids, "{{sys.run_id}}")
    return list(found.items())
