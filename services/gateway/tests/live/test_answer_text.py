"""The text of an answer, as one reader has it."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_contracts.problems import InvalidInput
from skep_gateway.live.answer_text import AnswerText, Change, Delta, Reset
from skep_gateway.live.position import Position, checksum, parse_position

TEXT = "Where the bee sucks, there sück I 🐝"


@dataclasses.dataclass
class Reader:
    """A client that does what it is told."""

    text: str = ""

    def take(self, changes: list[Change]) -> None:
        for change in changes:
            if isinstance(change, Reset):
                self.text = self.text[: change.offset]
            else:
                assert change.offset == len(self.text), "a gap or an overlap"
                self.text += change.text

    @property
    def position(self) -> Position:
        return Position(0, len(self.text), checksum(self.text))


def pieces(text: str, size: int = 5, start: int = 0) -> list[tuple[int, str]]:
    return [(at, text[at : at + size]) for at in range(start, len(text), size)]


@given(st.text(max_size=60), st.integers(1, 9))
def test_pieces_become_the_text(text: str, size: int) -> None:
    answer, reader = AnswerText(), Reader()

    for offset, piece in pieces(text, size):
        reader.take(answer.add(1, offset, piece))

    assert reader.text == text
    assert answer.finish(text) == []


@given(st.data())
def test_whatever_is_lost_or_written_anew_the_end_is_right(data: st.DataObject) -> None:
    answer, reader = AnswerText(), Reader()
    epoch, sent = 1, 0
    for _ in range(data.draw(st.integers(0, 12))):
        epoch += data.draw(st.integers(0, 1))
        start = data.draw(st.integers(0, max(sent, 1)))
        word = data.draw(st.text(max_size=6))
        if data.draw(st.booleans()):
            reader.take(answer.add(epoch, start, word))
        sent = start + len(word)
    whole = data.draw(st.text(max_size=30))

    reader.take(answer.finish(whole))

    assert reader.text == whole


def test_repeated_call_takes_its_text_back() -> None:
    answer = AnswerText()
    answer.add(1, 0, "Once upon")
    answer.add(1, 9, " a time")

    changes = answer.add(2, 9, " one night")

    assert changes == [Reset(9), Delta(9, " one night")]


def test_dead_workers_text_is_ignored() -> None:
    answer = AnswerText()
    answer.add(2, 0, "new")

    assert answer.add(1, 0, "old") == []


def test_text_after_a_gap_waits_for_the_end() -> None:
    answer = AnswerText()
    answer.add(1, 0, "one ")

    assert answer.add(1, 8, "three") == []
    assert answer.finish("one two three") == [Delta(4, "two three")]


@pytest.mark.parametrize("cut", range(len(TEXT) + 1))
def test_returning_reader_gets_the_rest(cut: int) -> None:
    folded, reader = AnswerText(), Reader(TEXT[:cut])
    for offset, piece in pieces(TEXT):
        folded.add(1, offset, piece)

    reader.take(folded.bring(reader.position))

    assert reader.text == TEXT


def test_returning_reader_with_other_text_begins_anew() -> None:
    folded, reader = AnswerText(), Reader("something else")
    folded.add(1, 0, TEXT)

    reader.take(folded.bring(reader.position))

    assert reader.text == TEXT


def test_reader_whose_text_is_not_at_hand_goes_on_from_its_end() -> None:
    answer = AnswerText(Position(3, 5, checksum("Where")))

    assert answer.add(1, 5, " the") == [Delta(5, " the")]
    assert answer.finish("Where the bee") == [Delta(9, " bee")]


def test_dropping_back_before_what_is_known_begins_anew() -> None:
    answer, reader = AnswerText(Position(3, 5, checksum("Where"))), Reader("Where")

    reader.take(answer.add(2, 2, "at"))
    reader.take(answer.finish("What"))

    assert reader.text == "What"


def test_position_reads_back() -> None:
    for position in (Position(), Position(7), Position(7, 5, checksum("Where"))):
        assert parse_position(str(position)) == position


@pytest.mark.parametrize("text", ["", "x", "1", "1-2", "1-2-zz", "-1-0", "1-0-", "9" * 30 + "-0"])
def test_identifier_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_position(text)
