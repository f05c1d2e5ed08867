"""Puts two runs beside each other. Pure."""

from collections.abc import Iterator, Mapping
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
from skep_orchestrator.history.node_records import NodeRecord

_SHOWN_BYTES: Final = 4 * 1024
"""Of a value that differs; of a longer one only the beginning is shown."""
_SHOWN_CHARACTERS: Final = 500
_MOST_BYTES: Final = 1024 * 1024
"""Of all changes of nodes together; those beyond are counted and not listed."""
_ABSENT: Final = object()


def compare(before: RunRecord, after: RunRecord, *, limit: int) -> CompareRunsReply:
    """Return how the run `after` differs from `before`; both were folded with all their nodes."""
    ours, theirs = after.nodes.by_place, before.nodes.by_place
    counts = {"same": 0, "changed": 0, "added": 0, "removed": 0, "reused": 0}
    listed: list[NodeChange] = []
    left, has_more = _MOST_BYTES, False
    for place in (*ours, *(place for place in theirs if place not in ours)):
        node = ours.get(place)
        counts["reused"] += node is not None and node.reused is not None
        change = _node_change(place, theirs.get(place), node)
        counts[change.change if change is not None else "same"] += 1
        if change is None:
            continue
        left -= len(msgspec.json.encode(change))
        if len(listed) < limit and left > 0:
            listed.append(change)
        else:
            has_more = True
    answers = _value_changes({"answer": before.answer}, {"answer": after.answer})
    return CompareRunsReply(
        before=_figures(before),
        after=_figures(after),
        outputs=tuple(_value_changes(before.outputs, after.outputs)),
        answer=next(answers, None),
        counts=NodeCounts(**counts),
        nodes=tuple(listed),
        has_more=has_more,
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


def _node_change(
    place: str, before: NodeRecord | None, after: NodeRecord | None
) -> NodeChange | None:
    """Return what is different about a place; None when nothing is."""
    known = after or before
    if known is None or _came_to(before) == _came_to(after):
        return None
    return NodeChange(
        place=place,
        node_type=known.node_type,
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
