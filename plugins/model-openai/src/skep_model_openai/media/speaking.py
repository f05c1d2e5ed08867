"""Speech."""

from typing import Any, Final

from skep_contracts.plugins.modalities.speech import Speech, SpeechRequest
from skep_contracts.plugins.models import Usage
from skep_contracts.vendor_wire.reading import malformed
from skep_contracts.vendor_wire.text import encode_json
from skep_model_openai.session import Session

PATH: Final = "audio/speech"
_NO_SOUND: Final = ("json", "html", "text/")


async def speak(session: Session, request: SpeechRequest) -> Speech:
    """Speak a text, in one request. Vendors do not say how many tokens the sound is."""
    body: dict[str, Any] = {
        "model": request.model,
        "input": request.text,
        "voice": request.voice,
        "response_format": session.vendor.sound_names.get(request.format, request.format),
    }
    optional = {"speed": request.speed, "instructions": request.instructions}
    body |= {name: value for name, value in optional.items() if value is not None}
    body |= {name: value for name, value in request.extra.items() if name not in body}
    answer = await session.send("POST", PATH, encode_json(body))
    if answer.status >= 400:
        raise session.failure(answer)
    kind = answer.headers.get("content-type", "")
    if any(word in kind for word in _NO_SOUND) or not answer.body:
        raise malformed("something that is no sound")
    return Speech(sound=answer.body, usage=Usage(), model=request.model)
