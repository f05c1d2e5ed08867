"""Guardrails around a completion: what is sent, told and refused, and guards that are ill."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any, cast

import msgspec
import pytest

from skep_contracts.guarding.rules import GuardrailRule, GuardrailRules
from skep_contracts.plugins.guardrails import Finding, GuardrailDescription
from skep_contracts.plugins.modalities.images import ImageRequest, MadeImage, MadeImages
from skep_contracts.plugins.modalities.speech import (
    Segment,
    SpeechRequest,
    Transcript,
    TranscriptionRequest,
)
from skep_contracts.plugins.models import (
    ChatDelta,
    ChatMessage,
    ChatRequest,
    ImagePart,
    ReasoningDelta,
    StreamEnd,
    TextDelta,
    TextPart,
    ToolCall,
    ToolCallDelta,
    Usage,
)
from skep_contracts.problems import InvalidInput, Unavailable
from skep_inference import CallScope
from skep_inference.guarding.guarded_chat import guarded
from skep_inference.guarding.guarded_media import (
    looked_at_images,
    looked_at_speech,
    looked_at_transcription,
)
from skep_inference.guarding.looker import Looker
from skep_inference.guarding.looking import BlockedError, Trip
from skep_inference.guarding.rule_book import RuleBook

TENANT = "t_one"
END = StreamEnd(finish_reason="stop", usage=Usage(), model="m")


class Finder:
    """Finds a word, or does as it is told."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.word = str(settings.get("word", "bad"))
        if self.word == "unbuildable":
            raise InvalidInput("no such word")

    async def find(self, text: str) -> Sequence[Finding]:
        if self.word == "ill":
            raise RuntimeError("canary")
        if self.word == "slow":
            await asyncio.sleep(60)
        found, at = [], text.find(self.word)
        while at >= 0:
            found.append(Finding(start=at, end=at + len(self.word), kind="rude"))
            at = text.find(self.word, at + 1)
        return found


class Host:
    """Offers the one kind."""

    def __init__(self) -> None:
        self.guardrails = {
            "finder": GuardrailDescription(
                name="finder",
                title="F",
                description="F.",
                settings_schema={},
                timeout_s=0.05,
                factory=lambda _, settings: Finder(settings),
            )
        }

    def context(self, owner: Any) -> Any:
        return None


def book(*rules: dict[str, Any], tenant: str = TENANT) -> RuleBook:
    made = RuleBook(cast("Any", Host()))
    kept = tuple(
        msgspec.convert(
            {"id": f"r{at}", "name": f"Rule {at}", "guardrail": "finder", **rule}, GuardrailRule
        )
        for at, rule in enumerate(rules)
    )
    made.put(f"{tenant}.guardrails", msgspec.json.encode(GuardrailRules(rules=kept)), 1)
    return made


class Asked:
    """The model: keeps what it was sent, gives what a test says."""

    def __init__(self, *deltas: ChatDelta) -> None:
        self.deltas = (*deltas, END)
        self.requests: list[ChatRequest] = []
        self.trips: list[Trip] = []

    async def call(self, request: ChatRequest) -> AsyncGenerator[ChatDelta, None]:
        self.requests.append(request)
        for delta in self.deltas:
            yield delta

    async def told(self, trip: Trip) -> None:
        self.trips.append(trip)

    async def run(self, rules: RuleBook, *messages: ChatMessage, **scope: Any) -> list[ChatDelta]:
        sent = messages or (ChatMessage(role="user", content="Hello"),)
        request = ChatRequest(model="m", messages=sent)
        stream = guarded(
            rules,
            request,
            scope=CallScope(tenant=TENANT, **scope),
            call=self.call,
            told=self.told,
        )
        return [delta async for delta in stream]


