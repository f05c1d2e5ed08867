"""Echo answers from the request alone, always the same."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_contracts.plugins.models import (
    ChatDelta,
    ChatMessage,
    ChatRequest,
    ImagePart,
    StreamEnd,
    TextDelta,
    TextPart,
    ToolCall,
    ToolCallDelta,
    ToolSpec,
    Usage,
)
from skep_contracts.problems import InvalidInput, ProviderFailed, RateLimited
from skep_model_echo.provider import EchoProvider

WEATHER = ToolSpec(
    name="weather",
    description="Tells the weather.",
    parameters={
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1}},
    },
)


def user(text: str) -> ChatMessage:
    return ChatMessage(role="user", content=text)


def system(text: str) -> ChatMessage:
    return ChatMessage(role="system", content=text)


async def chat(*messages: ChatMessage, **more: Any) -> list[ChatDelta]:
    request = ChatRequest(**{"model": "echo", "messages": messages, **more})
    return [delta async for delta in EchoProvider().chat(request)]


async def say(*messages: ChatMessage, **more: Any) -> str:
    found = await chat(*messages, **more)
    return "".join(delta.text for delta in found if isinstance(delta, TextDelta))


async def test_last_user_message_is_echoed_word_by_word() -> None:
    found = await chat(system("Be nice."), user("first"), user("Hello,  dear\nworld!"))

    assert [delta.text for delta in found[:-1] if isinstance(delta, TextDelta)] == [
        "Hello,",
        "  dear",
        "\nworld!",
    ]
    assert found[-1] == StreamEnd(
        finish_reason="stop",
        usage=Usage(input_tokens=6, output_tokens=3, estimated=True),
        model="echo",
    )


@given(st.text(max_size=80))
async def test_any_text_comes_back_whole(text: str) -> None:
    assert await say(user(text)) == text.strip()


async def test_parts_are_joined_and_images_left_out() -> None:
    parts = (TextPart(text="look "), ImagePart(url="https://x/y.png"), TextPart(text="here"))

    assert await say(ChatMessage(role="user", content=parts)) == "look here"


async def test_no_messages_make_an_empty_answer() -> None:
    found = await chat()

    assert isinstance(found[-1], StreamEnd)


PASSAGES = """Answer from the passages.

[1] # Tents
Every tent carries a warranty of 5 years. Backpacks carry 10 years.

It does not cover wear.

[2] ## Opening hours
The harbour store is open until 19:00, e.g. on Mondays! Bring a card.
"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How long is the warranty on a tent?", "Every tent carries a warranty of 5 years [1]."),
        (
            "When does the harbour store open?",
            "The harbour store is open until 19:00, e.g. on Mondays [2]!",
        ),
        ("Who won the football match?", "The passages do not say anything about that."),
        ("???", "The passages do not say anything about that."),
    ],
)
async def test_answer_quotes_the_passages_and_cites_them(question: str, expected: str) -> None:
    assert await say(system(PASSAGES), user(question)) == expected


FORMS = {
    "numbered in the user's message": [
        user("[1] Cats sleep.\n\n[2] Dogs bark loudly.\n\nWho barks?"),
    ],
    "tagged": [
        system(
            '<passage id="1">Cats sleep.</passage>\n<passage id="2">Dogs bark loudly.</passage>'
        ),
        user("Who barks?"),
    ],
    "a JSON list": [
        system('Use: [{"text": "Cats sleep.", "score": 1}, {"text": "Dogs bark loudly."}] only.'),
        user("Who barks?"),
    ],
}


@pytest.mark.parametrize("form", FORMS)
async def test_passages_are_found_in_every_form(form: str) -> None:
    assert await say(*FORMS[form]) == "Dogs bark loudly [2]."


async def test_question_may_stand_before_the_passages() -> None:
    messages = user("Who barks?\n\n[1] Cats sleep.\n[2] Dogs bark loudly.")

    assert await say(messages) == "Dogs bark loudly [2]."


async def test_search_that_found_nothing_is_said_and_not_made_up() -> None:
    rules = "Answer from the passages.\n\nNo passages were found that could help with this."

    answer = await say(system(rules), user("Who barks?"))

    assert answer == "The passages do not say anything about that."


async def test_several_passages_are_quoted_best_first() -> None:
    passages = "[1] Boots cost 75 EUR.\n[2] New boots need care. The boots warranty is 2 years."

    answer = await say(system(passages), user("boots warranty years"))

    assert answer == "The boots warranty is 2 years [2]."


