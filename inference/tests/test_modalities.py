"""Moderation, speech and images: retries, the ledger, what they cost."""

import asyncio
import struct

import pytest

from inference.tests.conftest import Make
from inference.tests.scripted import Host, LedgerBus, Scripted
from skep_contracts.plugins.modalities.images import ImageRequest
from skep_contracts.plugins.modalities.moderation import ModerationRequest
from skep_contracts.plugins.modalities.speech import SpeechRequest, TranscriptionRequest
from skep_contracts.plugins.models import ModelInfo, ModelKind, Usage
from skep_contracts.problems import InvalidInput, ProviderFailed, RateLimited
from skep_inference import CallScope, Inference
from skep_inference.calls.sounds import seconds, seconds_at_most
from skep_inference.prices import cost_usd
from skep_testing.eventually import eventually

SCOPE = CallScope(tenant="t_1")


def hearing(sound: bytes = bytes(160_000)) -> TranscriptionRequest:
    return TranscriptionRequest(model="acme/ear", sound=sound, name="a.mp3", mime_type="audio/mpeg")


def drawing(model: str = "acme/brush", **more: object) -> ImageRequest:
    return ImageRequest(model=model, prompt="A hive", **more)  # type: ignore[arg-type]  # of a test


def wav(duration_s: float) -> bytes:
    form = struct.pack("<HHIIHH", 1, 1, 8_000, 16_000, 2, 16)
    data = bytes(int(duration_s * 16_000))
    inner = b"WAVE" + b"fmt " + struct.pack("<I", 16) + form + b"data\xff\xff\xff\xff" + data
    return b"RIFF" + struct.pack("<I", len(inner)) + inner


async def cost(bus: LedgerBus) -> float | None:
    await eventually(lambda: bool(bus.entries))
    return bus.entries[-1].cost_usd


async def test_failed_attempt_is_repeated_and_both_are_recorded(
    inference: Inference, script: Scripted, bus: LedgerBus
) -> None:
    script.media.steps = [RateLimited("wait", retry_after_s=0.001), 0.0]

    made = await inference.make_images(drawing(count=1, size="1024x1024"), scope=SCOPE)

    await eventually(lambda: len(bus.entries) == 2)
    assert len(made.images) == 1
    assert script.media.requests[0].model == "brush"
    assert [(e.kind, e.outcome, e.images, e.cost_usd) for e in bus.entries] == [
        ("image", "failed", 0, 0.0),
        ("image", "succeeded", 1, 0.04),
    ]


async def test_image_costs_what_its_form_does(inference: Inference, bus: LedgerBus) -> None:
    await inference.make_images(drawing(quality="hd", size="1024x1792"), scope=SCOPE)

    assert await cost(bus) == 0.12


async def test_image_without_a_price_is_not_free(inference: Inference, bus: LedgerBus) -> None:
    await inference.make_images(drawing("acme/unpriced-brush"), scope=SCOPE)

    assert await cost(bus) is None


async def test_sound_costs_as_long_as_the_provider_says(
    inference: Inference, script: Scripted, bus: LedgerBus
) -> None:
    script.media.duration_s = 90.0

    made = await inference.transcribe(hearing(), scope=SCOPE)

    assert made.usage == Usage(audio_s=90.0)
    assert await cost(bus) == pytest.approx(0.009)


async def test_sound_of_unknown_length_is_estimated(inference: Inference, bus: LedgerBus) -> None:
    made = await inference.transcribe(hearing(), scope=SCOPE)

    assert made.usage == Usage(audio_s=10.0, estimated=True)
    assert await cost(bus) == pytest.approx(0.001)
    assert bus.entries[-1].is_estimated


