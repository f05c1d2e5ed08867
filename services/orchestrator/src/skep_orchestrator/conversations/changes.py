"""Makes the changes of a turn in what its conversation holds, once.

They are made again as operations: another turn may have ended meanwhile, and what it left must not
be lost. Both of two turns that add one to a counter count.
"""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.assignments import assign
from skep_contracts.problems import InvalidInput
from skep_orchestrator.conversations.repository import ConversationRepository

if TYPE_CHECKING:
    from skep_orchestrator.conversations.turns import Turn

logger = logging.getLogger(__name__)


async def change_conversations(session: AsyncSession, turns: "Sequence[Turn]") -> None:
    """Change the variables of conversations whose rows this transaction holds.

    A turn that was written before with its end has been counted already.
    """
    for tenant in sorted({turn.tenant for turn in turns}):
        own = {turn.run_id: turn for turn in turns if turn.tenant == tenant}
        repository = ConversationRepository(session, tenant)
        counted = await repository.ended_turns(list(own))
        fresh = [turn for run_id, turn in sorted(own.items()) if run_id not in counted]
        rows = await repository.held({turn.conversation_id for turn in fresh})
        for turn in fresh:
            row = rows.get(turn.conversation_id)
            if row is not None:
                row.variables = changed(row.variables, turn)
    await session.flush()


def changed(held: dict[str, Any], turn: "Turn") -> dict[str, Any]:
    """Return the variables after a turn. A change that has lost its meaning is left out."""
    variables = {**turn.variables, **held}
    for change in turn.changes:
        declared = turn.types.get(change.name, "any")
        try:
            after = assign(variables.get(change.name), change, declared=declared)
        except InvalidInput as error:
            logger.warning(
                "change of a conversation variable left out",
                extra={"run_id": turn.run_id, "variable": change.name, "code": error.exact_code},
            )
        else:
            variables[change.name] = cast("Any", after)
    return variables