@given(st.lists(st.text(max_size=40), max_size=5), st.text(max_size=40))
async def test_nothing_is_said_that_no_passage_says(texts: list[str], question: str) -> None:
    numbered = "\n".join(f"[{n}] {text}" for n, text in enumerate(texts, start=1))

    answer = await say(system(f"Rules.\n{numbered}"), user(question))

    known = set(numbered.split()) | set(question.split())
    extra = {word.rstrip(".!?") for word in answer.split()} - {word.rstrip(".!?") for word in known}
    sentence = "The passages do not say anything about that"
    assert answer.startswith(sentence) or all(word.startswith("[") or not word for word in extra)


async def test_limit_and_stop_end_the_answer() -> None:
    found = await chat(user("one two three"), max_tokens=2)
    assert isinstance(found[-1], StreamEnd)
    assert found[-1].finish_reason == "length"
    assert await say(user("one two three"), max_tokens=2) == "one two"
    assert await say(user("one STOP two"), stop=("", "STOP")) == "one "


async def test_tool_is_called_when_the_message_spells_it_out() -> None:
    text = (
        'Please call weather {"city": "Zürich", "days": 3} and call weather {"city": "Bern"},'
        " then call x {}"
    )

    found = await chat(user(text), tools=(WEATHER,))

    assert [delta.call for delta in found if isinstance(delta, ToolCallDelta)] == [
        ToolCall(id="call_0", name="weather", arguments='{"city": "Zürich", "days": 3}'),
        ToolCall(id="call_1", name="weather", arguments='{"city": "Bern"}'),
    ]
    assert isinstance(found[-1], StreamEnd)
    assert found[-1].finish_reason == "tool_calls"
    assert await say(user(text), tools=(WEATHER,)) == ""


async def test_malformed_arguments_are_passed_on_like_a_models() -> None:
    found = await chat(user('call weather {"city": '), tools=(WEATHER,))

    assert isinstance(found[0], ToolCallDelta)
    assert found[0].call.arguments == '{"city": '


@pytest.mark.parametrize("choice", ["required", "weather"])
async def test_required_tool_is_called_with_arguments_of_its_schema(choice: str) -> None:
    found = await chat(user("Bern for 4 days"), tools=(WEATHER,), tool_choice=choice)

    assert isinstance(found[0], ToolCallDelta)
    assert found[0].call.arguments == '{"city": "Bern for 4 days", "days": 4}'


async def test_no_tool_is_called_when_none_may_be() -> None:
    assert await say(user("call weather {}"), tools=(WEATHER,), tool_choice="none")


async def test_tool_results_are_told() -> None:
    call = ToolCall(id="c", name="weather", arguments="{}")
    conversation = [
        user("call weather {}"),
        ChatMessage(role="assistant", tool_calls=(call, call)),
        ChatMessage(role="tool", tool_call_id="c", content="sunny"),
        ChatMessage(role="tool", tool_call_id="c", content="windy"),
    ]

    assert await say(*conversation, tools=(WEATHER,)) == "sunny\nwindy"


async def test_delay_comes_before_each_word() -> None:
    started = time.monotonic()

    await say(user("a b c"), extra={"delay_s": 0.02})

    assert time.monotonic() - started >= 0.06


async def test_failure_comes_when_it_is_ordered() -> None:
    with pytest.raises(RateLimited):
        await chat(user("a"), extra={"fail_with": "rate_limited"})

    request = ChatRequest(
        model="echo",
        messages=(user("a b c"),),
        extra={"fail_with": "provider_failed", "fail_after": 1},
    )
    stream = EchoProvider().chat(request)
    assert await anext(stream) == TextDelta(text="a")
    with pytest.raises(ProviderFailed):
        await anext(stream)


@pytest.mark.parametrize(
    "extra",
    [
        {"delay_s": "1"},
        {"delay_s": -1},
        {"delay_s": 1e9},
        {"delay_s": True},
        {"fail_with": "unknown"},
        {"fail_with": ["rate_limited"]},
        {"fail_with": "rate_limited", "fail_after": "x"},
    ],
)
async def test_strange_option_is_refused(extra: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        await chat(user("a"), extra=extra)


async def test_other_model_is_refused() -> None:
    with pytest.raises(InvalidInput, match="echo"):
        await chat(user("a"), model="gpt-4o")
