"""Moderation, speech and images, over the wires of several vendors."""

import base64
from collections.abc import AsyncIterator
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest

from skep_contracts.plugins.modalities.images import ImageRequest
from skep_contracts.plugins.modalities.moderation import ModerationRequest
from skep_contracts.plugins.modalities.speech import SpeechRequest, TranscriptionRequest
from skep_contracts.plugins.models import Usage
from skep_contracts.problems import InvalidInput, ProviderFailed, RateLimited, SkepError
from skep_model_openai.provider import OpenAIProvider
from skep_model_openai.vendors.table import vendors
from skep_runtime.egress import EgressClient
from skep_testing.conformance.models import ModelContext
from skep_testing.http_server import Answer, Received, ScriptedServer

KEY = "canary-key-1a2b3c"
PNG = b"\x89PNG\r\n\x1a\nrest"
HEARD = Answer(json={"text": "Hello.", "duration": 2.5})


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer() as running:
        yield running


def at(
    server: ScriptedServer, http: EgressClient, answer: Answer, vendor: str = "openai"
) -> OpenAIProvider:
    server.handle_with(lambda _: answer)
    credential = {"api_key": KEY, "base_url": f"{server.url}/v1"}
    return OpenAIProvider(ModelContext(http), credential, vendor=vendors()[vendor])


def hearing(**more: Any) -> TranscriptionRequest:
    fields = {"model": "whisper-1", "sound": b"ID3\r\n\x00", "name": 'a"b\r\n.mp3'}
    return TranscriptionRequest(mime_type="audio/mpeg", **{**fields, **more})


def speaking(**more: Any) -> SpeechRequest:
    return SpeechRequest(**{"model": "tts-1", "text": "Hi", "voice": "alloy", **more})


def drawing(**more: Any) -> ImageRequest:
    return ImageRequest(**{"model": "gpt-image-1", "prompt": "A hive", **more})


