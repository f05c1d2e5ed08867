"""What a call may use at the most, for what is reserved before it is made."""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from skep_contracts.plugins.models import ChatRequest, ImagePart, ModelInfo, Usage

DEFAULT_OUTPUT_TOKENS: Final = 4_096
"""A chat that sets no limit gets this one while a budget counts it."""
_BYTES_PER_TOKEN: Final = 3
"""Fewer than any common vocabulary needs for prose in any script."""
_PER_MESSAGE: Final = 8
_PER_IMAGE: Final = 2_000
_PASSAGES_PER_SEARCH: Final = 100
_TOKENS_PER_PASSAGE: Final = 500
"""What is longer counts as several passages."""


def bounded(request: ChatRequest, info: ModelInfo | None) -> ChatRequest:
    """Return a request whose answer has a limit."""
    if request.max_tokens is not None:
        return request
    most = info.max_output_tokens if info is not None else None
    limit = min(DEFAULT_OUTPUT_TOKENS, most or DEFAULT_OUTPUT_TOKENS)
    return msgspec.structs.replace(request, max_tokens=limit)


def chat_at_most(request: ChatRequest) -> Usage:
    """Return what a bounded chat may use."""
    sent = 0
    for message in request.messages:
        sent += _PER_MESSAGE + _tokens(message.text())
        if not isinstance(message.content, str):
            sent += _PER_IMAGE * sum(isinstance(part, ImagePart) for part in message.content)
        sent += sum(_tokens(call.name) + _tokens(call.arguments) for call in message.tool_calls)
    for tool in request.tools:
        sent += _tokens(tool.name) + _tokens(tool.description)
        sent += len(msgspec.json.encode(tool.parameters)) // _BYTES_PER_TOKEN
    if request.response_schema is not None:
        sent += len(msgspec.json.encode(request.response_schema.schema)) // _BYTES_PER_TOKEN
    return Usage(input_tokens=sent, output_tokens=request.max_tokens or DEFAULT_OUTPUT_TOKENS)


def texts_at_most(texts: Iterable[str]) -> Usage:
    """Return what reading texts may use."""
    return Usage(input_tokens=sum(_tokens(text) + 1 for text in texts))


def searches_at_most(query: str, passages: Sequence[str]) -> int:
    """Return how many searches a rerank call may be billed."""
    asked = _tokens(query)
    parts = sum(-(-(asked + _tokens(passage)) // _TOKENS_PER_PASSAGE) for passage in passages)
    return -(-parts // _PASSAGES_PER_SEARCH)


def _tokens(text: str) -> int:
    return -(-len(text.encode("utf-8", "replace")) // _BYTES_PER_TOKEN)
