"""Values of the source with the place they stand at, and the report that is written on the way.

What is read is a stranger's: every access says what it expects, and what is something else is
reported and passed over. So no shape of a source can break the translation.
"""

import math
from collections.abc import Iterator
from typing import Any, Final

from skep_contracts.plugins.importers import Outcome, PartReport, Remark
from skep_contracts.problems import json_pointer

_RANK: Final[dict[str, int]] = {"carried": 0, "changed": 1, "left_out": 2}
MAX_REMARKS: Final = 50
"""Of one part; the others are like them."""
MAX_PARTS: Final = 6000


class Part:
    """A part of the source while it is translated."""

    def __init__(self, pointer: str, name: str) -> None:
        """Begin the report of a part that people know as `name`."""
        self.pointer = pointer
        self.name = name
        self.node: str | None = None
        self.is_left_out = False
        self.is_quiet = False
        """Nothing is said of it as long as there is nothing to say."""
        self._remarks: dict[Remark, None] = {}

    def changed(self, pointer: str, message: str) -> None:
        """Say that something means nearly the same now."""
        self._add(Remark(pointer=pointer, outcome="changed", message=message))

    def left_out(self, pointer: str, message: str) -> None:
        """Say that something is not carried."""
        self._add(Remark(pointer=pointer, outcome="left_out", message=message))

    def drop(self, message: str) -> None:
        """Say that the part as a whole is not carried."""
        self.is_left_out = True
        self.left_out(self.pointer, message)

    def _add(self, remark: Remark) -> None:
        if len(self._remarks) < MAX_REMARKS:
            self._remarks[remark] = None

    @property
    def is_told(self) -> bool:
        """Whether the part belongs into the report."""
        return bool(self._remarks) or not self.is_quiet

    def report(self) -> PartReport:
        """Return what became of the part."""
        outcome: Outcome = "carried"
        for remark in self._remarks:
            if _RANK[remark.outcome] > _RANK[outcome]:
                outcome = remark.outcome
        if outcome == "left_out" and not self.is_left_out:
            # The part is there, and something in it is not.
            outcome = "changed"
        return PartReport(
            pointer=self.pointer,
            part=self.name,
            outcome=outcome,
            node=None if self.is_left_out else self.node,
            remarks=tuple(self._remarks),
        )


class Report:
    """All parts, in the order they were met."""

    def __init__(self) -> None:
        self._parts: list[Part] = []

    def part(self, pointer: str, name: str) -> Part:
        """Begin another part."""
        part = Part(pointer, name)
        if len(self._parts) < MAX_PARTS:
            self._parts.append(part)
        return part

    def finish(self) -> tuple[PartReport, ...]:
        """Return the report."""
        return tuple(part.report() for part in self._parts if part.is_told)


class Place:
    """A value of the source; None where nothing stands."""

    __slots__ = ("part", "pointer", "value")

    def __init__(self, value: Any, pointer: str, part: Part) -> None:
        """Stand at `pointer`; what is odd about the value is reported to `part`."""
        self.value = value
        self.pointer = pointer
        self.part = part

    def __bool__(self) -> bool:
        return self.value not in (None, "", [], {})

    def at(self, key: str) -> "Place":
        """Return what a mapping holds under a key."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return Place(value, f"{self.pointer}{json_pointer(key)}", self.part)

    def first_of(self, *keys: str) -> "Place":
        """Return what stands under the first of several keys that is there."""
        for key in keys:
            if found := self.at(key):
                return found
        return self.at(keys[0])

    def mapping(self) -> dict[str, Any]:
        """Return the mapping that stands here."""
        if isinstance(self.value, dict):
            return self.value
        self._unexpected("a mapping")
        return {}

    def entries(self) -> Iterator[tuple[str, "Place"]]:
        """Yield the keys and values of a mapping."""
        for key in self.mapping():
            yield key, self.at(key)

    def items(self) -> Iterator["Place"]:
        """Yield the items of a list."""
        if not isinstance(self.value, list):
            self._unexpected("a list")
            return
        for index, item in enumerate(self.value):
            yield Place(item, f"{self.pointer}/{index}", self.part)

    def text(self, default: str = "") -> str:
        """Return the text that stands here; numbers and booleans are written out."""
        value = self.value
        if isinstance(value, str):
            return value
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, int | float):
            return str(value)
        self._unexpected("a text")
        return default

    def flag(self, *, default: bool = False) -> bool:
        """Return whether something is switched on."""
        if isinstance(self.value, bool):
            return self.value
        if isinstance(self.value, int | str):
            return str(self.value).strip().lower() in {"1", "true", "yes", "on", "enabled"}
        self._unexpected("true or false")
        return default

    def number(self) -> int | float | None:
        """Return the number that stands here, also when it is written as a text."""
        value = self.value
        if isinstance(value, str):
            value = to_number(value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._unexpected("a number")
            return None
        return value

    def whole(self, least: int, greatest: int, default: int) -> int:
        """Return a whole number within bounds."""
        found = self.number()
        if found is None:
            return default
        bounded = min(max(int(found), least), greatest)
        if bounded != found:
            self.part.changed(self.pointer, f"{found} became {bounded}, which is what is possible")
        return bounded

    def texts(self) -> list[str]:
        """Return the items of a list that are texts."""
        return [text for item in self.items() if (text := item.text())]

    def _unexpected(self, what: str) -> None:
        if self.value is not None and self.value not in ("", [], {}):
            self.part.left_out(self.pointer, f"{what} was expected here")


def to_number(text: str) -> int | float | None:
    """Return the number that a text spells, None when it spells none."""
    try:
        found: int | float
        found = float(text) if any(mark in text for mark in ".eEnN") else int(text)
    except ValueError:
        return None
    if isinstance(found, float):
        return found if math.isfinite(found) else None
    return found if -(2**63) <= found < 2**64 else None