async def test_request_is_masked_before_it_is_sent() -> None:
    asked = Asked(TextDelta(text="ok"))
    parts = (TextPart(text="bad bad"), ImagePart(data="aGk=", mime_type="image/png"))
    said = (
        ChatMessage(role="system", content="bad is fine here"),
        ChatMessage(role="user", content=parts),
        ChatMessage(role="tool", content="a bad page", tool_call_id="1"),
    )

    await asked.run(book({"action": "mask"}), *said)

    system, user, tool = asked.requests[0].messages
    assert system.content == "bad is fine here"
    assert user.content == (TextPart(text="[rude] [rude]"), parts[1])
    assert tool.content == "a [rude] page"
    assert [trip.kinds for trip in asked.trips] == [("rude",), ("rude",)]


async def test_blocked_request_reaches_no_model_and_repeats_nothing() -> None:
    asked = Asked(TextDelta(text="ok"))

    with pytest.raises(BlockedError) as refused:
        await asked.run(book({}), ChatMessage(role="user", content="so bad"))

    assert asked.requests == []
    assert "`Rule 0`" in refused.value.detail
    assert "bad" not in refused.value.detail
    assert refused.value.exact_code == "guardrail_blocked"
    assert [trip.rule.id for trip in asked.trips] == ["r0"]


async def test_answer_is_held_masked_and_told_in_one_piece() -> None:
    call = ToolCall(id="1", name="t", arguments='{"q": "bad"}')
    asked = Asked(
        ReasoningDelta(text="b"),
        ReasoningDelta(text="ad"),
        TextDelta(text="so b"),
        TextDelta(text="ad"),
        ToolCallDelta(call=call),
    )

    deltas = await asked.run(book({"action": "mask", "sides": ["output"]}))

    assert deltas == [
        ReasoningDelta(text="[rude]"),
        TextDelta(text="so [rude]"),
        ToolCallDelta(call=msgspec.structs.replace(call, arguments='{"q": "[rude]"}')),
        END,
    ]


async def test_blocked_answer_is_not_told() -> None:
    asked = Asked(TextDelta(text="b"), TextDelta(text="ad"))

    with pytest.raises(BlockedError):
        await asked.run(book({"sides": ["output"]}))
    assert asked.trips[0].side == "output"


async def test_flag_lets_through_and_tells() -> None:
    asked = Asked(TextDelta(text="bad"))

    deltas = await asked.run(book({"action": "flag", "sides": ["input", "output"]}))

    assert deltas == [TextDelta(text="bad"), END]
    assert [(trip.side, trip.rule.action) for trip in asked.trips] == [("output", "flag")]


@pytest.mark.parametrize("side", ["input", "output"])
async def test_rules_that_found_something_before_one_that_refuses_are_told(side: str) -> None:
    asked = Asked(ReasoningDelta(text="bad"), TextDelta(text="so bad"))
    flag, block = {"action": "flag", "sides": [side]}, {"sides": [side]}

    with pytest.raises(BlockedError):
        await asked.run(book(flag, block), ChatMessage(role="user", content="bad"))

    assert [trip.rule.action for trip in asked.trips] == ["flag", "block"]


async def test_without_rules_for_answers_they_stream() -> None:
    asked = Asked(TextDelta(text="a"), TextDelta(text="b"))

    assert await asked.run(book({})) == [TextDelta(text="a"), TextDelta(text="b"), END]


@pytest.mark.parametrize(
    "rule", [{"apps": ["app_2"]}, {"is_on": False}, {"settings": {"word": "other"}}]
)
async def test_rule_that_does_not_hold_lets_through(rule: dict[str, Any]) -> None:
    asked = Asked(TextDelta(text="ok"))

    await asked.run(book(rule), ChatMessage(role="user", content="bad"), app_id="app_1")
    assert len(asked.requests) == 1


@pytest.mark.parametrize("word", ["ill", "slow", "unbuildable"])
async def test_guard_that_is_ill_lets_nothing_through(word: str) -> None:
    asked = Asked(TextDelta(text="ok"))

    with pytest.raises(Unavailable) as told:
        await asked.run(book({"settings": {"word": word}}))
    assert asked.requests == []
    assert "canary" not in told.value.detail


