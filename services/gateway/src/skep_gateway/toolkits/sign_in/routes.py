"""Routes of signing in at the other side of a toolkit."""

from typing import Annotated, Final

from fastapi import Path

from skep_contracts.plugins.toolkits import GRANT_FIELD, toolkit_kind
from skep_contracts.problems import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    ProviderFailed,
    ProviderTimedOut,
)
from skep_contracts.topology import credential_key
from skep_gateway.credentials.mirror import CredentialMirror
from skep_gateway.credentials.repository import CredentialRepository
from skep_gateway.toolkits.set_up import find_kind, find_toolkit, sealed_settings, settings_of
from skep_gateway.toolkits.sign_in.begin import begin, come_back, hint_of, plain
from skep_gateway.toolkits.sign_in.discovery import Client, find_place, register
from skep_gateway.toolkits.sign_in.tokens import exchange
from skep_gateway.toolkits.views import SignInEnd, SignInRequest, SignInView, ToolkitView
from skep_gateway.web.dependencies import Caller, Work, provided
from skep_gateway.web.limits import allow, limits
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_runtime.database import Database
from skep_runtime.egress import EgressClient
from skep_runtime.plugins import PluginHost
from skep_runtime.vault import Vault

router = api_router("/api/v1", tag="tools")

Id = Annotated[str, Path(max_length=64)]
Plugins = Annotated[PluginHost, provided(PluginHost)]
Mirror = Annotated[CredentialMirror, provided(CredentialMirror)]
TheVault = Annotated[Vault, provided(Vault)]
Data = Annotated[Database, provided(Database)]
Egress = Annotated[EgressClient, provided(EgressClient)]
_ASK_S: Final = 60.0


@router.post(
    "/toolkits/{toolkit_id}/sign-ins",
    responses=problems(Forbidden, NotFound, ProviderFailed, ProviderTimedOut),
)
@allow("admin")
@limits(timeout_s=_ASK_S)
async def begin_sign_in(
    *,
    toolkit_id: Id,
    body: SignInRequest,
    caller: Caller,
    database: Data,
    plugins: Plugins,
    vault: TheVault,
    egress: Egress,
) -> SignInView:
    """Tell where to sign in at the other side; the browser comes back to `redirect_uri`."""
    async with database.reading() as session:
        row = await find_toolkit(CredentialRepository(session, caller.tenant), toolkit_id)
    kind = find_kind(plugins, toolkit_kind(row.provider) or "")
    if not kind.signs_in_at:
        raise InvalidInput(f"Nobody signs in at a {kind.title}.", code="no_sign_in")
    settings = settings_of(vault, row)
    url = str(settings.get(kind.signs_in_at, ""))
    place = await find_place(egress, url, scope=str(settings.get("oauth_scope") or ""))
    if client_id := str(settings.get("oauth_client_id") or ""):
        client = Client(id=client_id, secret=str(settings.get("oauth_client_secret") or ""))
    else:
        client = await register(egress, place.server, body.redirect_uri)
    address = begin(
        vault,
        caller,
        toolkit=(toolkit_id, url),
        place=place,
        client=client,
        redirect_uri=body.redirect_uri,
    )
    return SignInView(address=address)


@router.post(
    "/toolkit-sign-ins",
    responses=problems(Forbidden, NotFound, Conflict, ProviderFailed, ProviderTimedOut),
)
@allow("admin")
@limits(timeout_s=_ASK_S)
async def end_sign_in(
    *,
    body: SignInEnd,
    caller: Caller,
    work: Work,
    plugins: Plugins,
    vault: TheVault,
    egress: Egress,
    mirror: Mirror,
) -> ToolkitView:
    """Take what the browser came back with, and keep what was granted."""
    pending = come_back(vault, caller, body)
    grant = await exchange(
        egress,
        pending.grant,
        code=body.code,
        verifier=pending.verifier,
        redirect_uri=pending.redirect_uri,
    )
    repository = CredentialRepository(await work.session(), caller.tenant)
    row = await find_toolkit(repository, pending.toolkit_id)
    settings = settings_of(vault, row)
    kind = find_kind(plugins, toolkit_kind(row.provider) or "")
    if settings.get(kind.signs_in_at) != pending.url:
        raise Conflict(
            "The toolkit's address was changed meanwhile. Sign in at the new one.",
            code="toolkit_changed",
        )
    row.sealed = sealed_settings(vault, row, {**settings, GRANT_FIELD: plain(grant)})
    row.hints = {**row.hints, GRANT_FIELD: hint_of(grant)}
    await repository.changed(row)
    key = credential_key(caller.tenant, row.provider, row.id)
    work.after_commit(lambda: mirror.mirror_soon(key))
    return ToolkitView.of(row)


@router.delete(
    "/toolkits/{toolkit_id}/sign-ins", status_code=204, responses=problems(Forbidden, NotFound)
)
@allow("admin")
async def forget_sign_in(
    *, toolkit_id: Id, caller: Caller, work: Work, vault: TheVault, mirror: Mirror
) -> None:
    """Forget what was granted; the other side still lists Skep until somebody removes it there."""
    repository = CredentialRepository(await work.session(), caller.tenant)
    row = await find_toolkit(repository, toolkit_id)
    settings = settings_of(vault, row)
    settings.pop(GRANT_FIELD, None)
    row.sealed = sealed_settings(vault, row, settings)
    row.hints = {name: hint for name, hint in row.hints.items() if name != GRANT_FIELD}
    await repository.changed(row)
    key = credential_key(caller.tenant, row.provider, row.id)
    work.after_commit(lambda: mirror.mirror_soon(key))
