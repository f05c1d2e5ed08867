"""Tokens, where a provider did not come to tell."""

from collections.abc import Iterable
from typing import Final

from skep_contracts.plugins.models import ChatRequest, Usage

CHARACTERS_PER_TOKEN: Final = 4
_OTHER_BYTES_PER_TOKEN: Final = 3


def tokens(characters: int) -> int:
    """Return about how many tokens a text of this length has."""
    return -(-characters // CHARACTERS_PER_TOKEN)


def estimated_tokens(text: str) -> int:
    """Return about how many tokens a text has, rounded up.

    Four ASCII characters are one, and so are three bytes of the UTF-8 of any other: a character of
    Chinese, one and a half of Greek. Within a fifth of what vendors count in usual texts.
    """
    if text.isascii():
        return tokens(len(text))
    whole = len(text.encode("utf-8", "replace"))
    ascii_characters = len(text.encode("ascii", "ignore"))
    return tokens(ascii_characters) + -(-(whole - ascii_characters) // _OTHER_BYTES_PER_TOKEN)


def chat_usage(request: ChatRequest, characters_out: int) -> Usage:
    """Return about what a chat used that ended early."""
    sent = sum(estimated_tokens(message.text()) for message in request.messages)
    return Usage(input_tokens=sent, output_tokens=tokens(characters_out), estimated=True)


def text_usage(texts: Iterable[str]) -> Usage:
    """Return about what reading texts uses."""
    return Usage(input_tokens=sum(map(estimated_tokens, texts)), estimated=True)
