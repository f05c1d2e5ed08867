"""Errors as HTTP answers: RFC 9457 problem documents, whatever went wrong and wherever."""

import logging
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, ClassVar, Final

import msgspec
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from skep_contracts.problems import (
    Conflict,
    Defect,
    FieldError,
    InvalidInput,
    Problem,
    Retry,
    SkepError,
    TooLarge,
    Unauthenticated,
    Unavailable,
    json_pointer,
    sentence,
)
from skep_gateway.web.foreign import errors as foreign_errors

MEDIA_TYPE: Final = "application/problem+json"
_log = logging.getLogger(__name__)
_encode: Final = msgspec.json.Encoder().encode
_MAX_ERRORS: Final = 100


class Malformed(InvalidInput):
    """The bytes are not what their content type says, or the request line makes no sense."""

    code = "malformed"
    title = "The request cannot be read"
    status = 400


class NotAcceptable(InvalidInput):
    """The content type is not one this route reads."""

    code = "unsupported_media_type"
    title = "This content type is not read here"
    status = 415


class PreconditionFailed(Conflict):
    """`If-Match` names another version than the present one."""

    code = "precondition_failed"
    title = "Changed since you read it"
    status = 412


class Misdirected(InvalidInput):
    """The `Host` header names a host that this gateway does not answer to."""

    code = "misdirected_request"
    title = "Not a host of this gateway"
    status = 421


class TimedOut(Unavailable):
    """The request took longer than its limit."""

    code = "request_timed_out"
    title = "The request took too long"


class MalformedJson(Malformed):
    """The body is not JSON."""

    code = "malformed_json"
    title: ClassVar[str] = "The body is not valid JSON"


def problem_response(problem: Problem, *, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer that carries a problem; adds ``Retry-After`` and ``WWW-Authenticate``."""
    content: dict[str, Any] = {"type": problem.type}
    content |= msgspec.to_builtins(problem)
    content["retry"] = problem.retry
    sent = dict(headers or {})
    if problem.retry_after_s is not None:
        sent["Retry-After"] = str(max(1, round(problem.retry_after_s)))
    if problem.status == Unauthenticated.status:
        sent["WWW-Authenticate"] = 'Bearer realm="skep"'
    if (problem.instance or "").startswith(foreign_errors.PREFIX):
        return foreign_errors.foreign_response(problem, sent)
    return Response(
        _encode(content), status_code=problem.status, headers=sent, media_type=MEDIA_TYPE
    )


def respond(error: SkepError, request: Request) -> Response:
    """Return the answer to a request that failed on purpose; the access log names its code."""
    if isinstance(error, Defect):
        return defect_response(error, request)
    request.scope["skep.problem"] = error
    return problem_response(_located(error, request))


def defect_response(error: Exception, request: Request) -> Response:
    """Answer a mistake of ours: a code and a trace id, and not a word of the error itself."""
    _log.error("defect", exc_info=error, extra={"path": request.url.path})
    hidden = Defect(
        "This is a mistake of ours, not of yours. Report it with the trace id; "
        "the log has the details."
    )
    return problem_response(_located(hidden, request))


def _located(error: SkepError, request: Request) -> Problem:
    problem = error.to_problem(
        instance=request.scope.get("path"), trace_id=request.scope.get("skep.trace_id")
    )
    if len(problem.errors) > _MAX_ERRORS:
        problem = msgspec.structs.replace(problem, errors=problem.errors[:_MAX_ERRORS])
    return problem


async def on_skep_error(request: Request, error: Exception) -> Response:
    """Answer an error of ours."""
    assert isinstance(error, SkepError)  # noqa: S101  # registered for this class alone
    return respond(error, request)


async def on_validation_error(request: Request, error: Exception) -> Response:
    """Answer a body or parameter that does not have the declared shape."""
    assert isinstance(error, RequestValidationError)  # noqa: S101  # registered for this class alone
    faults = tuple(_faults(error))
    detail = "The request does not have the expected form."
    if len(faults) == 1:
        detail = f"The request does not have the expected form: {sentence(faults[0].message)}"
    return respond(InvalidInput(detail, errors=faults), request)


def _faults(error: RequestValidationError) -> Iterator[FieldError]:
    for fault in error.errors()[:_MAX_ERRORS]:
        place, *path = fault["loc"]
        message = str(fault["msg"]).removeprefix("Value error, ")
        if place == "body":
            pointer = json_pointer(*_without_tags(path))
        else:
            pointer = json_pointer(*path)
            message = f"{place} parameter: {message}"
        for inner in fault.get("ctx", {}).get("faults", ()):
            yield FieldError(pointer=pointer + inner.pointer, message=inner.message)
        if "faults" not in fault.get("ctx", {}):
            yield FieldError(pointer=pointer, message=message)


def _without_tags(path: list[int | str]) -> list[int | str]:
    return [step for step in path if not (isinstance(step, str) and step.startswith("function-"))]


async def on_http_exception(request: Request, error: Exception) -> Response:
    """Answer what the framework refused: no such route, no such method, a body it cannot parse."""
    assert isinstance(error, HTTPException)  # noqa: S101  # registered for this class alone
    cause = error.__cause__
    if isinstance(cause, SkepError):
        return respond(cause, request)
    if isinstance(cause, ClientDisconnect):
        return Response(status_code=499)
    status = HTTPStatus(error.status_code)
    details = {
        404: "There is nothing at this address. GET /docs lists what there is.",
        405: f"This address does not answer {request.method[:20]}.",
    }
    problem = Problem(
        code=status.phrase.lower().replace(" ", "_"),
        title=status.phrase,
        status=status,
        detail=details.get(status, status.description or status.phrase),
        retry=Retry.AFTER_CHANGE,
        instance=request.scope.get("path"),
        trace_id=request.scope.get("skep.trace_id"),
    )
    return problem_response(problem, headers=error.headers)


PROBLEM_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["type", "code", "title", "status", "detail", "retry"],
    "properties": {
        "type": {"type": "string", "description": "urn:skep:problem:<code>"},
        "code": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened and what to do, for people"},
        "retry": {"type": "string", "enum": [str(item) for item in Retry]},
        "retry_after_s": {"type": "number"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "message"],
                "properties": {
                    "pointer": {"type": "string", "description": "RFC 6901 JSON pointer"},
                    "message": {"type": "string"},
                },
            },
        },
        "instance": {"type": "string"},
        "trace_id": {"type": "string"},
    },
}
EVERYWHERE: Final[tuple[type[SkepError], ...]] = (
    InvalidInput,
    TooLarge,
    Unauthenticated,
    Unavailable,
    Defect,
)


def problems(*classes: type[SkepError]) -> dict[int | str, dict[str, Any]]:
    """Describe the problems a route answers with, beside those that any route may."""
    responses: dict[int | str, dict[str, Any]] = {}
    for error in (*EVERYWHERE, *classes):
        responses[error.status] = {
            "description": error.title,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    return responses
