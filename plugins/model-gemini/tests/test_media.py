"""Speech and images of Gemini."""

import base64
import io
import wave
from typing import Any

import pytest

from skep_contracts.plugins.modalities.images import ImageRequest
from skep_contracts.plugins.modalities.speech import SpeechRequest
from skep_contracts.plugins.models import ModelKind, Usage
from skep_contracts.problems import InvalidInput, ProviderFailed, Unauthenticated
from skep_model_gemini.catalogue import describe, kind_of
from skep_model_gemini.provider import GeminiProvider
from skep_runtime.egress import EgressClient
from skep_testing.conformance.models import ModelContext
from skep_testing.http_server import Answer, ScriptedServer

SAMPLES = b"\1\0" * 480


def answering(*parts: dict[str, Any], finish: str = "STOP", **more: Any) -> Answer:
    candidate = {"content": {"parts": list(parts)}, "finishReason": finish}
    counted = {"promptTokenCount": 5, "candidatesTokenCount": 25}
    return Answer(json={"candidates": [candidate], "usageMetadata": counted, **more})


def inline(mime_type: str, data: bytes) -> dict[str, Any]:
    return {"inlineData": {"mimeType": mime_type, "data": base64.b64encode(data).decode()}}


async def speak(http: EgressClient, answer: Answer, **more: Any) -> tuple[Any, dict[str, Any]]:
    request = SpeechRequest(
        **{"model": "g-tts", "text": "Hi", "voice": "Kore", "format": "wav", **more}
    )
    async with ScriptedServer(lambda _: answer) as server:
        provider = GeminiProvider(ModelContext(http), {"api_key": "k-1", "base_url": server.url})
        made = await provider.speak(request)
        assert server.requests[0].path == "/models/g-tts:generateContent"
        return made, server.requests[0].json()


async def draw(http: EgressClient, answer: Answer, **more: Any) -> tuple[Any, dict[str, Any]]:
    request = ImageRequest(**{"model": "g-image", "prompt": "A hive", **more})
    async with ScriptedServer(lambda _: answer) as server:
        provider = GeminiProvider(ModelContext(http), {"api_key": "k-1", "base_url": server.url})
        return await provider.make_images(request), server.requests[0].json()


async def test_samples_become_a_file(http: EgressClient) -> None:
    answer = answering(inline("audio/L16;codec=pcm;rate=16000", SAMPLES))

    made, sent = await speak(http, answer, instructions="Whisper.")
    bare, _ = await speak(http, answer, format="pcm")

    with wave.open(io.BytesIO(made.sound)) as file:
        assert (file.getframerate(), file.getnframes()) == (16_000, 480)
    assert bare.sound == SAMPLES
    assert made.usage == Usage(input_tokens=5, output_tokens=25)
    assert sent["contents"] == [{"parts": [{"text": "Whisper.\n\nHi"}]}]
    assert sent["generationConfig"] == {
        "responseModalities": ["AUDIO"],
        "speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}},
    }


async def test_size_is_told_as_a_ratio(http: EgressClient) -> None:
    answer = answering({"text": "Here:"}, inline("image/png", b"\x89PNG"))

    made, sent = await draw(http, answer, size="1920x1080")

    assert (made.images[0].data, made.images[0].mime_type) == (b"\x89PNG", "image/png")
    assert sent["generationConfig"]["imageConfig"] == {"aspectRatio": "16:9"}


@pytest.mark.parametrize(
    "answer",
    [
        answering(finish="IMAGE_SAFETY"),
        Answer(json={"promptFeedback": {"blockReason": "SAFETY"}}),
    ],
)
async def test_withheld_image_is_an_input_to_change(http: EgressClient, answer: Answer) -> None:
    with pytest.raises(InvalidInput) as refused:
        await draw(http, answer)

    assert refused.value.exact_code == "content_refused"


@pytest.mark.parametrize(
    "answer",
    [
        answering({"text": "no"}),
        Answer(json=[]),
        answering({"inlineData": {"mimeType": "image/png", "data": "///"}}),
    ],
)
async def test_answer_without_an_image_is_a_failure(http: EgressClient, answer: Answer) -> None:
    with pytest.raises(ProviderFailed):
        await draw(http, answer)


async def test_wrong_key_is_one(http: EgressClient) -> None:
    error = {"error": {"message": "API key not valid.", "status": "INVALID_ARGUMENT"}}
    with pytest.raises(Unauthenticated):
        await draw(http, Answer(status=400, json=error))


@pytest.mark.parametrize("more", [{"count": 2}, {"size": "large"}, {"size": "10x0"}])
async def test_image_that_cannot_be_asked_for_is_refused(
    http: EgressClient, more: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput):
        await draw(http, answering(), **more)


@pytest.mark.parametrize("more", [{"format": "mp3"}, {"speed": 2.0}])
async def test_speech_that_cannot_be_asked_for_is_refused(
    http: EgressClient, more: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput):
        await speak(http, answering(), **more)


def test_models_are_of_the_kind_that_their_name_says() -> None:
    assert kind_of("models/gemini-9-tts", ModelKind.CHAT) is ModelKind.SPEECH
    assert kind_of("models/gemini-9-flash-image", ModelKind.CHAT) is ModelKind.IMAGE
    assert kind_of("models/gemini-9-flash", ModelKind.CHAT) is ModelKind.CHAT
    priced = describe("gemini-2.5-flash-image", kind=ModelKind.IMAGE, gives=8_192)
    assert (priced.output_price, priced.max_output_tokens, priced.tools) == (30.0, None, False)
