"""Routes of an app's secrets. `{app}` is an id or a name."""

from typing import Annotated

from fastapi import Path

from skep_contracts.graph import decode_document
from skep_contracts.problems import Forbidden, NotFound
from skep_gateway.app_secrets.store import SecretStore
from skep_gateway.app_secrets.views import SecretList, SecretRequest, SecretView
from skep_gateway.apps.find_app import AppFinder
from skep_gateway.apps.repository import AppRepository
from skep_gateway.web.dependencies import Session, Tenant, provided
from skep_gateway.web.limits import allow
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router

router = api_router("/api/v1/apps/{app}/secrets", tag="apps")

App = Annotated[str, Path(max_length=200)]
Name = Annotated[str, Path(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
Store = Annotated[SecretStore, provided(SecretStore)]
Apps = Annotated[AppFinder, provided(AppFinder)]


@router.get("", responses=problems(Forbidden, NotFound))
@allow("apps:read")
async def list_secrets(app: App, tenant: Tenant, session: Session, store: Store) -> SecretList:
    """List the secrets of an app: which there are, never what they are."""
    repository = AppRepository(session, tenant)
    row = await repository.get(app)
    draft = decode_document((await repository.draft(row.id)).content)
    declared = {variable.name for variable in draft.environment if variable.type == "secret"}
    held = await store.names(tenant, row.id)
    return SecretList(
        items=[
            SecretView(name=name, is_set=name in held, is_declared=name in declared)
            for name in sorted(declared | held)
        ]
    )


@router.put("/{name}", status_code=204, responses=problems(Forbidden, NotFound))
@allow("apps:write")
async def set_secret(
    *, app: App, name: Name, body: SecretRequest, tenant: Tenant, apps: Apps, store: Store
) -> None:
    """Give a secret its value. Runs that begin from now on use it; it cannot be read back."""
    app_id = await apps.existing(tenant, app)
    await store.keep(tenant, app_id, name, body.value.get_secret_value())


@router.delete("/{name}", status_code=204, responses=problems(Forbidden, NotFound))
@allow("apps:write")
async def remove_secret(*, app: App, name: Name, tenant: Tenant, apps: Apps, store: Store) -> None:
    """Forget a secret's value."""
    await store.remove(tenant, await apps.existing(tenant, app), name)
