"""Routes of plugins. Files are put in place by the command line; here the services are told."""

from typing import Annotated

from fastapi import Path

from skep_contracts.problems import Forbidden, NotFound
from skep_gateway.plugins.ask_services import ask_services
from skep_gateway.plugins.installed import InstalledPlugins
from skep_gateway.plugins.views import (
    Distribution,
    FailureView,
    LoadedView,
    PluginRequest,
    PluginsView,
    PluginView,
    ServiceView,
)
from skep_gateway.web.dependencies import provided
from skep_gateway.web.limits import allow
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_runtime.bus import Bus

router = api_router("/api/v1/plugins", tag="plugins")

Installed = Annotated[InstalledPlugins, provided(InstalledPlugins)]


@router.get("", responses=problems(Forbidden))
@allow("admin")
async def list_plugins(installed: Installed, bus: Annotated[Bus, provided(Bus)]) -> PluginsView:
    """List plugins, what each service has loaded of them, and what could not be loaded."""
    told = await ask_services(bus)
    return PluginsView(
        items=await installed.list(),
        services={
            service: ServiceView(
                answers=reply is not None,
                loaded=[
                    LoadedView(name=each.name, version=each.version, groups=list(each.groups))
                    for each in (reply.loaded if reply else ())
                ],
            )
            for service, reply in told.items()
        },
        failures=[
            FailureView(service=service, name=each.name, group=each.group, reason=each.reason)
            for service, reply in told.items()
            for each in (reply.failures if reply else ())
        ],
    )


@router.post("", status_code=201, responses=problems(Forbidden))
@allow("operator")
async def record_plugin(body: PluginRequest, installed: Installed) -> PluginView:
    """Tell every service that a plugin's files are in place; they load it without a restart."""
    return await installed.record(body)


@router.delete("/{name}", status_code=204, responses=problems(Forbidden, NotFound))
@allow("operator")
async def remove_plugin(
    name: Annotated[Distribution, Path(max_length=100)], installed: Installed
) -> None:
    """Tell every service that a plugin is gone; they unload it without a restart."""
    await installed.remove(name)
