"""What every model provider promises. A plugin's test inherits `ModelConformance`.

A provider that calls a vendor says how the vendor's answers look on the wire: override the methods
that return an `Answer`. The kit then plays a vendor that answers well, slowly, split at any byte,
wrongly, or not at all. A provider that works offline sets `is_online` to False, and those tests are
skipped.
"""

import asyncio
import contextlib
import json
import time
from array import array
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

import msgspec
import pytest

from skep_contracts.plugins.manifest import MODELS
from skep_contracts.plugins.models import (
    ChatDelta,
    ChatMessage,
    ChatRequest,
    Embeddings,
    EmbedRequest,
    ModelInfo,
    Provider,
    ProviderDescription,
    RerankRequest,
    RerankScores,
    StreamEnd,
    TextDelta,
    ToolCallDelta,
    ToolSpec,
    Usage,
)
from skep_contracts.problems import (
    InvalidInput,
    NotFound,
    ProviderFailed,
    RateLimited,
    SkepError,
    TooLarge,
    Unauthenticated,
)
from skep_runtime.egress import EgressClient, EgressSettings
from skep_testing.conformance.isolation import forbidden_io
from skep_testing.conformance.loading import find_entry_point, import_seconds
from skep_testing.conformance.model_kit.media import MediaConformance
from skep_testing.conformance.model_kit.vendor import (
    ModelContext,
    Vendor,
    body_of,
    collect,
    hostile_answers,
    provider_description,
    slowly,
    text_of,
)
from skep_testing.eventually import eventually
from skep_testing.http_server import Answer, Drop, ScriptedServer

__all__ = ["CANARY", "USAGE", "ModelConformance", "ModelContext", "Vendor", "text_of"]

MAX_IMPORT_S: Final = 0.020
MAX_CLOSE_S: Final = 1.0
CANARY: Final = "sk-canary-8fJ2kQ0vXz"
TEXT: Final = 'Grüße – naïve café, 日本語, emoji 👩‍🚀 and a "quote",\nthen a new line.'
USAGE: Final = Usage(input_tokens=11, output_tokens=7)
REFUSED: Final[dict[int, tuple[type[SkepError], ...]]] = {
    400: (InvalidInput, TooLarge, NotFound),
    401: (Unauthenticated,),
    403: (Unauthenticated,),
    429: (RateLimited,),
    500: (ProviderFailed,),
    502: (ProviderFailed,),
    503: (ProviderFailed,),
    529: (ProviderFailed,),
}


