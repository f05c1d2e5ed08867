"""Routes of credentials, providers, models and default models."""

from typing import Annotated

from fastapi import Path

from skep_contracts.problems import Conflict, Forbidden, InvalidInput, NotFound, SkepError
from skep_contracts.topology import credential_key
from skep_gateway.credentials.default_models import read_defaults, write_defaults
from skep_gateway.credentials.mirror import CredentialMirror
from skep_gateway.credentials.repository import CredentialRepository
from skep_gateway.credentials.seal_credential import (
    check_values,
    find_form,
    is_of_tool,
    open_credential,
    seal_credential,
)
from skep_gateway.credentials.views import (
    CredentialCheckView,
    CredentialRequest,
    CredentialView,
    DefaultModels,
    ModelView,
    ProviderView,
)
from skep_gateway.web.dependencies import Session, Tenant, Work, provided
from skep_gateway.web.limits import allow, unaudited
from skep_gateway.web.pages import Cursors, Page, Paging
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_inference import Inference
from skep_runtime.bus import Bus
from skep_runtime.database import Database
from skep_runtime.plugins import PluginHost
from skep_runtime.vault import Vault

router = api_router("/api/v1", tag="models")

Id = Annotated[str, Path(max_length=64)]
Plugins = Annotated[PluginHost, provided(PluginHost)]
Mirror = Annotated[CredentialMirror, provided(CredentialMirror)]
Data = Annotated[Database, provided(Database)]
Models = Annotated[Inference, provided(Inference)]
TheVault = Annotated[Vault, provided(Vault)]
TheBus = Annotated[Bus, provided(Bus)]


@router.post("/credentials", status_code=201, responses=problems(Forbidden, Conflict))
@allow("admin")
async def store_credential(
    *,
    body: CredentialRequest,
    tenant: Tenant,
    work: Work,
    plugins: Plugins,
    vault: TheVault,
    mirror: Mirror,
) -> CredentialView:
    """Store a credential of a provider, or of a tool as ``tool:name``; it is never shown again."""
    form = find_form(plugins, body.provider)
    check_values(form, body.values)
    row = seal_credential(vault, tenant, form, name=body.name, values=body.values)
    await CredentialRepository(await work.session(), tenant).add(row)
    key = credential_key(tenant, row.provider, row.id)
    work.after_commit(lambda: mirror.mirror_soon(key))
    return CredentialView.of(row)


@router.get("/credentials", responses=problems(Forbidden))
@allow("admin")
async def list_credentials(
    *,
    tenant: Tenant,
    session: Session,
    paging: Paging,
    cursors: Annotated[Cursors, provided(Cursors)],
) -> Page[CredentialView]:
    """List credentials, newest first."""
    before = cursors.open(paging.cursor, tenant=tenant, listing="credentials")
    rows = await CredentialRepository(session, tenant).page(before=before, limit=paging.limit + 1)
    shown, cursor = cursors.page(rows, paging, tenant=tenant, listing="credentials")
    return Page(items=[CredentialView.of(row) for row in shown], next_cursor=cursor)


@router.delete(
    "/credentials/{credential_id}", status_code=204, responses=problems(Forbidden, NotFound)
)
@allow("admin")
async def delete_credential(
    *, credential_id: Id, tenant: Tenant, session: Session, work: Work, mirror: Mirror
) -> None:
    """Delete a credential."""
    repository = CredentialRepository(session, tenant)
    row = await repository.get(credential_id)
    await repository.delete(row)
    key = credential_key(tenant, row.provider, row.id)
    work.after_commit(lambda: mirror.mirror_soon(key))


@router.post("/credentials/{credential_id}/checks", responses=problems(Forbidden, NotFound))
@allow("admin")
@unaudited
async def check_credential(
    *, credential_id: Id, tenant: Tenant, database: Data, vault: TheVault, models: Models
) -> CredentialCheckView:
    """Ask the provider whether a credential works."""
    async with database.reading() as session:
        row = await CredentialRepository(session, tenant).get(credential_id)
    if is_of_tool(row.provider):
        raise InvalidInput(
            "Credentials of tools cannot be checked; call the tool to see whether it works.",
            code="not_checkable",
        )
    try:
        values = open_credential(vault, row)
        await models.check_credential(row.provider, values, tenant=tenant)
    except SkepError as error:
        return CredentialCheckView(ok=False, code=error.exact_code, detail=error.detail)
    return CredentialCheckView(ok=True)


@router.get("/providers", responses=problems(Forbidden))
@allow("apps:read")
async def list_providers(tenant: Tenant, session: Session, plugins: Plugins) -> Page[ProviderView]:
    """List the installed model providers."""
    repository = CredentialRepository(session, tenant)
    items = []
    for _, provider in sorted(plugins.providers.items()):
        usable = not provider.needs_credential or bool(await repository.of_provider(provider.name))
        items.append(ProviderView.of(provider, is_usable=usable))
    return Page(items=items)


@router.get("/models", responses=problems(Forbidden))
@allow("apps:read")
async def list_models(tenant: Tenant, models: Models) -> Page[ModelView]:
    """List the models of installed providers: their catalogues, and what vendors list."""
    return Page(items=[ModelView.of(model) for model in await models.list_models(tenant)])


@router.get("/default-models", responses=problems(Forbidden))
@allow("apps:read")
async def show_default_models(tenant: Tenant, bus: TheBus) -> DefaultModels:
    """Show what ``default`` means in workflows."""
    return await read_defaults(bus, tenant)


@router.put("/default-models", responses=problems(Forbidden))
@allow("admin")
async def set_default_models(
    body: DefaultModels, tenant: Tenant, bus: TheBus, plugins: Plugins
) -> DefaultModels:
    """Choose what ``default`` means in workflows."""
    await write_defaults(bus, plugins, tenant, body)
    return body
