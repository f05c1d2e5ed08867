"""Routes that answer without a credential; `web.limits.PUBLIC_ROUTES` says why each may."""

from typing import Annotated

from fastapi import Request
from starlette.responses import Response

from skep_gateway.system import pages
from skep_gateway.system.readiness import ReadinessProbe
from skep_gateway.web.dependencies import provided
from skep_gateway.web.route import api_router
from skep_gateway.web.shapes import JsonResponse
from skep_runtime.telemetry import prometheus_text

router = api_router("", tag="system")


@router.get("/docs", include_in_schema=False)
async def show_reference(request: Request) -> Response:
    """Show what the API offers."""
    return pages.reference(request.app.openapi())


@router.get("/api/v1/openapi.json", include_in_schema=False)
async def show_openapi(request: Request) -> Response:
    """Return the OpenAPI document."""
    return JsonResponse(request.app.openapi(), headers={"Cache-Control": "no-cache"})


@router.get("/healthz")
async def show_health() -> Response:
    """Tell that this process answers."""
    return JsonResponse({"status": "ok"})


@router.get("/readyz")
async def show_readiness(
    probe: Annotated[ReadinessProbe, provided(ReadinessProbe)],
) -> Response:
    """Tell whether work can be done, and what is missing; 503 when it cannot."""
    found = await probe.read()
    return JsonResponse(found, status_code=200 if found.ready else 503)


@router.get("/metrics")
async def show_metrics() -> Response:
    """Return the metrics of this process in Prometheus' text format."""
    return Response(prometheus_text(), media_type="text/plain; version=0.0.4; charset=utf-8")
