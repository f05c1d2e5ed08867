"""A call of a model and its attempts: the routes it takes, what is recorded, the report."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

import msgspec
from opentelemetry.trace import Span, Status, StatusCode

from skep_contracts.events.usage import UsageRecorded
from skep_contracts.plugins.models import ModelKind, Usage
from skep_contracts.problems import SkepError
from skep_inference.calls.retrying import RetryPolicy
from skep_inference.ledger import Ledger, entry_id
from skep_inference.money.guard import BudgetGuard, Reservation
from skep_inference.prices import cost_usd
from skep_inference.routing.pool import ProviderPool
from skep_inference.routing.router import Route, Router
from skep_inference.scope import CallReport, CallScope, Outcome, ResolvedModel
from skep_inference.settings import InferenceSettings
from skep_runtime.telemetry import genai, meter, tracer

_LOG: Final = logging.getLogger(__name__)
_TRACER: Final = tracer(__name__)
_METER: Final = meter(__name__)
_TOKENS: Final = _METER.create_histogram(
    genai.TOKEN_USAGE, unit="{token}", explicit_bucket_boundaries_advisory=genai.TOKEN_BUCKETS
)
_DURATION: Final = _METER.create_histogram(genai.OPERATION_DURATION, unit="s")
_OPERATIONS: Final = {
    ModelKind.CHAT: "chat",
    ModelKind.EMBEDDING: "embeddings",
    ModelKind.RERANK: "rerank",
}
Finished = Callable[[CallReport], None]


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What every call needs."""

    router: Router
    pool: ProviderPool
    ledger: Ledger
    guard: BudgetGuard
    settings: InferenceSettings

    @property
    def policy(self) -> RetryPolicy:
        """How often and when to try again."""
        return RetryPolicy(
            attempts=self.settings.attempts,
            base_s=self.settings.backoff_base_s,
            max_s=self.settings.backoff_max_s,
        )


class Attempt:
    """One try. It ends once, and that is recorded."""

    def __init__(self, call: "Call", number: int, route: Route, reservation: Reservation) -> None:
        self.number = number
        self.route = route
        self._reservation = reservation
        self.first_token_s: float | None = None
        self.usage = Usage()
        self._call = call
        self._started = call.loop.time()
        self._is_open = True

    def note_first(self) -> None:
        """The first piece of an answer is there."""
        self.first_token_s = self._call.loop.time() - self._started

    def end(self, outcome: Outcome, usage: Usage) -> None:
        """Record how the attempt ended; later calls do nothing."""
        if not self._is_open:
            return
        self._is_open = False
        self.usage = usage
        self._reservation.settle(usage, is_answered=outcome != "failed" or usage != Usage())
        self._call.record(self, outcome, self._call.loop.time() - self._started)


