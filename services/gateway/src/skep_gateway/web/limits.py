"""How much a request may send and how long it may take, and who may call it.

A route says so with decorators on its function. One that says nothing about access does not load.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Literal, TypeVar

import msgspec

from skep_gateway.web.scopes import Scope

MAX_JSON_BYTES: Final = 4 * 1024 * 1024
_RULES: Final = "__skep_rules__"
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

PUBLIC_ROUTES: Final[Mapping[str, str]] = {
    "GET /docs": "the description of the API holds no data",
    "GET /api/v1/openapi.json": "the description of the API holds no data",
    "GET /healthz": "probed by supervisors; answers with the state of this process alone",
    "GET /readyz": "probed by supervisors; names services, never tenants",
    "GET /metrics": "scraped by operators; holds counts, never content",
    "GET /api/v1/setup": "asked before anybody can sign in; says yes or no",
    "POST /api/v1/setup": "takes the setup token, once, in constant time",
    "POST /api/v1/sessions": "takes a password, rate limited",
    "POST /api/v1/invitations/openings": "takes the token of a link, rate limited",
    "POST /api/v1/invitations/acceptances": "takes the token of a link, once, rate limited",
    "GET /forms/{token}": "takes a signed address of one wait, while it is open",
    "POST /forms/{token}": "takes a signed address of one wait, while it is open",
    "GET /api/v1/forms/{token}": "takes a signed address of one wait, while it is open",
    "POST /api/v1/forms/{token}": "takes a signed address of one wait, while it is open",
    "POST /api/v1/callbacks/{token}/{place:path}": "takes a signed address of one run",
    "GET /api/v1/sites/{slug}": "takes the address of a page that its owner has opened",
    "POST /api/v1/sites/{slug}/visitors": "gives whoever has that address an id, rate limited",
    "POST /api/v1/sites/{slug}/runs": "takes a visitor's signed id; runs one app, rate limited",
    "GET /api/v1/sites/{slug}/runs/{run_id}": "takes a visitor's signed id; shows their own run",
    "POST /api/v1/sites/{slug}/runs/{run_id}/cancellations": "takes a visitor's signed id",
    "PUT /api/v1/sites/{slug}/runs/{run_id}/feedback": "takes a visitor's signed id",
}
"""Every route that answers without a credential, and why. A test calls all others without one."""


class WebSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The HTTP edge. Lists are comma-separated."""

    allowed_hosts: str = ""
    """Host names the gateway answers to; any well-formed one when empty."""
    trusted_proxies: str = ""
    """Addresses whose ``X-Forwarded-…`` headers are believed; none when empty."""
    request_timeout_s: Annotated[float, msgspec.Meta(gt=0)] = 30.0
    shutdown_timeout_s: Annotated[float, msgspec.Meta(gt=0)] = 10.0
    access_log: Literal["problems", "all"] = "problems"
    """``problems``: requests that were refused or failed; metrics count all of them either way."""


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for one route."""

    scope: Scope | None = None
    """None is for those of `PUBLIC_ROUTES` and for what any signed-in caller may do."""
    is_public: bool = True
    max_body_bytes: int = MAX_JSON_BYTES
    timeout_s: float | None = -1.0
    """Seconds until the response must begin; negative for the setting, None for no end."""
    idempotency: Literal["stored", "own"] = "stored"
    """``own``: the handler makes repeats with one ``Idempotency-Key`` meet itself."""
    any_content_type: bool = False
    """The handler reads the body and looks at its type itself."""
    is_metered: bool = False
    """Whether it counts for what an API key may ask a minute and at once."""
    is_audited: bool = True
    """Whether a write is kept in the audit log; those with an ``own`` idempotency never are."""


def allow(scope: Scope | None) -> Callable[[Endpoint], Endpoint]:
    """Let callers with `scope` in; None lets every signed-in caller in."""
    return _marked(scope=scope, is_public=False)


def limits(
    *,
    max_body_bytes: int = MAX_JSON_BYTES,
    timeout_s: float | None = -1.0,
    idempotency: Literal["stored", "own"] = "stored",
) -> Callable[[Endpoint], Endpoint]:
    """Set other limits than the usual ones; see `Rules`."""
    return _marked(max_body_bytes=max_body_bytes, timeout_s=timeout_s, idempotency=idempotency)


def reads_body(endpoint: Endpoint) -> Endpoint:
    """Mark a handler that reads the body itself, e.g. because several content types are welcome."""
    return _marked(any_content_type=True)(endpoint)


def metered(endpoint: Endpoint) -> Endpoint:
    """Mark what calls models or starts runs: it counts for the limits of API keys."""
    return _marked(is_metered=True)(endpoint)


def unaudited(endpoint: Endpoint) -> Endpoint:
    """Mark a write that changes nothing worth keeping in the audit log, such as a search."""
    return _marked(is_audited=False)(endpoint)


def _marked(**changes: Any) -> Callable[[Endpoint], Endpoint]:
    def mark(endpoint: Endpoint) -> Endpoint:
        rules = getattr(endpoint, _RULES, Rules())
        setattr(endpoint, _RULES, msgspec.structs.replace(rules, **changes))
        return endpoint

    return mark


def rules_of(endpoint: Callable[..., Any], methods: set[str], path: str) -> Rules:
    """Return a route's rules.

    Raises:
        TypeError: The route says nothing about access and is not one of `PUBLIC_ROUTES`.
    """
    rules: Rules = getattr(endpoint, _RULES, Rules())
    if rules.is_public:
        for method in methods:
            if f"{method} {path}" not in PUBLIC_ROUTES:
                raise TypeError(
                    f"{method} {path} says nothing about who may call it: add @allow(…)"
                )
    return rules
