"""Routes of toolkits."""

from typing import Annotated

from fastapi import Path

from skep_contracts.plugins.toolkits import toolkit_kind
from skep_contracts.problems import (
    Conflict,
    Forbidden,
    NotFound,
    ProviderFailed,
    ProviderTimedOut,
    TooLarge,
)
from skep_contracts.topology import credential_key
from skep_gateway.credentials.mirror import CredentialMirror
from skep_gateway.credentials.repository import CredentialRepository
from skep_gateway.toolkits.ask_toolkit import ask_toolkit
from skep_gateway.toolkits.set_up import change, find_kind, find_toolkit, set_up, settings_of
from skep_gateway.toolkits.views import (
    ToolkitChanges,
    ToolkitKindView,
    ToolkitRequest,
    ToolkitToolView,
    ToolkitView,
)
from skep_gateway.web.dependencies import Session, Tenant, Work, provided
from skep_gateway.web.limits import allow
from skep_gateway.web.pages import Page
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_runtime.database import Database
from skep_runtime.plugins import PluginHost
from skep_runtime.vault import Vault

router = api_router("/api/v1", tag="tools")

Id = Annotated[str, Path(max_length=64)]
Plugins = Annotated[PluginHost, provided(PluginHost)]
Mirror = Annotated[CredentialMirror, provided(CredentialMirror)]
TheVault = Annotated[Vault, provided(Vault)]
Data = Annotated[Database, provided(Database)]


@router.get("/toolkit-kinds", responses=problems(Forbidden))
@allow("apps:read")
async def list_kinds(plugins: Plugins) -> Page[ToolkitKindView]:
    """List the kinds of toolkits that can be set up, with the forms of their settings."""
    return Page(items=[ToolkitKindView.of(each) for _, each in sorted(plugins.toolkits.items())])


@router.post("/toolkits", status_code=201, responses=problems(Forbidden, Conflict, TooLarge))
@allow("admin")
async def add_toolkit(
    *,
    body: ToolkitRequest,
    tenant: Tenant,
    work: Work,
    plugins: Plugins,
    vault: TheVault,
    mirror: Mirror,
) -> ToolkitView:
    """Set up a toolkit. Its settings are sealed and never shown again; nothing is asked yet."""
    kind = find_kind(plugins, body.kind)
    repository = CredentialRepository(await work.session(), tenant)
    row = await set_up(repository, vault, tenant, kind, name=body.name, settings=body.settings)
    key = credential_key(tenant, row.provider, row.id)
    work.after_commit(lambda: mirror.mirror_soon(key))
    return ToolkitView.of(row)


@router.get("/toolkits", responses=problems(Forbidden))
@allow("apps:read")
async def list_toolkits(tenant: Tenant, session: Session) -> Page[ToolkitView]:
    """List the toolkits of the workspace, oldest first."""
    rows = await CredentialRepository(session, tenant).toolkits()
    return Page(items=[ToolkitView.of(row) for row in rows])


@router.get(
    "/toolkits/{toolkit_id}/tools",
    responses=problems(Forbidden, NotFound, ProviderFailed, ProviderTimedOut),
)
@allow("apps:read")
async def list_toolkit_tools(
    *, toolkit_id: Id, tenant: Tenant, database: Data, plugins: Plugins, vault: TheVault
) -> Page[ToolkitToolView]:
    """Ask a toolkit for its tools, now."""
    async with database.reading() as session:
        row = await find_toolkit(CredentialRepository(session, tenant), toolkit_id)
    kind = find_kind(plugins, toolkit_kind(row.provider) or "")
    return Page(items=await ask_toolkit(plugins, kind, row.name, settings_of(vault, row)))


@router.patch("/toolkits/{toolkit_id}", responses=problems(Forbidden, NotFound))
@allow("admin")
async def change_toolkit(
    *,
    toolkit_id: Id,
    body: ToolkitChanges,
    tenant: Tenant,
    work: Work,
    plugins: Plugins,
    vault: TheVault,
    mirror: Mirror,
) -> ToolkitView:
    """Change a toolkit's settings; what is left out stays, null removes a field."""
    repository = CredentialRepository(await work.session(), tenant)
    row = await find_toolkit(repository, toolkit_id)
    kind = find_kind(plugins, toolkit_kind(row.provider) or "")
    await change(repository, vault, row, kind=kind, settings=body.settings)
    key = credential_key(tenant, row.provider, row.id)
    work.after_commit(lambda: mirror.mirror_soon(key))
    return ToolkitView.of(row)


@router.delete("/toolkits/{toolkit_id}", status_code=204, responses=problems(Forbidden, NotFound))
@allow("admin")
async def delete_toolkit(
    *, toolkit_id: Id, tenant: Tenant, session: Session, work: Work, mirror: Mirror
) -> None:
    """Delete a toolkit; workflows that use its tools fail from now on."""
    repository = CredentialRepository(session, tenant)
    row = await find_toolkit(repository, toolkit_id)
    await repository.delete(row)
    key = credential_key(tenant, row.provider, row.id)
    work.after_commit(lambda: mirror.mirror_soon(key))
