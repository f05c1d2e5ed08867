"""Moderation, sound and pictures of echo."""

import asyncio
import io
import struct
import wave
import zlib
from collections.abc import Coroutine
from typing import Any, TypeVar

import pytest

from skep_contracts.plugins.modalities.images import ImageRequest
from skep_contracts.plugins.modalities.moderation import ModerationRequest
from skep_contracts.plugins.modalities.speech import SpeechRequest, TranscriptionRequest
from skep_contracts.problems import InvalidInput
from skep_model_echo.provider import EchoProvider

T = TypeVar("T")
ECHO = EchoProvider()


def run(call: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(call)


def spoken(text: str, **more: Any) -> bytes:
    request = SpeechRequest(model="tones", text=text, voice="any", **{"format": "wav", **more})
    return run(ECHO.speak(request)).sound


def listening(sound: bytes, **more: Any) -> TranscriptionRequest:
    return TranscriptionRequest(
        model="listener", sound=sound, name="a.wav", mime_type="audio/wav", **more
    )


def pixels(png: bytes) -> tuple[int, int, bytes]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    start = png.index(b"IDAT")
    (size,) = struct.unpack(">I", png[start - 4 : start])
    return width, height, zlib.decompress(png[start + 4 : start + 4 + size])


def test_words_of_the_list_are_flagged_in_any_form() -> None:
    request = ModerationRequest(model="word-list", texts=("A nice day.", "They were murdered!"))

    nice, bad = run(ECHO.moderate(request)).verdicts

    assert not nice.flagged
    assert bad.flagged
    assert [name for name, found in bad.categories.items() if found] == ["violence"]
    assert bad.scores["violence"] == 1.0


def test_tones_are_a_wave_file_as_long_as_the_text() -> None:
    with wave.open(io.BytesIO(spoken("Good morning"))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16_000)
        usual = file.getnframes()
        samples = file.readframes(usual)
    with wave.open(io.BytesIO(spoken("Good morning", speed=2.0))) as file:
        fast = file.getnframes()

    assert any(samples)
    assert fast == pytest.approx(usual / 2, rel=0.01)


def test_pcm_is_the_bare_samples() -> None:
    assert spoken("Hi", format="pcm") in spoken("Hi")


def test_listener_reads_what_echo_has_spoken() -> None:
    heard = run(ECHO.transcribe(listening(spoken("Grüezi mitenand"), with_words=True)))

    assert heard.text == "Grüezi mitenand"
    assert [word.text for word in heard.words] == ["Grüezi", "mitenand"]
    assert heard.words[-1].end_s == pytest.approx(heard.duration_s)
    assert heard.usage.audio_s == heard.duration_s


@pytest.mark.parametrize("sound", [b"", b"RIFF", b"ID3 something else", spoken("Hi")[:20]])
def test_listener_makes_nothing_up(sound: bytes) -> None:
    assert run(ECHO.transcribe(listening(sound))).text.startswith("[sound of ")


def test_letters_are_a_picture_of_the_text() -> None:
    request = ImageRequest(model="letters", prompt="Two foxes", size="256x128", count=2)

    first, second = run(ECHO.make_images(request)).images

    width, height, dots = pixels(first.data)
    assert (width, height, len(dots)) == (256, 128, 128 * (256 * 3 + 1))
    assert len(set(dots)) > 2
    assert first.data != second.data
    assert first.mime_type == "image/png"


def test_text_that_does_not_fit_is_cut() -> None:
    request = ImageRequest(model="letters", prompt="long " * 500 + "x" * 500, size="32x16")

    (made,) = run(ECHO.make_images(request)).images

    assert pixels(made.data)[:2] == (32, 16)


@pytest.mark.parametrize(
    "request_", [{"format": "mp3"}, {"speed": 9.0}, {"text": "x" * 20_001}, {"model": "echo"}]
)
def test_what_tones_cannot_do_is_said(request_: dict[str, Any]) -> None:
    wanted = {"model": "tones", "text": "Hi", "voice": "any", "format": "wav", **request_}

    with pytest.raises(InvalidInput):
        run(ECHO.speak(SpeechRequest(**wanted)))


@pytest.mark.parametrize("size", ["8x8", "9999x10", "wide", "1024", "1024x1024x3"])
def test_strange_sizes_are_refused(size: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        run(ECHO.make_images(ImageRequest(model="letters", prompt="Hi", size=size)))

    assert refused.value.errors[0].pointer == "/size"


def test_echo_does_not_translate() -> None:
    with pytest.raises(InvalidInput) as refused:
        run(ECHO.transcribe(listening(spoken("Hi"), is_translated=True)))

    assert refused.value.exact_code == "not_supported"
