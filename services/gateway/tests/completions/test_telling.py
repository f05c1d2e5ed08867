"""A run told as the chunks of a completion: from its start, once, and truly."""

import json
from typing import Any

from skep_contracts.calls.run import RunStatus
from skep_contracts.problems import Problem
from skep_contracts.run_log import NodeStarted, RunEvent, RunFailed, RunSucceeded
from skep_gateway.completions.answers import Chunks, Heading
from skep_gateway.completions.app_models import Telling
from skep_gateway.live.answer_text import Delta, Reset
from skep_gateway.live.run_stream import StreamItem
from skep_gateway.runs.views import AcceptedRun

RUN = AcceptedRun(id="run_1", status=RunStatus.QUEUED, app_id="app_1", version="v")


class Client:
    """What a client makes of the chunks."""

    def __init__(self) -> None:
        self.telling = Telling(RUN, Chunks(Heading.new("app/x"), with_usage=False))
        self.text = ""
        self.error: dict[str, Any] | None = None
        self.has_ended = False

    def hear(self, *what: Delta | Reset | RunEvent) -> "Client":
        for each in what:
            is_change = isinstance(each, Delta | Reset)
            item = StreamItem(change=each) if is_change else StreamItem(number=1, event=each)  # type: ignore[arg-type]  # told apart by is_change
            for chunk in self.telling.take(item):
                self._read(json.loads(chunk.removeprefix(b"data: ")))
        return self

    def _read(self, data: dict[str, Any]) -> None:
        if "error" in data:
            self.error = data["error"]
            return
        choice = data["choices"][0]
        self.text += choice["delta"].get("content", "")
        self.has_ended |= choice["finish_reason"] == "stop"


def succeeded(answer: str | None = None, **outputs: Any) -> RunSucceeded:
    return RunSucceeded(at_ms=2, outputs=outputs, answer=answer)


def test_text_is_told_once_though_a_repeated_call_writes_it_anew() -> None:
    client = Client().hear(Delta(0, "one "), Delta(4, "two"), Reset(0), Delta(0, "one t"))

    client.hear(Delta(5, "wo three"), succeeded("one two three"))

    assert (client.text, client.error, client.has_ended) == ("one two three", None, True)


def test_other_text_after_a_repeat_is_an_error_not_a_mixture() -> None:
    client = Client().hear(Delta(0, "one "), Delta(4, "two"), Reset(0), Delta(0, "uno dos"))

    assert client.text == "one two"
    assert client.error is not None
    assert client.error["code"] == "answer_begun_anew"
    assert "run_1" in client.error["message"]
    assert client.telling.is_over


def test_shorter_answer_after_a_repeat_is_an_error() -> None:
    client = Client().hear(Delta(0, "one two"), Reset(0), Delta(0, "one"), succeeded("one"))

    assert client.error is not None
    assert not client.has_ended


def test_app_without_an_answer_node_gives_its_outputs() -> None:
    one = Client().hear(NodeStarted(at_ms=1, node="s", node_type="x"), succeeded(text="fine"))
    two = Client().hear(succeeded(a=1, b="x"))
    none = Client().hear(succeeded())

    assert one.text == "fine"
    assert json.loads(two.text) == {"a": 1, "b": "x"}
    assert (none.text, none.has_ended) == ("", True)


def test_outputs_too_large_for_the_log_are_asked_for() -> None:
    client = Client().hear(succeeded(text={"$blob": "0" * 64}))

    assert client.telling.needs_whole
    assert client.text == ""


def test_failed_run_is_an_error_that_names_it() -> None:
    problem = Problem(code="node_failed", title="x", status=500, detail="It broke.")
    client = Client().hear(Delta(0, "one"), RunFailed(at_ms=3, problem=problem))

    assert client.error is not None
    assert "run_1" in client.error["message"]
    assert client.telling.has_failed
