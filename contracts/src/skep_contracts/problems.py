"""The error taxonomy: one root, and a class that says everything a caller needs.

A class decides the HTTP status (RFC 9457 problem document), what the bus does with the message
that led here, the log level, and whether trying again can help. Handlers raise; they never
acknowledge by hand. `detail` is written for the user: never `str(exc)` of a foreign error, a path
or a prompt.
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from enum import StrEnum
from typing import ClassVar, Final

import msgspec

_LONGEST_MISSPELLING: Final = 64
_MOST_LETTERS_OFF: Final = 4
_MOST_CANDIDATES: Final = 500


class Retry(StrEnum):
    """Whether the same request can succeed later."""

    NEVER = "never"
    LATER = "later"
    AFTER_CHANGE = "after_change"


class BusOutcome(StrEnum):
    """What a consumer does with a message whose handler raised."""

    TERMINATE = "terminate"
    REDELIVER = "redeliver"
    RETRY_THEN_TERMINATE = "retry_then_terminate"
    DEAD_LETTER = "dead_letter"


class FieldError(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One fault at one place: `pointer` is an RFC 6901 JSON pointer into what the caller sent."""

    pointer: str
    message: str


def json_pointer(*tokens: str | int) -> str:
    """Return the RFC 6901 pointer made of `tokens`; ``nodes`` and ``a/b`` give ``/nodes/a~1b``."""
    return "".join(f"/{str(token).replace('~', '~0').replace('/', '~1')}" for token in tokens)


def did_you_mean(text: str, candidates: Iterable[str]) -> str:
    """Return ``; did you mean …?`` to put behind a message, or nothing when none is close."""
    if len(text) > _LONGEST_MISSPELLING:
        return ""
    similar = [name for name in candidates if abs(len(name) - len(text)) <= _MOST_LETTERS_OFF]
    found = get_close_matches(text, similar[:_MOST_CANDIDATES], n=1, cutoff=0.6)
    return f"; did you mean `{found[0]}`?" if found else ""


