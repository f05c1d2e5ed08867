"""Routes of tools and agent strategies."""

from typing import Annotated

from skep_contracts.plugins.tools import credential_owner
from skep_contracts.problems import Forbidden
from skep_gateway.credentials.repository import CredentialRepository
from skep_gateway.tools.views import StrategyView, ToolView
from skep_gateway.web.dependencies import Session, Tenant, provided
from skep_gateway.web.limits import allow
from skep_gateway.web.pages import Page
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_runtime.plugins import PluginHost

router = api_router("/api/v1", tag="tools")

Plugins = Annotated[PluginHost, provided(PluginHost)]


@router.get("/tools", responses=problems(Forbidden))
@allow("apps:read")
async def list_tools(tenant: Tenant, session: Session, plugins: Plugins) -> Page[ToolView]:
    """List the installed tools with the JSON Schemas of their arguments and credentials."""
    repository = CredentialRepository(session, tenant)
    items = []
    for name, tool in sorted(plugins.tools.items()):
        takes = bool(tool.credential_schema)
        has = takes and bool(await repository.of_provider(credential_owner(name)))
        items.append(ToolView.of(tool, has_credential=has))
    return Page(items=items)


@router.get("/agent-strategies", responses=problems(Forbidden))
@allow("apps:read")
async def list_strategies(plugins: Plugins) -> Page[StrategyView]:
    """List the installed agent strategies."""
    return Page(items=[StrategyView.of(each) for _, each in sorted(plugins.strategies.items())])
