"""Routes of budgets."""

from typing import Annotated

import msgspec
from fastapi import Path

from skep_contracts.ids import is_id, new_id
from skep_contracts.money.budgets import Budget
from skep_contracts.problems import Conflict, FieldError, Forbidden, InvalidInput, NotFound
from skep_gateway.budgets.repository import BudgetRepository
from skep_gateway.budgets.views import BudgetChange, BudgetList, BudgetRequest, BudgetView
from skep_gateway.web.dependencies import Tenant, provided
from skep_gateway.web.limits import allow
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_runtime.bus import Bus
from skep_runtime.clock import now

router = api_router("/api/v1/budgets", tag="budgets")

Id = Annotated[str, Path(max_length=64)]
OnBus = Annotated[Bus, provided(Bus)]


@router.post("", status_code=201, responses=problems(Forbidden, Conflict))
@allow("admin")
async def create_budget(*, body: BudgetRequest, tenant: Tenant, bus: OnBus) -> BudgetView:
    """Set a limit; it holds within moments, for every call that begins then."""
    if body.subject in {"tenant", "run"} and body.subject_id is not None:
        message = f"a budget of {'the workspace' if body.subject == 'tenant' else 'runs'} has none"
        raise InvalidInput(
            "This budget is not of one app, key or person.",
            errors=[FieldError(pointer="/subject_id", message=message)],
        )
    budget = Budget(id=new_id("budget"), **body.model_dump())
    repository = BudgetRepository(bus, tenant)
    await repository.add(budget)
    return await _shown(repository, budget)


@router.get("", responses=problems(Forbidden))
@allow("runs:read")
async def list_budgets(*, tenant: Tenant, bus: OnBus) -> BudgetList:
    """List every budget, oldest first, with what is spent in the present period."""
    repository = BudgetRepository(bus, tenant)
    return BudgetList(items=[await _shown(repository, each) for each in await repository.all()])


@router.get("/{budget_id}", responses=problems(Forbidden, NotFound))
@allow("runs:read")
async def show_budget(*, budget_id: Id, tenant: Tenant, bus: OnBus) -> BudgetView:
    """Show a budget."""
    repository = BudgetRepository(bus, tenant)
    budget, _ = await repository.get(_checked(budget_id))
    return await _shown(repository, budget)


@router.patch("/{budget_id}", responses=problems(Forbidden, NotFound, Conflict))
@allow("admin")
async def change_budget(
    *, budget_id: Id, body: BudgetChange, tenant: Tenant, bus: OnBus
) -> BudgetView:
    """Raise or lower a limit, or rename it; runs that it paused are let go on by a resumption."""
    repository = BudgetRepository(bus, tenant)
    budget, revision = await repository.get(_checked(budget_id))
    changed = msgspec.structs.replace(budget, **body.model_dump(exclude_none=True))
    await repository.change(changed, revision)
    return await _shown(repository, changed)


@router.delete("/{budget_id}", status_code=204, responses=problems(Forbidden))
@allow("admin")
async def delete_budget(*, budget_id: Id, tenant: Tenant, bus: OnBus) -> None:
    """Remove a budget."""
    await BudgetRepository(bus, tenant).delete(_checked(budget_id))


def _checked(budget_id: str) -> str:
    if not is_id("budget", budget_id):
        raise NotFound("There is no budget of that id.")
    return budget_id


async def _shown(repository: BudgetRepository, budget: Budget) -> BudgetView:
    now_ms = int(now().timestamp() * 1000)
    return BudgetView.of(budget, await repository.spending(budget), now_ms=now_ms)
