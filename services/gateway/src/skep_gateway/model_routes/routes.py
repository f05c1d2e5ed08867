"""The address of the routes of models."""

from typing import Annotated

from skep_contracts.problems import Forbidden
from skep_gateway.model_routes.set_routes import read_routes, write_routes
from skep_gateway.model_routes.views import ModelRoutesView
from skep_gateway.web.dependencies import Tenant, provided
from skep_gateway.web.limits import allow
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_runtime.bus import Bus
from skep_runtime.plugins import PluginHost

router = api_router("/api/v1/model-routes", tag="models")

OnBus = Annotated[Bus, provided(Bus)]
Plugins = Annotated[PluginHost, provided(PluginHost)]


@router.get("", responses=problems(Forbidden))
@allow("apps:read")
async def show_model_routes(tenant: Tenant, bus: OnBus) -> ModelRoutesView:
    """Show which way calls of models take."""
    return await read_routes(bus, tenant)


@router.put("", responses=problems(Forbidden))
@allow("admin")
async def set_model_routes(
    body: ModelRoutesView, tenant: Tenant, bus: OnBus, plugins: Plugins
) -> ModelRoutesView:
    """Set all routes anew; they hold within moments, for calls that begin then."""
    await write_routes(bus, plugins, tenant, body)
    return body
