"""What a route may ask for: `Caller`, `Tenant`, `Session`, and what the composition root made."""

from typing import Annotated, Any, TypeVar, cast

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from skep_contracts.ids import TenantId
from skep_gateway.web.caller import CallerIdentity
from skep_gateway.web.unit_of_work import UnitOfWork

T = TypeVar("T")


def resource(request: Request, kind: type[T]) -> T:
    """Return the object of that class which the composition root made."""
    return cast("T", request.app.state.resources[kind])


def provided(kind: type[T]) -> Any:
    """Return the dependency that gives a route the object of class `kind`."""

    async def provide(request: Request) -> T:
        return resource(request, kind)

    return Depends(provide)


async def current_caller(request: Request) -> CallerIdentity:
    """Return who calls; the route has authenticated them before anything else ran."""
    return cast("CallerIdentity", request.scope["skep.caller"])


async def current_tenant(request: Request) -> TenantId:
    """Return the caller's tenant."""
    return cast("CallerIdentity", request.scope["skep.caller"]).tenant


async def current_work(request: Request) -> UnitOfWork:
    """Return the request's unit of work."""
    return cast("UnitOfWork", request.scope["skep.work"])


async def current_session(request: Request) -> AsyncSession:
    """Return the request's database session; nothing slow is waited for while it is held."""
    return await cast("UnitOfWork", request.scope["skep.work"]).session()


Caller = Annotated[CallerIdentity, Depends(current_caller)]
Tenant = Annotated[TenantId, Depends(current_tenant)]
Work = Annotated[UnitOfWork, Depends(current_work)]
Session = Annotated[AsyncSession, Depends(current_session)]
