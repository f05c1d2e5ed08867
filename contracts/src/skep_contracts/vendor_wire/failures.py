"""What a refusal means: statuses, error codes and rate-limit headers, as problems.

The vendor's own words reach the user where they say what to change (a request it finds invalid);
they are shortened, and the credential is taken out of them.
"""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Final

from skep_contracts.problems import (
    Forbidden,
    InvalidInput,
    NotFound,
    ProviderFailed,
    ProviderTimedOut,
    RateLimited,
    SkepError,
    TooLarge,
    Unauthenticated,
)
from skep_contracts.vendor_wire.errors import VendorError

MAX_QUOTE: Final = 400
_LONGEST_WAIT_S: Final = 86_400.0
_TOO_LONG: Final = re.compile(
    r"context_length|context length|context window|maximum context|prompt is too long"
    r"|too many tokens(?!.{0,40}\b(wait|retry|try again|per (minute|day)))"
    r"|maximum.{0,20}tokens|reduce the length|string_above_max_length",
    re.IGNORECASE,
)
_NO_MONEY: Final = re.compile(
    r"insufficient_quota|billing|insufficient.{0,10}(balance|credit|fund)"
    r"|exceeded your current quota",
    re.IGNORECASE,
)
_FILTERED: Final = re.compile(r"content_(policy|filter)|content management policy", re.IGNORECASE)
_NO_MODEL: Final = re.compile(
    r"model.{0,80}(not found|does not exist|not exist|no access|unknown|not available)"
    r"|model_not_found|unknown model",
    re.IGNORECASE,
)
_BUSY: Final = re.compile(
    r"rate.?limit|overloaded|too many (requests|tokens)|throttl|capacity", re.IGNORECASE
)
_SPAN: Final = re.compile(r"(\d+(?:\.\d+)?)(ms|h|m|s)")
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_KEY_LIKE: Final = re.compile(r"\b(?:sk|pk|key|gsk|xai|nvapi|hf)[-_][\w*-]{6,}")


def from_answer(
    status: int,
    headers: Mapping[str, str],
    error: VendorError,
    *,
    now_s: float,
    secret: str = "",
    address_hint: str = "",
) -> SkepError:
    """Return the problem that an answer with an error status stands for.

    `address_hint` says of the base URL what a user may have got wrong.
    """
    said = _quote(error.message, secret)
    hint = f"{error.code} {error.type} {error.message}"
    if status in {402, 429}:
        # A vendor that says in the error when to ask again speaks of a rate, whatever its words.
        span = _span(error.retry_delay)
        if span is not None:
            return _rate_limited(_bounded(span))
        return _limited(status, hint, retry_after(headers, now_s=now_s))
    if status in {401, 403}:
        return Unauthenticated(
            "The model provider refused the credential. Check the API key and what it may do."
            f"{said if status == 403 else ''}",
            code="credential_refused",
        )
    if status in {408, 504, 524}:
        return ProviderTimedOut(f"The model provider did not finish in time (status {status}).")
    if status == 409 or status >= 500:
        return ProviderFailed(
            f"The model provider answered with status {status}.",
            retry_after_s=retry_after(headers, now_s=now_s),
        )
    return _refused(status, hint, said, address_hint)


def from_stream(error: VendorError, *, secret: str = "") -> SkepError:
    """Return the problem that an error object in the middle of a stream stands for."""
    hint = f"{error.code} {error.type} {error.message}"
    if error.code.isdigit() and 400 <= int(error.code) < 600:
        return from_answer(int(error.code), {}, error, now_s=0.0, secret=secret)
    if _TOO_LONG.search(hint):
        return TooLarge(
            f"The request is longer than the model takes.{_quote(error.message, secret)}",
            code="context_length_exceeded",
        )
    if _NO_MONEY.search(hint):
        return _no_money()
    if _BUSY.search(hint):
        return RateLimited("The model provider is too busy and broke the answer off.")
    if _FILTERED.search(hint):
        return InvalidInput(
            "The model provider refuses the content of the request.", code="content_refused"
        )
    return ProviderFailed("The model provider reported an error in the middle of its answer.")


def retry_after(headers: Mapping[str, str], *, now_s: float) -> float | None:
    """Return how many seconds to wait, from whichever header says so; None when none does."""
    if (milliseconds := _number(headers.get("retry-after-ms"))) is not None:
        return _bounded(milliseconds / 1000)
    if text := headers.get("retry-after"):
        seconds = _number(text)
        if seconds is None:
            seconds = _until(text, now_s)
        if seconds is not None:
            return _bounded(seconds)
    waits = [
        wait
        for name in ("requests", "tokens")
        if _number(headers.get(f"x-ratelimit-remaining-{name}")) == 0
        and (wait := _span(headers.get(f"x-ratelimit-reset-{name}", ""))) is not None
    ]
    return _bounded(max(waits)) if waits else None


def _limited(status: int, hint: str, wait: float | None) -> SkepError:
    if status == 402 or _NO_MONEY.search(hint):
        return _no_money()
    return _rate_limited(wait)


def _rate_limited(wait: float | None) -> RateLimited:
    when = f" It asks to wait {wait:.3g} s." if wait is not None else ""
    return RateLimited(f"The model provider limits the rate of requests.{when}", retry_after_s=wait)


def _no_money() -> SkepError:
    return Forbidden(
        "The account behind the credential has no quota or credit left at the model provider.",
        code="quota_exhausted",
    )


def _refused(status: int, hint: str, said: str, address_hint: str) -> SkepError:
    if status == 413 or _TOO_LONG.search(hint):
        return TooLarge(
            f"The request is longer than the model takes.{said}", code="context_length_exceeded"
        )
    if _FILTERED.search(hint):
        return InvalidInput(
            "The model provider refuses the content of the request.", code="content_refused"
        )
    if _NO_MODEL.search(hint):
        return NotFound(
            f"The model provider does not offer this model to this credential.{said}",
            code="model_not_found",
        )
    if status in {404, 405}:
        return NotFound(
            "The model provider has nothing at this address. Check the base URL of the"
            f" credential{address_hint and f'; {address_hint}'}.{said}",
            code="endpoint_not_found",
        )
    return InvalidInput(
        f"The model provider finds the request invalid (status {status}).{said}",
        code="request_refused",
    )


def _quote(message: str, secret: str) -> str:
    """Return the vendor's words as a sentence to append, without anything like a key."""
    text = " ".join(message.split())
    if len(secret) > 3:
        text = text.replace(secret, "[credential]")
    text = _KEY_LIKE.sub("[credential]", text)
    if not text:
        return ""
    return f" It says: {text[:MAX_QUOTE]}{'…' if len(text) > MAX_QUOTE else ''}"


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _span(text: str) -> float | None:
    """Read a span such as ``6m0s``, ``1.5s`` or ``120ms``; a bare number is seconds."""
    found = _SPAN.findall(text)
    if not found:
        return _number(text)
    return sum(float(number) * _SECONDS[unit] for number, unit in found)


def _until(text: str, now_s: float) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp() - now_s
    except (ValueError, IndexError, OverflowError):
        return None


def _bounded(seconds: float) -> float | None:
    """Keep a wait within a day; what is not a number is no wait."""
    if seconds != seconds:  # noqa: PLR0124  # NaN
        return None
    return min(max(seconds, 0.0), _LONGEST_WAIT_S)