async def test_what_was_found_is_told_also_when_a_later_guard_is_ill() -> None:
    asked = Asked(TextDelta(text="bad"))
    flag, ill = {"action": "flag"}, {"settings": {"word": "ill"}}
    answers = {"sides": ["output"]}

    with pytest.raises(Unavailable):
        await asked.run(book(flag, ill), ChatMessage(role="user", content="bad"))
    with pytest.raises(Unavailable) as told:
        await asked.run(book(flag | answers, ill | answers))

    assert told.value.exact_code == "guardrail_failed"
    assert [trip.side for trip in asked.trips] == ["input", "output"]


async def test_kind_that_is_not_installed_and_unreadable_rules_let_nothing_through() -> None:
    asked = Asked(TextDelta(text="ok"))

    with pytest.raises(Unavailable, match="not installed"):
        await asked.run(book({"guardrail": "gone"}))
    rules = book()
    rules.put(f"{TENANT}.guardrails", b"{", 2)
    with pytest.raises(Unavailable, match="cannot be read"):
        await asked.run(rules)
    assert asked.requests == []


async def test_rules_are_a_tenants_own() -> None:
    rules = book({}, tenant="t_two")

    assert not rules.has_any(TENANT)
    rules.put(f"{TENANT}.default_models", b"{}", 1)
    assert not rules.has_any(TENANT)


class Media:
    """Models that listen, speak and draw; keep what they were asked for."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.trips: list[Trip] = []

    async def hear(self, request: TranscriptionRequest) -> Transcript:
        self.asked.append(request)
        heard = Segment(start_s=0, end_s=1, text="so bad")
        return Transcript(
            text="so bad", segments=(heard,), words=(heard,), usage=Usage(), model="m"
        )

    async def draw(self, request: ImageRequest) -> MadeImages:
        self.asked.append(request)
        image = MadeImage(data=b"i", mime_type="image/png", prompt="a bad hive")
        plain = MadeImage(data=b"i", mime_type="image/png")
        return MadeImages(images=(image, plain), usage=Usage(), model="m")

    async def told(self, trip: Trip) -> None:
        self.trips.append(trip)

    def looker(self, *rules: dict[str, Any]) -> Looker:
        return Looker(book(*rules), scope=CallScope(tenant=TENANT), told=self.told)


HEARING = TranscriptionRequest(
    model="m", sound=b"s", name="a.mp3", mime_type="audio/mpeg", prompt="bad words"
)
BOTH = {"action": "mask", "sides": ["input", "output"]}


async def test_transcript_is_masked_and_gives_no_times_of_what_was() -> None:
    media = Media()

    made = await looked_at_transcription(media.looker(BOTH), HEARING, media.hear)
    other = await looked_at_transcription(
        media.looker({**BOTH, "settings": {"word": "none"}}), HEARING, media.hear
    )

    assert (made.text, made.segments, made.words) == ("so [rude]", (), ())
    assert [request.prompt for request in media.asked] == ["[rude] words", "bad words"]
    assert (other.text, len(other.words)) == ("so bad", 1)
    assert [trip.side for trip in media.trips] == ["input", "output"]


async def test_description_of_an_image_and_what_was_made_of_it_are_looked_at() -> None:
    media = Media()
    request = ImageRequest(model="m", prompt="bad bees")

    made = await looked_at_images(media.looker(BOTH), request, media.draw)

    assert media.asked[0].prompt == "[rude] bees"
    assert [image.prompt for image in made.images] == ["a [rude] hive", None]


async def test_what_is_spoken_is_looked_at_before_it_is_sent() -> None:
    media = Media()
    request = SpeechRequest(model="m", text="bad", voice="v", instructions="in a bad mood")

    spoken = await looked_at_speech(media.looker(BOTH), request)
    with pytest.raises(BlockedError):
        await looked_at_speech(media.looker({}), request)
    with pytest.raises(BlockedError):
        await looked_at_images(
            media.looker({}), ImageRequest(model="m", prompt="bad bees"), media.draw
        )

    assert (spoken.text, spoken.instructions) == ("[rude]", "in a [rude] mood")
    assert media.asked == []
    assert [trip.rule.action for trip in media.trips] == ["mask", "mask", "block", "block"]