def form_of(request: Received) -> tuple[list[tuple[str, str]], Message]:
    """Return the fields of a form, and its file, as the standard library reads them."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    parts = message_from_bytes(head + request.body).get_payload()
    assert isinstance(parts, list)
    fields, files = [], []
    for part in parts:
        assert isinstance(part, Message)
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        name = str(part.get_param("name", header="content-disposition"))
        if part.get_filename() is None:
            fields.append((name, content.decode()))
        else:
            files.append(part)
    return sorted(fields), files[0]


async def test_texts_are_judged(server: ScriptedServer, http: EgressClient) -> None:
    results = [
        {"flagged": False, "categories": {"hate": False}, "category_scores": {"hate": 0.1}},
        {"flagged": True, "categories": {"hate": True, "x": None}, "category_scores": {"hate": 1}},
    ]
    provider = at(server, http, Answer(json={"model": "m-1", "results": results}))

    made = await provider.moderate(ModerationRequest(model="m", texts=("a", "b")))

    assert [verdict.flagged for verdict in made.verdicts] == [False, True]
    assert made.verdicts[1].categories == {"hate": True, "x": False}
    assert made.verdicts[1].scores == {"hate": 1.0}
    assert server.requests[0].path == "/v1/moderations"
    assert server.requests[0].json() == {"model": "m", "input": ["a", "b"]}
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


async def test_vendor_that_leaves_the_flag_out_is_understood(
    server: ScriptedServer, http: EgressClient
) -> None:
    results = [{"categories": {"pii": True}, "category_scores": {"pii": 0.9}}]
    usage = {"prompt_tokens": 7, "total_tokens": 7}
    provider = at(server, http, Answer(json={"results": results, "usage": usage}), "mistral")

    made = await provider.moderate(ModerationRequest(model="m", texts=("a",)))

    assert made.verdicts[0].flagged
    assert made.usage == Usage(input_tokens=7)


async def test_recording_is_sent_as_a_form(server: ScriptedServer, http: EgressClient) -> None:
    provider = at(server, http, HEARD)

    made = await provider.transcribe(
        hearing(language="de", prompt="Bienen", temperature=0.2, with_words=True)
    )

    fields, file = form_of(server.requests[0])
    assert fields == [
        ("language", "de"),
        ("model", "whisper-1"),
        ("prompt", "Bienen"),
        ("response_format", "verbose_json"),
        ("temperature", "0.2"),
        ("timestamp_granularities[]", "word"),
    ]
    assert file.get_param("name", header="content-disposition") == "file"
    assert file.get_filename() == "a%22b%0D%0A.mp3"
    assert file.get_content_type() == "audio/mpeg"
    assert file.get_payload(decode=True) == b"ID3\r\n\x00"
    assert (made.text, made.duration_s) == ("Hello.", 2.5)
    assert server.requests[0].path == "/v1/audio/transcriptions"


async def test_times_of_a_transcript_are_read(server: ScriptedServer, http: EgressClient) -> None:
    spoken = {
        "text": "Hello.",
        "language": "english",
        "segments": [{"id": 0, "start": 0, "end": 1.5, "text": " Hello."}],
        "words": [{"word": "Hello", "start": 0.1, "end": 0.9}],
        "usage": {"type": "duration", "seconds": 2},
    }
    provider = at(server, http, Answer(json=spoken), "groq")

    made = await provider.transcribe(hearing(with_segments=True, with_words=True))

    assert [(each.start_s, each.end_s, each.text) for each in made.segments] == [
        (0.0, 1.5, " Hello.")
    ]
    assert [(each.start_s, each.text) for each in made.words] == [(0.1, "Hello")]
    assert made.usage == Usage(audio_s=2.0)


async def test_translation_has_its_own_address(server: ScriptedServer, http: EgressClient) -> None:
    provider = at(server, http, HEARD)

    await provider.transcribe(hearing(is_translated=True, language="de", with_segments=True))

    fields, _ = form_of(server.requests[0])
    assert server.requests[0].path == "/v1/audio/translations"
    assert [name for name, _ in fields] == ["model", "response_format"]


async def test_model_that_refuses_times_is_asked_without_and_remembered(
    server: ScriptedServer, http: EgressClient
) -> None:
    provider = at(server, http, HEARD)

    def answer(request: Received) -> Answer:
        if b"verbose_json" in request.body:
            said = "response_format 'verbose_json' is not compatible with model. Use 'json'."
            return Answer(status=400, json={"error": {"message": said}})
        usage = {"type": "tokens", "input_tokens": 14, "output_tokens": 4}
        return Answer(json={"text": "Hello.", "usage": usage})

    server.handle_with(answer)
    first = await provider.transcribe(hearing(model="mine", with_segments=True))
    await provider.transcribe(hearing(model="mine"))
    with pytest.raises(InvalidInput) as refused:
        await provider.transcribe(hearing(model="mine", with_words=True))

    assert len(server.requests) == 3
    assert first.usage == Usage(input_tokens=14, output_tokens=4)
    assert refused.value.exact_code == "not_supported"


async def test_vendor_with_formats_of_its_own_is_not_told_any(
    server: ScriptedServer, http: EgressClient
) -> None:
    usage = {"prompt_audio_seconds": 3, "prompt_tokens": 4, "completion_tokens": 5}
    provider = at(server, http, Answer(json={"text": "Hi", "usage": usage}), "mistral")

    made = await provider.transcribe(hearing(model="voxtral-mini-latest", with_segments=True))
    with pytest.raises(InvalidInput):
        await provider.transcribe(hearing(is_translated=True))

    fields, _ = form_of(server.requests[0])
    assert [name for name, _ in fields] == ["model", "timestamp_granularities[]"]
    assert made.usage == Usage(input_tokens=4, output_tokens=5, audio_s=3.0)


async def test_text_is_spoken(server: ScriptedServer, http: EgressClient) -> None:
    sound = Answer(headers={"content-type": "audio/mpeg"}, body=b"sound")
    provider = at(server, http, sound, "together")

    made = await provider.speak(speaking(format="pcm", speed=1.5, extra={"lang": "de"}))

    assert made.sound == b"sound"
    assert server.requests[0].json() == {
        "model": "tts-1",
        "input": "Hi",
        "voice": "alloy",
        "response_format": "raw",
        "speed": 1.5,
        "lang": "de",
    }


@pytest.mark.parametrize(
    "answer",
    [
        Answer(json={"hm": 1}),
        Answer(headers={"content-type": "text/html"}, body=b"<html>"),
        Answer(headers={"content-type": "audio/mpeg"}, body=b""),
    ],
)
async def test_what_is_no_sound_is_a_problem(
    server: ScriptedServer, http: EgressClient, answer: Answer
) -> None:
    with pytest.raises(ProviderFailed):
        await at(server, http, answer).speak(speaking())


async def test_images_come_in_the_answer(server: ScriptedServer, http: EgressClient) -> None:
    data = [{"b64_json": base64.b64encode(PNG).decode(), "revised_prompt": "A nice hive"}]
    usage = {"input_tokens": 9, "output_tokens": 4_160, "total_tokens": 4_169}
    provider = at(server, http, Answer(json={"data": data, "usage": usage}))

    made = await provider.make_images(drawing(size="1024x1024", quality="high"))

    assert made.images[0].data == PNG
    assert (made.images[0].mime_type, made.images[0].prompt) == ("image/png", "A nice hive")
    assert made.usage == Usage(input_tokens=9, output_tokens=4_160)
    assert server.requests[0].json() == {
        "model": "gpt-image-1",
        "prompt": "A hive",
        "n": 1,
        "size": "1024x1024",
        "quality": "high",
    }


async def test_images_at_an_address_are_fetched_without_the_credential(
    server: ScriptedServer, http: EgressClient
) -> None:
    provider = at(server, http, Answer())

    def answer(request: Received) -> Answer:
        if request.path == "/made.jpg":
            return Answer(body=b"\xff\xd8\xff\xe0")
        return Answer(json={"data": [{"url": f"{server.url}/made.jpg"}]})

    server.handle_with(answer)
    made = await provider.make_images(drawing(model="dall-e-3"))

    assert made.images[0].mime_type == "image/jpeg"
    assert server.requests[0].json()["response_format"] == "b64_json"
    assert KEY not in str(server.requests[1].headers)


async def test_model_that_refuses_the_format_is_asked_without_and_remembered(
    server: ScriptedServer, http: EgressClient
) -> None:
    provider = at(server, http, Answer(), "azure")

    def answer(request: Received) -> Answer:
        if "response_format" in request.json():
            said = {"message": "Unknown parameter: 'response_format'.", "param": "response_format"}
            return Answer(status=400, json={"error": said})
        return Answer(json={"data": [{"b64_json": base64.b64encode(PNG).decode()}]})

    server.handle_with(answer)
    for _ in range(2):
        await provider.make_images(drawing(model="my-deployment"))

    assert len(server.requests) == 3
    assert server.requests[0].headers["api-key"] == KEY


async def test_vendor_that_wants_sides_gets_them(
    server: ScriptedServer, http: EgressClient
) -> None:
    data = [{"b64_json": base64.b64encode(PNG).decode()}]
    provider = at(server, http, Answer(json={"data": data}), "together")

    await provider.make_images(drawing(model="black-forest-labs/FLUX.1", size="512x768"))
    with pytest.raises(InvalidInput) as refused:
        await provider.make_images(drawing(size="large"))

    sent = server.requests[0].json()
    assert (sent["width"], sent["height"], sent["response_format"]) == (512, 768, "base64")
    assert refused.value.errors[0].pointer == "/size"


async def test_model_with_an_address_of_its_own_answers_with_the_image(
    server: ScriptedServer, http: EgressClient
) -> None:
    provider = at(server, http, Answer(body=PNG), "fireworks")
    model = "accounts/fireworks/models/flux-1-schnell-fp8"

    made = await provider.make_images(drawing(model=model, size="1920x1080"))
    with pytest.raises(InvalidInput):
        await provider.make_images(drawing(model=model, count=2))

    assert made.images[0].data == PNG
    assert server.requests[0].path == f"/v1/workflows/{model}/text_to_image"
    assert server.requests[0].json() == {"prompt": "A hive", "aspect_ratio": "16:9"}
    assert server.requests[0].headers["accept"] == "image/png"


@pytest.mark.parametrize(
    "image",
    [{}, {"b64_json": "///"}, {"b64_json": base64.b64encode(b"<html>").decode()}, {"url": ""}],
)
async def test_what_is_no_image_is_a_problem(
    server: ScriptedServer, http: EgressClient, image: dict[str, str]
) -> None:
    with pytest.raises(ProviderFailed):
        await at(server, http, Answer(json={"data": [image]})).make_images(drawing())


async def test_vendor_without_such_models_says_so(
    server: ScriptedServer, http: EgressClient
) -> None:
    provider = at(server, http, Answer(), "deepseek")
    calls = (
        provider.moderate(ModerationRequest(model="m", texts=("a",))),
        provider.transcribe(hearing()),
        provider.speak(speaking()),
        provider.make_images(drawing()),
    )

    for call in calls:
        with pytest.raises(InvalidInput) as refused:
            await call
        assert refused.value.exact_code == "not_supported"

    assert not server.requests


async def test_refusals_are_the_right_problems(server: ScriptedServer, http: EgressClient) -> None:
    error = {"error": {"message": f"Slow down, {KEY}."}}
    provider = at(server, http, Answer(status=429, headers={"retry-after": "3"}, json=error))
    calls = (
        provider.moderate(ModerationRequest(model="m", texts=("a",))),
        provider.transcribe(hearing()),
        provider.speak(speaking()),
        provider.make_images(drawing()),
    )

    for call in calls:
        with pytest.raises(SkepError) as refused:
            await call
        assert isinstance(refused.value, RateLimited)
        assert refused.value.retry_after_s == 3
        assert KEY not in refused.value.detail
