"""What of the answer can be shown now: the texts of the answer nodes, in the plan's order.

Text is shown as soon as nothing can come before it any more: literal pieces and decided references
at once, a reference to a streaming output piece by piece while its node runs. What was shown and
turns out wrong (a failed attempt, a branch not taken after all) is taken back by a piece at a lower
offset. What was shown when the run succeeds is `RunSucceeded.answer`, character by character.
"""

from typing import NamedTuple

from skep_contracts.references import Reference, resolve
from skep_contracts.values import to_text
from skep_orchestrator.engine.compile import AnswerPlan
from skep_orchestrator.engine.state import DECIDED, READY, RunState


class Piece(NamedTuple):
    """Text that belongs at `offset`; it replaces whatever was shown from there on."""

    offset: int
    text: str


class AnswerStream:
    """Follows one run. Fed with its state and with text as it arrives; gives pieces to show."""

    __slots__ = (
        "_answer_start",
        "_done",
        "_offset",
        "_partials",
        "_position",
        "_segment",
        "_segment_start",
        "_source",
        "_state",
    )

    def __init__(self, state: RunState) -> None:
        self._state = state
        self._position = 0
        self._segment = 0
        self._answer_start = 0
        self._segment_start = 0
        self._offset = 0
        """Characters shown."""
        self._done: list[str] = []
        """Texts of the segments of the present answer that are complete."""
        self._source: tuple[int, str] | None = None
        """The running node and its output whose text the present segment shows as it arrives."""
        self._partials: dict[tuple[int, str], list[str]] = {}
        """By node and output, what has arrived of outputs that some answer shows."""

    @property
    def offset(self) -> int:
        """Characters shown so far."""
        return self._offset

    def push(self, node: int, output: str, text: str) -> Piece | None:
        """Take in more text of a running node; return what of it is to be shown now."""
        watched = self._state.plan.watched.get(node)
        if watched is None or output not in watched or not text:
            return None
        self._partials.setdefault((node, output), []).append(text)
        return self._show(text) if self._source == (node, output) else None

    def restart(self, node: int) -> list[Piece]:
        """Forget what a node's failed attempt gave; return what has to be taken back."""
        for key in [key for key in self._partials if key[0] == node]:
            del self._partials[key]
        is_shown = self._source is not None and self._source[0] == node
        if not is_shown or self._offset == self._segment_start:
            return []
        return [self._take_back(self._segment_start)]

    def advance(self) -> list[Piece]:
        """Return what can be shown after the state changed, in order."""
        answers, status = self._state.plan.answers, self._state.status
        pieces: list[Piece] = []
        while self._position < len(answers):
            answer = answers[self._position]
            now = status[answer.index]
            if now >= DECIDED:
                self._finish(pieces)
            elif self._is_certain(answer):
                self._show_segments(answer, pieces)
                break
            else:
                break
        self._forget_decided()
        return pieces

    def _is_certain(self, answer: AnswerPlan) -> bool:
        state = self._state
        if state.status[answer.index] >= READY or state.taken[answer.index]:
            return True
        return not answer.gates or any(
            state.ports.get(source) == port for source, port in answer.gates
        )

    def _finish(self, pieces: list[Piece]) -> None:
        # The text of an answer that ran is what its node saw; usually all of it is shown already.
        final = self._state.answers.get(self._position, "")
        shown = "".join(self._done) + self._arrived()
        self._correct(self._answer_start, shown, final, pieces)
        self._position += 1
        self._segment = 0
        self._answer_start = self._segment_start = self._offset
        self._done.clear()
        self._source = None

    def _show_segments(self, answer: AnswerPlan, pieces: list[Piece]) -> None:
        while self._segment < len(answer.segments):
            segment = answer.segments[self._segment]
            if isinstance(segment, str):
                text = segment
            elif self._is_decided(segment):
                text = to_text(resolve(segment, self._state.lookup))
            else:
                self._show_arrived(segment, pieces)
                return
            self._correct(self._segment_start, self._arrived(), text, pieces)
            self._source = None
            self._done.append(text)
            self._segment += 1
            self._segment_start = self._offset

    def _show_arrived(self, segment: Reference, pieces: list[Piece]) -> None:
        if self._source is not None or len(segment.path) != 1:
            return
        node = self._state.plan.index[segment.root]
        if segment.path[0] in self._state.plan.watched.get(node, ()):
            self._source = (node, segment.path[0])
            if arrived := self._arrived():
                pieces.append(self._show(arrived))

    def _is_decided(self, reference: Reference) -> bool:
        node = self._state.plan.index.get(reference.root)
        return node is None or self._state.status[node] >= DECIDED

    def _arrived(self) -> str:
        if self._source is None:
            return ""
        return "".join(self._partials.get(self._source, ()))

    def _correct(self, start: int, shown: str, final: str, pieces: list[Piece]) -> None:
        if final.startswith(shown):
            if len(final) > len(shown):
                pieces.append(self._show(final[len(shown) :]))
            return
        agreed = _agreed(shown, final)
        pieces.append(self._take_back(start + agreed))
        if len(final) > agreed:
            pieces.append(self._show(final[agreed:]))

    def _show(self, text: str) -> Piece:
        piece = Piece(self._offset, text)
        self._offset += len(text)
        return piece

    def _take_back(self, offset: int) -> Piece:
        self._offset = offset
        return Piece(offset, "")

    def _forget_decided(self) -> None:
        if self._partials:
            status = self._state.status
            for key in [key for key in self._partials if status[key[0]] >= DECIDED]:
                if key != self._source:
                    del self._partials[key]


def _agreed(one: str, other: str) -> int:
    for place, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return place
    return min(len(one), len(other))


def text_so_far(state: RunState) -> str:
    """Return the answer as far as the log holds it: what can be shown without live text."""
    return "".join(piece.text for piece in AnswerStream(state).advance())
