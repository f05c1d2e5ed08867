"""Tells, as a fact on the bus, that a guardrail found something."""

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from skep_contracts.events.guardrail import GuardrailTripped
from skep_contracts.problems import SkepError
from skep_inference.guarding.looking import Trip
from skep_inference.scope import CallScope

if TYPE_CHECKING:
    from skep_runtime.bus import Bus

_LOG: Final = logging.getLogger(__name__)
_SOON_S: Final = 2.0


async def tell_tripped(bus: "Bus", model: str, scope: CallScope, trip: Trip) -> None:
    """Publish the fact; a call is not held up for long by a bus that is away."""
    fact = GuardrailTripped(
        rule_id=trip.rule.id,
        guardrail=trip.rule.guardrail,
        action=trip.rule.action,
        side=trip.side,
        kinds=trip.kinds,
        model=model,
        run_id=scope.run_id,
        node=scope.node,
        app_id=scope.app_id,
        key_id=scope.key_id,
        end_user=scope.end_user,
    )
    try:
        async with asyncio.timeout(_SOON_S):
            await bus.publish(fact, tenant=scope.tenant)
    except (SkepError, TimeoutError):
        _LOG.warning("guardrail tripped and nobody was told", extra={"rule_id": trip.rule.id})
