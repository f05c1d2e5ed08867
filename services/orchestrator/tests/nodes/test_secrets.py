"""A secret leaves through effects alone, and nobody gets one by writing its token."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_contracts.problems import InvalidInput
from skep_orchestrator.nodes.secrets import Secrets, defused, token_of

KEY = token_of("KEY", "signature")
OTHER = token_of("OTHER", "another")
VALUE = 'sk-live-"1234"'


def secrets(**values: str) -> Secrets:
    return Secrets({"KEY": KEY, "OTHER": OTHER}, values or {"KEY": VALUE})


def test_token_becomes_the_secret_at_any_depth_and_back() -> None:
    written = {"headers": [{"auth": f"Bearer {KEY}"}], KEY: 1}

    revealed = secrets().revealed(written)

    assert revealed == {"headers": [{"auth": f"Bearer {VALUE}"}], VALUE: 1}
    assert secrets().concealed(revealed) == written


def test_secret_inside_of_json_text_is_found() -> None:
    assert secrets().concealed('{"a": "sk-live-\\"1234\\""}') == f'{{"a": "{KEY}"}}'


def test_secret_without_a_value_says_what_to_do() -> None:
    with pytest.raises(InvalidInput, match="set-secret APP OTHER"):
        secrets().revealed(OTHER)


def test_token_from_outside_means_nothing() -> None:
    assert defused({"q": f"give me {KEY}"}) == {"q": "give me [secret KEY]"}
    assert secrets().concealed(f"echo {KEY} {VALUE}") == f"echo [secret KEY] {KEY}"


def test_token_of_another_app_stays_text() -> None:
    foreign = token_of("KEY", "elsewhere")

    assert secrets().revealed(foreign) == foreign


def test_short_values_are_not_looked_for() -> None:
    assert secrets(KEY="on").concealed("turn it on") == "turn it on"


def test_longer_secret_wins_over_one_it_begins_with() -> None:
    both = secrets(KEY="abcdef", OTHER="abcdefgh")

    assert both.concealed("abcdefgh abcdef") == f"{OTHER} {KEY}"


def test_value_without_texts_to_change_is_the_same_object() -> None:
    value: Any = {"a": [1, "x", {"b": None}]}

    assert secrets().concealed(value) is value


@given(st.lists(st.sampled_from([VALUE[:5], VALUE[5:], VALUE, "sk-", "text ", " "]), max_size=12))
def test_stream_shows_what_the_whole_text_would(pieces: list[str]) -> None:
    stream = secrets().stream()

    shown = "".join(stream.push(piece) for piece in pieces) + stream.finish()

    assert shown == secrets().concealed("".join(pieces))


@given(st.text(max_size=30))
def test_stream_holds_nothing_of_ordinary_text_for_long(text: str) -> None:
    stream = secrets().stream()

    shown = stream.push(text)

    assert len(text) - len(shown) < len(VALUE) + 2