async def test_speech_costs_its_characters_or_its_tokens(
    inference: Inference, bus: LedgerBus
) -> None:
    for model in ("voice", "token-voice"):
        await inference.speak(
            SpeechRequest(model=f"acme/{model}", text="x" * 1_000, voice="a"), scope=SCOPE
        )

    await eventually(lambda: len(bus.entries) == 2)
    assert bus.entries[0].cost_usd == pytest.approx(0.015)
    assert bus.entries[1].cost_usd == pytest.approx((250 * 0.6 + 1_500 * 12.0) / 1e6)
    assert bus.entries[1].is_estimated


async def test_cancelled_call_is_recorded_with_what_it_may_have_cost(
    inference: Inference, script: Scripted, bus: LedgerBus
) -> None:
    script.media.steps = [30.0]
    calling = asyncio.get_running_loop().create_task(inference.transcribe(hearing(), scope=SCOPE))
    await eventually(lambda: bool(script.media.requests))

    calling.cancel()

    await eventually(lambda: bool(bus.entries))
    assert bus.entries[0].outcome == "cancelled"
    assert bus.entries[0].cost_usd == pytest.approx(0.001)


async def test_verdicts_must_fit_the_texts(inference: Inference, script: Scripted) -> None:
    request = ModerationRequest(model="acme/judge", texts=("a", "b"))
    script.media.verdicts = 2

    assert len((await inference.moderate(request, scope=SCOPE)).verdicts) == 2
    script.media.verdicts = 1
    with pytest.raises(ProviderFailed) as failed:
        await inference.moderate(request, scope=SCOPE)

    assert failed.value.exact_code == "malformed_answer"


async def test_more_images_than_asked_for_are_no_answer(
    inference: Inference, script: Scripted
) -> None:
    script.media.images = 3

    with pytest.raises(ProviderFailed):
        await inference.make_images(drawing(count=2), scope=SCOPE)


async def test_provider_without_the_method_says_so(
    make: Make, host: Host, script: Scripted
) -> None:
    class Chatty:
        async def close(self) -> None: ...

    host.replace(
        script.description(needs_credential=False, factory=lambda _context, _values: Chatty())
    )
    inference = await make()

    with pytest.raises(InvalidInput) as refused:
        await inference.make_images(drawing(), scope=SCOPE)

    assert refused.value.exact_code == "not_supported"


async def test_rerank_by_search_has_a_price(inference: Inference, bus: LedgerBus) -> None:
    await inference.rerank("acme/order-by-search", "why", ["because"] * 150, scope=SCOPE)

    assert await cost(bus) == pytest.approx(2 * 2.0 / 1_000)
    assert bus.entries[-1].searches == 2


@pytest.mark.parametrize(
    ("sound", "about_s", "most_s"),
    [(wav(2.5), 2.5, 2.5), (bytes(32_000), 2.0, 32.0), (b"RIFF", 0.0, 0.004), (b"", 0.0, 0.0)],
)
def test_length_of_a_recording(sound: bytes, about_s: float, most_s: float) -> None:
    assert seconds(sound) == pytest.approx(about_s, abs=0.01)
    assert seconds_at_most(sound) == pytest.approx(most_s, abs=0.01)


@pytest.mark.parametrize(
    ("prices", "usage", "expected"),
    [
        ({"minute_price": 0.6}, Usage(), 0.0),
        ({"minute_price": 0.6}, Usage(input_tokens=5), None),
        ({"minute_price": 0.6, "input_price": 1.0}, Usage(audio_s=30, input_tokens=5), 0.3),
        ({"image_prices": {"hd": 1.0}}, Usage(images=1, image_form="low"), None),
        ({}, Usage(characters=5), None),
        ({"input_price": 0.0, "output_price": 0.0}, Usage(characters=5), 0.0),
    ],
)
def test_units_have_a_price_or_none(
    prices: dict[str, float], usage: Usage, expected: float | None
) -> None:
    info = ModelInfo(name="m", kind=ModelKind.SPEECH, **prices)  # type: ignore[arg-type]  # of a test

    assert cost_usd(info, usage) == expected
