"""The server: paths, keys, rules, counts."""

import random
import secrets
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from skep_testing.http_server import Answer, Drop, Pause, Received, ScriptedServer, Step
from skep_testing.model_server import wire
from skep_testing.model_server.checks import (
    ChatBody,
    RefusedError,
    check_chat,
    check_embeddings,
    check_reasoning,
    check_rerank,
)
from skep_testing.model_server.counting import Count, Counts, Tally
from skep_testing.model_server.script import Rule, Turn, markers, sample

MODELS: Final = {
    "mock-chat": "chat",
    "mock-reasoning": "reasoning",
    "gpt-4o-mini": "chat",
    "gpt-4.1-mini": "chat",
    "mock-embedding": "embedding",
    "text-embedding-3-small": "embedding",
    "mock-rerank": "rerank",
}
DIMENSIONS: Final = {"mock-embedding": 64, "text-embedding-3-small": 1536}
WORDS: Final = (
    "hive",
    "comb",
    "wax",
    "honey",
    "swarm",
    "queen",
    "drone",
    "clover",
    "field",
    "smoke",
)


class Script(msgspec.Struct, forbid_unknown_fields=True):
    """Body of ``POST /script``: turns for the calls whose prompt contains `text`."""

    text: str
    turns: list[Turn]


class ModelServer(ScriptedServer):
    """Answers chat, embedding, rerank and model-list requests below ``/v1``, as rules tell.

    Args:
        api_key: The bearer token it asks for; made when left out.
        is_open: Let everybody in, with any token or none.
        tokens: Length of an answer that no rule gives.
        latency_s: Before the first byte of every answer.
        token_delay_s: Between the tokens of a stream; 0 sends the stream in one piece.
        port: Where to listen; 0 takes a free one.
        keep_requests: How many requests `requests` remembers.
    """

    def __init__(
        self,
        *,
        api_key: str | None = None,
        is_open: bool = False,
        tokens: int = 8,
        latency_s: float = 0.0,
        token_delay_s: float = 0.0,
        port: int = 0,
        keep_requests: int = 1000,
    ) -> None:
        super().__init__(port=port, keep_requests=keep_requests)
        self.api_key = api_key or f"sk-scripted-{secrets.token_hex(8)}"
        self._is_open = is_open
        self.counts = Counts()
        self.models = dict(MODELS)
        self.default = Turn(tokens=tokens, latency_s=latency_s, token_delay_s=token_delay_s)
        self._rules: list[Rule] = []
        self._serial = 0
        self._paths: dict[tuple[str, str], Callable[[Received], Answer]] = {
            ("POST", "/v1/chat/completions"): self._chat,
            ("POST", "/v1/embeddings"): self._embeddings,
            ("POST", "/v1/rerank"): self._rerank,
            ("GET", "/v1/models"): self._list_models,
            ("GET", "/stats"): lambda _: Answer(body=msgspec.json.encode(self.counts)),
            ("POST", "/reset"): self._reset,
            ("POST", "/script"): self._script,
        }

    @property
    def base_url(self) -> str:
        """What a client is given as its base URL."""
        return f"{self.url}/v1"

    def on(self, text: str, *turns: Turn) -> None:
        """Use these turns, in order, for calls whose prompt contains `text`; the last one stays.

        Later rules go before earlier ones. An empty text applies to every call.
        """
        self._rules.insert(0, Rule(text=text, turns=deque(turns)))

    def count(self, marker: str) -> Count:
        """Return how the calls went whose prompt carries ``[[marker]]``."""
        return self.counts.of_marker(marker)

    def answer(self, request: Received) -> Answer:
        """Answer as the vendor would, or as a rule tells."""
        handler = self._paths.get((request.method, request.path))
        if handler is None:
            self.counts.refused += 1
            message = f"Invalid URL ({request.method} {request.path})"
            return Answer(status=404, json=wire.error_object(404, message))
        if request.path.startswith("/v1/") and not self._is_allowed(request):
            self.counts.refused += 1
            message = "Incorrect API key provided. You can find your API key in the settings."
            body = wire.error_object(401, message, code="invalid_api_key")
            return Answer(status=401, json=body)
        try:
            return handler(request)
        except RefusedError as error:
            self.counts.refused += 1
            body = wire.error_object(
                error.status, error.message, code=error.code, param=error.param
            )
            return Answer(status=error.status, json=body)

    def _is_allowed(self, request: Received) -> bool:
        expected = f"Bearer {self.api_key}"
        return self._is_open or request.headers.get("authorization") == expected

    def _reset(self, request: Received) -> Answer:
        self.counts, self._rules = Counts(), []
        return Answer(status=204)

    def _script(self, request: Received) -> Answer:
        try:
            script = msgspec.json.decode(request.body, type=Script)
        except msgspec.DecodeError as error:
            raise RefusedError(str(error)) from error
        self.on(script.text, *script.turns)
        return Answer(status=204)

    def _list_models(self, request: Received) -> Answer:
        tally = Tally(self.counts, self.counts.models, "", [])
        tally.complete()
        data = [
            {"id": name, "object": "model", "created": wire.CREATED, "owned_by": "scripted"}
            for name in self.models
        ]
        return Answer(json={"object": "list", "data": data})

    def _check_model(self, name: str, *kinds: str) -> str:
        kind = self.models.get(name)
        if kind not in kinds:
            raise RefusedError(
                f"The model `{name}` does not exist or you do not have access to it.",
                status=404,
                code="model_not_found",
            )
        return kind

    def _chat(self, request: Received) -> Answer:
        body = check_chat(request.body)
        if self._check_model(body.model, "chat", "reasoning") == "reasoning":
            check_reasoning(body)
        prompt = "\n".join(message.text() for message in body.messages)
        turn, tally = self._begin(request, self.counts.chat, prompt, body.messages[-1].text())
        if turn.status >= 400:
            return self._refusal(turn, tally)
        completion = _complete(body, turn, prompt, self.default.tokens or 8)
        self.counts.tokens_out += len(completion.pieces)
        self._serial += 1
        identifier = f"chatcmpl-{self._serial:09d}"
        if not body.stream:
            return self._finish(wire.whole(completion, identifier), turn, tally)
        wants_usage = body.stream_options is not None and body.stream_options.include_usage
        events = wire.stream(
            completion, identifier, with_usage=wants_usage and completion.has_usage
        )
        answer = Answer(
            headers={"content-type": "text/event-stream"},
            body=self._streamed(events, turn, tally),
        )
        return self._finish(answer, turn, tally)

    def _embeddings(self, request: Received) -> Answer:
        body = check_embeddings(request.body)
        self._check_model(body.model, "embedding")
        texts = [body.input] if isinstance(body.input, str) else body.input
        turn, tally = self._begin(request, self.counts.embeddings, "\n".join(texts), texts[0])
        if turn.status >= 400:
            return self._refusal(turn, tally)
        self.counts.texts_embedded += len(texts)
        dimensions = body.dimensions or DIMENSIONS.get(body.model, 64)
        as_base64 = body.encoding_format == "base64"
        answer = wire.embeddings(body.model, texts, dimensions, as_base64=as_base64)
        return self._finish(answer, turn, tally)

    def _rerank(self, request: Received) -> Answer:
        body = check_rerank(request.body)
        self._check_model(body.model, "rerank")
        turn, tally = self._begin(request, self.counts.rerank, body.query, body.query)
        if turn.status >= 400:
            return self._refusal(turn, tally)
        return self._finish(wire.rerank(body.model, body.query, body.documents), turn, tally)

    def _begin(self, request: Received, kind: Count, prompt: str, last: str) -> tuple[Turn, Tally]:
        tally = Tally(self.counts, kind, last, markers(prompt))
        if key := request.headers.get("idempotency-key"):
            self.counts.note_key(key)
        for rule in self._rules:
            if rule.text in prompt:
                return rule.take(), tally
        return self.default, tally

    def _latency(self, turn: Turn) -> float:
        return (self.default.latency_s or 0.0) if turn.latency_s is None else turn.latency_s

    def _refusal(self, turn: Turn, tally: Tally) -> Answer:
        tally.fail()
        headers = dict(turn.headers)
        if turn.retry_after_s is not None:
            headers["retry-after"] = f"{turn.retry_after_s:g}"
        body = wire.error_object(turn.status, turn.message, code=turn.error_code)
        return Answer(status=turn.status, headers=headers, json=body, delay_s=self._latency(turn))

    def _finish(self, answer: Answer, turn: Turn, tally: Tally) -> Answer:
        def ended(is_whole: bool) -> None:  # noqa: FBT001  # a callback
            (tally.complete if is_whole else tally.abort)()

        return msgspec.structs.replace(
            answer,
            headers={**answer.headers, **turn.headers},
            delay_s=self._latency(turn),
            on_end=ended,
        )

    def _streamed(
        self, events: Iterator[bytes], turn: Turn, tally: Tally
    ) -> bytes | Iterator[Step]:
        delay_s = turn.token_delay_s
        if delay_s is None:
            delay_s = self.default.token_delay_s or 0.0
        if turn.cut_after is None and turn.error_after is None and not delay_s:
            return b"".join(events)
        return _paced(events, turn, delay_s, tally)


