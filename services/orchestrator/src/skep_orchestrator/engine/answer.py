"""What of the answer can be shown now: the texts of the answer nodes, in the plan's order.

Text is shown as soon as nothing can come before it any more: literal pieces and decided references
at once, a reference to a streaming output piece by piece while its node runs. A container's answers
come round after round, in order, however many rounds are under way. What was shown and turns out
wrong (a failed attempt, a branch not taken after all) is taken back by a piece at a lower offset.
What was shown when the run succeeds is `RunSucceeded.answer`, character by character.
"""

from typing import NamedTuple

from skep_contracts.references import Reference, resolve
from skep_contracts.values import to_text
from skep_orchestrator.engine.compile import AnswerPlan
from skep_orchestrator.engine.frames import DECIDED, READY, Frame
from skep_orchestrator.engine.state import RunState


class Piece(NamedTuple):
    """Text that belongs at `offset`; it replaces whatever was shown from there on."""

    offset: int
    text: str


class _Cursor:
    """How far the answers of one frame are shown."""

    __slots__ = ("frame", "position", "round")

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.position = 0
        """Among the answers of the frame's scope."""
        self.round = 0
        """Of the container at `position`, the round to be shown next."""

    def step(self) -> None:
        self.position += 1
        self.round = 0


class AnswerStream:
    """Follows one run. Fed with its state and with text as it arrives; gives pieces to show."""

    __slots__ = (
        "_answer_start",
        "_done",
        "_offset",
        "_partials",
        "_segment",
        "_segment_start",
        "_source",
        "_stack",
        "_state",
    )

    def __init__(self, state: RunState) -> None:
        self._state = state
        self._stack = [_Cursor(state.root)]
        """From the top level to the round whose answers are shown."""
        self._segment = 0
        self._answer_start = 0
        self._segment_start = 0
        self._offset = 0
        """Characters shown."""
        self._done: list[str] = []
        """Texts of the segments of the present answer that are complete."""
        self._source: tuple[str, str] | None = None
        """The place and output of the running node that the present segment shows as it arrives."""
        self._partials: dict[tuple[str, str], list[str]] = {}
        """By place and output, what has arrived of outputs that some answer shows."""

    @property
    def offset(self) -> int:
        """Characters shown so far."""
        return self._offset

    def push(self, place: str, output: str, text: str) -> Piece | None:
        """Take in more text of a running node; return what of it is to be shown now."""
        doing = self._state.running.get(place)
        watched = self._state.plan.watched.get(doing.node.index) if doing is not None else None
        if watched is None or output not in watched or not text:
            return None
        self._partials.setdefault((place, output), []).append(text)
        return self._show(text) if self._source == (place, output) else None

    def restart(self, place: str) -> list[Piece]:
        """Forget what a node's failed attempt gave; return what has to be taken back."""
        for key in [key for key in self._partials if key[0] == place]:
            del self._partials[key]
        is_shown = self._source is not None and self._source[0] == place
        if not is_shown or self._offset == self._segment_start:
            return []
        return [self._take_back(self._segment_start)]

    def advance(self) -> list[Piece]:
        """Return what can be shown after the state changed, in order."""
        pieces: list[Piece] = []
        while self._advance(self._stack[-1], pieces):
            pass
        self._forget_decided()
        return pieces

    def _advance(self, cursor: _Cursor, pieces: list[Piece]) -> bool:
        """Go one answer or round further; return False when what comes next is not known yet."""
        frame = cursor.frame
        if cursor.position == len(frame.plan.answers):
            if len(self._stack) == 1 or not frame.is_closed:
                return False
            self._stack.pop()
            self._stack[-1].round += 1
            return True
        item = frame.plan.answers[cursor.position]
        is_decided = frame.is_closed or frame.status[item.node.slot] >= DECIDED
        if not isinstance(item, AnswerPlan):
            return self._enter(cursor, pieces, is_decided=is_decided)
        if is_decided:
            self._finish(cursor, pieces)
            return True
        if self._is_certain(frame, item):
            self._show_segments(frame, item, pieces)
        return False

    def _enter(self, cursor: _Cursor, pieces: list[Piece], *, is_decided: bool) -> bool:
        frame, node = cursor.frame, cursor.frame.plan.answers[cursor.position].node
        texts = frame.round_texts.get(cursor.position, {})
        if cursor.round in texts:
            # It was over before its turn came.
            if text := texts[cursor.round]:
                pieces.append(self._show(text))
            self._answer_start = self._segment_start = self._offset
            cursor.round += 1
            return True
        repetition = self._state.repeating.get(frame.place(node))
        under_way = repetition.frames.get(cursor.round) if repetition is not None else None
        if under_way is not None:
            self._stack.append(_Cursor(under_way))
            return True
        if is_decided:
            cursor.step()
        return is_decided

    def _is_certain(self, frame: Frame, answer: AnswerPlan) -> bool:
        slot = answer.node.slot
        if frame.status[slot] >= READY or frame.taken[slot]:
            return True
        return not answer.gates or any(
            frame.ports.get(source) == port for source, port in answer.gates
        )

    def _finish(self, cursor: _Cursor, pieces: list[Piece]) -> None:
        # The text of an answer that ran is what its node saw; usually all of it is shown already.
        final = cursor.frame.answers.get(cursor.position, "")
        shown = "".join(self._done) + self._arrived()
        self._correct(self._answer_start, shown, final, pieces)
        cursor.step()
        self._segment = 0
        self._answer_start = self._segment_start = self._offset
        self._done.clear()
        self._source = None

    def _show_segments(self, frame: Frame, answer: AnswerPlan, pieces: list[Piece]) -> None:
        while self._segment < len(answer.segments):
            segment = answer.segments[self._segment]
            if isinstance(segment, str):
                text = segment
            elif self._is_decided(frame, answer, segment):
                text = to_text(resolve(segment, frame.lookup))
            else:
                self._show_arrived(frame, segment, pieces)
                return
            self._correct(self._segment_start, self._arrived(), text, pieces)
            self._source = None
            self._done.append(text)
            self._segment += 1
            self._segment_start = self._offset

    def _show_arrived(self, frame: Frame, segment: Reference, pieces: list[Piece]) -> None:
        if self._source is not None or len(segment.path) != 1:
            return
        node = self._state.plan.node(segment.root)
        holder = frame.holder(node) if node is not None else None
        if node is None or holder is None:
            return
        if segment.path[0] in self._state.plan.watched.get(node.index, ()):
            self._source = (holder.place(node), segment.path[0])
            if arrived := self._arrived():
                pieces.append(self._show(arrived))

    def _is_decided(self, frame: Frame, answer: AnswerPlan, reference: Reference) -> bool:
        if reference.root in self._state.plan.written:
            # Something on the way may still change it.
            return frame.status[answer.node.slot] >= READY
        node = self._state.plan.node(reference.root)
        if node is None or frame.is_around(reference.root):
            return True
        holder = frame.holder(node)
        return holder is None or holder.status[node.slot] >= DECIDED

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
            running = self._state.running
            for key in [key for key in self._partials if key[0] not in running]:
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
