"""What is sealed opens at its place with its key, and nowhere else."""

import base64
import os

import pytest

from skep_contracts.problems import Gone, NotFound
from skep_runtime.vault import Vault, VaultSettings

OLD, NEW = (base64.b64encode(os.urandom(32)).decode() for _ in range(2))


def vault(key: str = OLD) -> Vault:
    return Vault(VaultSettings(key=key))


@pytest.mark.parametrize("plain", [b"", b"secret", bytes(100_000)])
def test_sealed_value_opens_to_what_it_was(plain: bytes) -> None:
    sealed = vault().seal(plain, context="t_1.openai.cred_1")

    assert vault().open(sealed, context="t_1.openai.cred_1") == plain
    assert plain == b"" or plain not in sealed


def test_same_value_is_sealed_differently_each_time() -> None:
    assert vault().seal(b"x", context="a") != vault().seal(b"x", context="a")


def test_value_moved_to_another_place_stays_shut() -> None:
    sealed = vault().seal(b"x", context="t_1.openai.cred_1")

    with pytest.raises(Gone, match="damaged or was moved"):
        vault().open(sealed, context="t_2.openai.cred_1")


@pytest.mark.parametrize("place", range(30))
def test_value_with_a_changed_byte_stays_shut(place: int) -> None:
    sealed = bytearray(vault().seal(b"x", context="a"))
    place %= len(sealed)
    sealed[place] ^= 1

    with pytest.raises(Gone):
        vault().open(bytes(sealed), context="a")


@pytest.mark.parametrize("length", range(34))
def test_value_cut_short_stays_shut(length: int) -> None:
    sealed = vault().seal(b"x", context="a")

    with pytest.raises(Gone):
        vault().open(sealed[: min(length, len(sealed) - 1)], context="a")


def test_former_key_opens_and_the_first_one_seals_while_keys_change() -> None:
    both = vault(f"{NEW},{OLD}")

    assert both.open(vault(OLD).seal(b"x", context="a"), context="a") == b"x"
    assert vault(NEW).open(both.seal(b"y", context="a"), context="a") == b"y"


def test_value_sealed_with_a_key_that_is_gone_says_so() -> None:
    sealed = vault(OLD).seal(b"x", context="a")

    with pytest.raises(Gone, match="a key that is not in use"):
        vault(NEW).open(sealed, context="a")


@pytest.mark.parametrize(
    "key",
    [
        "",
        "changeme",
        base64.b64encode(b"short").decode(),
        base64.b64encode(bytes(32)).decode(),
        base64.b64encode(b"password" * 4).decode(),
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=,",
        "ü",
    ],
)
def test_what_is_no_random_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="openssl rand"):
        VaultSettings(key=key)


def test_key_is_not_shown_with_the_settings() -> None:
    assert OLD not in repr(VaultSettings(key=OLD))


def test_signed_text_comes_back_and_is_safe_in_an_address() -> None:
    token = vault().sign("t_1:run_1:each:3/ask", purpose="form")

    assert vault().verify(token, purpose="form") == "t_1:run_1:each:3/ask"
    assert token == vault().sign("t_1:run_1:each:3/ask", purpose="form")
    assert token.replace("-", "").replace("_", "").isalnum()


def test_token_is_nothing_for_another_purpose() -> None:
    token = vault().sign("t_1", purpose="form")

    with pytest.raises(NotFound):
        vault().verify(token, purpose="callback")


def test_token_with_any_changed_character_is_nothing() -> None:
    token = vault().sign("t_1:run_1", purpose="form")
    for at, character in enumerate(token):
        forged = token[:at] + ("A" if character != "A" else "B") + token[at + 1 :]
        if forged[-1] != token[-1]:
            continue  # the last one may hold bits that base64 does not use
        with pytest.raises(NotFound):
            vault().verify(forged, purpose="form")


@pytest.mark.parametrize("token", ["", "A", "AAAA", "=" * 40, "é" * 60, "A" * 100_000, "a b"])
def test_what_is_no_token_is_nothing(token: str) -> None:
    with pytest.raises(NotFound):
        vault().verify(token, purpose="form")


def test_token_of_another_key_is_nothing_and_of_a_former_one_still_good() -> None:
    token = vault(OLD).sign("t_1", purpose="form")

    assert vault(f"{NEW},{OLD}").verify(token, purpose="form") == "t_1"
    with pytest.raises(NotFound):
        vault(NEW).verify(token, purpose="form")
