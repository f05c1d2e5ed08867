"""What nodes that ask a model share: JSON out of text, memory, images, prompts, a second try."""

import sys
import time
from pathlib import Path
from typing import Any

import pytest

from skep_contracts.asking.dialogue import ask_until_read
from skep_contracts.asking.json_text import json_values, read_json
from skep_contracts.asking.memory import Memory, remembered, transcript
from skep_contracts.asking.prompts import PromptFolder
from skep_contracts.asking.said import Said
from skep_contracts.asking.vision import Vision, show_images
from skep_contracts.ids import FileId
from skep_contracts.plugins.models import ChatMessage, ChatRequest
from skep_contracts.problems import InvalidInput, TooLarge
from skep_contracts.values import FileRef, blob_key, file_to_value
from skep_testing.conformance.nodes import FakeNodeContext


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        (' {"a": 1} \n', {"a": 1}),
        ('```json\n{"a": 1}\n```', {"a": 1}),
        ('```\r\n{"a": 1}\r\n```', {"a": 1}),
        ('Sure!\n```JSON\n{"a": 1}\n```\nAnything else?', {"a": 1}),
        ('As [1] says: {"a": {"b": "}"}} and {more}.', {"a": {"b": "}"}}),
        ('{broken {"a": 1}', {"a": 1}),
        ('[{"a": 1}]', None),
        ('{"a": NaN}', None),
        ('{"a": 1', None),
        ("nothing", None),
        ("", None),
        ('{"a": "\\ud800"}', None),
        ('{"a": ' + "9" * 5000 + "}", None),
    ],
)
def test_object_is_found_however_it_is_wrapped(text: str, value: Any) -> None:
    assert read_json(text, dict) == value


def test_values_come_in_order_of_likelihood() -> None:
    text = 'See [1].\n```\n{"fenced": true}\n```\n{"bare": true}'

    assert list(json_values(text)) == [{"fenced": True}, [1], {"fenced": True}, {"bare": True}]


@pytest.mark.parametrize("text", ["[" * 200_000, "{" * 200_000, '{"a":' * 100_000, "```" * 50_000])
def test_hostile_text_takes_little_time(text: str) -> None:
    begin = time.monotonic()

    assert read_json(text) is None
    assert time.monotonic() - begin < 2


HISTORY = [
    ChatMessage(role=role, content=f"{role} {turn}")
    for turn in (1, 2, 3)
    for role in ("user", "assistant")
]


@pytest.mark.parametrize(
    ("memory", "kept"),
    [
        (None, 0),
        (Memory(enabled=False), 0),
        (Memory(window=0), 0),
        (Memory(window=2), 4),
        (Memory(), 6),
    ],
)
def test_window_counts_turns(memory: Memory | None, kept: int) -> None:
    assert list(remembered(HISTORY, memory)) == HISTORY[len(HISTORY) - kept :]


def test_transcript_is_material() -> None:
    tool = ChatMessage(role="tool", content="x", tool_call_id="1")

    assert transcript([HISTORY[0], tool]) == [{"role": "user", "text": "user 1"}]


def image(content: bytes, mime_type: str = "image/png") -> Any:
    return file_to_value(
        FileRef(
            id=FileId("file_x"),
            name="x.png",
            mime_type=mime_type,
            size_bytes=len(content),
            blob=blob_key(content),
        )
    )


@pytest.mark.parametrize("value", [[image(b"x")] * 21, image(b"x", "text/html"), ["x"], 3])
async def test_what_cannot_be_shown_is_refused(value: Any) -> None:
    context = FakeNodeContext({"a": {"b": value}}, files={blob_key(b"x"): b"x"})

    with pytest.raises(InvalidInput) as refusal:
        await show_images(context, Vision(images="{{a.b}}"))

    assert refusal.value.exact_code == "not_an_image"


async def test_of_a_list_only_images_are_shown() -> None:
    files = [image(b"x", "application/pdf"), image(b"x")]
    context = FakeNodeContext({"a": {"b": files}}, files={blob_key(b"x"): b"x"})

    shown = await show_images(context, Vision(images="{{a.b}}", detail="low"))

    assert [part.mime_type for part in shown.images] == ["image/png"]
    assert shown.logs == ("Not shown to the model, for it is no image: x.png",)


async def test_images_are_limited_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skep_contracts.asking.vision.MAX_BYTES", 3)
    context = FakeNodeContext({"a": {"b": [image(b"xx")] * 2}}, files={blob_key(b"xx"): b"xx"})

    with pytest.raises(TooLarge):
        await show_images(context, Vision(images="{{a.b}}"))


def test_what_fills_a_prompt_is_not_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "prompted" / "prompts"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    (folder / "ask.md").write_text("{query} in {classes} {unknown} {query}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "prompted", raising=False)

    filled = PromptFolder("prompted").fill("ask", classes="{query}", query="{classes}")

    assert filled == "{classes} in {query} {unknown} {classes}"


async def test_second_question_shows_the_first_answer_and_its_fault() -> None:
    context = FakeNodeContext(chat=["one", "two"])
    request = ChatRequest(model="m", messages=(ChatMessage(role="user", content="?"),))

    def read(said: Said) -> tuple[str, str | None]:
        return said.text, "it is not two" if said.text == "one" else None

    found = await ask_until_read(context, request, read=read, repair="Mind: {}".format)

    assert (found.value, found.fault, found.usage.input_tokens) == ("two", None, 20)
    (_, first), (_, second) = context.chats
    told = [(message.role, message.text()) for message in second.messages]
    assert told == [("user", "?"), ("assistant", "one"), ("user", "Mind: it is not two")]
    assert first.idempotency_key != second.idempotency_key


async def test_second_fault_is_told() -> None:
    context = FakeNodeContext(chat=["one", ""])
    request = ChatRequest(model="m", messages=())

    found = await ask_until_read(
        context, request, read=lambda said: (said.text, "no"), repair=lambda fault: fault
    )

    assert (found.value, found.fault, len(context.chats)) == ("", "no", 2)
