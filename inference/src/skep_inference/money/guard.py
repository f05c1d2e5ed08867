"""Lets calls pass that budgets cover."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from skep_contracts.money.budgets import UNITS_PER_USD, Budget, counter_key
from skep_contracts.plugins.models import Usage
from skep_contracts.problems import BudgetExhausted, InvalidInput
from skep_contracts.topology import SPENDING
from skep_inference.money.book import BudgetBook
from skep_inference.money.counter import Counter
from skep_inference.money.counters import Counters
from skep_inference.prices import cost_usd
from skep_inference.scope import CallScope, ResolvedModel

if TYPE_CHECKING:
    from skep_runtime.bus import Bus

PATIENCE_S: Final = 20.0
"""How long a call waits for others to settle what they hold of a budget."""
_WORDS: Final = {
    "tenant": "the workspace",
    "app": "the app",
    "key": "the API key",
    "end_user": "the user",
    "run": "the run",
}
_UNITS: Final = {"tokens": "tokens", "requests": "calls"}


class Reservation:
    """What is held of budgets for one attempt."""

    def __init__(self, model: ResolvedModel) -> None:
        """Hold nothing yet."""
        self._model = model
        self._held: list[tuple[Counter, Budget, int]] = []

    def add(self, counter: Counter, budget: Budget, units: int) -> None:
        """Note what is held."""
        self._held.append((counter, budget, units))

    def settle(self, usage: Usage, *, is_answered: bool) -> None:
        """Count what the attempt did cost, and give the rest back. Safe to repeat.

        What cannot be priced did cost all that was held for it.
        """
        held, self._held = self._held, []
        for counter, budget, units in held:
            try:
                spent = _units(budget, self._model, usage, is_answered=is_answered)
            except InvalidInput:
                spent = units
            counter.settle(units, spent)

    def release(self) -> None:
        """Give everything back: nothing was called."""
        held, self._held = self._held, []
        for counter, _, units in held:
            counter.settle(units, 0)


class BudgetGuard:
    """Reserves and settles for this process.

    Args:
        bus: Holds the counters.
        book: Which budgets there are.
    """

    def __init__(self, bus: "Bus", book: BudgetBook) -> None:
        """Count nothing yet."""
        self._book = book
        self._counters = Counters(bus, SPENDING)

    def counts_tokens(self, scope: CallScope) -> bool:
        """Tell whether a call falls under a budget of money or tokens, so that its size matters."""
        return any(budget.measure != "requests" for budget, _ in self._book.of(scope))

    async def reserve(self, scope: CallScope, model: ResolvedModel, expected: Usage) -> Reservation:
        """Hold what a call may cost at the most, of every budget it falls under.

        Raises:
            BudgetExhausted: One of them does not cover it.
            InvalidInput: A budget counts money, and the model's price is not known.
            Unavailable: The counters cannot be read or written at present.
        """
        reservation = Reservation(model)
        try:
            for budget, who in self._book.of(scope):
                units = _units(budget, model, expected, is_answered=True)
                counter = self._counter(scope.tenant, budget, who)
                if not await counter.reserve(units, patience_s=PATIENCE_S):
                    raise _exhausted(budget, units)
                reservation.add(counter, budget, units)
        except BaseException:
            reservation.release()
            raise
        return reservation

    def _counter(self, tenant: str, budget: Budget, who: str) -> Counter:
        key = counter_key(tenant, budget, who, datetime.now(UTC))
        budget_id, lowest = budget.id, budget.units()

        def limit() -> int:
            present = self._book.get(tenant, budget_id)
            return lowest if present is None else present.units()

        return self._counters.get(key, limit)

    async def run(self) -> None:
        """Write what was spent now and then, until cancelled."""
        await self._counters.run()

    async def close(self) -> None:
        """Write what is left, and give back what was taken ahead."""
        await self._counters.close()


def _units(budget: Budget, model: ResolvedModel, usage: Usage, *, is_answered: bool) -> int:
    match budget.measure:
        case "requests":
            return int(is_answered)
        case "tokens":
            return usage.input_tokens + usage.output_tokens
    cost = cost_usd(model.info, usage)
    if cost is None:
        raise InvalidInput(
            f"The budget {budget.name!r} counts money, and no price of {model.reference} is known."
            " Set one with the operator's setting model_overrides, or count tokens.",
            code="price_unknown",
        )
    return round(cost * UNITS_PER_USD)


def _exhausted(budget: Budget, units: int) -> BudgetExhausted:
    span = {"total": "", "day": " for today", "month": " for this month"}[budget.period]
    limit = (
        f"{budget.limit:g} US dollars"
        if budget.measure == "usd"
        else f"{budget.limit:,.0f} {_UNITS[budget.measure]}"
    )
    needs = f"{units / UNITS_PER_USD:.6f} US dollars" if budget.measure == "usd" else f"{units:,}"
    return BudgetExhausted(
        f"The budget {budget.name!r} of {_WORDS[budget.subject]}, {limit}{span}, does not cover"
        f" this call, which may need up to {needs}. Raise it, or wait for the next period."
    )
