"""Shapes of budgets."""

from typing import Annotated

from pydantic import Field

from skep_contracts.money.budgets import UNITS_PER_USD, Budget, Measure, Period, Spending, Subject
from skep_gateway.web.shapes import Line, View

SubjectId = Annotated[str, Field(min_length=1, max_length=128)]


class BudgetRequest(View):
    """Sets a limit."""

    name: Annotated[Line, Field(min_length=1, max_length=100)]
    subject: Subject
    """Whose calls count together."""
    subject_id: SubjectId | None = None
    """The one app, key or person; when left out, each of them has the limit for itself."""
    measure: Measure = "usd"
    limit: Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
    """US dollars, tokens in and out together, or answered calls of models."""
    period: Period = "month"
    """Days and months are those of UTC."""


class BudgetChange(View):
    """Changes a budget; what is left out stays."""

    name: Annotated[Line, Field(min_length=1, max_length=100)] | None = None
    limit: Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)] | None = None


class BudgetView(View):
    """A budget and what is spent of it in the present period."""

    id: str
    name: str
    subject: Subject
    subject_id: str | None
    measure: Measure
    limit: float
    period: Period
    spent: float | None
    """None when the limit is for each app, key, person or run."""
    held: float | None
    """Of calls under way."""

    @classmethod
    def of(cls, budget: Budget, spending: Spending | None, *, now_ms: int) -> "BudgetView":
        """Show a budget."""
        unit = UNITS_PER_USD if budget.measure == "usd" else 1
        return cls(
            id=budget.id,
            name=budget.name,
            subject=budget.subject,
            subject_id=budget.subject_id,
            measure=budget.measure,
            limit=budget.limit,
            period=budget.period,
            spent=None if spending is None else (spending.spent + spending.lapsed(now_ms)) / unit,
            held=None if spending is None else spending.held(now_ms) / unit,
        )


class BudgetList(View):
    """Every budget of the tenant."""

    items: list[BudgetView]
    next_cursor: None = None
