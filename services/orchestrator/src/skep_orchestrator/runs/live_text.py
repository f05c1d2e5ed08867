"""Shows the answer as it grows: the first piece at once, then a few dozen a second at most."""

import asyncio
from collections.abc import Callable
from typing import Final

from skep_contracts import subjects
from skep_contracts.run_log import (
    LiveText,
    NodeFailed,
    NodeSkipped,
    NodeSucceeded,
    RoundEnded,
    RoundStarted,
    RunEvent,
    RunStarted,
    encode_text,
)
from skep_orchestrator.engine.answer import AnswerStream, Piece
from skep_orchestrator.engine.state import RunState

INTERVAL_S: Final = 0.02
_PIECE_CHARACTERS: Final = 32_000
_DECIDING: Final = (
    NodeSucceeded,
    NodeFailed,
    NodeSkipped,
    RunStarted,
    RoundStarted,
    RoundEnded,
)
"""Events after which there may be more to show."""


class LiveTextPublisher:
    """Joins pieces that come quickly and publishes them.

    Nothing is shown before `open`: a reader must not see text of a run whose start is not in its
    log.
    """

    __slots__ = (
        "_epoch",
        "_is_open",
        "_joined",
        "_loop",
        "_next_offset",
        "_offset",
        "_publish",
        "_sent_at",
        "_subject",
        "_timer",
    )

    def __init__(self, publish: Callable[[str, bytes], None], *, tenant: str, run_id: str) -> None:
        self._publish = publish
        self._subject = subjects.live(tenant, run_id, "text")
        self._loop = asyncio.get_running_loop()
        self._epoch = 1
        self._is_open = False
        self._joined: list[str] = []
        self._offset = 0
        self._next_offset = 0
        self._sent_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def open(self, epoch: int) -> None:
        """Begin to publish, with what was held back so far. Safe to repeat."""
        if self._is_open:
            return
        self._epoch = epoch
        self._is_open = True
        self.flush()

    def close(self) -> None:
        """Drop what is held and publish nothing any more."""
        self._is_open = False
        self._joined.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def restart_at(self, offset: int) -> None:
        """Tell readers who saw more, from an earlier worker, to drop back to `offset`."""
        self._offset = self._next_offset = offset
        self._joined = [""]

    def show(self, piece: Piece) -> None:
        """Show a piece, now or within `INTERVAL_S`."""
        if piece.offset != self._next_offset:
            self._step_back(piece.offset)
        elif not self._joined:
            self._offset = piece.offset
        self._joined.append(piece.text)
        self._next_offset = piece.offset + len(piece.text)
        if self._timer is not None or not self._is_open:
            return
        wait_s = self._sent_at + INTERVAL_S - self._loop.time()
        if wait_s <= 0:
            self.flush()
        else:
            self._timer = self._loop.call_later(wait_s, self.flush)

    def _step_back(self, offset: int) -> None:
        if self._is_open:
            self.flush()
            self._offset = offset
        elif self._joined:
            kept = "".join(self._joined)[: max(0, offset - self._offset)]
            self._joined = [kept]
            self._offset = min(offset, self._offset)

    def flush(self) -> None:
        """Publish what is held, if anything."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._joined or not self._is_open:
            return
        text = "".join(self._joined)
        self._joined.clear()
        self._sent_at = self._loop.time()
        for start in range(0, len(text) or 1, _PIECE_CHARACTERS):
            part = text[start : start + _PIECE_CHARACTERS]
            piece = LiveText(epoch=self._epoch, offset=self._offset + start, text=part)
            self._publish(self._subject, encode_text(piece))


class ShownAnswer:
    """Shows the text of a run's answers as its events allow; nothing when it has none."""

    __slots__ = ("_live", "_stream")

    def __init__(self, state: RunState, live: LiveTextPublisher) -> None:
        """Show answers of the run in `state` through `live`."""
        self._live = live
        self._stream = AnswerStream(state) if state.plan.has_answers else None

    def follow(self, event: RunEvent) -> None:
        """Show what can be shown after an event."""
        if self._stream is not None and isinstance(event, _DECIDING):
            for piece in self._stream.advance():
                self._live.show(piece)

    def go_on(self) -> None:
        """Take the text up where the log of a run that was taken over has it."""
        if self._stream is not None:
            self._stream.advance()
            self._live.restart_at(self._stream.offset)

    def push(self, place: str, output: str, text: str) -> None:
        """Take in more text of a running node."""
        piece = self._stream.push(place, output, text) if self._stream is not None else None
        if piece is not None:
            self._live.show(piece)

    def take_back(self, place: str) -> None:
        """Take back what a node's attempt gave that came to nothing."""
        if self._stream is not None:
            for piece in self._stream.restart(place):
                self._live.show(piece)
