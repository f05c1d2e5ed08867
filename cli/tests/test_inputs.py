"""Inputs on the command line."""

from pathlib import Path

import click
import pytest

from skep_cli.commands.run import read_inputs


def test_values_that_read_as_json_are_json() -> None:
    inputs = read_inputs(("n=3", "on=true", 'tags=["a"]', "name=Ada", "empty="), None)

    assert inputs == {"n": 3, "on": True, "tags": ["a"], "name": "Ada", "empty": ""}


def test_pair_adds_to_the_file(tmp_path: Path) -> None:
    file = tmp_path / "inputs.json"
    file.write_text('{"a": 1, "b": 1}')

    assert read_inputs(("b=2",), file) == {"a": 1, "b": 2}


def test_text_can_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "long.txt"
    file.write_text("a long text")

    assert read_inputs((f"text=@{file}",), None) == {"text": "a long text"}


@pytest.mark.parametrize("pair", ["name", "=x"])
def test_pair_without_key_or_value_is_refused(pair: str) -> None:
    with pytest.raises(click.UsageError, match="KEY=VALUE"):
        read_inputs((pair,), None)


def test_file_without_an_object_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "inputs.json"
    file.write_text("[1]")

    with pytest.raises(click.UsageError, match="JSON object"):
        read_inputs((), file)


def test_texts_stay_what_they_are() -> None:
    assert read_inputs(("room=12", "n=3"), None, texts={"room"}) == {"room": "12", "n": 3}
