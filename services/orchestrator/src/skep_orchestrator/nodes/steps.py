"""Parts of an effect that are done once: written down before the effect goes on, found again later.

The log is the memory. A worker that takes the run over folds it, so what was done of an effect that
was under way is in the state, by place and key.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any, Final, Protocol

import msgspec

from skep_contracts.problems import TooLarge, Unavailable
from skep_contracts.run_log import ModelCall, NodeStep
from skep_contracts.values import Value, check_value
from skep_orchestrator.engine.frames import Doing
from skep_orchestrator.engine.state import RunState
from skep_orchestrator.nodes.results import copied
from skep_orchestrator.nodes.secrets import Secrets, conceal_event

MAX_STEPS: Final = 10_000
"""Of one attempt."""
MAX_KEY_CHARACTERS: Final = 200

_calls_of_step: ContextVar[list[ModelCall] | None] = ContextVar("skep_calls_of_step", default=None)
"""Where a model call is noted that is made within a step, also by tasks that the step starts."""


class Journal(Protocol):
    """What is needed of the run's journal."""

    async def written(self) -> None:
        """Return once the log has everything that was queued."""
        ...


class StepLog:
    """Writes the steps of one run into its log."""

    __slots__ = ("_journal", "_now_ms", "_record", "_wake")

    def __init__(
        self,
        record: Callable[[NodeStep], None],
        journal: Journal,
        *,
        wake: asyncio.Event,
        now_ms: Callable[[], int],
    ) -> None:
        """Hand events to `record`, and wake whoever writes them."""
        self._record = record
        self._journal = journal
        self._wake = wake
        self._now_ms = now_ms

    async def keep(self, event: NodeStep) -> None:
        """Return once the log has the step.

        It never does when the run is lost to another worker: then the attempt is cancelled.
        """
        self._record(msgspec.structs.replace(event, at_ms=self._now_ms()))
        self._wake.set()
        await self._journal.written()


class Steps:
    """The steps of one attempt."""

    __slots__ = ("_doing", "_log", "_secrets", "_state", "_under_way", "is_over")

    def __init__(
        self, state: RunState, doing: Doing, *, secrets: Secrets, log: StepLog | None
    ) -> None:
        self._state = state
        self._doing = doing
        self._secrets = secrets
        self._log = log
        self._under_way: set[str] = set()
        self.is_over = False

    async def once(
        self, key: str, work: Callable[[], Awaitable[Value]], *, calls: list[ModelCall]
    ) -> Value:
        """Return what the step gave, doing it unless it was done.

        Args:
            key: Names the step within this attempt.
            work: Does it.
            calls: Takes the model calls of a step that fails; those of others are the step's own.

        Raises:
            Unavailable: The attempt is over.
            InvalidInput: What the step gave is no JSON value.
            TooLarge: It is too large, or there are too many steps.
        """
        done = self._state.step_results.get(self._doing.place, {})
        if key in done:
            return self._revealed(done[key])
        self._check_key(key, len(done))
        self._under_way.add(key)
        made: list[ModelCall] = []
        started_s = asyncio.get_running_loop().time()
        token = _calls_of_step.set(made)
        try:
            value = await work()
            check_value(value, pointer=f"/{key}")
            if self.is_over:
                raise Unavailable("This attempt of the node is over.", code="attempt_over")
        except BaseException:
            calls += made
            raise
        finally:
            _calls_of_step.reset(token)
            self._under_way.discard(key)
        elapsed_s = asyncio.get_running_loop().time() - started_s
        return self._revealed(await self._keep(key, value, elapsed_s, tuple(made)))

    async def _keep(
        self, key: str, value: Value, elapsed_s: float, calls: tuple[ModelCall, ...]
    ) -> Any:
        event = NodeStep(
            node=self._doing.node.id,
            scope=self._doing.frame.scope,
            key=key,
            value={"value": copied(value)},
            elapsed_s=round(elapsed_s, 4),
            calls=calls,
        )
        event = conceal_event(event, self._secrets)
        if self._log is not None:
            await self._log.keep(event)
        return event.value["value"]

    def _revealed(self, logged: Any) -> Value:
        """Return what is in the log as the effect is to have it: its own, with its secrets."""
        value: Value = copied(self._secrets.revealed(logged))
        return value

    def _check_key(self, key: str, done: int) -> None:
        if not 0 < len(key) <= MAX_KEY_CHARACTERS:
            raise ValueError(f"a step's key is a text of up to {MAX_KEY_CHARACTERS} characters")
        if key in self._under_way:
            raise ValueError(f"the step {key!r} is under way already")
        if done >= MAX_STEPS:
            raise TooLarge(f"The node did more than {MAX_STEPS:,} steps.", code="too_many_steps")


def noting(calls: list[ModelCall]) -> Callable[[ModelCall], None]:
    """Return what notes a model call where it belongs: with its step, or else in `calls`."""
    of_step = _calls_of_step.get()
    return (calls if of_step is None else of_step).append
