"""From a run's log to what it waits for. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from skep_contracts.run_log import (
    TERMINAL,
    NodeFailed,
    NodeSucceeded,
    NodeWaiting,
    RoundEnded,
    RunEvent,
    RunPaused,
    RunResumed,
    RunStarted,
    place_of,
    round_scope,
)
from skep_orchestrator.engine.state import HOLD


class WaitRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One wait. `number`: of the event that began it."""

    number: int
    at_ms: int
    wait: dict[str, Any]


class OpenWaits:
    """What a run waits for, and since when it has been paused."""

    def __init__(self) -> None:
        """Begin before the first event."""
        self.number = 0
        self.started: RunStarted | None = None
        self.end: RunEvent | None = None
        self.by_place: dict[str, WaitRecord] = {}
        self.paused_at_ms: int | None = None
        self.paused_ms = 0
        """How long it was paused before."""
        self.was_paused = False
        self.let_go: RunResumed | None = None
        """The answer that let it go on after its last pause; whose order brought it holds it."""

    @property
    def is_paused(self) -> bool:
        """Whether nothing happens until an answer comes."""
        return self.paused_at_ms is not None and self.end is None

    def elapsed_s(self, now_ms: int) -> float:
        """Return seconds since the start, pauses left out."""
        if self.started is None:
            return 0.0
        until_ms = now_ms if self.paused_at_ms is None else self.paused_at_ms
        return max(0, until_ms - self.started.at_ms - self.paused_ms) / 1000

    def apply(self, event: RunEvent) -> None:
        """Take the next event in."""
        self.number += 1
        match event:
            case RunStarted():
                self.started = event
            case NodeWaiting():
                place = place_of(event.scope, event.node)
                self.by_place[place] = self._record(event.at_ms, event.wait)
            case NodeSucceeded() | NodeFailed():
                self._forget(place_of(event.scope, event.node))
            case RoundEnded():
                self._forget_below(round_scope(event.scope, event.node, event.index))
            case RunPaused():
                self._pause(event)
            case RunResumed():
                self._resume(event)
            case _ if isinstance(event, TERMINAL):
                self.end = event
                self.by_place.clear()
            case _:
                pass

    def _record(self, at_ms: int, wait: dict[str, Any]) -> WaitRecord:
        return WaitRecord(number=self.number, at_ms=at_ms, wait=wait)

    def _forget(self, place: str) -> None:
        self.by_place.pop(place, None)
        self._forget_below(place + ":", below="")

    def _forget_below(self, scope: str, *, below: str = "/") -> None:
        inside = scope + below
        for place in [place for place in self.by_place if place.startswith(inside)]:
            del self.by_place[place]

    def _pause(self, event: RunPaused) -> None:
        self.was_paused = True
        if self.paused_at_ms is None:
            self.paused_at_ms = event.at_ms
        self.let_go = None
        for place, wait in event.waits.items():
            if place not in self.by_place:
                self.by_place[place] = self._record(event.at_ms, wait)

    def _resume(self, event: RunResumed) -> None:
        self.by_place.pop(place_of(event.scope, event.node), None)
        if self.paused_at_ms is not None and HOLD not in self.by_place:
            self.paused_ms += max(0, event.at_ms - self.paused_at_ms)
            self.paused_at_ms = None
            self.let_go = event


def waits_of(events: Iterable[RunEvent]) -> OpenWaits:
    """Return what a log says, from its first event."""
    waits = OpenWaits()
    for event in events:
        waits.apply(event)
    return waits


def until_of(wait: Mapping[str, Any]) -> datetime | None:
    """Return when the time of a wait is up, None when it has no end."""
    try:
        return msgspec.convert(wait.get("until"), datetime | None)
    except msgspec.ValidationError:
        return None