class ModelConformance(MediaConformance):
    """Inherit, fill in the attributes, and say how the vendor's answers look."""

    entry_point: ClassVar[str]
    """Name of the entry point in the group ``skep.models``."""
    provider: ClassVar[str]
    is_online: ClassVar[bool] = True
    chat_model: ClassVar[str | None] = None
    embedding_model: ClassVar[str | None] = None
    rerank_model: ClassVar[str | None] = None
    has_tools: ClassVar[bool] = True

    def credential(self, url: str) -> dict[str, Any]:
        """Return a credential for a vendor at `url`; the secret in it is `CANARY`."""
        return {}

    def chat_answer(
        self, text: str, *, tool_calls: Sequence[tuple[str, str]], usage: Usage
    ) -> Answer:
        """Return a streamed completion. Tool calls are pairs of name and arguments."""
        raise NotImplementedError

    def embedding_answer(self, vectors: Sequence[Sequence[float]]) -> Answer:
        """Return the vendor's answer to an embedding request."""
        raise NotImplementedError

    def rerank_answer(self, scores: Sequence[float]) -> Answer:
        """Return the vendor's answer to a rerank request."""
        raise NotImplementedError

    def models_answer(self, names: Sequence[str]) -> Answer:
        """Return the vendor's list of models."""
        raise NotImplementedError

    def error_answer(self, status: int, headers: Mapping[str, str]) -> Answer:
        """Return an error; its message must quote the credential, as some vendors do."""
        body = {"error": {"message": f"Wrong: {CANARY}"}}
        return Answer(status=status, headers=headers, json=body)

    # What follows are the tests and what they need.

    @pytest.fixture(name="description")
    def _description(self) -> ProviderDescription:
        return provider_description(self.entry_point, self.provider)

    @pytest.fixture(name="vendor")
    def _vendor(self, description: ProviderDescription, tmp_path: Path) -> Iterator[Vendor]:
        usual = None
        if self.is_online and self.chat_model is not None:
            usual = self.chat_answer("A fine answer.", tool_calls=(), usage=USAGE)
        with ScriptedServer() as server:
            yield Vendor(
                description,
                server,
                credential=self.credential,
                usual=usual,
                data_dir=str(tmp_path),
            )

    def _request(self, prompt: str = "Hello") -> ChatRequest:
        if self.chat_model is None:
            pytest.skip("this provider offers no chat")
        tools = tuple(
            ToolSpec(name=name, description=f"Tells the {name}.", parameters={"type": "object"})
            for name in ("weather", "time")
        )
        return ChatRequest(
            model=self.chat_model,
            messages=(ChatMessage(role="user", content=prompt),),
            tools=tools if self.has_tools else (),
        )

    def _needs_wire(self) -> None:
        if not self.is_online or self.chat_model is None:
            pytest.skip("this provider calls no vendor for chat")

    def test_import_is_cheap(self) -> None:
        """Vendor libraries are imported in the factory, so that services start quickly."""
        module = find_entry_point(MODELS, self.entry_point).module

        assert import_seconds(module, known="skep_contracts.plugins.models") < MAX_IMPORT_S

    def test_description_is_complete(self, description: ProviderDescription) -> None:
        """People choose from it, and the form is drawn from it."""
        assert description.title.strip()
        schema = description.credential_schema
        assert msgspec.json.encode(schema)
        if description.needs_credential:
            assert schema.get("type") == "object"
            assert schema.get("properties")
        for name, field in schema.get("properties", {}).items():
            if any(word in name.lower() for word in ("key", "secret", "token", "password")):
                assert field.get("writeOnly") is True, f"{name} is shown in the form"

    def test_catalogue_is_sound(self, description: ProviderDescription) -> None:
        """Numbers mean something, and names are unique."""
        names = [model.name for model in description.models]
        assert len(set(names)) == len(names)
        assert description.models or description.open_catalogue
        for model in description.models:
            assert model.name.strip() == model.name != ""
            assert model.max_batch >= 1
            numbers = (model.context_tokens, model.max_output_tokens, model.dimensions)
            assert all(number is None or number > 0 for number in numbers)
            prices = (model.input_price, model.cached_input_price, model.output_price)
            assert all(price is None or price >= 0 for price in prices)

    def test_factory_touches_nothing(self, description: ProviderDescription) -> None:
        """A provider is built whenever a credential changes; only calls go out."""
        context = ModelContext(EgressClient(EgressSettings()))
        credential = self.credential("http://127.0.0.1:9")
        description.factory(context, credential)  # imports what it needs

        with forbidden_io() as witness:
            description.factory(context, credential)

        assert witness.seen == []

    @pytest.mark.parametrize(
        "value", [None, 7, "", "a\r\nb: c", "\ud800", "x" * 100_000, {"a": []}]
    )
    def test_strange_credential_is_a_problem_at_the_most(
        self, description: ProviderDescription, value: object
    ) -> None:
        """People paste the wrong thing into forms."""
        context = ModelContext(EgressClient(EgressSettings()))
        fields = description.credential_schema.get("properties", {})
        for name in [*fields, "no such field"]:
            with contextlib.suppress(SkepError):
                description.factory(context, {**self.credential("http://127.0.0.1:9"), name: value})

    def test_stream_ends_once_and_says_what_it_used(self, vendor: Vendor) -> None:
        """Callers wait for the end to learn the usage."""
        deltas = vendor.chat(self._request("Say hello."))

        assert [isinstance(delta, StreamEnd) for delta in deltas].count(True) == 1
        end = deltas[-1]
        assert isinstance(end, StreamEnd)
        assert end.finish_reason == "stop"
        assert end.usage.input_tokens > 0
        assert end.usage.output_tokens > 0
        assert end.model
        assert text_of(deltas).strip()
        assert all(delta.text for delta in deltas if isinstance(delta, TextDelta))

    @pytest.mark.parametrize("split", [None, 1, 2, 7])
    def test_answer_is_the_same_wherever_bytes_are_split(
        self, vendor: Vendor, split: int | None
    ) -> None:
        """Networks cut inside of events, of lines and of characters."""
        self._needs_wire()
        whole = self.chat_answer(TEXT, tool_calls=(), usage=USAGE)

        deltas = vendor.chat(self._request("Hi"), msgspec.structs.replace(whole, split=split))

        assert text_of(deltas) == TEXT
        assert isinstance(deltas[-1], StreamEnd)
        assert deltas[-1].usage == USAGE

    def test_tool_calls_are_whole(self, vendor: Vendor) -> None:
        """Fragments are put together before they are passed on."""
        self._needs_wire()
        if not self.has_tools:
            pytest.skip("this provider offers no tools")
        calls = [("weather", '{"city": "Zürich", "days": 3}'), ("time", "{}")]

        deltas = vendor.chat(
            self._request("Hi"), self.chat_answer("", tool_calls=calls, usage=USAGE)
        )

        made = [delta.call for delta in deltas if isinstance(delta, ToolCallDelta)]
        assert [(call.name, json.loads(call.arguments)) for call in made] == [
            (name, json.loads(arguments)) for name, arguments in calls
        ]
        assert len({call.id for call in made}) == len(made)
        assert all(call.id for call in made)
        assert isinstance(deltas[-1], StreamEnd)
        assert deltas[-1].finish_reason == "tool_calls"

    def test_closing_the_stream_closes_the_connection(self, vendor: Vendor) -> None:
        """A cancelled run stops paying within a second."""
        self._needs_wire()
        slow = slowly(self.chat_answer(TEXT, tool_calls=(), usage=USAGE))

        async def leave_early(provider: Provider) -> float:
            stream = provider.chat(self._request())
            await anext(stream)
            begin = time.monotonic()
            await stream.aclose()  # type: ignore[attr-defined]  # streams are async generators
            await eventually(lambda: vendor.server.requests[-1].is_aborted, within_s=MAX_CLOSE_S)
            return time.monotonic() - begin

        assert vendor.use(leave_early, slow) < MAX_CLOSE_S

    def test_calls_run_side_by_side(self, vendor: Vendor) -> None:
        """One provider serves every run of a tenant."""
        requests = [self._request(f"Repeat the number {number}.") for number in range(8)]

        async def many(provider: Provider) -> list[list[ChatDelta]]:
            async with asyncio.TaskGroup() as tasks:
                running = [tasks.create_task(collect(provider, each)) for each in requests]
            return [task.result() for task in running]

        for deltas in vendor.use(many):
            assert isinstance(deltas[-1], StreamEnd)

    @pytest.mark.parametrize("status", REFUSED)
    def test_refusal_is_the_right_problem_and_not_retried(
        self, vendor: Vendor, status: int
    ) -> None:
        """Retries are the host's work, and it needs to know which help."""
        self._needs_wire()
        answer = self.error_answer(status, {"retry-after": "7"} if status == 429 else {})

        with pytest.raises(REFUSED[status]) as refusal:
            vendor.chat(self._request("Hi"), answer)

        assert len(vendor.server.requests) == 1
        assert CANARY not in f"{refusal.value!r} {refusal.value.detail}"
        if status == 429:
            assert refusal.value.retry_after_s == pytest.approx(7)

    @pytest.mark.parametrize("kind", hostile_answers())
    def test_hostile_answer_is_a_problem(self, vendor: Vendor, kind: str) -> None:
        """Whatever comes back, the caller gets an error it can handle, never half an answer."""
        self._needs_wire()

        with pytest.raises(SkepError):
            vendor.chat(self._request("Hi"), hostile_answers()[kind])

    @pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
    def test_answer_that_is_cut_off_never_ends_well(self, vendor: Vendor, share: float) -> None:
        """Half an answer must not pass for a whole one."""
        self._needs_wire()
        whole = self.chat_answer(TEXT * 20, tool_calls=(), usage=USAGE)
        body = body_of(whole)

        with pytest.raises(ProviderFailed):
            vendor.chat(
                self._request("Hi"),
                Answer(headers=whole.headers, body=[body[: int(len(body) * share)], Drop()]),
            )

    def test_lone_surrogates_do_no_harm(self, vendor: Vendor) -> None:
        """Texts that were cut in the middle of a character come from everywhere."""
        with contextlib.suppress(SkepError):
            deltas = vendor.chat(self._request("half \ud83d of a pair \udc00"))
            assert text_of(deltas).encode()

    def test_vectors_are_float32_in_the_order_of_texts(self, vendor: Vendor) -> None:
        """Vectors go into the store as they are."""
        model = self.embedding_model
        if model is None:
            pytest.skip("this provider offers no embeddings")
        wanted = [[1.0, 0.5, -0.25, 0.0], [0.0, 1.0, 0.0, 2.0], [1.0, 0.5, -0.25, 0.0]]
        request = EmbedRequest(model=model, texts=("red fox", "quiet sea", "red fox"))

        answers = [self.embedding_answer(wanted)] if self.is_online else []
        made: Embeddings = vendor.use(lambda provider: provider.embed(request), *answers)

        vectors = [array("f", vector).tolist() for vector in made.vectors]
        assert {len(vector) for vector in vectors} == {made.dimensions}
        assert vectors[0] == vectors[2] != vectors[1]
        assert made.usage.input_tokens > 0
        if self.is_online:
            assert vectors == wanted

    def test_scores_are_in_the_order_of_passages(self, vendor: Vendor) -> None:
        """The best passage has the highest score, wherever it stands."""
        model = self.rerank_model
        if model is None:
            pytest.skip("this provider offers no rerank")
        passages = ("a dog sleeps", "the red fox runs", "rain")
        request = RerankRequest(model=model, query="red fox", passages=passages)

        answers = [self.rerank_answer([0.25, 0.875, 0.125])] if self.is_online else []
        made: RerankScores = vendor.use(lambda provider: provider.rerank(request), *answers)

        assert len(made.scores) == len(passages)
        assert max(range(3), key=made.scores.__getitem__) == 1
        if self.is_online:
            assert made.scores == (0.25, 0.875, 0.125)

    def test_models_can_be_listed(self, vendor: Vendor) -> None:
        """The console offers them."""
        known = [name for name in (self.chat_model, self.embedding_model) if name]
        answers = [self.models_answer(known)] if self.is_online else []

        listed = vendor.use(lambda provider: provider.list_models(), *answers)

        assert all(isinstance(model, ModelInfo) for model in listed)
        assert {model.name for model in listed} >= set(known)

    def test_credential_can_be_checked(self, vendor: Vendor) -> None:
        """A wrong key is noticed when it is entered."""
        answers = [self.models_answer(["x"])] if self.is_online else []
        vendor.use(lambda provider: provider.check(), *answers)
        if self.is_online:
            with pytest.raises(Unauthenticated):
                vendor.use(lambda provider: provider.check(), self.error_answer(401, {}))

    def test_closing_twice_does_no_harm(self, vendor: Vendor) -> None:
        """Credentials change while calls are running."""

        async def close_twice(provider: Provider) -> None:
            await provider.close()
            await provider.close()

        vendor.use(close_twice)
