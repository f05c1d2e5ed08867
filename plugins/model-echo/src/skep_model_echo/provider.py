"""The provider: plays a model without being one."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Final, Literal

from skep_contracts.plugins.models import (
    ChatDelta,
    ChatRequest,
    Embeddings,
    EmbedRequest,
    ModelInfo,
    RerankRequest,
    RerankScores,
    StreamEnd,
    TextDelta,
    ToolCall,
    ToolCallDelta,
    Usage,
)
from skep_contracts.problems import (
    InvalidInput,
    ProviderFailed,
    ProviderTimedOut,
    RateLimited,
    SkepError,
    TooLarge,
    Unauthenticated,
    Unavailable,
)
from skep_model_echo import MODELS, hashing, passages
from skep_model_echo.answering import answer
from skep_model_echo.media.provider import EchoMedia
from skep_model_echo.structured import Filler
from skep_model_echo.words import count_words

MAX_DELAY_S: Final = 60.0
_CALL: Final = re.compile(r"\bcall\s+([A-Za-z0-9_-]{1,64})\s*(?=\{)", re.IGNORECASE)
_PIECE: Final = re.compile(r"\s*\S+(?:\s+\Z)?|\s+\Z")
_PAUSE_EVERY: Final = 64
_TEXTS_AT_ONCE: Final = 8
_FAILURES: Final[dict[str, Callable[[str], SkepError]]] = {
    "invalid_input": InvalidInput,
    "too_large": TooLarge,
    "unauthenticated": Unauthenticated,
    "rate_limited": lambda detail: RateLimited(detail, retry_after_s=0.05),
    "provider_failed": ProviderFailed,
    "provider_timed_out": ProviderTimedOut,
    "unavailable": Unavailable,
}


class EchoProvider(EchoMedia):
    """Answers from the request alone: no key, no network, no state."""

    async def chat(self, request: ChatRequest) -> AsyncIterator[ChatDelta]:
        """Stream the answer word by word.

        Options in `request.extra`: `delay_s` before each word; `fail_with`, the code of an error,
        and `fail_after`, the words before it.
        """
        _check_model(request.model, "echo")
        delay_s = _number(request, "delay_s", MAX_DELAY_S)
        failure, fail_after = _failure(request)
        calls = _tool_calls(request)
        text = "" if calls else _text(request)
        text, finish = _cut(_mended(text), request)
        count = 0
        for piece in _PIECE.findall(text):
            if failure is not None and count >= fail_after:
                raise failure
            if delay_s or count % _PAUSE_EVERY == 0:
                await asyncio.sleep(delay_s)
            count += 1
            yield TextDelta(text=piece)
        if failure is not None:
            raise failure
        for call in calls:
            yield ToolCallDelta(call=call)
        usage = Usage(
            input_tokens=count_words(message.text() for message in request.messages),
            output_tokens=count + count_words(call.arguments for call in calls),
            estimated=True,
        )
        yield StreamEnd(
            finish_reason="tool_calls" if calls else finish, usage=usage, model=request.model
        )

    async def embed(self, request: EmbedRequest) -> Embeddings:
        """Hash texts; queries and documents alike."""
        _check_model(request.model, "hash-256")
        if request.dimensions not in {None, hashing.DIMENSIONS}:
            raise InvalidInput(f"Vectors of hash-256 have {hashing.DIMENSIONS} dimensions.")
        vectors = []
        for at, text in enumerate(request.texts):
            if at % _TEXTS_AT_ONCE == 0:
                await asyncio.sleep(0)
            vectors.append(hashing.embed(text))
        return Embeddings(
            vectors=tuple(vectors),
            dimensions=hashing.DIMENSIONS,
            usage=Usage(input_tokens=count_words(request.texts), estimated=True),
            model=request.model,
        )

    async def rerank(self, request: RerankRequest) -> RerankScores:
        """Score passages by the words they share with the query."""
        _check_model(request.model, "overlap")
        scores = tuple(hashing.overlap(request.query, passage) for passage in request.passages)
        words = count_words((request.query, *request.passages))
        usage = Usage(input_tokens=words, estimated=True)
        return RerankScores(scores=scores, usage=usage, model=request.model)

    async def check(self) -> None:
        """Do nothing: there is nothing that could fail."""

    async def list_models(self) -> Sequence[ModelInfo]:
        """Return all of them."""
        return MODELS

    async def close(self) -> None:
        """Do nothing."""


def _check_model(name: str, expected: str) -> None:
    if name != expected:
        raise InvalidInput(f"For this, echo has the model {expected!r} only.")


def _text(request: ChatRequest) -> str:
    """Return what to say: tool results, a value that follows a schema, a quotation, or an echo."""
    told = passages.read(request.messages)
    said = answer(told)
    if request.messages and request.messages[-1].role == "tool":
        said = "\n".join(_tool_results(request))
    if request.response_schema is None:
        return said
    filler = Filler(question=told.question, answer=said, instructions=told.instructions)
    return json.dumps(filler.fill(request.response_schema.schema), ensure_ascii=False)


def _mended(text: str) -> str:
    """Replace half surrogate pairs, which cannot be sent on."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _tool_results(request: ChatRequest) -> list[str]:
    results: list[str] = []
    for message in reversed(request.messages):
        if message.role != "tool":
            break
        results.insert(0, message.text())
    return results


def _tool_calls(request: ChatRequest) -> list[ToolCall]:
    """Return the calls spelt out as ``call <tool> {json}``, or the one that is required."""
    tools = {tool.name: tool for tool in request.tools}
    last = request.messages[-1] if request.messages else None
    if not tools or request.tool_choice == "none" or last is None or last.role != "user":
        return []
    said = last.text()
    asked = [(match[1], match.end()) for match in _CALL.finditer(said) if match[1] in tools]
    calls = [
        ToolCall(id=f"call_{number}", name=name, arguments=_arguments(said, start))
        for number, (name, start) in enumerate(asked)
    ]
    if calls or request.tool_choice in {None, "auto"}:
        return calls
    wanted = tools.get(request.tool_choice or "") or next(iter(tools.values()))
    filler = Filler(question=said, answer=said, instructions=wanted.description)
    filled = filler.fill({"type": "object", **wanted.parameters})
    arguments = json.dumps(filled, ensure_ascii=False)
    return [ToolCall(id="call_0", name=wanted.name, arguments=arguments)]


def _arguments(said: str, start: int) -> str:
    """Return the JSON object that begins at `start`; what is malformed is passed on as it is."""
    try:
        _, end = json.JSONDecoder().raw_decode(said, start)
    except (ValueError, RecursionError):
        end = len(said)
    return said[start:end]


def _cut(text: str, request: ChatRequest) -> tuple[str, Literal["stop", "length"]]:
    for mark in request.stop:
        text = text.partition(mark)[0] if mark else text
    pieces = _PIECE.findall(text)
    if request.max_tokens is not None and len(pieces) > request.max_tokens:
        return "".join(pieces[: request.max_tokens]), "length"
    return text, "stop"


def _failure(request: ChatRequest) -> tuple[SkepError | None, int]:
    code = request.extra.get("fail_with")
    if code is None:
        return None, 0
    make = _FAILURES.get(code) if isinstance(code, str) else None
    if make is None:
        raise InvalidInput(f"`fail_with` is one of {', '.join(_FAILURES)}.")
    return make("Echo was told to fail."), int(_number(request, "fail_after", 1e9))


def _number(request: ChatRequest, name: str, most: float) -> float:
    value: Any = request.extra.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise InvalidInput(f"`{name}` is a number from 0 to {most:g}.")
    return float(value)
