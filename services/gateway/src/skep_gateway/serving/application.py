"""From features to an ASGI application."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException

from skep_contracts.problems import SkepError
from skep_gateway.serving.console import FOLDER, Console, first_parts
from skep_gateway.serving.edge import Edge
from skep_gateway.serving.shortcut import Shortcut
from skep_gateway.web.body import BodyLimit
from skep_gateway.web.limits import PUBLIC_ROUTES, WebSettings
from skep_gateway.web.problems import (
    PROBLEM_SCHEMA,
    on_http_exception,
    on_skep_error,
    on_validation_error,
)

# `edge` has the one span and the one metric of a request. The framework has six spans of its own,
# knows the bodies that people send, and would obey variables that are not ours.
_NO_TELEMETRY: Final[TelemetryConfig] = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
_SECURITY: Final = {
    "api_key": {"type": "http", "scheme": "bearer", "description": "sk_… or ses_…"},
    "session": {"type": "apiKey", "in": "cookie", "name": "skep_session"},
}


class Feature(Protocol):
    """A module of routes."""

    router: APIRouter


def create_application(
    features: Iterable[Feature],
    resources: Mapping[type, object],
    *,
    settings: WebSettings,
    console: Path = FOLDER,
) -> FastAPI:
    """Build the application.

    Args:
        features: Modules of routes, tried in this order.
        resources: What routes ask for with `provided(…)`, by class.
        settings: The HTTP edge.
        console: Where the built console is.
    """
    app = FastAPI(
        title="Skep",
        version="1",
        summary="Applications of language models: workflows, agents, knowledge.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        separate_input_output_schemas=False,
        telemetry=_NO_TELEMETRY,
        exception_handlers={
            SkepError: on_skep_error,
            RequestValidationError: on_validation_error,
            HTTPException: on_http_exception,
        },
    )
    app.state.resources = resources
    for feature in features:
        app.router.routes.extend(feature.router.routes)
    paths = [getattr(route, "path", "") for route in app.router.routes]
    app.router.default = Console(app.router.default, reserved=first_parts(paths), folder=console)
    hosts = [host.strip() for host in settings.allowed_hosts.split(",") if host.strip()]
    app.add_middleware(Shortcut, routes=app.router.routes)
    app.add_middleware(BodyLimit)
    app.add_middleware(Edge, allowed_hosts=hosts, logs_all=settings.access_log == "all")
    _describe_problems(app)
    return app


def _describe_problems(app: FastAPI) -> None:
    describe = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = describe()
            components = schema.setdefault("components", {})
            components.setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
            components["securitySchemes"] = _SECURITY
            schema["security"] = [{name: []} for name in _SECURITY]
            for path, methods in schema["paths"].items():
                for method, operation in methods.items():
                    if f"{method.upper()} {path}" in PUBLIC_ROUTES:
                        operation["security"] = []
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way
