"""Settings of sources on the command line follow the form of their kind."""

from typing import Any

import click
import pytest

from skep_cli.sources.entering import ask_secrets, read_settings

FORM: dict[str, Any] = {
    "properties": {
        "mode": {"enum": ["site", "7"]},
        "addresses": {"type": "array", "items": {"type": "string"}},
        "depth": {"type": "integer"},
        "prefix": {"type": "string"},
        "deep": {"type": "boolean"},
        "token": {"type": "string", "title": "Token", "writeOnly": True},
        "salt": {"type": "string", "writeOnly": True},
    },
    "required": ["addresses", "token"],
}


def test_values_are_what_the_form_wants() -> None:
    pairs = ("mode=7", "addresses=https://a", "addresses=b=c", "depth=3", "prefix=[1]", "deep=true")

    assert read_settings(pairs, FORM) == {
        "mode": "7",
        "addresses": ["https://a", "b=c"],
        "depth": 3,
        "prefix": "[1]",
        "deep": True,
    }


def test_list_can_be_json() -> None:
    pairs = ('addresses=["a", "b"]', "addresses=c")

    assert read_settings(pairs, FORM) == {"addresses": ["a", "b", "c"]}


def test_what_is_no_number_is_left_to_the_server_to_refuse() -> None:
    assert read_settings(("depth=deep",), FORM) == {"depth": "deep"}


@pytest.mark.parametrize(
    ("pair", "reason"),
    [
        ("mode", "NAME=VALUE"),
        ("=x", "NAME=VALUE"),
        ("colour=red", "there are mode, addresses"),
        ("token=geheim", "secret"),
    ],
)
def test_senseless_pairs_are_refused(pair: str, reason: str) -> None:
    with pytest.raises(click.UsageError, match=reason):
        read_settings((pair,), FORM)


def test_secrets_are_asked_for_and_may_stay() -> None:
    asked: list[str] = []

    def ask(title: str) -> str:
        asked.append(title)
        return "geheim" if title == "Token" else ""

    assert ask_secrets(FORM, ask) == {"token": "geheim"}
    assert asked == ["Token", "salt (may stay empty)"]
    assert ask_secrets(FORM, lambda _: "", known=("token",)) == {}