def _complete(body: ChatBody, turn: Turn, prompt: str, tokens: int) -> wire.Completion:
    """Make the answer, cut where the caller wants no more tokens."""
    if turn.text is not None:
        pieces = _pieces(turn.text)
    elif turn.tool_calls:
        pieces = []
    elif (wanted := body.response_format) is not None and wanted.json_schema is not None:
        pieces = _pieces(msgspec.json.encode(sample(wanted.json_schema.schema)).decode())
    elif wanted is not None and wanted.type == "json_object":
        pieces = ["{}"]
    else:
        chooser = random.Random(zlib.crc32(prompt.encode()))  # noqa: S311  # words, no secrets
        count = tokens if turn.tokens is None else turn.tokens
        pieces = [f"{word} " for word in chooser.choices(WORDS, k=count)]
    finish = "tool_calls" if turn.tool_calls else "stop"
    limit = body.max_completion_tokens or body.max_tokens
    if limit is not None and len(pieces) > limit:
        pieces, finish = pieces[:limit], "length"
    return wire.Completion(
        model=body.model,
        pieces=pieces,
        reasoning=turn.reasoning,
        tool_calls=turn.tool_calls,
        finish_reason=turn.finish_reason or finish,
        prompt_tokens=len(prompt.split()),
        has_usage=turn.has_usage,
    )


def _pieces(text: str) -> list[str]:
    """Cut a text after each space, as tokens roughly are."""
    return [piece for piece in text.replace(" ", " \0").split("\0") if piece]


def _paced(events: Iterator[bytes], turn: Turn, delay_s: float, tally: Tally) -> Iterator[Step]:
    """Yield a stream's events with pauses, ended where the script says."""
    for sent, event in enumerate(events):  # the first event carries the role, no token
        if turn.cut_after is not None and sent > turn.cut_after:
            tally.fail()
            yield Drop()
        if turn.error_after is not None and sent > turn.error_after:
            tally.fail()
            body = wire.error_object(500, turn.message, code=turn.error_code)
            yield b"data: " + msgspec.json.encode(body) + b"\n\n"
            return
        if delay_s and sent:
            yield Pause(delay_s)
        yield event
