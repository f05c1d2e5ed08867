"""What rules find in texts, and what becomes of the texts."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

import msgspec

from skep_contracts.guarding.rules import GuardrailRule
from skep_contracts.plugins.guardrails import Finding
from skep_contracts.problems import InvalidInput, SkepError, Unavailable
from skep_inference.guarding.rule_book import RuleBook, Side

_LOG: Final = logging.getLogger(__name__)
_MAX_FINDINGS: Final = 10_000


class Trip(msgspec.Struct, frozen=True):
    """A rule that found something."""

    rule: GuardrailRule
    side: Side
    kinds: tuple[str, ...]


class BlockedError(InvalidInput):
    """A rule refuses a text. `trips` are all that found something, this one last."""

    def __init__(self, trips: Sequence[Trip]) -> None:
        trip = trips[-1]
        what = "request" if trip.side == "input" else "answer"
        super().__init__(
            f"The guardrail `{trip.rule.name:.80}` does not let this {what} through:"
            f" {', '.join(trip.kinds)[:300]}.",
            code="guardrail_blocked",
        )
        self.trip = trip
        self.trips = tuple(trips)


class NotLookedError(Unavailable):
    """A guardrail cannot look. `trips` are the rules before it that found something."""

    def __init__(self, error: Unavailable, trips: Sequence[Trip]) -> None:
        super().__init__(error.detail, code=error.exact_code)
        self.trips = tuple(trips)


async def looked_at(
    book: RuleBook, rules: Sequence[GuardrailRule], text: str, side: Side
) -> tuple[str, list[Trip]]:
    """Return a text as it may be passed on, and which rules found something.

    Raises:
        BlockedError: A rule refuses it.
        NotLookedError: A guardrail cannot look.
    """
    trips: list[Trip] = []
    for rule in rules:
        try:
            findings = await _found(book, rule, text)
        except Unavailable as error:
            raise NotLookedError(error, trips) from error
        if not findings:
            continue
        trip = Trip(rule, side, tuple(dict.fromkeys(each.kind[:80] for each in findings)))
        trips.append(trip)
        if rule.action == "block":
            raise BlockedError(trips)
        if rule.action == "mask":
            text = _masked(text, findings)
    return text, trips


async def _found(book: RuleBook, rule: GuardrailRule, text: str) -> list[Finding]:
    description, guardrail = book.guardrail(rule)
    try:
        async with asyncio.timeout(description.timeout_s):
            found = list(await guardrail.find(text))[:_MAX_FINDINGS]
    except SkepError as error:
        raise Unavailable(
            f"The guardrail `{rule.name:.80}` could not look: {error.detail}",
            code="guardrail_failed",
        ) from error
    except TimeoutError:
        raise Unavailable(
            f"The guardrail `{rule.name:.80}` did not look within {description.timeout_s:g} s.",
            code="guardrail_timed_out",
        ) from None
    except Exception as error:
        _LOG.exception("guardrail failed", extra={"guardrail": rule.guardrail})
        raise Unavailable(
            f"The guardrail `{rule.name:.80}` failed; the server's log says why.",
            code="guardrail_failed",
        ) from error
    return [each for each in found if 0 <= each.start < each.end <= len(text)]


def _masked(text: str, findings: Sequence[Finding]) -> str:
    """Return a text with what was found replaced by its kind; of overlaps, the first counts."""
    pieces, at = [], 0
    for each in sorted(findings, key=lambda one: (one.start, -one.end)):
        if each.start < at:
            at = max(at, each.end)
            continue
        pieces += [text[at : each.start], f"[{each.kind}]"]
        at = each.end
    return "".join([*pieces, text[at:]])
