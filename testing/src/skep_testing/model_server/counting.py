"""Counts of calls: by kind, by marker in the prompt, by prompt, by idempotency key."""

from collections import Counter
from typing import Final

import msgspec

MAX_KEYS: Final = 200_000
MAX_PROMPT: Final = 200


class Count(msgspec.Struct):
    """How calls of one sort went. `aborted`: the caller left before the end."""

    started: int = 0
    completed: int = 0
    failed: int = 0
    aborted: int = 0


class Counts(msgspec.Struct, kw_only=True):
    """All counts. Tables stop growing at `MAX_KEYS` entries."""

    chat: Count = msgspec.field(default_factory=Count)
    embeddings: Count = msgspec.field(default_factory=Count)
    rerank: Count = msgspec.field(default_factory=Count)
    models: Count = msgspec.field(default_factory=Count)
    refused: int = 0
    """Requests that the vendor would answer 400, 401 or 404."""
    tokens_out: int = 0
    texts_embedded: int = 0
    active: int = 0
    peak_active: int = 0
    markers: dict[str, Count] = {}
    prompts: Counter[str] = msgspec.field(default_factory=Counter)
    """Calls by the text of the last message, cut at `MAX_PROMPT` characters."""
    idempotency_keys: Counter[str] = msgspec.field(default_factory=Counter)

    def note_key(self, key: str) -> None:
        """Count a call with an idempotency key."""
        if key in self.idempotency_keys or len(self.idempotency_keys) < MAX_KEYS:
            self.idempotency_keys[key] += 1

    def of_marker(self, marker: str) -> Count:
        """Return the count of one marker, which is made when it is new."""
        count = self.markers.get(marker)
        if count is None:
            count = Count()
            if len(self.markers) < MAX_KEYS:
                self.markers[marker] = count
        return count


class Tally:
    """One call while it lasts: begins with its creation, ends with one of three methods."""

    def __init__(self, counts: Counts, kind: Count, prompt: str, marked: list[str]) -> None:
        self._counts = counts
        self._all = [kind, *(counts.of_marker(marker) for marker in marked)]
        self._is_open = True
        for count in self._all:
            count.started += 1
        prompt = prompt[:MAX_PROMPT]
        if prompt in counts.prompts or len(counts.prompts) < MAX_KEYS:
            counts.prompts[prompt] += 1
        counts.active += 1
        counts.peak_active = max(counts.peak_active, counts.active)

    def complete(self) -> None:
        """The whole answer was handed over."""
        if self._close():
            for count in self._all:
                count.completed += 1

    def fail(self) -> None:
        """The script made the call fail."""
        if self._close():
            for count in self._all:
                count.failed += 1

    def abort(self) -> None:
        """The caller left; nothing happens when the call has ended."""
        if self._close():
            for count in self._all:
                count.aborted += 1

    def _close(self) -> bool:
        was_open, self._is_open = self._is_open, False
        self._counts.active -= was_open
        return was_open
