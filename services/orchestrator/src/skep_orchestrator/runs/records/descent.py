"""Prepares a run that takes results from another: what it inherits, and what will be served."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from skep_contracts.problems import (
    FieldError,
    InvalidInput,
    NotFound,
    did_you_mean,
    json_pointer,
)
from skep_contracts.run_log import RunEvent, RunStarted, split_place
from skep_orchestrator.engine.apply import LogError
from skep_orchestrator.engine.compile import Plan
from skep_orchestrator.runs.records.fingerprints import neutral
from skep_orchestrator.runs.records.loading import Records
from skep_orchestrator.runs.records.record import Record
from skep_orchestrator.runs.records.serving import Serving

_OF_THE_CONVERSATION: Final = ("conversation_id", "dialogue_count")


class Descent(msgspec.Struct, frozen=True):
    """How a run begins, who serves it, and which texts do not count in its fingerprints."""

    opening: RunStarted
    serving: Serving | None
    neutral: tuple[tuple[str, str], ...]


async def descend(opening: RunStarted, plan: Plan, records: Records) -> Descent:
    """Prepare a run that has no log yet.

    Raises:
        InvalidInput: It is about a node that the document does not have.
        NotFound: The record it is to take results from is not there.
    """
    _check(opening, plan)
    record = await _record_of(opening, records)
    if record is not None:
        opening = _inherited(opening, record.opening)
    return _descent(opening, record, records)


async def descend_again(events: tuple[RunEvent, ...], records: Records) -> Descent:
    """Prepare to go on with a run that was left or waited; `events` is its log.

    A record that has expired meanwhile is done without, unless nothing may be carried out.

    Raises:
        LogError: It does not begin with the start of a run.
        NotFound: As `descend`.
    """
    opening = events[0]
    if not isinstance(opening, RunStarted):
        raise LogError("it does not begin with the start of the run")
    try:
        record = await _record_of(opening, records)
    except NotFound:
        if opening.origin is None or opening.origin.changed == "stub":
            raise
        record = None
    found = _descent(opening, record, records)
    if found.serving is not None:
        found.serving.recall(events)
    return found


def _check(opening: RunStarted, plan: Plan) -> None:
    faults = []
    if opening.only is not None and plan.node(opening.only) is None:
        faults.append(_unknown(opening.only, plan.index, "only"))
    for place in opening.pins:
        node = split_place(place)[1]
        if plan.node(node) is None:
            faults.append(_unknown(node, plan.index, "pins", place))
    if faults:
        raise InvalidInput(
            f"The run cannot begin: {faults[0].message}.", errors=faults, code="unknown_node"
        )


def _unknown(node: str, known: Mapping[str, Any], *path: str) -> FieldError:
    message = f"the document has no node `{node:.64}`{did_you_mean(node, known)}"
    return FieldError(pointer=json_pointer(*path), message=message)


async def _record_of(opening: RunStarted, records: Records) -> Record | None:
    origin = opening.origin
    if origin is None:
        return None
    # A fork tries again what failed; a replay shows what happens when it fails.
    return await records.load(origin.run_id, failures=origin.kind == "replay")


def _descent(opening: RunStarted, record: Record | None, records: Records) -> Descent:
    is_served = record is not None or bool(opening.pins)
    ancestors = () if record is None else (record.opening,)
    return Descent(
        opening,
        Serving(opening, record, records) if is_served else None,
        tuple(neutral(opening, *ancestors)),
    )


def _inherited(opening: RunStarted, origin: RunStarted) -> RunStarted:
    """Return the opening with what the conversation was then, without being a turn of it."""
    system = dict(opening.system)
    system |= {name: origin.system.get(name) for name in _OF_THE_CONVERSATION}
    if system.get("user") is None:
        system["user"] = origin.system.get("user")
    variables = {
        name: origin.conversation.get(name, default)
        for name, default in opening.conversation.items()
    }
    return msgspec.structs.replace(
        opening, system=system, conversation=variables, history=origin.history, history_blob=None
    )
