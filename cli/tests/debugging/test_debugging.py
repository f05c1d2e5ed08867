"""What `skep runs fork`, `compare` and `verify` read and print."""

from typing import Any

import click
import pytest

from skep_cli.debugging.descending import read_pins
from skep_cli.debugging.looking import show_comparison
from skep_cli.debugging.verifying import Verdict

FIGURES = {"run_id": "run_1", "version": "v", "status": "succeeded"}


def test_pins_are_objects_by_place() -> None:
    pins = read_pins(('a={"text": "x=y"}', "each:0/b={}"))

    assert pins == {"a": {"text": "x=y"}, "each:0/b": {}}


@pytest.mark.parametrize("pair", ["a", "a=", "a=7", "a=[1]", '={"x": 1}', "a={"])
def test_pin_that_is_no_object_is_wrong_use(pair: str) -> None:
    with pytest.raises(click.UsageError):
        read_pins((pair,))


def test_comparison_is_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    found: dict[str, Any] = {
        "before": FIGURES | {"output_tokens": 10},
        "after": FIGURES | {"run_id": "run_2", "output_tokens": 4},
        "counts": {"same": 1, "changed": 1, "added": 1, "removed": 0, "reused": 1},
        "outputs": [{"name": "text", "change": "changed", "before": "a\nb", "after": "c" * 200}],
        "answer": {"name": "answer", "change": "changed", "before": "one\ntwo", "after": "one\n2"},
        "nodes": [
            {
                "place": "each:0/ask",
                "node_type": "llm",
                "change": "changed",
                "status_before": "failed",
                "status_after": "succeeded",
                "outputs": [{"name": "n", "change": "added", "after": 7}],
            },
            {"place": "b", "node_type": "code", "change": "added", "status_after": "succeeded"},
        ],
        "has_more": True,
    }

    show_comparison(found)

    told = capsys.readouterr().out
    assert "run_1 → run_2" in told
    assert "output tokens  10" in told
    assert "1 same, 1 changed, 1 added, 0 removed; 1 from a record" in told
    assert "output text: a⏎b → " + "c" * 159 + "…" in told
    assert "-two\n+2" in told
    assert "each:0/ask (llm): changed, failed → succeeded\n  n: 7" in told
    assert "b (code): added" in told
    assert "more nodes that differ" in told


def test_expired_log_breaks_no_rule() -> None:
    assert Verdict(run_id="run_1", found=None).faults == []
    assert len(Verdict(run_id="run_1", found={"faults": [{}]}).faults) == 1
