"""Routes of guardrails."""

from typing import Annotated

from skep_contracts.problems import Forbidden, InvalidInput, TooLarge, Unavailable
from skep_gateway.guardrails.rules import faults_of, read_rules, rule_of, write_rules
from skep_gateway.guardrails.views import (
    GuardrailKindView,
    RulesView,
    TrialRequest,
    TrialView,
)
from skep_gateway.web.dependencies import Tenant, provided
from skep_gateway.web.limits import allow, unaudited
from skep_gateway.web.pages import Page
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_inference.guarding.looking import BlockedError, looked_at
from skep_inference.guarding.rule_book import RuleBook
from skep_runtime.bus import Bus
from skep_runtime.plugins import PluginHost

router = api_router("/api/v1", tag="guardrails")

OnBus = Annotated[Bus, provided(Bus)]
Plugins = Annotated[PluginHost, provided(PluginHost)]


@router.get("/guardrail-kinds", responses=problems(Forbidden))
@allow("apps:read")
async def list_kinds(plugins: Plugins) -> Page[GuardrailKindView]:
    """List the kinds of guardrails, with the forms of their settings."""
    kinds = sorted(plugins.guardrails.items())
    return Page(items=[GuardrailKindView.of(kind) for _, kind in kinds])


@router.get("/guardrails", responses=problems(Forbidden, Unavailable))
@allow("admin")
async def show_rules(tenant: Tenant, bus: OnBus) -> RulesView:
    """Show the workspace's guardrails, in the order in which they look."""
    return await read_rules(bus, tenant)


@router.put("/guardrails", responses=problems(Forbidden, TooLarge, Unavailable))
@allow("admin")
async def put_rules(body: RulesView, tenant: Tenant, bus: OnBus, plugins: Plugins) -> RulesView:
    """Replace the workspace's guardrails; every worker goes by them within a second."""
    await write_rules(bus, plugins, tenant, body)
    return body


@router.post("/guardrails/trials", responses=problems(Forbidden, Unavailable))
@allow("admin")
@unaudited
async def try_rule(body: TrialRequest, plugins: Plugins) -> TrialView:
    """Try a text against a rule, whether it is in use or not."""
    faults = faults_of(plugins, body.rule, "/rule")
    if faults:
        raise InvalidInput(f"The guardrail cannot be used: {faults[0].message}.", errors=faults)
    rule = rule_of(body.rule)
    try:
        text, trips = await looked_at(RuleBook(plugins), [rule], body.text, rule.sides[0])
    except BlockedError as error:
        return TrialView(action="block", kinds=list(error.trip.kinds), text=body.text)
    if not trips:
        return TrialView(action="pass", kinds=[], text=text)
    return TrialView(action=rule.action, kinds=list(trips[0].kinds), text=text)
