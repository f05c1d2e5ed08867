"""How containers repeat their nodes: the part of the fold, and of the decisions, that is theirs."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from skep_contracts.conditions import all_hold
from skep_contracts.problems import InvalidInput, Problem, Retry, SkepError, TooLarge
from skep_contracts.references import Lookup, render_value
from skep_contracts.run_log import RoundEnded, RoundStarted, place_of, round_scope
from skep_contracts.values import MAX_VALUE_BYTES, Value, check_value, has_type
from skep_orchestrator.engine.compile import PlanNode
from skep_orchestrator.engine.frames import READY, Frame, Repetition

if TYPE_CHECKING:
    from skep_orchestrator.engine.state import RunState


class NoSuchRoundError(Exception):
    """The log speaks of a round that cannot be."""


def begin(state: "RunState", frame: Frame) -> None:
    """Make ready what a frame begins with."""
    for node in frame.plan.nodes:
        if node.fan_in == 0:
            if node.role == "start" or frame.container is not None:
                frame.status[node.slot] = READY
                frame.ready[node.slot] = None
            else:
                frame.skipping[node.slot] = None
    state.active[frame] = None


def halt(state: "RunState", frame: Frame) -> None:
    """Begin nothing more in a round, which is about to end."""
    frame.ready.clear()
    frame.skipping.clear()
    state.active.pop(frame, None)
    come_to_rest(state, frame)


def come_to_rest(state: "RunState", frame: Frame) -> None:
    """Have it decided that a round is over."""
    if frame.container is not None and frame.parent is not None:
        place = frame.parent.place(frame.container)
        repetition = state.repeating.get(place)
        if repetition is not None:
            repetition.closing[frame.index] = None
            state.stirred[place] = None


def open_container(state: "RunState", frame: Frame, node: PlanNode, at_ms: int) -> None:
    """Find out what there is to repeat."""
    if node.rounds is None:
        raise NoSuchRoundError(f"node {node.id!r} is no container")
    repetition = Repetition(frame, node, node.rounds)
    if node.timeout_s is not None:
        repetition.deadline_ms = at_ms + round(node.timeout_s * 1000)
    try:
        _prepare(repetition)
    except SkepError as error:
        repetition.fault = error.to_problem()
    state.repeating[repetition.place] = repetition
    state.stirred[repetition.place] = None


def _prepare(repetition: Repetition) -> None:
    rounds, node, lookup = repetition.rounds, repetition.node, repetition.frame.lookup
    if rounds.items is not msgspec.UNSET:
        items: Any = render_value(rounds.items, lookup)
        if items is None:
            items = []
        if not isinstance(items, list):
            raise InvalidInput(
                f"`{node.id}` has nothing to go through: its items are no array.",
                code="items_no_array",
            )
        if len(items) > rounds.max_rounds:
            raise InvalidInput(
                f"`{node.id}` was given {len(items):,} items; it takes {rounds.max_rounds:,}.",
                code="too_many_items",
            )
        repetition.items = items
        repetition.total = len(items)
    for variable in rounds.variables:
        value: Any = render_value(variable.value, lookup)
        if not has_type(value, variable.type):
            raise InvalidInput(
                f"The variable `{node.id}.{variable.name}` begins with a value that is not of its "
                f"type, {variable.type}.",
                code="bad_loop_variable",
            )
        repetition.variables[variable.name] = value
    if rounds.until and rounds.items is msgspec.UNSET:
        try:
            repetition.is_over = _is_enough(repetition, _before_rounds(repetition))
        except InvalidInput:
            repetition.is_over = False


def _before_rounds(repetition: Repetition) -> Lookup:
    def lookup(root: str) -> Mapping[str, Any] | None:
        if root == repetition.node.id:
            return {"index": 0, **repetition.variables}
        return repetition.frame.lookup(root)

    return lookup


def _is_enough(repetition: Repetition, lookup: Lookup) -> bool:
    def resolve(template: Value) -> Value:
        return render_value(template, lookup)

    rounds = repetition.rounds
    return all_hold(rounds.until, resolve, match=rounds.until_match)


def close_container(state: "RunState", place: str) -> None:
    """Forget a container that is done, and whatever of it was still under way."""
    repetition = state.repeating.pop(place, None)
    if repetition is None:
        raise NoSuchRoundError(f"the container {place!r} is not under way")
    state.stirred.pop(place, None)
    for frame in list(repetition.frames.values()):
        _close_frame(state, repetition, frame)


def start_round(state: "RunState", event: RoundStarted) -> None:
    """Open a frame for the next round."""
    place = place_of(event.scope, event.node)
    repetition = state.repeating.get(place)
    if repetition is None or event.index != repetition.begun:
        raise NoSuchRoundError(f"round {event.index} of {place!r} cannot begin")
    node, around = repetition.node, repetition.frame
    if node.inner is None:
        raise NoSuchRoundError(f"node {node.id!r} is no container")
    frame = Frame(
        state.plan.scopes[node.inner],
        scope=round_scope(event.scope, event.node, event.index),
        parent=around,
        container=node,
        index=event.index,
    )
    held: dict[str, Any] = {"index": event.index, **repetition.variables}
    if repetition.items is not None:
        held["item"] = repetition.items[event.index]
    frame.values[node.id] = held
    repetition.begun += 1
    repetition.frames[event.index] = frame
    around.begun[node.slot] = repetition.begun
    state.frames[frame.scope] = frame
    begin(state, frame)
    _stir(state, repetition)


def end_round(state: "RunState", event: RoundEnded) -> None:
    """Take in what a round came to, and close its frame."""
    place = place_of(event.scope, event.node)
    repetition = state.repeating.get(place)
    frame = repetition.frames.get(event.index) if repetition is not None else None
    if repetition is None or frame is None:
        raise NoSuchRoundError(f"round {event.index} of {place!r} is not under way")
    rounds = repetition.rounds
    if event.problem is None:
        if rounds.output is not msgspec.UNSET:
            _gather(repetition, event.index, render_value(rounds.output, frame.lookup))
        held = frame.values[repetition.node.id]
        repetition.variables = {name: held.get(name) for name in repetition.variables}
    else:
        repetition.failed += 1
        if rounds.on_failed_round == "stop":
            repetition.fault = event.problem
        elif rounds.on_failed_round == "null" and rounds.output is not msgspec.UNSET:
            repetition.outputs[event.index] = None
    repetition.ended += 1
    repetition.is_over = repetition.is_over or event.is_last
    state.takeovers = 0
    _close_frame(state, repetition, frame)
    _stir(state, repetition)


def _gather(repetition: Repetition, index: int, output: Value) -> None:
    repetition.outputs[index] = output
    repetition.size_bytes += len(msgspec.json.encode(output))
    if repetition.size_bytes > MAX_VALUE_BYTES and repetition.fault is None:
        repetition.fault = TooLarge(
            f"The rounds of `{repetition.node.id}` gave more than {MAX_VALUE_BYTES:,} bytes "
            f"together, after {repetition.ended + 1:,} of them."
        ).to_problem()


def _close_frame(state: "RunState", repetition: Repetition, frame: Frame) -> None:
    if frame.open:
        _drop_below(state, frame.scope)
    frame.is_closed = True
    state.active.pop(frame, None)
    state.frames.pop(frame.scope, None)
    repetition.frames.pop(frame.index, None)
    repetition.closing.pop(frame.index, None)
    position = repetition.node.answer
    if position is not None:
        texts = repetition.frame.round_texts.setdefault(position, {})
        texts[frame.index] = frame.text()


def _drop_below(state: "RunState", scope: str) -> None:
    prefix = f"{scope}/"
    held: tuple[dict[str, Any], ...] = (
        state.running,
        state.retrying,
        state.waiting,
        state.resumptions,
        state.step_results,
    )
    for places in held:
        for place in [place for place in places if place.startswith(prefix)]:
            del places[place]
    for place in [place for place in state.repeating if place.startswith(prefix)]:
        if place in state.repeating:
            close_container(state, place)


def _stir(state: "RunState", repetition: Repetition) -> None:
    """Note whether something can be decided about a container now."""
    if repetition.has_news:
        state.stirred[repetition.place] = None
    else:
        state.stirred.pop(repetition.place, None)


def next_of(repetition: Repetition, now_ms: int) -> RoundStarted | RoundEnded | None:
    """Return what happens next in a container's rounds, or None when it is itself to be decided."""
    for index in repetition.closing:
        return _end_of(repetition, repetition.frames[index], now_ms)
    if repetition.may_begin:
        return RoundStarted(
            at_ms=now_ms,
            node=repetition.node.id,
            scope=repetition.frame.scope,
            index=repetition.begun,
        )
    return None


