"""Routes of OpenAI's API for moderation, speech and images."""

import base64
import time
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from skep_contracts.decoding import convert
from skep_contracts.ids import new_ulid
from skep_contracts.plugins.modalities.images import MadeImage
from skep_contracts.plugins.models import Usage
from skep_contracts.problems import BudgetExhausted, Forbidden, NotFound, RateLimited
from skep_gateway.completions.asking import (
    MAX_BODY_BYTES,
    Models,
    json_object,
    reads,
    scope_of,
    while_waited_for,
)
from skep_gateway.completions.media.bodies import ImageBody, ModerationBody, SpeechBody
from skep_gateway.completions.media.recordings import FORM, MAX_FORM_BYTES, recording_of, written
from skep_gateway.files.upload import open_form
from skep_gateway.web.dependencies import Caller
from skep_gateway.web.foreign.errors import PREFIX as FOREIGN
from skep_gateway.web.foreign.errors import foreign_problems
from skep_gateway.web.limits import allow, limits, metered, reads_body
from skep_gateway.web.problems import EVERYWHERE
from skep_gateway.web.route import api_router
from skep_gateway.web.shapes import JsonResponse

router = api_router(f"{FOREIGN}v1", tag="completions")

_PROBLEMS: Final = foreign_problems(*EVERYWHERE, Forbidden, NotFound, RateLimited, BudgetExhausted)
_SOUND_TYPES: Final = {
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
}


@router.post("/moderations", responses=_PROBLEMS, openapi_extra=reads(ModerationBody))
@allow("models:call")
@limits(max_body_bytes=MAX_BODY_BYTES, timeout_s=None, idempotency="own")
@reads_body
@metered
async def moderate(*, request: Request, caller: Caller, models: Models) -> Response:
    """Say what is wrong with texts."""
    body = convert(await json_object(request), ModerationBody)
    caller.check_model(body.model)
    async with while_waited_for(request):
        made = await models.moderate(body.request(), scope=scope_of(caller, body.user))
    results = [
        {
            "flagged": verdict.flagged,
            "categories": verdict.categories,
            "category_scores": verdict.scores,
            "category_applied_input_types": {name: ["text"] for name in verdict.categories},
        }
        for verdict in made.verdicts
    ]
    return JsonResponse({"id": f"modr-{new_ulid()}", "model": body.model, "results": results})


@router.post("/audio/speech", responses=_PROBLEMS, openapi_extra=reads(SpeechBody))
@allow("models:call")
@limits(timeout_s=None, idempotency="own")
@reads_body
@metered
async def speak(*, request: Request, caller: Caller, models: Models) -> Response:
    """Speak a text; the answer is the sound."""
    body = convert(await json_object(request), SpeechBody)
    caller.check_model(body.model)
    async with while_waited_for(request):
        made = await models.speak(body.request(), scope=scope_of(caller, body.user))
    return Response(made.sound, media_type=_SOUND_TYPES[body.response_format])


@router.post("/audio/transcriptions", responses=_PROBLEMS, openapi_extra=FORM)
@allow("models:call")
@limits(max_body_bytes=MAX_FORM_BYTES, timeout_s=None, idempotency="own")
@reads_body
@metered
async def transcribe(*, request: Request, caller: Caller, models: Models) -> Response:
    """Write a recording down."""
    return await _heard(request, caller, models, is_translated=False)


@router.post("/audio/translations", responses=_PROBLEMS, openapi_extra=FORM)
@allow("models:call")
@limits(max_body_bytes=MAX_FORM_BYTES, timeout_s=None, idempotency="own")
@reads_body
@metered
async def translate(*, request: Request, caller: Caller, models: Models) -> Response:
    """Write a recording down in English."""
    return await _heard(request, caller, models, is_translated=True)


async def _heard(
    request: Request, caller: Caller, models: Models, *, is_translated: bool
) -> Response:
    async with open_form(request) as form:
        asked = await recording_of(form, is_translated=is_translated)
    caller.check_model(asked.request.model)
    async with while_waited_for(request):
        made = await models.transcribe(asked.request, scope=scope_of(caller, asked.user))
    content, kind = written(made, asked.format)
    return Response(content, headers={"content-type": kind})


@router.post("/images/generations", responses=_PROBLEMS, openapi_extra=reads(ImageBody))
@allow("models:call")
@limits(timeout_s=None, idempotency="own")
@reads_body
@metered
async def make_images(*, request: Request, caller: Caller, models: Models) -> Response:
    """Make images from a description."""
    sent = await json_object(request)
    body = convert(sent, ImageBody)
    caller.check_model(body.model)
    async with while_waited_for(request):
        made = await models.make_images(body.request(sent), scope=scope_of(caller, body.user))
    is_url = body.response_format == "url"
    shown: dict[str, Any] = {
        "created": int(time.time()),
        "data": [_image(image, is_url=is_url) for image in made.images],
    }
    if made.usage.output_tokens:
        shown["usage"] = _tokens(made.usage)
    return JsonResponse(shown)


def _image(image: MadeImage, *, is_url: bool) -> dict[str, Any]:
    """Return an image; nothing is kept here, so its address is a data URL."""
    encoded = base64.b64encode(image.data).decode()
    shown = {"url": f"data:{image.mime_type};base64,{encoded}"} if is_url else {"b64_json": encoded}
    return {**shown, "revised_prompt": image.prompt} if image.prompt else shown


def _tokens(usage: Usage) -> dict[str, Any]:
    return {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "total_tokens": usage.input_tokens + usage.output_tokens,
        "input_tokens_details": {"text_tokens": usage.input_tokens, "image_tokens": 0},
    }
