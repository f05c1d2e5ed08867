"""Recordings, speech and images, of which texts are looked at before they are sent and told."""

from collections.abc import Awaitable, Callable

import msgspec

from skep_contracts.plugins.modalities.images import ImageRequest, MadeImages
from skep_contracts.plugins.modalities.speech import SpeechRequest, Transcript, TranscriptionRequest
from skep_inference.guarding.looker import Looker


async def looked_at_transcription(
    looker: Looker,
    request: TranscriptionRequest,
    call: Callable[[TranscriptionRequest], Awaitable[Transcript]],
) -> Transcript:
    """Return what `call` writes down, as the rules let it through.

    Of a text in which something was masked no times are told: passages and words would give away
    what is missing.
    """
    if request.prompt:
        request = msgspec.structs.replace(request, prompt=await looker.sent(request.prompt))
    made = await call(request)
    text = await looker.given(made.text)
    if text == made.text:
        return made
    return msgspec.structs.replace(made, text=text, segments=(), words=())


async def looked_at_speech(looker: Looker, request: SpeechRequest) -> SpeechRequest:
    """Return a request as the rules let it be sent."""
    instructions = request.instructions and await looker.sent(request.instructions)
    text = await looker.sent(request.text)
    return msgspec.structs.replace(request, text=text, instructions=instructions)


async def looked_at_images(
    looker: Looker, request: ImageRequest, call: Callable[[ImageRequest], Awaitable[MadeImages]]
) -> MadeImages:
    """Return the images that `call` makes; what the model made of the prompt is a text, too."""
    prompt = await looker.sent(request.prompt)
    made = await call(msgspec.structs.replace(request, prompt=prompt))
    images = [
        msgspec.structs.replace(image, prompt=await looker.given(image.prompt))
        if image.prompt
        else image
        for image in made.images
    ]
    return msgspec.structs.replace(made, images=tuple(images))
