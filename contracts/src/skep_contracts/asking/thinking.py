"""Sets reasoning apart that a model writes into its text, as ``<think>…</think>``."""

from typing import Final

OPEN: Final = "<think>"
CLOSE: Final = "</think>"


class ThinkingSplitter:
    """Takes a text piece by piece. Only a tag at the very start counts; later it is just text."""

    def __init__(self) -> None:
        self._held = ""
        self._state = "before"

    def feed(self, piece: str) -> tuple[str, str]:
        """Return what of the text so far is sure to be reasoning, and what to be answer."""
        if self._state == "after":
            return "", piece
        self._held += piece
        if self._state == "before":
            start = self._held.lstrip()
            if OPEN.startswith(start[: len(OPEN)]) and len(start) < len(OPEN):
                return "", ""
            if not start.startswith(OPEN):
                return "", self._release()
            self._held = start[len(OPEN) :]
            self._state = "inside"
        reasoning, closed, rest = self._held.partition(CLOSE)
        if closed:
            self._held, self._state = "", "after"
            return reasoning, rest.lstrip()
        # The end of what is held may be the beginning of the closing tag.
        kept = _overlap(self._held)
        reasoning = self._held[: len(self._held) - kept]
        self._held = self._held[len(reasoning) :]
        return reasoning, ""

    def finish(self) -> tuple[str, str]:
        """Return what was held back."""
        if self._state == "inside":
            held, self._held = self._held, ""
            return held, ""
        return "", self._release()

    def _release(self) -> str:
        held, self._held = self._held, ""
        self._state = "after"
        return held


def _overlap(text: str) -> int:
    """Return how many characters at the end of `text` begin the closing tag."""
    for size in range(min(len(text), len(CLOSE) - 1), 0, -1):
        if CLOSE.startswith(text[-size:]):
            return size
    return 0
