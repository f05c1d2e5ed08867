"""A picture as text, written by a model that sees."""

from base64 import b64encode
from typing import Final

from skep_contracts.asking.prompts import PromptFolder
from skep_contracts.plugins.models import ChatMessage, ChatRequest, ImagePart

_PROMPTS: Final = PromptFolder("skep_contracts.asking")


def picture_request(
    picture: bytes, *, mime_type: str, model: str = "default", instruction: str = ""
) -> ChatRequest:
    """Return the request for the text of a picture, and for what it shows."""
    prompt = _PROMPTS.fill("pictures", instruction=instruction.strip())
    shown = ImagePart(mime_type=mime_type, data=b64encode(picture).decode(), detail="high")
    return ChatRequest(
        model=model,
        messages=(
            ChatMessage(role="system", content=prompt),
            ChatMessage(role="user", content=(shown,)),
        ),
        temperature=0.0,
    )
