"""Routes of usage and the sandbox's report: questions to other services, answered as they are."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import Query
from starlette.responses import Response

from skep_contracts.calls.code import DescribeSandbox, DescribeSandboxReply
from skep_contracts.calls.run import ReadUsage, ReadUsageReply
from skep_contracts.problems import FieldError, Forbidden, InvalidInput, NotFound, Unavailable
from skep_gateway.apps.find_app import AppFinder
from skep_gateway.web.dependencies import Tenant, provided
from skep_gateway.web.limits import allow
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_gateway.web.shapes import JsonResponse, answers
from skep_runtime.bus import Bus

router = api_router("/api/v1", tag="usage")

OnBus = Annotated[Bus, provided(Bus)]
Apps = Annotated[AppFinder, provided(AppFinder)]
_CALL_S: Final = 15.0


@router.get(
    "/usage",
    responses={
        **problems(Forbidden, NotFound, Unavailable),
        200: answers(ReadUsageReply, "Sums by hour, app and model, in order of time"),
    },
)
@allow("runs:read")
async def read_usage(
    *,
    tenant: Tenant,
    bus: OnBus,
    apps: Apps,
    since: Annotated[datetime | None, Query()] = None,
    until: Annotated[datetime | None, Query()] = None,
    app: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """Read what models were used and what they cost; a cost is null where no price is known."""
    for name, instant in (("since", since), ("until", until)):
        if instant is not None and instant.tzinfo is None:
            raise InvalidInput(
                f"{name} needs a time zone, such as 2026-01-31T00:00:00Z.",
                errors=[FieldError(pointer=f"/{name}", message="no time zone")],
            )
    app_id = await apps.id_of(tenant, app) if app is not None else None
    call = ReadUsage(since=since, until=until, app_id=app_id)
    return JsonResponse(
        await bus.call(call, tenant=tenant, reply=ReadUsageReply, timeout_s=_CALL_S)
    )


@router.get(
    "/sandbox",
    responses={
        **problems(Forbidden, Unavailable),
        200: answers(DescribeSandboxReply, "What isolation holds"),
    },
)
@allow("apps:read")
async def describe_sandbox(tenant: Tenant, bus: OnBus) -> Response:
    """Tell what isolation holds where user code runs, and how much is running."""
    return JsonResponse(
        await bus.call(
            DescribeSandbox(), tenant=tenant, reply=DescribeSandboxReply, timeout_s=_CALL_S
        )
    )
