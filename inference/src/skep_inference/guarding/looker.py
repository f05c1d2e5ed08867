"""What one call sends and gets, as the workspace's rules let it through."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from skep_inference.guarding.looking import BlockedError, NotLookedError, Trip, looked_at
from skep_inference.guarding.rule_book import RuleBook, Side
from skep_inference.scope import CallScope

Told: TypeAlias = Callable[[Trip], Awaitable[None]]


class Looker:
    """Looks at the texts of one call. `told` hears of every rule that found something.

    Each method raises `BlockedError` when a rule refuses, and `NotLookedError` when a guardrail
    cannot look.
    """

    def __init__(self, book: RuleBook, *, scope: CallScope, told: Told) -> None:
        """Look by the rules of the scope's tenant and app."""
        self._book = book
        self._scope = scope
        self._told = told

    async def sent(self, text: str) -> str:
        """Return a text as it may be sent to a model."""
        return await self._looked(text, "input")

    async def given(self, text: str) -> str:
        """Return a text of a model as it may be told."""
        return await self._looked(text, "output")

    async def _looked(self, text: str, side: Side) -> str:
        rules = self._book.of(self._scope.tenant, self._scope.app_id, side)
        if not rules:
            return text
        try:
            text, trips = await looked_at(self._book, rules, text, side)
        except (BlockedError, NotLookedError) as error:
            await self.tell(error.trips)
            raise
        await self.tell(trips)
        return text

    async def tell(self, trips: Sequence[Trip]) -> None:
        """Say which rules found something."""
        for trip in trips:
            await self._told(trip)
