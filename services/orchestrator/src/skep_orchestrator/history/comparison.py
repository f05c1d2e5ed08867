"""Puts two runs beside each other. Pure."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final

import msgspec

from skep_contracts.calls.comparison import (
    CompareRunsReply,
    NodeChange,
    NodeCounts,
    RunFigures,
    ValueChange,
)
from skep_orchestrator.history.fold import RunRecord
from skep_orchestrator.history.node_records import Keeper, NodeRecord

_SHOWN_BYTES: Final = 4 * 1024
"""Of a value that differs; of a longer one only the beginning is shown."""
_SHOWN_CHARACTERS: Final = 500
_MOST_BYTES: Final = 1024 * 1024
"""Of all changes of nodes together; those beyond are counted and not listed."""
_ABSENT: Final = object()
_encode: Final = msgspec.msgpack.Encoder(order="deterministic").encode


def sketch(record: NodeRecord) -> None:
    """Keep of a node's outputs what tells whether they differ."""
    digest = blake2b(_encode(record.outputs), digest_size=16).hexdigest()
    record.shorten()
    record.outputs = {"": digest}
    record.calls = []


def only_of(places: Container[str]) -> Keeper:
    """Keep the outputs of some places alone."""

    def keep(record: NodeRecord) -> None:
        record.logs, record.calls = (), []
        if record.place not in places:
            record.shorten()

    return keep


def places_that_differ(before: RunRecord, after: RunRecord) -> list[str]:
    """Return places that came to something else, of runs folded with `sketch`.

    Those of the second run come first, in the order in which they began.
    """
    ours, theirs = after.nodes.by_place, before.nodes.by_place
    places = (*ours, *(place for place in theirs if place not in ours))
    return [place for place in places if _came_to(theirs.get(place)) != _came_to(ours.get(place))]


def compare(
    before: RunRecord, after: RunRecord, differing: Sequence[str], *, limit: int
) -> CompareRunsReply:
    """Return how the run `after` differs from `before`.

    Args:
        before: The first run, folded with `only_of` the places that are listed.
        after: The second one, as the first.
        differing: See `places_that_differ`.
        limit: How many places are listed.
    """
    ours, theirs = after.nodes.by_place, before.nodes.by_place
    changes = [_node_change(place, theirs.get(place), ours.get(place)) for place in differing]
    kinds = Counter(change.change for change in changes)
    left, listed = _MOST_BYTES, []
    for change in changes[:limit]:
        left -= len(msgspec.json.encode(change))
        if left < 0:
            break
        listed.append(change)
    return CompareRunsReply(
        before=_figures(before),
        after=_figures(after),
        outputs=tuple(_value_changes(before.outputs, after.outputs)),
        answer=next(_value_changes({"answer": before.answer}, {"answer": after.answer}), None),
        counts=NodeCounts(
            same=len(ours.keys() | theirs.keys()) - len(differing),
            changed=kinds["changed"],
            added=kinds["added"],
            removed=kinds["removed"],
            reused=sum(node.reused is not None for node in ours.values()),
        ),
        nodes=tuple(listed),
        has_more=len(listed) < len(changes),
    )


def _figures(record: RunRecord) -> RunFigures:
    summary = record.to_summary()
    return RunFigures(
        run_id=summary.id,
        version=summary.version,
        status=summary.status,
        elapsed_s=summary.elapsed_s,
        input_tokens=summary.input_tokens,
        output_tokens=summary.output_tokens,
        cost_usd=summary.cost_usd,
        model_calls=record.model_calls,
        nodes_done=summary.nodes_done,
        reused_effects=record.reused_effects,
    )


def _node_change(place: str, before: NodeRecord | None, after: NodeRecord | None) -> NodeChange:
    known = after or before
    return NodeChange(
        place=place,
        node_type=known.node_type if known is not None else "",
        change="added" if before is None else "removed" if after is None else "changed",
        status_before=before.status if before is not None else None,
        status_after=after.status if after is not None else None,
        port_before=before.port if before is not None else None,
        port_after=after.port if after is not None else None,
        outputs=tuple(
            _value_changes(
                before.outputs if before is not None else {},
                after.outputs if after is not None else {},
            )
        ),
        is_reused=after is not None and after.reused is not None,
    )


def _came_to(node: NodeRecord | None) -> object:
    return None if node is None else (node.status, node.port, node.outputs)


def _value_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[ValueChange]:
    for name in (*after, *(name for name in before if name not in after)):
        old, new = before.get(name, _ABSENT), after.get(name, _ABSENT)
        if old == new:
            continue
        is_long = _is_long(old) or _is_long(new)
        shown_old, shown_new = (_shown(value) if is_long else value for value in (old, new))
        yield ValueChange(
            name=name,
            change="added" if old is _ABSENT else "removed" if new is _ABSENT else "changed",
            before=None if old is _ABSENT else shown_old,
            after=None if new is _ABSENT else shown_new,
            is_shortened=is_long,
        )


def _is_long(value: object) -> bool:
    return value is not _ABSENT and len(msgspec.json.encode(value)) > _SHOWN_BYTES


def _shown(value: object) -> object:
    if value is _ABSENT or not _is_long(value):
        return value
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return f"{text[:_SHOWN_CHARACTERS]}…"
