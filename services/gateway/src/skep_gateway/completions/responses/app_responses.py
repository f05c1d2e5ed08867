"""The run of an app, as a response."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from skep_contracts.plugins.models import Usage
from skep_contracts.problems import FieldError, InvalidInput
from skep_gateway.completions.app_models import AppModels, text_of
from skep_gateway.completions.asking import count_usage, events
from skep_gateway.completions.responses.bodies import ResponseBody, chat_body
from skep_gateway.completions.responses.events import ResponseWriter
from skep_gateway.web.caller import CallerIdentity
from skep_gateway.web.shapes import JsonResponse
from skep_gateway.web.sse import Closing

_PLACES = {"/messages": "/input", "/response_format": "/text/format"}
"""What an app refuses of a completion, and where that stands in the request for a response."""


async def respond_with_app(
    apps: AppModels,
    request: Request,
    caller: CallerIdentity,
    *,
    body: ResponseBody,
    closing: Closing,
) -> Response:
    """Run the app and answer with what it gives.

    Raises:
        SkepError: The run cannot be started, or ends badly before anything was told.
    """
    completion = chat_body(body)
    try:
        order = await apps.prepare(request, caller, completion)
    except InvalidInput as refusal:
        raise _in_place(refusal) from None
    ours = {"run_id": order.run.id, "conversation_id": order.run.conversation_id}
    if body.stream:
        told = partial(count_usage, request)
        stream = apps.stream(order, ResponseWriter(body, ours=ours), told=told)
        return await events(stream, closing)
    result = await apps.result(request, order)
    writer = ResponseWriter(body, ours={**ours, "outputs": result.outputs})
    writer.text(text_of(result))
    writer.end()
    usage = Usage(input_tokens=result.input_tokens, output_tokens=result.output_tokens)
    count_usage(request, usage)
    return JsonResponse(writer.finished(usage))


def _in_place(refusal: InvalidInput) -> InvalidInput:
    errors = [
        FieldError(pointer=_PLACES.get(error.pointer, error.pointer), message=error.message)
        for error in refusal.errors
    ]
    return InvalidInput(refusal.detail, code=refusal.exact_code, errors=errors)