def sentence(message: str) -> str:
    """Return a message with a full stop, unless it ends with a question."""
    return message if message.endswith("?") else f"{message}."


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An error as it travels: in HTTP answers, replies on the bus, and events (RFC 9457)."""

    code: str
    title: str
    status: int
    detail: str
    retry: Retry = Retry.NEVER
    retry_after_s: float | None = None
    errors: tuple[FieldError, ...] = ()
    instance: str | None = None
    trace_id: str | None = None

    @property
    def type(self) -> str:
        """The problem type URI."""
        return f"urn:skep:problem:{self.code}"


class SkepError(Exception):
    """Root of every error Skep raises on purpose; itself never raised."""

    code: ClassVar[str] = "defect"
    title: ClassVar[str] = "Something went wrong on our side"
    status: ClassVar[int] = 500
    bus_outcome: ClassVar[BusOutcome] = BusOutcome.DEAD_LETTER
    log_level: ClassVar[str] = "error"
    retry: ClassVar[Retry] = Retry.LATER

    def __init__(
        self,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        retry_after_s: float | None = None,
        code: str | None = None,
    ) -> None:
        """Describe what happened, where, and what to do.

        Args:
            detail: One or two sentences for the user.
            errors: The places at fault, when the caller sent something structured.
            retry_after_s: Seconds after which trying again makes sense.
            code: A more exact code than the class's own, e.g. ``unknown_node_type``.
        """
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.retry_after_s = retry_after_s
        self.exact_code = code or self.code

    def to_problem(self, *, instance: str | None = None, trace_id: str | None = None) -> Problem:
        """Return the error as data."""
        return Problem(
            code=self.exact_code,
            title=self.title,
            status=self.status,
            detail=self.detail,
            retry=self.retry,
            retry_after_s=self.retry_after_s,
            errors=self.errors,
            instance=instance,
            trace_id=trace_id,
        )


class InvalidInput(SkepError):
    """What the caller sent is malformed or breaks a rule."""

    code = "invalid_input"
    title = "The input is not valid"
    status = 422
    bus_outcome = BusOutcome.TERMINATE
    log_level = "info"
    retry = Retry.AFTER_CHANGE


class TooLarge(SkepError):
    """What the caller sent exceeds a limit."""

    code = "too_large"
    title = "The input is too large"
    status = 413
    bus_outcome = BusOutcome.TERMINATE
    log_level = "info"
    retry = Retry.AFTER_CHANGE


class Unauthenticated(SkepError):
    """No credential, or one that is unknown, expired or revoked."""

    code = "unauthenticated"
    title = "Sign in or send a valid API key"
    status = 401
    bus_outcome = BusOutcome.TERMINATE
    log_level = "info"
    retry = Retry.AFTER_CHANGE


class Forbidden(SkepError):
    """The credential is good but does not allow this."""

    code = "forbidden"
    title = "Not allowed"
    status = 403
    bus_outcome = BusOutcome.TERMINATE
    log_level = "info"
    retry = Retry.AFTER_CHANGE


class NotFound(SkepError):
    """Nothing of that name exists for this tenant."""

    code = "not_found"
    title = "Not found"
    status = 404
    bus_outcome = BusOutcome.TERMINATE
    log_level = "info"
    retry = Retry.AFTER_CHANGE


class Gone(SkepError):
    """It existed, and does no longer."""

    code = "gone"
    title = "No longer available"
    status = 410
    bus_outcome = BusOutcome.TERMINATE
    log_level = "info"
    retry = Retry.NEVER


class Conflict(SkepError):
    """The request contradicts the present state, e.g. an edit of an outdated version."""

    code = "conflict"
    title = "Conflicts with the present state"
    status = 409
    bus_outcome = BusOutcome.TERMINATE
    log_level = "info"
    retry = Retry.AFTER_CHANGE


class RateLimited(SkepError):
    """A limit is used up for now; `retry_after_s` says for how long."""

    code = "rate_limited"
    title = "Too many requests"
    status = 429
    bus_outcome = BusOutcome.REDELIVER
    log_level = "info"
    retry = Retry.LATER


class BudgetExhausted(SkepError):
    """A budget does not cover the call. A run that meets it is paused."""

    code = "budget_exhausted"
    title = "The budget is used up"
    status = 402
    bus_outcome = BusOutcome.TERMINATE
    log_level = "info"
    retry = Retry.AFTER_CHANGE


class ProviderFailed(SkepError):
    """An outside service answered with an error."""

    code = "provider_failed"
    title = "An outside service failed"
    status = 502
    bus_outcome = BusOutcome.RETRY_THEN_TERMINATE
    log_level = "warning"
    retry = Retry.LATER


class ProviderTimedOut(SkepError):
    """An outside service did not answer in time."""

    code = "provider_timed_out"
    title = "An outside service did not answer in time"
    status = 504
    bus_outcome = BusOutcome.RETRY_THEN_TERMINATE
    log_level = "warning"
    retry = Retry.LATER


class Unavailable(SkepError):
    """A part of Skep that is needed is not there right now."""

    code = "unavailable"
    title = "Temporarily unavailable"
    status = 503
    bus_outcome = BusOutcome.REDELIVER
    log_level = "warning"
    retry = Retry.LATER


class Defect(SkepError):
    """A mistake of ours. The user gets a code and a trace id; the log gets the traceback."""


ERROR_CLASSES: Final[tuple[type[SkepError], ...]] = (
    InvalidInput,
    TooLarge,
    Unauthenticated,
    Forbidden,
    NotFound,
    Gone,
    Conflict,
    RateLimited,
    BudgetExhausted,
    ProviderFailed,
    ProviderTimedOut,
    Unavailable,
    Defect,
)
_BY_STATUS: Final = {error.status: error for error in ERROR_CLASSES}


def error_from_problem(problem: Problem) -> SkepError:
    """Rebuild the error a problem describes, so that it can be raised on this side too."""
    return _BY_STATUS.get(problem.status, Defect)(
        problem.detail,
        errors=problem.errors,
        retry_after_s=problem.retry_after_s,
        code=problem.code,
    )