def _end_of(repetition: Repetition, frame: Frame, now_ms: int) -> RoundEnded:
    problem: Problem | None = None
    cause: str | None = None
    is_last = frame.is_broken
    if frame.failure is not None:
        cause, problem = frame.failure
    else:
        try:
            if repetition.rounds.until and not is_last:
                is_last = _is_enough(repetition, frame.lookup)
        except SkepError as error:
            problem, cause = error.to_problem(), repetition.place
    return RoundEnded(
        at_ms=now_ms,
        node=repetition.node.id,
        scope=repetition.frame.scope,
        index=frame.index,
        problem=problem,
        cause=cause,
        is_last=is_last,
    )


def outputs_of(repetition: Repetition) -> dict[str, Any]:
    """Return what a container that is done gives.

    Raises:
        TooLarge: The rounds gave more than a node may give.
        InvalidInput: It is nested too deep.
    """
    outputs: dict[str, Any] = dict(repetition.variables)
    outputs["rounds"] = repetition.begun
    if repetition.rounds.output is not msgspec.UNSET:
        gathered = [value for _, value in sorted(repetition.outputs.items())]
        if repetition.rounds.flatten:
            gathered = _flattened(gathered)
        outputs["output"] = gathered
    check_value(outputs)
    return outputs


def _flattened(values: list[Any]) -> list[Any]:
    given = [value for value in values if value is not None]
    if not given or not all(isinstance(value, list) for value in given):
        return values
    return [item for value in given for item in value]


def timed_out(repetition: Repetition) -> Problem:
    """Return the problem of a container whose time is up."""
    limit_s = repetition.node.timeout_s or 0.0
    return Problem(
        code="node_timed_out",
        title="A node took too long",
        status=504,
        detail=f"The node `{repetition.node.id}` did not end within {limit_s:g} s (timeout_s). "
        f"{repetition.ended:,} of its rounds were over.",
        retry=Retry.LATER,
    )
