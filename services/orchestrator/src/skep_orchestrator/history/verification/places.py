"""What a log has said so far about each place of a run."""

from enum import Enum
from typing import Final

import msgspec

from skep_contracts.run_log import place_of, round_scope


class Status(Enum):
    """How far a node has come."""

    RUNNING = "running"
    RETRYING = "between two attempts"
    WAITING = "waiting"
    DONE = "done"
    STOPPED = "failed for good"
    SKIPPED = "skipped"


UNDER_WAY: Final = frozenset({Status.RUNNING, Status.RETRYING, Status.WAITING})


class PlaceRecord(msgspec.Struct, kw_only=True):
    """A node in a round."""

    node: str
    scope: str
    status: Status
    attempt: int = 0
    effect_key: str | None = None
    left_by: str | None = None
    """The port, `ANY_PORT` when one of its own; None when by none."""


class Places:
    """By place, and the rounds that are under way."""

    def __init__(self) -> None:
        self.records: dict[str, PlaceRecord] = {}
        self.under_way: dict[str, None] = {}
        self.rounds: dict[str, int] = {}
        """By place of a container, rounds that were begun."""
        self.open_scopes: dict[str, None] = {"": None}

    def find(self, scope: str, node: str) -> PlaceRecord | None:
        """Return what is known of a place."""
        return self.records.get(place_of(scope, node))

    def change(self, record: PlaceRecord, status: Status) -> None:
        """Let a place come to another status."""
        place = place_of(record.scope, record.node)
        record.status = status
        self.records[place] = record
        if status in UNDER_WAY:
            self.under_way[place] = None
        else:
            self.under_way.pop(place, None)

    def under_way_in(self, scope: str) -> list[str]:
        """Return the places under way in a scope and further inside; all of them for the top."""
        return [place for place in self.under_way if not scope or place.startswith(f"{scope}/")]

    def open_rounds_of(self, scope: str, container: str) -> list[str]:
        """Return the scopes of a container's rounds that are under way."""
        prefix = f"{place_of(scope, container)}:"
        return [
            found
            for found in self.open_scopes
            if found.startswith(prefix) and "/" not in found[len(prefix) :]
        ]

    def begin_round(self, scope: str, container: str, index: int) -> None:
        """Open a round."""
        self.rounds[place_of(scope, container)] = index + 1
        self.open_scopes[round_scope(scope, container, index)] = None

    def close(self, scope: str) -> None:
        """Drop a round with everything in it that is under way; what it came to is forgotten."""
        for found in [s for s in self.open_scopes if s == scope or s.startswith(f"{scope}/")]:
            del self.open_scopes[found]
        prefix = f"{scope}/"
        for place in [place for place in self.under_way if place.startswith(prefix)]:
            del self.under_way[place]
