"""Answers that are given again: to whom, how long, and what is written down."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from inference.tests.conftest import FAST, running
from inference.tests.scripted import HELLO, Host, Scripted, as_host, asking
from skep_contracts.events.usage import UsageRecorded
from skep_contracts.plugins.models import (
    CacheChoice,
    ChatDelta,
    ChatMessage,
    ImagePart,
    ReasoningDelta,
    SimilarChoice,
    StreamEnd,
    TextDelta,
    TextPart,
    ToolCall,
    ToolCallDelta,
    Usage,
)
from skep_contracts.problems import InvalidInput, ProviderFailed
from skep_contracts.topology import ANSWERS
from skep_inference import CallReport, CallScope, Inference
from skep_inference.caching.kept import MAX_ANSWER_BYTES
from skep_runtime.bus import Bus
from skep_runtime.vault import Vault
from skep_testing.eventually import eventually
from skep_testing.nats import NatsServer, nats_server

__all__ = ["nats_server"]

CHOICE = CacheChoice()
END = StreamEnd(finish_reason="stop", usage=Usage(input_tokens=9, output_tokens=2), model="smart")
RICH: list[Any] = [
    ReasoningDelta(text="Hm"),
    ReasoningDelta(text="."),
    TextDelta(text="Hel"),
    TextDelta(text="lo 🐝"),
    ToolCallDelta(call=ToolCall(id="c_1", name="look", arguments="{}")),
    msgspec.structs.replace(END, finish_reason="tool_calls"),
]


@pytest.fixture
async def bus(nats_server: NatsServer) -> AsyncIterator[Bus]:
    bus = await Bus.connect(nats_server.settings(), service="orchestrator")
    await bus.ensure_topology()
    yield bus
    for key in await bus.bucket(ANSWERS).keys():
        await bus.bucket(ANSWERS).delete(key)
    await bus.close()


@pytest.fixture
async def cached(bus: Bus, vault: Vault, script: Scripted) -> AsyncIterator[Inference]:
    host = as_host(Host(script.description(needs_credential=False)))
    inference = Inference(host=host, bus=bus, vault=vault, settings=FAST, source="test")
    async with running(inference):
        yield inference


class Heard:
    """Calls, and what came of them."""

    def __init__(self, inference: Inference) -> None:
        self.reports: list[CallReport] = []
        self.entries: list[UsageRecorded] = []
        self._inference = inference
        inference.on_usage(lambda entry, _tenant: self.entries.append(entry))

    async def ask(self, text: str = "Hi", *, tenant: str = "t_1", **more: Any) -> list[ChatDelta]:
        request = msgspec.structs.replace(asking(text), **{"cache": CHOICE, **more})
        chat = self._inference.chat(
            "acme/smart",
            request,
            scope=CallScope(tenant=tenant),
            on_finished=self.reports.append,
        )
        return [delta async for delta in chat]


@pytest.fixture
def heard(cached: Inference) -> Heard:
    return Heard(cached)


def is_hit(deltas: list[ChatDelta]) -> bool:
    end = deltas[-1]
    assert isinstance(end, StreamEnd)
    return end.is_cache_hit


def text_of(deltas: list[ChatDelta]) -> str:
    return "".join(delta.text for delta in deltas if isinstance(delta, TextDelta))


async def test_same_question_is_asked_once(heard: Heard, script: Scripted) -> None:
    script.chats = [RICH]

    first, second = await heard.ask(), await heard.ask()

    assert (is_hit(first), is_hit(second)) == (False, True)
    assert second[:-1] == [
        ReasoningDelta(text="Hm."),
        TextDelta(text="Hello 🐝"),
        RICH[4],
    ]
    assert isinstance(second[-1], StreamEnd)
    assert (second[-1].finish_reason, second[-1].usage) == ("tool_calls", Usage())
    assert len(script.requests) == 1
    assert script.requests[0].cache is None


async def test_hit_is_on_the_record_and_costs_nothing(heard: Heard) -> None:
    await heard.ask()
    await heard.ask()

    paid, free = heard.entries
    assert not paid.is_cache_hit
    assert paid.cost_usd == pytest.approx(0.006)
    assert (free.is_cache_hit, free.cost_usd, free.input_tokens) == (True, 0.0, 0)
    assert (free.provider, free.model, free.outcome) == ("acme", "smart", "succeeded")
    assert [report.is_cache_hit for report in heard.reports] == [False, True]
    assert heard.reports[1].usage == Usage()


@pytest.mark.parametrize(
    "other",
    [
        {"text": "Ho"},
        {"temperature": 0.5},
        {"max_tokens": 9},
        {"extra": {"effort": "high"}},
        {"tenant": "t_2"},
        {"cache": None},
    ],
)
async def test_other_question_is_another(
    heard: Heard, script: Scripted, other: dict[str, Any]
) -> None:
    await heard.ask()

    assert not is_hit(await heard.ask(**other))
    assert len(script.requests) == 2


async def test_key_of_a_repeat_does_not_count(heard: Heard) -> None:
    await heard.ask(idempotency_key="a")

    assert is_hit(await heard.ask(idempotency_key="b"))


async def test_answer_gets_too_old(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    await heard.ask()
    monkeypatch.setattr("skep_inference.caching.kept.time.time", lambda: 4e9)

    assert not is_hit(await heard.ask())


async def test_answer_is_made_anew_by_choice(heard: Heard, script: Scripted) -> None:
    script.chats = [[TextDelta(text="old"), END], [TextDelta(text="new"), END]]
    await heard.ask()

    renewed = await heard.ask(cache=CacheChoice(mode="refresh"))
    again = await heard.ask()

    assert (is_hit(renewed), text_of(renewed)) == (False, "new")
    assert (is_hit(again), text_of(again)) == (True, "new")


@pytest.mark.parametrize(
    "answer",
    [
        [TextDelta(text="no"), msgspec.structs.replace(END, finish_reason="content_filter")],
        [TextDelta(text="x" * (MAX_ANSWER_BYTES + 1)), END],
    ],
)
async def test_what_is_no_good_answer_is_not_kept(
    heard: Heard, script: Scripted, answer: list[Any]
) -> None:
    script.chats = [answer]

    assert not is_hit(await heard.ask())
    assert not is_hit(await heard.ask())


async def test_answer_that_broke_off_is_not_kept(heard: Heard, script: Scripted) -> None:
    script.chats = [[TextDelta(text="Hel"), ProviderFailed("cut")], list(HELLO)]
    with pytest.raises(ProviderFailed):
        await heard.ask()

    assert not is_hit(await heard.ask())


async def test_half_a_character_is_asked_and_not_kept(heard: Heard) -> None:
    assert not is_hit(await heard.ask("half \ud83d"))
    assert not is_hit(await heard.ask("half \ud83d"))


async def test_reader_who_stops_at_the_end_has_it_kept(heard: Heard, cached: Inference) -> None:
    chat = cached.chat("acme/smart", asking("Hi", cache=CHOICE), scope=CallScope(tenant="t_1"))
    async for delta in chat:
        if isinstance(delta, StreamEnd):
            break
    await chat.aclose()

    assert is_hit(await heard.ask())


async def test_kept_answer_that_cannot_be_read_is_asked_for(
    heard: Heard, bus: Bus, script: Scripted
) -> None:
    await heard.ask()
    (key,) = await bus.bucket(ANSWERS).keys()
    await bus.bucket(ANSWERS).put(key, b'{"deltas": 7}')

    assert not is_hit(await heard.ask())
    await eventually(lambda: len(script.requests) == 2)


# The scripted vectors of two texts are the nearer, the less their lengths differ.
ALIKE = CacheChoice(similar=SimilarChoice(least=0.99, embedding_model="acme/vectors"))


def similarity_of(deltas: list[ChatDelta]) -> float | None:
    end = deltas[-1]
    assert isinstance(end, StreamEnd)
    assert end.is_cache_hit == (end.similarity is not None)
    return end.similarity


async def test_question_that_means_the_same_is_answered_alike(
    heard: Heard, script: Scripted
) -> None:
    script.chats = [[TextDelta(text="Monday"), END], [TextDelta(text="Mars"), END]]

    first = await heard.ask("When is it due?", cache=ALIKE)
    near = await heard.ask("When is it due, please, and by whom?", cache=ALIKE)
    far = await heard.ask("Who?", cache=ALIKE)

    assert similarity_of(first) is None
    assert 0.99 <= (similarity_of(near) or 0) < 1
    assert (text_of(near), text_of(far)) == ("Monday", "Mars")
    assert similarity_of(far) is None
    assert len(script.requests) == 2


async def test_question_is_paid_for_and_the_answer_is_not(heard: Heard) -> None:
    await heard.ask("When is it due?", cache=ALIKE)
    await heard.ask("When is it due??", cache=ALIKE)

    kinds = [(entry.kind, entry.is_cache_hit) for entry in heard.entries]
    assert kinds == [("embedding", False), ("chat", False), ("embedding", False), ("chat", True)]
    assert [report.is_cache_hit for report in heard.reports] == [False, False, False, True]
    assert len({entry.entry_id for entry in heard.entries}) == 4


@pytest.mark.parametrize(
    "other",
    [
        {"text": "When is order 8 due?"},
        {"tenant": "t_2"},
        {"temperature": 0.5},
        {"messages": (ChatMessage(role="system", content="Be brief."),)},
        {"cache": CacheChoice(similar=SimilarChoice(least=1.0, embedding_model="acme/vectors"))},
        {"cache": CHOICE},
    ],
    ids=["number", "tenant", "parameter", "system", "nearness", "not wanted"],
)
async def test_what_differs_in_more_than_words_is_asked(
    heard: Heard, script: Scripted, other: dict[str, Any]
) -> None:
    await heard.ask("When is order 7 due?", cache=ALIKE)
    before = other.pop("messages", ())
    text = str(other.pop("text", "When is order 7 due??"))
    messages = (*before, ChatMessage(role="user", content=text))

    assert not is_hit(await heard.ask(**{"cache": ALIKE, "messages": messages, **other}))
    assert len(script.requests) == 2


async def test_picture_is_never_taken_for_another(heard: Heard, script: Scripted) -> None:
    for url in ("data:image/png;base64,AAAA", "data:image/png;base64,AAAB"):
        parts = (TextPart(text="What is it?"), ImagePart(url=url))
        await heard.ask(cache=ALIKE, messages=(ChatMessage(role="user", content=parts),))

    assert len(script.requests) == 2
    assert script.batches == []


async def test_oldest_questions_of_a_frame_are_forgotten(
    heard: Heard, script: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skep_inference.caching.alike._MAX_QUESTIONS", 2)
    for text in ("a", "bb", "ccccc"):
        await heard.ask(text, cache=ALIKE)

    assert is_hit(await heard.ask("dddddd", cache=ALIKE))
    assert not is_hit(await heard.ask("e", cache=ALIKE))


async def test_question_that_cannot_be_embedded_is_asked(heard: Heard, script: Scripted) -> None:
    script.embeds = [ProviderFailed("down")]

    assert not is_hit(await heard.ask("When?", cache=ALIKE))
    assert is_hit(await heard.ask("When?", cache=ALIKE))


async def test_embedding_model_that_is_not_there_is_said(heard: Heard) -> None:
    choice = CacheChoice(similar=SimilarChoice(embedding_model="nobody/nothing"))

    with pytest.raises(InvalidInput, match="nobody"):
        await heard.ask("When?", cache=choice)


async def test_questions_that_cannot_be_read_are_begun_anew(
    heard: Heard, bus: Bus, script: Scripted
) -> None:
    await heard.ask("When is it due?", cache=ALIKE)
    (frame,) = [key for key in await bus.bucket(ANSWERS).keys() if ".alike-" in key]
    await bus.bucket(ANSWERS).put(frame, b"\xc1")

    assert not is_hit(await heard.ask("When is it due??", cache=ALIKE))
    assert is_hit(await heard.ask("When is it due???", cache=ALIKE))
