"""Routes for whoever holds a signed address. `web.limits.PUBLIC_ROUTES` says why each may."""

import logging
from typing import Annotated, Any, Final

from fastapi import Body, Path, Request
from starlette.responses import Response

from skep_contracts.problems import (
    Conflict,
    Gone,
    InvalidInput,
    NotFound,
    RateLimited,
    SkepError,
    TooLarge,
    Unavailable,
)
from skep_gateway.waits import form_page
from skep_gateway.waits.addresses import Addresses
from skep_gateway.waits.answer_wait import MAX_ANSWER_BYTES, Answers, AskedForm
from skep_gateway.waits.views import AcceptedView, FormView, until_of
from skep_gateway.web.dependencies import Work, provided
from skep_gateway.web.limits import limits, reads_body
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_gateway.web.shapes import JsonResponse, answers
from skep_gateway.web.unit_of_work import UnitOfWork

_log = logging.getLogger(__name__)
router = api_router("", tag="waits")

Token = Annotated[str, Path(max_length=2_000)]
Links = Annotated[Addresses, provided(Addresses)]
Taking = Annotated[Answers, provided(Answers)]

_BY_LINK: Final = "link"
_FORM_URLENCODED: Final = "application/x-www-form-urlencoded"


@router.get(
    "/api/v1/forms/{token}",
    responses={
        **problems(NotFound, Gone, RateLimited, Unavailable),
        200: answers(FormView, "The form, as long as it waits for an answer"),
    },
)
async def show_form(*, token: Token, request: Request, links: Links, taking: Taking) -> Response:
    """Show the form that a signed link is for."""
    asked = await _asked(token, request, links, taking)
    form = asked.form
    view = FormView(
        content=form.content,
        fields=form.fields,
        actions=form.actions,
        since=asked.wait.since,
        until=until_of(asked.wait),
    )
    return JsonResponse(view)


@router.post(
    "/api/v1/forms/{token}",
    status_code=202,
    responses={
        **problems(NotFound, Conflict, Gone, TooLarge, RateLimited, Unavailable),
        202: answers(AcceptedView, "The answer is the first one, and the run goes on"),
    },
)
@limits(max_body_bytes=MAX_ANSWER_BYTES)
async def answer_form(
    *,
    token: Token,
    body: Annotated[dict[str, Any], Body()],
    request: Request,
    links: Links,
    taking: Taking,
    work: Work,
) -> Response:
    """Answer a form: ``{"action": …, "fields": {…}}``."""
    asked = await _asked(token, request, links, taking)
    await taking.answer_form(work, asked, body, by=_BY_LINK)
    view = AcceptedView(run_id=asked.link.run_id, place=asked.link.place)
    return JsonResponse(view, status_code=202)


@router.get("/forms/{token}", include_in_schema=False)
async def show_page(*, token: Token, request: Request, links: Links, taking: Taking) -> Response:
    """Show people the form."""
    try:
        return form_page.ask((await _asked(token, request, links, taking)).form)
    except SkepError as error:
        return _told(error)


@router.post("/forms/{token}", include_in_schema=False)
@reads_body
@limits(max_body_bytes=MAX_ANSWER_BYTES)
async def answer_page(
    *, token: Token, request: Request, links: Links, taking: Taking, work: Work
) -> Response:
    """Take the answer that a browser sends. Whoever has the address may; cookies play no part."""
    try:
        asked = await _asked(token, request, links, taking)
        body = await request.body()
        return await _answered(asked, _require_form(request, body), taking, work)
    except SkepError as error:
        return _told(error)


async def _answered(asked: AskedForm, body: bytes, taking: Answers, work: UnitOfWork) -> Response:
    answer = form_page.read_form(asked.form, body)
    try:
        await taking.answer_form(work, asked, answer, by=_BY_LINK)
    except InvalidInput as error:
        return form_page.ask(asked.form, values=answer["fields"], faults=error.errors)
    return form_page.tell("Thank you", "Your answer has been taken in. You can close this page.")


def _require_form(request: Request, body: bytes) -> bytes:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM_URLENCODED:
        raise InvalidInput("The form could not be read.", code="malformed_form")
    return body


def _told(error: SkepError) -> Response:
    if error.status >= Unavailable.status or error.status == 500:
        _log.warning("form cannot be shown", extra={"code": error.exact_code})
    return form_page.tell(error.title, error.detail, status=error.status)


async def _asked(token: str, request: Request, links: Addresses, taking: Answers) -> AskedForm:
    return await taking.asked_form(links.read_form(token, client=_client(request)))


def _client(request: Request) -> str:
    return request.client.host if request.client else "unknown"


@router.post(
    "/api/v1/callbacks/{token}/{place:path}",
    status_code=202,
    responses={
        **problems(NotFound, Conflict, Gone, TooLarge, RateLimited, Unavailable),
        202: answers(AcceptedView, "It is kept for the node that waits for it, or will"),
    },
)
@limits(max_body_bytes=MAX_ANSWER_BYTES)
async def call_back(
    *,
    token: Token,
    place: Annotated[str, Path(max_length=1_000)],
    body: Annotated[Any, Body()] = None,
    request: Request,
    links: Links,
    taking: Taking,
    work: Work,
) -> Response:
    """Post what a run waits for, or will wait for: any JSON. The first counts."""
    run = links.read_callback(token, client=_client(request))
    link = type(run)(tenant=run.tenant, run_id=run.run_id, place=place)
    await taking.call_back(work, link, body)
    return JsonResponse(AcceptedView(run_id=run.run_id, place=place), status_code=202)
