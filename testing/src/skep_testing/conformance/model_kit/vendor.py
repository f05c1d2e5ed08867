"""Plays a vendor for a model provider under test: well, slowly, wrongly, or not at all."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from skep_contracts.plugins.manifest import MODELS, HttpClient
from skep_contracts.plugins.models import (
    ChatDelta,
    ChatRequest,
    ModelHooks,
    Provider,
    ProviderDescription,
    TextDelta,
)
from skep_runtime.egress import EgressClient, EgressSettings
from skep_testing.conformance.loading import load_hooks
from skep_testing.http_server import Answer, Drop, Pause, Received, ScriptedServer

T = TypeVar("T")


class ModelContext:
    """What a provider's factory is given in a test: the real guarded client, loopback allowed."""

    def __init__(
        self, http: HttpClient, *, data_dir: str = "", settings: Mapping[str, Any] | None = None
    ) -> None:
        self.http = http
        self.logger = logging.getLogger("skep.plugin.test")
        self.data_dir = data_dir
        self.settings = settings or {}

    def now_s(self) -> float:
        """Return the time."""
        return time.time()


def provider_description(entry_point: str, provider: str) -> ProviderDescription:
    """Return the description of a provider, loaded through an installed entry point."""
    hooks = load_hooks(MODELS, entry_point, ModelHooks)
    found = {each.name: each for offered in hooks.skep_providers() for each in offered}
    assert provider in found, f"{entry_point!r} offers no {provider!r}, but {sorted(found)}"
    description = found[provider]
    assert isinstance(description, ProviderDescription)
    return description


def text_of(deltas: Sequence[ChatDelta]) -> str:
    """Return the answer text of a stream."""
    return "".join(delta.text for delta in deltas if isinstance(delta, TextDelta))


def hostile_answers() -> dict[str, Answer]:
    """Return what vendors, and things in between, have been seen to send."""
    return {
        "nothing": Answer(),
        "garbage": Answer(headers={"content-type": "text/event-stream"}, body=b"\xff\xfe{{{\n\n"),
        "a web page": Answer(headers={"content-type": "text/html"}, body=b"<html>Sign in</html>"),
        "a number": Answer(headers={"content-type": "application/json"}, body=b"42"),
        "null": Answer(headers={"content-type": "application/json"}, body=b"null"),
        "deep JSON": Answer(
            headers={"content-type": "application/json"}, body=b"[" * 100_000 + b"]" * 100_000
        ),
        "an event without end": Answer(
            headers={"content-type": "text/event-stream"}, body=[b"data: {"] + [b"x" * 65_536] * 64
        ),
        "a cut connection": Answer(
            headers={"content-type": "text/event-stream"}, body=[b"data: {", Drop()]
        ),
        "a reset": Answer(body=[b"d", Drop(reset=True)]),
        "no HTTP": Answer(body=b"SSH-2.0-OpenSSH_9.6\r\n", is_raw=True),
    }


class Vendor:
    """Plays the vendor for one provider.

    Args:
        description: The provider under test.
        server: Where the vendor listens.
        credential: From the vendor's address to the values of a credential.
        usual: What the vendor answers when a test says nothing; None for a provider without one.
        data_dir: The plugin's directory.
    """

    def __init__(
        self,
        description: ProviderDescription,
        server: ScriptedServer,
        *,
        credential: Callable[[str], dict[str, Any]],
        usual: Answer | None,
        data_dir: str,
    ) -> None:
        self.server = server
        self._description = description
        self._credential = credential
        self._usual = usual
        self._data_dir = data_dir

    def use(self, action: Callable[[Provider], Awaitable[T]], *answers: Answer) -> T:
        """Run an action with a fresh provider; the last answer is repeated."""
        script = list(answers) or ([self._usual] if self._usual is not None else [])

        def answer(_: Received) -> Answer:
            return script.pop(0) if len(script) > 1 else script[0]

        self.server.handle_with(answer)
        return asyncio.run(self._use(action))

    async def _use(self, action: Callable[[Provider], Awaitable[T]]) -> T:
        http = EgressClient(EgressSettings(allow="127.0.0.0/8"))
        context = ModelContext(http, data_dir=self._data_dir)
        provider = self._description.factory(context, self._credential(self.server.url))
        try:
            async with asyncio.timeout(30):
                return await action(provider)
        finally:
            await provider.close()
            await http.close()

    def chat(self, request: ChatRequest, *answers: Answer) -> list[ChatDelta]:
        """Return every delta of a chat."""
        return self.use(lambda provider: collect(provider, request), *answers)


async def collect(provider: Provider, request: ChatRequest) -> list[ChatDelta]:
    """Return every delta of a chat."""
    return [delta async for delta in provider.chat(request)]


def body_of(answer: Answer) -> bytes:
    """Return the whole body of an answer."""
    if answer.json is not msgspec.UNSET:
        return json.dumps(answer.json).encode()
    if isinstance(answer.body, bytes):
        return answer.body
    return b"".join(step for step in answer.body if isinstance(step, bytes))


def slowly(whole: Answer) -> Answer:
    """Return an answer that stops in the middle and goes on much later."""
    body = body_of(whole)
    middle = len(body) * 3 // 4
    return Answer(headers=whole.headers, body=[body[:middle], Pause(60), body[middle:]])
