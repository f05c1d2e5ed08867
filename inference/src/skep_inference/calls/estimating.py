"""Tokens, where a provider did not come to tell: four characters each, rounded up."""

from collections.abc import Iterable
from typing import Final

from skep_contracts.plugins.models import ChatRequest, Usage

CHARACTERS_PER_TOKEN: Final = 4


def tokens(characters: int) -> int:
    """Return about how many tokens a text of this length has."""
    return -(-characters // CHARACTERS_PER_TOKEN)


def chat_usage(request: ChatRequest, characters_out: int) -> Usage:
    """Return about what a chat used that ended early."""
    sent = sum(len(message.text()) for message in request.messages)
    return Usage(input_tokens=tokens(sent), output_tokens=tokens(characters_out), estimated=True)


def text_usage(texts: Iterable[str]) -> Usage:
    """Return about what reading texts uses."""
    return Usage(input_tokens=tokens(sum(map(len, texts))), estimated=True)