class Call:
    """A call while it lasts.

    Args:
        parts: The machinery.
        model: What is called.
        kind: How it is called.
        expected: What an attempt may use at the most.
        scope: Whom the call belongs to.
        on_finished: Hears the report, once.
        part: Tells batches of one call apart in the ledger.
    """

    def __init__(
        self,
        parts: Parts,
        model: ResolvedModel,
        kind: ModelKind,
        *,
        expected: Usage,
        scope: CallScope,
        on_finished: Finished | None = None,
        part: int | None = None,
    ) -> None:
        self.loop = asyncio.get_running_loop()
        self.started = self.loop.time()
        self.parts = parts
        self.until = self.started + parts.settings.request_timeout_s
        self.key = scope.idempotency_key
        if self.key is not None and part is not None:
            self.key = f"{self.key}-{part}"
        self._model = model
        self._kind = kind
        self._expected = expected
        self._scope = scope
        self._on_finished = on_finished
        self._routes = parts.router.routes(model, tenant=scope.tenant)
        self._attempt: Attempt | None = None
        self._span = self._start_span()

    def _start_span(self) -> Span:
        operation = _OPERATIONS[self._kind]
        return _TRACER.start_span(
            genai.span_name(operation, self._model.name),
            attributes={
                genai.OPERATION: operation,
                genai.PROVIDER: self._model.provider,
                genai.REQUEST_MODEL: self._model.name,
            },
        )

    async def begin(self) -> Attempt:
        """Start the next attempt, by the next route; waits while the ledger is full.

        Raises:
            BudgetExhausted: A budget does not cover it.
            Unavailable: The ledger stays full, or budgets cannot be counted at present.
        """
        await self.parts.ledger.room()
        reservation = await self.parts.guard.reserve(self._scope, self._model, self._expected)
        number = 1 if self._attempt is None else self._attempt.number + 1
        route = self._routes[(number - 1) % len(self._routes)]
        self._attempt = Attempt(self, number, route, reservation)
        return self._attempt

    def delay_s(self, error: SkepError) -> float | None:
        """Return how long to wait before the next attempt; None when there should be none."""
        number = 1 if self._attempt is None else self._attempt.number
        delay_s = self.parts.policy.delay_s(error, number, has_other_route=len(self._routes) > 1)
        if delay_s is None or self.loop.time() + delay_s >= self.until:
            return None
        longest_s = self._scope.max_wait_s
        if longest_s is not None and delay_s > longest_s:
            return None
        _LOG.warning(
            "model call tried again",
            extra={
                "provider": self._model.provider,
                "model": self._model.name,
                "code": error.exact_code,
                "attempt": number,
                "delay_s": round(delay_s, 3),
            },
        )
        return delay_s

    def record(self, attempt: Attempt, outcome: Outcome, elapsed_s: float) -> None:
        """Write an attempt into the ledger and the metrics."""
        usage, credential = attempt.usage, attempt.route.credential
        entry = UsageRecorded(
            entry_id=entry_id(self.key, attempt.number),
            provider=self._model.provider,
            model=self._model.name,
            kind=self._kind.value,
            outcome=outcome,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cached_input_tokens=usage.cached_input_tokens,
            is_estimated=usage.estimated,
            cost_usd=cost_usd(self._model.info, usage),
            elapsed_s=elapsed_s,
            credential_id=None if credential is None else credential.id,
            run_id=self._scope.run_id,
            node=self._scope.node,
            app_id=self._scope.app_id,
            dataset_id=self._scope.dataset_id,
            key_id=self._scope.key_id,
            end_user=self._scope.end_user,
        )
        self.parts.ledger.record(entry, tenant=self._scope.tenant)
        labels = {
            genai.OPERATION: _OPERATIONS[self._kind],
            genai.PROVIDER: self._model.provider,
            genai.REQUEST_MODEL: self._model.name,
        }
        _TOKENS.record(usage.input_tokens, {**labels, genai.TOKEN_TYPE: "input"})
        _TOKENS.record(usage.output_tokens, {**labels, genai.TOKEN_TYPE: "output"})
        _DURATION.record(elapsed_s, {**labels, "skep.outcome": outcome})

    def finish(self, outcome: Outcome, error: SkepError | None = None) -> None:
        """Hand the report over and end the span."""
        attempt = self._attempt
        usage = Usage() if attempt is None else attempt.usage
        credential = None if attempt is None else attempt.route.credential
        report = CallReport(
            provider=self._model.provider,
            model=self._model.name,
            kind=self._kind,
            outcome=outcome,
            usage=usage,
            cost_usd=cost_usd(self._model.info, usage),
            attempts=0 if attempt is None else attempt.number,
            elapsed_s=self.loop.time() - self.started,
            first_token_s=None if attempt is None else attempt.first_token_s,
            credential_id=None if credential is None else credential.id,
            problem=None if error is None else error.to_problem(),
        )
        self._end_span(report, error)
        if self._on_finished is not None:
            self._on_finished(report)

    def _end_span(self, report: CallReport, error: SkepError | None) -> None:
        span = self._span
        if span.is_recording():
            span.set_attribute(genai.INPUT_TOKENS, report.usage.input_tokens)
            span.set_attribute(genai.OUTPUT_TOKENS, report.usage.output_tokens)
            span.set_attribute("skep.attempts", report.attempts)
            span.set_attribute("skep.outcome", report.outcome)
            if error is not None:
                span.set_attribute(genai.ERROR_TYPE, error.exact_code)
                span.set_status(Status(StatusCode.ERROR, error.title))
        span.end()
