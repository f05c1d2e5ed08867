"""The public facts that follow from a run's log: what subscriptions and webhooks hear."""

from collections.abc import Iterator

from skep_contracts.envelope import Event
from skep_contracts.events import run as facts
from skep_contracts.ids import AppId, ConversationId, RunId
from skep_contracts.run_log import (
    Batch,
    RunCancelled,
    RunFailed,
    RunPaused,
    RunStarted,
    RunSucceeded,
)
from skep_orchestrator.history.fold import RunRecord

PUBLIC = (RunStarted, RunPaused, RunSucceeded, RunFailed, RunCancelled)


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
    run_id, app_id = RunId(started.run_id), AppId(started.app_id)
    version = started.version
    conversation = ConversationId(started.conversation_id) if started.conversation_id else None
    for number, event in enumerate(batch.events, batch.first):
        fact: Event
        match event:
            case RunStarted():
                fact = facts.RunBegan(
                    run_id=run_id, app_id=app_id, version=version, conversation_id=conversation
                )
            case RunPaused(waits=waits):
                fact = facts.RunPaused(
                    run_id=run_id,
                    app_id=app_id,
                    version=version,
                    waits=waits,
                    conversation_id=conversation,
                )
            case RunSucceeded():
                fact = facts.RunSucceeded(
                    run_id=run_id,
                    app_id=app_id,
                    version=version,
                    outputs=event.outputs,
                    answer=event.answer,
                    elapsed_s=event.elapsed_s,
                    input_tokens=record.input_tokens,
                    output_tokens=record.output_tokens,
                    cost_usd=record.cost_usd,
                    conversation_id=conversation,
                )
            case RunFailed():
                fact = facts.RunFailed(
                    run_id=run_id,
                    app_id=app_id,
                    version=version,
                    problem=event.problem,
                    node=event.node,
                    elapsed_s=event.elapsed_s,
                    conversation_id=conversation,
                )
            case RunCancelled():
                fact = facts.RunCancelled(
                    run_id=run_id,
                    app_id=app_id,
                    version=version,
                    reason=event.reason,
                    elapsed_s=event.elapsed_s,
                    conversation_id=conversation,
                )
            case _:
                continue
        yield f"{run_id}.{number}", fact
