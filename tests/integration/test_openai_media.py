"""OpenAI's SDK for moderation, speech and images, against the gateway and its offline models."""

import base64
import io
import wave
from collections.abc import Iterator

import openai
import pytest

from skep_testing.stack import RunningStack

pytestmark = [pytest.mark.integration]


@pytest.fixture
def client(stack: RunningStack) -> Iterator[openai.OpenAI]:
    url = f"{stack.url}/openai/v1"
    with openai.OpenAI(base_url=url, api_key=stack.key, max_retries=0) as made:
        yield made


def spoken(client: openai.OpenAI, text: str) -> bytes:
    return client.audio.speech.create(
        model="echo/tones", voice="any", input=text, response_format="wav"
    ).content


def test_texts_are_judged(client: openai.OpenAI) -> None:
    made = client.moderations.create(input=["A nice day", "I will kill you"])

    assert [result.flagged for result in made.results] == [False, True]
    assert made.results[1].category_scores.violence == 1.0
    assert made.results[1].categories.violence


def test_text_is_spoken_and_heard_again(client: openai.OpenAI) -> None:
    sound = spoken(client, "Good morning, bees")

    heard = client.audio.transcriptions.create(
        model="echo/listener", file=("hello.wav", sound, "audio/wav")
    )

    with wave.open(io.BytesIO(sound)) as file:
        assert file.getnframes() > file.getframerate() / 2
    assert heard.text == "Good morning, bees"


def test_speech_can_be_read_as_a_stream(client: openai.OpenAI) -> None:
    with client.audio.speech.with_streaming_response.create(
        model="default", voice="any", input="Hello", response_format="pcm"
    ) as answer:
        assert answer.headers["content-type"] == "audio/pcm"
        assert len(answer.read()) > 1_000


def test_transcripts_come_as_subtitles_and_with_times(client: openai.OpenAI) -> None:
    file = ("hello.wav", spoken(client, "One two"))

    subtitles = client.audio.transcriptions.create(
        model="echo/listener", file=file, response_format="srt"
    )
    told = client.audio.transcriptions.create(
        model="echo/listener",
        file=file,
        response_format="verbose_json",
        timestamp_granularities=["word", "segment"],
        temperature=0.5,
    )

    assert subtitles.startswith("1\n00:00:00,000 --> 00:00:00,")
    assert subtitles.rstrip().endswith("One two")
    assert told.duration == pytest.approx(0.48, abs=0.01)
    assert [word.word for word in told.words or []] == ["One", "two"]
    assert [segment.text for segment in told.segments or []] == ["One two"]


def test_images_are_made(client: openai.OpenAI) -> None:
    made = client.images.generate(model="echo/letters", prompt="A hive", n=2, size="256x256")
    shown = client.images.generate(prompt="A hive", size="64x64", response_format="url")

    found = [base64.b64decode(image.b64_json or "") for image in made.data or []]
    assert len(found) == 2
    assert all(png.startswith(b"\x89PNG") for png in found)
    assert ((shown.data or [])[0].url or "").startswith("data:image/png;base64,")


def test_what_a_model_cannot_do_is_a_bad_request(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as spoke:
        client.audio.speech.create(model="echo/tones", voice="any", input="Hi")
    with pytest.raises(openai.BadRequestError) as translated:
        client.audio.translations.create(
            model="echo/listener", file=("a.wav", spoken(client, "Hi"))
        )
    with pytest.raises(openai.BadRequestError) as drew:
        client.images.generate(model="echo/echo", prompt="A hive")

    assert spoke.value.param == "response_format"
    assert translated.value.code == "not_supported"
    assert drew.value.code == "wrong_model_kind"


def test_recording_that_is_too_large_is_refused(client: openai.OpenAI) -> None:
    with pytest.raises(openai.APIStatusError) as refused:
        client.audio.transcriptions.create(
            model="echo/listener", file=("long.wav", bytes(26 * 1024 * 1024))
        )

    assert refused.value.status_code == 413
