"""Problems in OpenAI's shape, for clients that speak its API."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from starlette.responses import Response

from skep_contracts.problems import Problem, SkepError

PREFIX: Final = "/openai/"
_TYPES: Final = {
    402: "insufficient_quota",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
}
_CODES: Final = {
    "credential_missing": "model_not_found",
    "unknown_model": "model_not_found",
    "unknown_app": "model_not_found",
    "unknown_provider": "model_not_found",
    "malformed_model": "model_not_found",
    "unauthenticated": "invalid_api_key",
    "rate_limited": "rate_limit_exceeded",
    "budget_exhausted": "insufficient_quota",
}
_STATUSES: Final = {402: 429, 415: 400, 422: 400}
"""Where a problem has another status there."""
_MISSING: Final = frozenset({"unknown_model", "unknown_provider", "malformed_model"})
"""A model that is not there is answered with 404 there."""
_NOT_FOUND: Final = 404
_INVALID_FROM: Final = 400
_OURS_FROM: Final = 500


def foreign_error(problem: Problem) -> dict[str, Any]:
    """Return an error object; `param` is the place of the first fault, as OpenAI writes places."""
    kind = _TYPES.get(_NOT_FOUND if problem.code in _MISSING else problem.status)
    if kind is None:
        is_theirs = _INVALID_FROM <= problem.status < _OURS_FROM
        kind = "invalid_request_error" if is_theirs else "server_error"
    pointer = problem.errors[0].pointer if problem.errors else ""
    error = {
        "message": problem.detail or problem.title,
        "type": kind,
        "param": pointer.strip("/").replace("/", ".") or None,
        "code": _CODES.get(problem.code, problem.code),
    }
    if problem.trace_id is not None:
        error["trace_id"] = problem.trace_id
    return {"error": error}


def foreign_response(problem: Problem, headers: Mapping[str, str]) -> Response:
    """Return the answer that carries a problem; some have another status there."""
    return Response(
        msgspec.json.encode(foreign_error(problem)),
        status_code=_status_of(problem),
        headers=dict(headers),
        media_type="application/json",
    )


def _status_of(problem: Problem) -> int:
    if problem.code in _MISSING:
        return _NOT_FOUND
    return _STATUSES.get(problem.status, problem.status)


def foreign_problems(*classes: type[SkepError]) -> dict[int | str, dict[str, Any]]:
    """Describe the problems a route answers with, in that shape."""
    error = {
        "type": "object",
        "required": ["message", "type", "param", "code"],
        "properties": {
            "message": {"type": "string"},
            "type": {"type": "string"},
            "param": {"type": ["string", "null"], "description": "The place of the first fault"},
            "code": {"type": "string"},
            "trace_id": {"type": "string"},
        },
    }
    schema = {"type": "object", "required": ["error"], "properties": {"error": error}}
    content = {"application/json": {"schema": schema}}
    described: dict[int | str, dict[str, Any]] = {
        _STATUSES.get(each.status, each.status): {"description": each.title, "content": content}
        for each in classes
    }
    return {**described, "4XX": {"description": "Refused", "content": content}}
