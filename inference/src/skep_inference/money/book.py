"""Which budgets there are."""

import logging
from collections.abc import Iterator
from typing import Final

import msgspec

from skep_contracts.money.budgets import Budget
from skep_inference.scope import CallScope

_LOG: Final = logging.getLogger(__name__)
_decode: Final = msgspec.json.Decoder(Budget).decode


class BudgetBook:
    """Follows the bucket of budgets."""

    def __init__(self) -> None:
        """Know none."""
        self._budgets: dict[str, dict[str, Budget]] = {}

    def put(self, key: str, value: bytes, revision: int) -> None:
        """Take a budget."""
        tenant, _, budget_id = key.partition(".")
        try:
            budget = _decode(value)
        except msgspec.DecodeError:
            _LOG.warning("budget cannot be read", extra={"key": key, "revision": revision})
            return
        self._budgets.setdefault(tenant, {})[budget_id] = budget

    def remove(self, key: str) -> None:
        """Forget a budget."""
        tenant, _, budget_id = key.partition(".")
        of_tenant = self._budgets.get(tenant, {})
        of_tenant.pop(budget_id, None)
        if not of_tenant:
            self._budgets.pop(tenant, None)

    def of(self, scope: CallScope) -> Iterator[tuple[Budget, str]]:
        """Yield the budgets that a call falls under, each with whom it counts."""
        of_tenant = self._budgets.get(scope.tenant)
        if not of_tenant:
            return
        ids = {
            "tenant": "",
            "app": scope.app_id,
            "key": scope.key_id,
            "end_user": scope.end_user,
            "run": scope.run_id,
        }
        for budget in of_tenant.values():
            who = ids[budget.subject]
            if who is not None and budget.subject_id in {None, who}:
                yield budget, who

    def get(self, tenant: str, budget_id: str) -> Budget | None:
        """Return a budget as it is now."""
        return self._budgets.get(tenant, {}).get(budget_id)
