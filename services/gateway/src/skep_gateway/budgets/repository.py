"""Budgets in the bucket that every process follows, and what is spent of them."""

from typing import Final

import msgspec

from skep_contracts.ids import TenantId
from skep_contracts.money.budgets import Budget, Spending, budget_key, counter_key
from skep_contracts.problems import Conflict, NotFound
from skep_contracts.topology import BUDGETS, SPENDING
from skep_runtime.bus import Bus
from skep_runtime.clock import now

MAX_BUDGETS: Final = 200
"""Each call looks at all of its tenant's."""


class BudgetRepository:
    """The budgets of one tenant."""

    def __init__(self, bus: Bus, tenant: TenantId) -> None:
        self._budgets = bus.bucket(BUDGETS)
        self._spending = bus.bucket(SPENDING)
        self._tenant = tenant

    async def all(self) -> list[Budget]:
        """Return every budget, oldest first."""
        entries = [await self._budgets.get(key) for key in await self._keys()]
        return [msgspec.json.decode(e.value, type=Budget) for e in entries if e is not None]

    async def _keys(self) -> list[str]:
        return await self._budgets.keys(budget_key(self._tenant, ""))

    async def get(self, budget_id: str) -> tuple[Budget, int]:
        """Return a budget and its revision.

        Raises:
            NotFound: The tenant has none of that id.
        """
        entry = await self._budgets.get(budget_key(self._tenant, budget_id))
        if entry is None:
            raise NotFound("There is no budget of that id.")
        return msgspec.json.decode(entry.value, type=Budget), entry.revision

    async def add(self, budget: Budget) -> None:
        """Add a budget.

        Raises:
            Conflict: There are too many.
        """
        if len(await self._keys()) >= MAX_BUDGETS:
            raise Conflict(f"A workspace has at most {MAX_BUDGETS} budgets.", code="too_many")
        await self._budgets.create(budget_key(self._tenant, budget.id), msgspec.json.encode(budget))

    async def change(self, budget: Budget, revision: int) -> None:
        """Replace a budget that is still at `revision`.

        Raises:
            Conflict: Somebody else has changed it.
        """
        key = budget_key(self._tenant, budget.id)
        await self._budgets.update(key, msgspec.json.encode(budget), revision)

    async def delete(self, budget_id: str) -> None:
        """Remove a budget; what was spent of it stays until it is forgotten."""
        await self._budgets.delete(budget_key(self._tenant, budget_id))

    async def spending(self, budget: Budget) -> Spending | None:
        """Return what is spent in the present period; None when everybody counts for themselves."""
        if budget.subject != "tenant" and budget.subject_id is None:
            return None
        entry = await self._spending.get(
            counter_key(self._tenant, budget, budget.subject_id or "", now())
        )
        return Spending() if entry is None else msgspec.json.decode(entry.value, type=Spending)
