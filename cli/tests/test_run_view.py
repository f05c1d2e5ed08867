"""What a person sees of a run, and the exit code a script gets."""

from typing import Any

import pytest

from skep_cli.api import EXIT_CANCELLED, EXIT_FAILED
from skep_cli.run_view import RunView
from skep_cli.sse import ServerEvent


def event(name: str, **data: Any) -> ServerEvent:
    return ServerEvent("1-0", name, {"run_id": "run_1", **data})


def test_text_that_comes_twice_is_shown_once(capsys: pytest.CaptureFixture[str]) -> None:
    view = RunView()

    for offset, text in ((0, "Hello "), (0, "Hello "), (6, "Ada"), (3, "lo Ada!")):
        view.show(event("answer.delta", offset=offset, text=text))

    assert capsys.readouterr().out == "Hello Ada!"
    assert view.answer == "Hello Ada!"


def test_reset_takes_the_text_back(capsys: pytest.CaptureFixture[str]) -> None:
    view = RunView()
    view.show(event("answer.delta", offset=0, text="Hello Bob"))

    view.show(event("answer.reset", offset=6))
    view.show(event("answer.delta", offset=6, text="Ada"))

    assert view.answer == "Hello Ada"
    assert "again" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("run.succeeded", {"outputs": {}}, 0),
        ("run.failed", {"problem": {"detail": "no"}}, EXIT_FAILED),
        ("run.cancelled", {"reason": "asked"}, EXIT_CANCELLED),
    ],
)
def test_exit_code_follows_the_end(name: str, data: dict[str, Any], code: int) -> None:
    view = RunView()

    view.show(event(name, **data))

    assert view.exit_code == code


async def test_outputs_are_printed_when_nothing_was_streamed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def events() -> Any:
        yield event("run.succeeded", outputs={"total": 3}, elapsed_s=0.5)

    code = await RunView().follow(events())

    printed = capsys.readouterr()
    assert code == 0
    assert '"total": 3' in printed.out
    assert "run_1" in printed.err


async def test_failure_names_node_reason_and_place(capsys: pytest.CaptureFixture[str]) -> None:
    async def events() -> Any:
        problem = {"detail": "No such model.", "errors": [{"pointer": "/model", "message": "x"}]}
        yield event("run.failed", node="greet", problem=problem, elapsed_s=0.1)

    await RunView().follow(events())

    shown = capsys.readouterr().err
    assert "greet" in shown
    assert "No such model." in shown
    assert "/model" in shown
