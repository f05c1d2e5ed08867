"""The public facts that follow from a run's log: what subscriptions and webhooks hear."""

from collections.abc import Iterator
from typing import Any

from skep_contracts.envelope import Event
from skep_contracts.events import run as facts
from skep_contracts.ids import AppId, ConversationId, RunId
from skep_contracts.run_log import (
    Batch,
    RunCancelled,
    RunEvent,
    RunFailed,
    RunPaused,
    RunResumed,
    RunStarted,
    RunSucceeded,
    place_of,
)
from skep_orchestrator.history.fold import RunRecord

PUBLIC = (RunStarted, RunPaused, RunResumed, RunSucceeded, RunFailed, RunCancelled)


def is_public(batch: Batch) -> bool:
    """Tell whether anything in the batch is heard outside."""
    return any(isinstance(event, PUBLIC) for event in batch.events)


def public_facts(batch: Batch, record: RunRecord) -> Iterator[tuple[str, Event]]:
    """Yield message id and fact for every public event of a batch.

    Args:
        batch: What was appended.
        record: The run folded at least to the end of the batch.
    """
    started = record.started
    if started is None:
        return
    for number, event in enumerate(batch.events, batch.first):
        fact = _fact(event, started, record)
        if fact is not None:
            yield f"{started.run_id}.{number}", fact


def _fact(event: RunEvent, started: RunStarted, record: RunRecord) -> Event | None:
    about: dict[str, Any] = {
        "run_id": RunId(started.run_id),
        "app_id": AppId(started.app_id),
        "version": started.version,
        "conversation_id": (
            ConversationId(started.conversation_id) if started.conversation_id else None
        ),
    }
    fact: Event | None = None
    match event:
        case RunStarted():
            fact = facts.RunBegan(**about)
        case RunPaused(waits=waits):
            fact = facts.RunPaused(waits=waits, **about)
        case RunResumed(by=by):
            fact = facts.RunResumed(place=place_of(event.scope, event.node), by=by, **about)
        case RunSucceeded():
            fact = facts.RunSucceeded(
                outputs=event.outputs,
                answer=event.answer,
                elapsed_s=event.elapsed_s,
                input_tokens=record.input_tokens,
                output_tokens=record.output_tokens,
                cost_usd=record.cost_usd,
                **about,
            )
        case RunFailed():
            fact = facts.RunFailed(
                problem=event.problem, node=event.node, elapsed_s=event.elapsed_s, **about
            )
        case RunCancelled():
            fact = facts.RunCancelled(reason=event.reason, elapsed_s=event.elapsed_s, **about)
        case _:
            pass
    return fact
