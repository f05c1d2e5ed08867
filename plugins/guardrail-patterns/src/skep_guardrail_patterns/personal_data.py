"""Emails, phone numbers, card and account numbers, addresses of machines, and keys.

Numbers are believed only when their check digits hold: cards by Luhn's algorithm (ISO/IEC 7812-1),
accounts by ISO 13616 (remainder 1 modulo 97).
"""

from collections.abc import Callable, Iterator, Sequence
from ipaddress import ip_address
from typing import Any, Final

import re2

from skep_contracts.plugins.guardrails import Finding
from skep_guardrail_patterns import KINDS

_EMAIL: Final = r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,8}"
_PHONE: Final = r"\+[1-9][0-9 ()/.\-]{6,22}[0-9]|\(?\b0[1-9][0-9 ()/.\-]{6,18}[0-9]\b"
_CARD: Final = r"\b[0-9](?:[ \-]?[0-9]){12,18}\b"
_IBAN: Final = r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"
_IP: Final = r"\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b|\b(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{1,4}\b"
_KEY_LIKE: Final = (
    r"\b(?:sk|pk|rk|gsk|xai|hf|ghp|gho|ghs|glpat|xox[abps]|AKIA|ASIA|AIza|ya29)[-_]?"
    r"[A-Za-z0-9_\-]{16,}\b|-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----"
    r"|\beyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10,}"
)
_DIGITS: Final = range(7, 16)


class PersonalData:
    """Finds what belongs to people, in a fixed order of kinds."""

    def __init__(self, settings: dict[str, Any]) -> None:
        """Look for the kinds of the settings, for all where there are none."""
        wanted = settings.get("kinds") or KINDS
        self._looks = [(kind, _LOOKS[kind]) for kind in KINDS if kind in wanted]

    async def find(self, text: str) -> Sequence[Finding]:
        """Return what was found; of what overlaps, what begins first counts."""
        clean = text.encode("utf-8", "replace").decode()
        found: list[Finding] = []
        for each in sorted(self._found(clean), key=lambda one: (one.start, -one.end)):
            if not found or each.start >= found[-1].end:
                found.append(each)
        return found

    def _found(self, text: str) -> Iterator[Finding]:
        for kind, (pattern, is_one) in self._looks:
            for match in pattern.finditer(text):
                start, end = match.span()
                if is_one(text[start:end]):
                    yield Finding(start=start, end=end, kind=kind)


def _is_phone(text: str) -> bool:
    return sum(character.isdigit() for character in text) in _DIGITS


def _is_card(text: str) -> bool:
    digits = [int(character) for character in text if character.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return len(set(digits)) > 1 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _is_iban(text: str) -> bool:
    plain = text.replace(" ", "")
    if not 15 <= len(plain) <= 34:
        return False
    moved = plain[4:] + plain[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % 97 == 1


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _any(_text: str) -> bool:
    return True


_LOOKS: Final[dict[str, tuple[Any, Callable[[str], bool]]]] = {
    "email": (re2.compile(_EMAIL), _any),
    "phone": (re2.compile(_PHONE), _is_phone),
    "credit card": (re2.compile(_CARD), _is_card),
    "IBAN": (re2.compile(_IBAN), _is_iban),
    "IP address": (re2.compile(_IP), _is_ip),
    "secret key": (re2.compile(_KEY_LIKE), _any),
}
