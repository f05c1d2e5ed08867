"""Routes of usage, statistics and the sandbox: questions that other services answer."""

from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import Query
from starlette.responses import Response

from skep_contracts.calls.code import DescribeSandbox, DescribeSandboxReply
from skep_contracts.calls.run import ReadUsage, ReadUsageReply
from skep_contracts.calls.statistics import Bucket, ReadStatistics, ReadStatisticsReply
from skep_contracts.problems import FieldError, Forbidden, InvalidInput, NotFound, Unavailable
from skep_gateway.apps.find_app import AppFinder
from skep_gateway.web.dependencies import Tenant, provided
from skep_gateway.web.limits import allow
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_gateway.web.shapes import JsonResponse, answers
from skep_runtime.bus import Bus
from skep_runtime.clock import now

router = api_router("/api/v1", tag="usage")

OnBus = Annotated[Bus, provided(Bus)]
Apps = Annotated[AppFinder, provided(AppFinder)]
Instant = Annotated[datetime | None, Query()]
AppRef = Annotated[str | None, Query(max_length=200)]
UtcOffset = Annotated[int, Query(ge=-14 * 60, le=14 * 60)]
_CALL_S: Final = 15.0
_USUAL_SPAN: Final = timedelta(days=7)
_LONGEST: Final[dict[Bucket, timedelta]] = {"hour": timedelta(days=32), "day": timedelta(days=367)}


@router.get(
    "/usage",
    responses={
        **problems(Forbidden, NotFound, Unavailable),
        200: answers(ReadUsageReply, "Sums by hour or day, app and model, in order of time"),
    },
)
@allow("runs:read")
async def read_usage(
    *,
    tenant: Tenant,
    bus: OnBus,
    apps: Apps,
    since: Instant = None,
    until: Instant = None,
    app: AppRef = None,
    bucket: Annotated[Bucket, Query()] = "hour",
    utc_offset: UtcOffset = 0,
) -> Response:
    """Read what models were used and what they cost; a cost is null where no price is known.

    Days begin where a clock says so that is `utc_offset` minutes ahead of UTC.
    """
    _check_zones(since=since, until=until)
    call = ReadUsage(
        since=since,
        until=until,
        app_id=await apps.id_of(tenant, app) if app is not None else None,
        bucket=bucket,
        utc_offset=utc_offset,
    )
    return JsonResponse(
        await bus.call(call, tenant=tenant, reply=ReadUsageReply, timeout_s=_CALL_S)
    )


@router.get(
    "/statistics",
    responses={
        **problems(Forbidden, NotFound, Unavailable),
        200: answers(ReadStatisticsReply, "Sums over the runs that began in the span"),
    },
)
@allow("runs:read")
async def read_statistics(
    *,
    tenant: Tenant,
    bus: OnBus,
    apps: Apps,
    since: Instant = None,
    until: Instant = None,
    app: AppRef = None,
    bucket: Annotated[Bucket, Query()] = "hour",
    utc_offset: UtcOffset = 0,
    with_drafts: Annotated[bool, Query()] = True,
) -> Response:
    """Read how runs went: by hour (at most 32 days) or by day (367), by app, and by problem.

    Without `until` it is now, without `since` seven days before that.
    """
    since, until = _span(since, until, bucket)
    call = ReadStatistics(
        since=since,
        until=until,
        app_id=await apps.id_of(tenant, app) if app is not None else None,
        bucket=bucket,
        utc_offset=utc_offset,
        with_drafts=with_drafts,
    )
    return JsonResponse(
        await bus.call(call, tenant=tenant, reply=ReadStatisticsReply, timeout_s=_CALL_S)
    )


def _check_zones(**instants: datetime | None) -> None:
    for name, instant in instants.items():
        if instant is not None and instant.tzinfo is None:
            raise InvalidInput(
                f"{name} needs a time zone, such as 2026-01-31T00:00:00Z.",
                errors=[FieldError(pointer=f"/{name}", message="no time zone")],
            )


def _span(
    since: datetime | None, until: datetime | None, bucket: Bucket
) -> tuple[datetime, datetime]:
    _check_zones(since=since, until=until)
    until = until or now()
    try:
        since = since or until - _USUAL_SPAN
        length = until - since
    except OverflowError as error:
        raise InvalidInput("There is no such span of time.") from error
    longest = _LONGEST[bucket]
    if not timedelta() < length <= longest:
        message = f"not between 0 and {longest.days} days before until"
        raise InvalidInput(
            f"By the {bucket}, runs are summed over at most {longest.days} days.",
            errors=[FieldError(pointer="/since", message=message)],
        )
    return since, until


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
