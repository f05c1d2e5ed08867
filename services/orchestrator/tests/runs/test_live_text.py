"""Text that is shown as it comes: joined, in order, and not too soon."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.orchestrator.tests.runs.stage import shown
from skep_contracts.run_log import LiveText, decode_text
from skep_orchestrator.engine.answer import Piece
from skep_orchestrator.runs.live_text import LiveTextPublisher


class Line:
    """What went out."""

    def __init__(self) -> None:
        self.pieces: list[LiveText] = []
        self.publisher = LiveTextPublisher(self.publish, tenant="t_1", run_id="run_1")

    def publish(self, subject: str, data: bytes) -> None:
        assert subject == "skep.v1.live.t_1.run.run_1.text"
        self.pieces.append(decode_text(data))


async def test_nothing_is_shown_before_the_run_is_in_its_log() -> None:
    line = Line()
    line.publisher.show(Piece(0, "Hello"))
    await asyncio.sleep(0.05)
    assert line.pieces == []

    line.publisher.open(3)

    assert line.pieces == [LiveText(3, 0, "Hello")]


async def test_first_piece_goes_at_once_and_the_rest_is_joined() -> None:
    line = Line()
    line.publisher.open(1)
    for place in range(100):
        line.publisher.show(Piece(place, "x"))
    assert [piece.text for piece in line.pieces] == ["x"]

    await asyncio.sleep(0.05)

    assert [piece.text for piece in line.pieces] == ["x", "x" * 99]
    assert line.pieces[1].offset == 1


async def test_step_back_keeps_its_place_in_the_order() -> None:
    line = Line()
    line.publisher.open(1)
    for piece in (Piece(0, "ab"), Piece(2, "cd"), Piece(1, ""), Piece(1, "x")):
        line.publisher.show(piece)

    line.publisher.flush()

    assert shown(line.pieces) == "ax"


async def test_nothing_is_shown_once_it_is_closed() -> None:
    line = Line()
    line.publisher.open(1)
    line.publisher.show(Piece(0, "a"))
    line.publisher.show(Piece(1, "b"))

    line.publisher.close()
    line.publisher.show(Piece(2, "c"))
    await asyncio.sleep(0.05)

    assert [piece.text for piece in line.pieces] == ["a"]


async def test_long_text_is_cut_into_messages() -> None:
    line = Line()
    line.publisher.open(1)

    line.publisher.show(Piece(0, "x" * 100_000))

    assert shown(line.pieces) == "x" * 100_000
    assert max(len(piece.text) for piece in line.pieces) <= 32_000


@pytest.mark.parametrize("opens_late", [True, False])
@given(
    steps=st.lists(st.tuples(st.integers(0, 6), st.text("abc", max_size=4)), max_size=12),
    flushes=st.sets(st.integers(0, 12)),
)
@settings(max_examples=60, deadline=None)
def test_reader_sees_what_was_meant(
    opens_late: bool, steps: list[tuple[int, str]], flushes: set[int]
) -> None:
    async def go() -> tuple[str, str]:
        line, meant = Line(), ""
        if not opens_late:
            line.publisher.open(1)
        for number, (back, text) in enumerate(steps):
            offset = max(0, len(meant) - back)
            line.publisher.show(Piece(offset, text))
            meant = meant[:offset] + text
            if number in flushes:
                line.publisher.flush()
        line.publisher.open(1)
        line.publisher.flush()
        return shown(line.pieces), meant

    seen, meant = asyncio.run(go())
    assert seen == meant
