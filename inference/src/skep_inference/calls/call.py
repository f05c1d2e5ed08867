"""A call of a model and its attempts: the routes it takes, what is recorded, the report."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final, Literal

import msgspec
from opentelemetry.trace import Span, Status, StatusCode

from skep_contracts.events.usage import UsageRecorded
from skep_contracts.plugins.models import ModelKind, Usage
from skep_contracts.problems import RateLimited, SkepError
from skep_inference.calls.retrying import LIMITED, RetryPolicy
from skep_inference.ledger import Ledger, entry_id
from skep_inference.money.guard import BudgetGuard, Reservation
from skep_inference.money.under_way import Noted, Notes
from skep_inference.prices import cost_usd
from skep_inference.routing.plan import Planner
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
    ModelKind.MODERATION: "moderation",
    ModelKind.TRANSCRIPTION: "transcription",
    ModelKind.SPEECH: "speech",
    ModelKind.IMAGE: "image_generation",
}
Finished = Callable[[CallReport], None]


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What every call needs."""

    router: Router
    pool: ProviderPool
    ledger: Ledger
    guard: BudgetGuard
    notes: Notes
    planner: Planner
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
    """One try. It ends once, and that is recorded.

    Args:
        call: What it is a try of.
        number: Which try.
        route: The way it takes.
        reservation: What is held for it.
        so_far: Tells about what it used by now.
    """

    def __init__(
        self,
        call: "Call",
        number: int,
        *,
        route: Route,
        reservation: Reservation,
        so_far: Callable[[], Usage],
    ) -> None:
        self.entry_id = entry_id(call.key, number)
        self.route = route
        self._so_far = so_far
        self._reservation = reservation
        self.first_token_s: float | None = None
        self.usage = Usage()
        self._call = call
        self._started = call.loop.time()
        self._is_open = True
        # A call with a key is made again, under the same id, by whoever goes on with its run.
        if call.key is None:
            call.parts.notes.begin(self)

    def note_first(self) -> None:
        """The first piece of an answer is there."""
        self.first_token_s = self._call.loop.time() - self._started

    def noted(self) -> Noted:
        """Return the entry it has in the ledger if this process does not live to see its end."""
        self.usage = self._so_far()
        elapsed_s = self._call.loop.time() - self._started
        return self._call.noted(self, "interrupted", elapsed_s)

    def end(self, outcome: Outcome, usage: Usage) -> None:
        """Record how the attempt ended; later calls do nothing."""
        if not self._is_open:
            return
        self._is_open = False
        self.usage = usage
        self._reservation.settle(usage, is_answered=outcome != "failed" or usage != Usage())
        if outcome == "succeeded":
            self._call.parts.planner.traffic.answered(self.route, self.first_token_s)
        self._call.record(self, outcome, self._call.loop.time() - self._started)
        self._call.parts.notes.end(self)


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
        self.rule = parts.planner.rule(scope.tenant, model)
        self._plan = parts.planner.plan(model, kind, self.rule, tenant=scope.tenant)
        self._count = 0
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

    @property
    def model(self) -> ResolvedModel:
        """What the present attempt calls: the model itself, or one of its fallbacks."""
        return self._model if self._attempt is None else self._attempt.route.model

    @property
    def is_fallback(self) -> bool:
        """Whether the present attempt calls another model than was asked for."""
        return self.model is not self._model and self.model.reference != self._model.reference

    async def begin(self, so_far: Callable[[], Usage]) -> Attempt:
        """Start the next attempt, by the next route; waits while the ledger is full.

        Args:
            so_far: Tells about what it used by now, should nobody see its end.

        Raises:
            BudgetExhausted: A budget does not cover it.
            RateLimited: The credential is at its limit for longer than anybody waits.
            Unavailable: The ledger stays full, or budgets cannot be counted at present.
        """
        await self.parts.ledger.room()
        route = self._plan.take()
        if self._plan.has_limits(route):
            await self._pass_limits(route)
        reservation = await self.parts.guard.reserve(self._scope, route.model, self._expected)
        self._count += 1
        self._attempt = Attempt(
            self, self._count, route=route, reservation=reservation, so_far=so_far
        )
        return self._attempt

    async def _pass_limits(self, route: Route) -> None:
        while wait_s := self._plan.wait_s(route):
            if self._is_too_long(wait_s):
                raise RateLimited(
                    f"The limits that are set for this credential of {route.model.provider} are"
                    " used up.",
                    code=LIMITED,
                    retry_after_s=wait_s,
                )
            await asyncio.sleep(wait_s)
        self.parts.planner.traffic.count(route, requests=1)

    def _is_too_long(self, wait_s: float) -> bool:
        longest_s = self._scope.max_wait_s
        if longest_s is not None and wait_s > longest_s:
            return True
        return self.loop.time() + wait_s >= self.until

    def choose(self, attempt: Attempt) -> None:
        """Take an attempt as the one that gives the answer."""
        self._attempt = attempt

    @property
    def can_hedge(self) -> bool:
        """Whether another attempt may be made beside the present one."""
        return self._count < self.parts.settings.attempts

    def delay_s(self, error: SkepError) -> float | None:
        """Return how long to wait before the next attempt; None when there should be none."""
        attempt = self._attempt
        if attempt is not None and error.exact_code != LIMITED:
            self.parts.planner.traffic.failed(attempt.route, error)
            if self._plan.may_help(error, attempt.route):
                return 0.0
        # A route that was not tried yet is tried at once, and besides the number of attempts.
        number = 1 if self._plan.has_other else self._plan.taken
        delay_s = self.parts.policy.delay_s(error, number, has_other_route=len(self._plan) > 1)
        if delay_s is not None and self._plan.has_other:
            delay_s = 0.0
        if delay_s is None or self._is_too_long(delay_s):
            return None
        _LOG.warning(
            "model call tried again",
            extra={
                "provider": self._model.provider,
                "model": self._model.name,
                "code": error.exact_code,
                "attempt": self._count,
                "delay_s": round(delay_s, 3),
            },
        )
        return delay_s

    def record(self, attempt: Attempt, outcome: Outcome, elapsed_s: float) -> None:
        """Write an attempt into the ledger and the metrics."""
        usage, model = attempt.usage, attempt.route.model
        if self._plan.has_limits(attempt.route):
            used = usage.input_tokens + usage.output_tokens
            self.parts.planner.traffic.count(attempt.route, tokens=used)
        noted = self.noted(attempt, outcome, elapsed_s)
        self.parts.ledger.record(noted.entry, tenant=noted.tenant)
        labels = {
            genai.OPERATION: _OPERATIONS[self._kind],
            genai.PROVIDER: model.provider,
            genai.REQUEST_MODEL: model.name,
        }
        _TOKENS.record(usage.input_tokens, {**labels, genai.TOKEN_TYPE: "input"})
        _TOKENS.record(usage.output_tokens, {**labels, genai.TOKEN_TYPE: "output"})
        _DURATION.record(elapsed_s, {**labels, "skep.outcome": outcome})

    def noted(
        self, attempt: Attempt, outcome: Outcome | Literal["interrupted"], elapsed_s: float
    ) -> Noted:
        """Return the entry of an attempt, and whose it is."""
        usage, credential, model = attempt.usage, attempt.route.credential, attempt.route.model
        entry = UsageRecorded(
            entry_id=attempt.entry_id,
            provider=model.provider,
            model=model.name,
            kind=self._kind.value,
            outcome=outcome,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cached_input_tokens=usage.cached_input_tokens,
            audio_s=usage.audio_s,
            characters=usage.characters,
            images=usage.images,
            searches=usage.searches,
            is_estimated=usage.estimated,
            cost_usd=cost_usd(model.info, usage),
            elapsed_s=elapsed_s,
            credential_id=None if credential is None else credential.id,
            run_id=self._scope.run_id,
            node=self._scope.node,
            app_id=self._scope.app_id,
            dataset_id=self._scope.dataset_id,
            key_id=self._scope.key_id,
            end_user=self._scope.end_user,
        )
        return Noted(self._scope.tenant, entry)

    def finish(self, outcome: Outcome, error: SkepError | None = None) -> None:
        """Hand the report over and end the span."""
        attempt = self._attempt
        usage = Usage() if attempt is None else attempt.usage
        credential = None if attempt is None else attempt.route.credential
        report = CallReport(
            provider=self.model.provider,
            model=self.model.name,
            kind=self._kind,
            outcome=outcome,
            usage=usage,
            cost_usd=cost_usd(self.model.info, usage),
            attempts=self._count,
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
