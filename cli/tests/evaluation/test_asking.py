"""Results are kept as they come, and an evaluation goes on with them."""

from pathlib import Path

import click
import msgspec
import pytest

from skep_cli.api import ApiProblem
from skep_cli.evaluation import asking
from skep_cli.evaluation.asking import ResultsFile, each, key_of, patiently
from skep_contracts.problems import Problem, Retry


class Kept(msgspec.Struct, frozen=True):
    value: int


def test_results_are_found_again_after_the_end(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    with ResultsFile(path, Kept, resume=False) as file:
        file.keep("a", Kept(1))
        file.keep("b", Kept(2))

    with ResultsFile(path, Kept, resume=True) as file:
        file.keep("c", Kept(3))

    with ResultsFile(path, Kept, resume=True) as file:
        assert [file.find(key) for key in "abcd"] == [Kept(1), Kept(2), Kept(3), None]


def test_line_that_was_cut_short_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    with ResultsFile(path, Kept, resume=False) as file:
        file.keep("a", Kept(1))
    path.write_bytes(path.read_bytes() + b'{"key": "b", "res')

    with ResultsFile(path, Kept, resume=True) as file:
        assert file.find("b") is None
        file.keep("c", Kept(3))

    with ResultsFile(path, Kept, resume=True) as file:
        assert [file.find(key) for key in "ac"] == [Kept(1), Kept(3)]


def test_file_is_not_overwritten_unasked(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    path.write_text("mine\n")

    with pytest.raises(click.UsageError, match="--resume"):
        ResultsFile(path, Kept, resume=False)
    with pytest.raises(click.UsageError, match=":1: is no result"):
        ResultsFile(path, Kept, resume=True)
    assert path.read_text() == "mine\n"


def test_resuming_needs_a_file() -> None:
    with pytest.raises(click.UsageError, match="--results"):
        ResultsFile(None, Kept, resume=True)


def test_key_follows_what_is_asked() -> None:
    assert key_of("a", {"x": 1, "y": 2}) == key_of("a", {"y": 2, "x": 1})
    assert key_of("a", {"x": 1}) != key_of("a", {"x": 2})


async def test_a_few_are_asked_at_once() -> None:
    now, most, done = 0, 0, []

    async def work(item: int) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await patiently(lambda: _answer(item))
        now -= 1
        done.append(item)

    await each(range(50), work, at_once=3)

    assert most == 3
    assert sorted(done) == list(range(50))


async def _answer(item: int) -> int:
    import asyncio

    await asyncio.sleep(0)
    return item


class Refusing:
    """Refuses with these statuses, one after the other, and answers then."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.calls = 0

    async def __call__(self) -> str:
        self.calls += 1
        if self.statuses:
            status = self.statuses.pop(0)
            raise ApiProblem(
                Problem(code="c", title="t", status=status, detail="d", retry=Retry.LATER)
            )
        return "answer"


async def test_what_passes_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_PAUSE_S", 0.0)
    request = Refusing(503, 429)

    assert await patiently(request) == "answer"
    assert request.calls == 3


@pytest.mark.parametrize(("statuses", "calls"), [((422,), 1), ((503,) * 9, 4)])
async def test_what_does_not_pass_is_told(
    monkeypatch: pytest.MonkeyPatch, statuses: tuple[int, ...], calls: int
) -> None:
    monkeypatch.setattr(asking, "_PAUSE_S", 0.0)
    request = Refusing(*statuses)

    with pytest.raises(ApiProblem):
        await patiently(request)
    assert request.calls == calls
