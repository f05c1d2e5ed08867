"""What a model is told, and what becomes of what it says."""

import asyncio
import base64
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from skep_contracts.ids import FileId
from skep_contracts.plugins.models import (
    ChatDelta,
    ChatMessage,
    ChatRequest,
    ImagePart,
    ReasoningDelta,
    StreamEnd,
    TextDelta,
    TextPart,
    Usage,
)
from skep_contracts.problems import InvalidInput, ProviderFailed, RateLimited
from skep_contracts.values import FileRef, blob_key, file_to_value
from skep_node_llm.node import LlmNode
from skep_node_llm.settings import LlmSettings
from skep_testing.conformance.nodes import FakeNodeContext

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
END = StreamEnd(finish_reason="stop", usage=Usage(input_tokens=3, output_tokens=2), model="m")


def ask(context: FakeNodeContext, /, **settings: Any) -> dict[str, Any]:
    decoded = msgspec.convert({"prompt": "Hi", **settings}, LlmSettings)
    return asyncio.run(LlmNode().run(context, decoded)).outputs


def told(context: FakeNodeContext) -> list[tuple[str, str]]:
    (_, request), *_ = context.chats
    return [(message.role, message.text()) for message in request.messages]


def image(name: str, content: bytes, mime_type: str = "image/png") -> Any:
    return file_to_value(
        FileRef(
            id=FileId(f"file_{name}"),
            name=name,
            mime_type=mime_type,
            size_bytes=len(content),
            blob=blob_key(content),
        )
    )


def test_text_streams_as_it_comes() -> None:
    context = FakeNodeContext(chat=["Hello to you."])

    outputs = ask(context)

    assert outputs["text"] == "Hello to you."
    assert context.emitted == [("text", "Hello "), ("text", "to "), ("text", "you.")]
    assert outputs["usage"]["input_tokens"] == 10
    assert outputs["finish_reason"] == "stop"


def test_conversation_is_in_order() -> None:
    history = [
        ChatMessage(role=role, content=f"{role} {turn}")
        for turn in (1, 2, 3)
        for role in ("user", "assistant")
    ]
    context = FakeNodeContext({"sys": {"query": "now?"}}, history=history)

    ask(
        context,
        system="Be brief.",
        messages=[{"role": "user", "content": "2+2"}, {"role": "assistant", "content": "4"}],
        prompt="{{sys.query}}",
        memory={"window": 2},
    )

    assert told(context) == [
        ("system", "Be brief."),
        ("user", "2+2"),
        ("assistant", "4"),
        ("user", "user 2"),
        ("assistant", "assistant 2"),
        ("user", "user 3"),
        ("assistant", "assistant 3"),
        ("user", "now?"),
    ]


def test_messages_of_the_author_keep_their_roles_and_order() -> None:
    context = FakeNodeContext({"sys": {"query": "now?"}, "start": {"tone": "kind"}})

    ask(
        context,
        prompt="",
        messages=[
            {"role": "system", "content": "Be {{start.tone}}."},
            {"role": "user", "content": "{{sys.query}}"},
            {"role": "user", "content": "{{start.missing}}"},
            {"role": "system", "content": "Mind the time."},
        ],
    )

    assert told(context) == [
        ("system", "Be kind."),
        ("user", "now?"),
        ("system", "Mind the time."),
    ]


def test_one_prompt_can_hold_memory_and_passages() -> None:
    history = [
        ChatMessage(role="user", content="{{sys.query}} {{memory}}"),
        ChatMessage(role="assistant", content="Noted."),
    ]
    values: dict[str, Any] = {
        "sys": {"query": "Why {{context}}?"},
        "search": {"passages": ["One."]},
    }
    context = FakeNodeContext(values, history=history)

    outputs = ask(
        context,
        prompt="Read {{context}}\n{{ memory }}\nHuman: {{sys.query}} \\{{context}} \nAI:",
        context="{{search.passages}}",
        memory={"prefixes": {"user": "Human", "assistant": "AI"}},
    )

    assert told(context) == [
        (
            "user",
            (
                "Read [1] One.\nHuman: {{sys.query}} {{memory}}\nAI: Noted.\n"
                "Human: Why {{context}}? {{context}} \nAI:"
            ),
        )
    ]
    assert outputs["citations"] == []


def test_placeholders_without_their_settings_are_text() -> None:
    context = FakeNodeContext()

    ask(context, prompt="{{context}} {{memory}}")

    assert told(context) == [("user", "{{context}} {{memory}}")]


@pytest.mark.parametrize(
    ("answer", "cited"),
    [
        ("Yes [4].", [4]),
        ("Yes [4][1]. Sure [1, 4].", [4, 1]),
        ("Yes [7] [x] 4.", []),
    ],
)
def test_cited_passages_are_listed(answer: str, cited: list[int]) -> None:
    passages = [
        {"number": 1, "text": "One.", "document": "a.md"},
        {"number": 4, "text": "Four.", "document": "b.md"},
    ]
    context = FakeNodeContext({"search": {"passages": passages}}, chat=[answer])

    outputs = ask(context, context="{{search.passages}}")

    assert outputs["citations"] == [p for n in cited for p in passages if p["number"] == n]


def test_structured_answer_cites_in_its_texts_alone() -> None:
    context = FakeNodeContext(
        {"search": {"passages": ["One.", "Two."]}}, chat=['{"say": "Yes [2].", "years": [1]}']
    )

    outputs = ask(context, context="{{search.passages}}", response_schema={"type": "object"})

    assert outputs["citations"] == [{"number": 2, "text": "Two."}]


def test_parameters_may_hold_references() -> None:
    context = FakeNodeContext({"env": {"EFFORT": "low", "STOP": "END"}})

    ask(context, extra={"reasoning_effort": "{{env.EFFORT}}"}, stop=["{{env.STOP}}", "{{env.NO}}"])

    ((_, request),) = context.chats
    assert request.extra == {"reasoning_effort": "low"}
    assert request.stop == ("END",)


@pytest.mark.parametrize("memory", [None, {"enabled": False}, {"window": 0}])
def test_without_memory_earlier_turns_are_left_out(memory: Any) -> None:
    context = FakeNodeContext(history=[ChatMessage(role="user", content="before")])

    ask(context, memory=memory)

    assert told(context) == [("user", "Hi")]


def test_passages_stand_numbered_at_the_end_of_the_system_message() -> None:
    passages = [{"number": 1, "text": "One."}, {"number": 4, "text": "Four."}]
    context = FakeNodeContext({"search": {"passages": passages}})

    ask(context, system="Be brief.", context="{{search.passages}}")

    (_, system), _ = told(context)
    assert system.startswith("Be brief.\n\n")
    assert system.endswith("\n\n[1] One.\n\n[4] Four.")


def test_missing_passages_are_admitted() -> None:
    context = FakeNodeContext({"search": {"passages": []}})

    ask(context, context="{{search.passages}}")

    assert told(context)[0] == ("system", "No passages were found that could help with this.")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (["a", "b"], "[1] a\n\n[2] b"),
        ([{"content": "a"}, {"other": 1}], '[1] a\n\n[2] {"other":1}'),
        ("as it is", "as it is"),
    ],
)
def test_context_may_be_other_things_than_a_retrieval(value: Any, text: str) -> None:
    context = FakeNodeContext({"a": {"b": value}})

    ask(context, context="{{a.b}}")

    assert told(context)[0][1].endswith(f"\n\n{text}")


def test_images_are_shown_with_the_prompt() -> None:
    values = {"sys": {"files": [image("a.png", b"one"), image("b.jpg", b"two", "image/jpeg")]}}
    files: dict[str, bytes] = {blob_key(b"one"): b"one", blob_key(b"two"): b"two"}
    context = FakeNodeContext(values, files=files)

    ask(context, prompt="What is it?", vision={"images": "{{sys.files}}", "detail": "low"})

    assert context.chats[0][1].messages[-1].content == (
        TextPart(text="What is it?"),
        ImagePart(mime_type="image/png", data=base64.b64encode(b"one").decode(), detail="low"),
        ImagePart(mime_type="image/jpeg", data=base64.b64encode(b"two").decode(), detail="low"),
    )


def test_file_that_is_no_image_is_refused() -> None:
    context = FakeNodeContext({"a": {"f": image("a.pdf", b"x", "application/pdf")}})

    with pytest.raises(InvalidInput, match="not an image"):
        ask(context, vision={"images": "{{a.f}}"})


def test_empty_prompt_is_refused() -> None:
    with pytest.raises(InvalidInput) as refusal:
        ask(FakeNodeContext(), prompt="{{a.b}}")

    assert refusal.value.exact_code == "empty_prompt"


def test_model_and_parameters_reach_the_call() -> None:
    context = FakeNodeContext({"env": {"MODEL": "openai/gpt"}})

    ask(context, model="{{env.MODEL}}", temperature=0.5, max_tokens=9, stop=["x"], extra={"k": 1})

    ((model, request),) = context.chats
    assert model == "openai/gpt"
    assert (request.temperature, request.max_tokens, request.stop) == (0.5, 9, ("x",))
    assert request.extra == {"k": 1}
    assert request.idempotency_key == context.effect_key


@pytest.mark.parametrize(
    ("pieces", "reasoning", "text"),
    [
        (["<think>Hm.</think>Yes."], "Hm.", "Yes."),
        (["\n<th", "ink>H", "m.</th", "ink>\n\nYes", "."], "Hm.", "Yes."),
        (["<think>never closed"], "never closed", ""),
        (["<thin"], "", "<thin"),
        (["No <think>x</think> here"], "", "No <think>x</think> here"),
        (["<think>a < b </t</think>ok"], "a < b </t", "ok"),
    ],
)
def test_reasoning_in_the_text_is_set_apart(
    pieces: Sequence[str], reasoning: str, text: str
) -> None:
    context = FakeNodeContext(chat=[[*(TextDelta(text=piece) for piece in pieces), END]])

    outputs = ask(context)

    assert (outputs["reasoning"], outputs["text"]) == (reasoning, text)
    assert context.emitted_text() == text


def test_reasoning_can_be_kept_inline() -> None:
    context = FakeNodeContext(chat=["<think>Hm.</think>Yes."])

    assert ask(context, reasoning="inline")["text"] == "<think>Hm.</think>Yes."


def test_reasoning_of_the_provider_is_set_apart() -> None:
    script: list[ChatDelta] = [ReasoningDelta(text="Hm."), TextDelta(text="Yes."), END]

    outputs = ask(FakeNodeContext(chat=[script]))

    assert (outputs["reasoning"], outputs["text"]) == ("Hm.", "Yes.")


@pytest.mark.parametrize(
    "text", ['{"n": 3}', '```json\n{"n": 3}\n```', 'Sure! {"n": 3} Anything else?', ' {"n":3}\n']
)
def test_answer_that_follows_the_schema_becomes_a_value(text: str) -> None:
    context = FakeNodeContext(chat=[text])

    outputs = ask(context, response_schema=SCHEMA)

    assert outputs["structured"] == {"n": 3}
    assert context.emitted == []


def test_schema_is_sent_and_told() -> None:
    context = FakeNodeContext(chat=['{"n": 3}'])

    ask(context, response_schema=SCHEMA)

    request: ChatRequest = context.chats[0][1]
    assert request.response_schema is not None
    assert request.response_schema.schema == SCHEMA
    assert request.response_schema.strict is False
    assert '"required":["n"]' in told(context)[0][1]


def test_closed_schema_is_sent_as_strict() -> None:
    context = FakeNodeContext(chat=['{"n": 3}'])

    ask(context, response_schema={**SCHEMA, "additionalProperties": False})

    schema = context.chats[0][1].response_schema
    assert schema is not None
    assert schema.strict is True


@pytest.mark.parametrize(
    ("first", "fault"), [("no JSON", "it is not JSON."), ('{"n": "x"}', '/n: "x" is not of type')]
)
def test_answer_that_breaks_the_schema_is_asked_for_again(first: str, fault: str) -> None:
    context = FakeNodeContext(chat=[first, '{"n": 4}'])

    outputs = ask(context, response_schema=SCHEMA)

    assert outputs["structured"] == {"n": 4}
    assert outputs["usage"]["input_tokens"] == 20
    repair = context.chats[1][1]
    assert [message.role for message in repair.messages[-2:]] == ["assistant", "user"]
    assert fault in repair.messages[-1].text()
    assert repair.idempotency_key != context.chats[0][1].idempotency_key


def test_answer_that_breaks_the_schema_twice_fails() -> None:
    context = FakeNodeContext(chat=["no", "no"])

    with pytest.raises(ProviderFailed) as failure:
        ask(context, response_schema=SCHEMA)

    assert failure.value.exact_code == "answer_breaks_schema"
    assert len(context.chats) == 2


def ended(reason: Any, *texts: str) -> list[ChatDelta]:
    end = StreamEnd(finish_reason=reason, usage=Usage(), model="m")
    return [*(TextDelta(text=text) for text in texts), end]


def test_answer_cut_off_in_its_json_says_so_and_is_not_asked_for_again() -> None:
    context = FakeNodeContext(chat=[ended("length", '{"n": ')])

    with pytest.raises(InvalidInput) as failure:
        ask(context, response_schema=SCHEMA, max_tokens=2)

    assert failure.value.exact_code == "answer_cut_off"
    assert len(context.chats) == 1


def test_withheld_answer_is_an_error_and_a_part_of_one_is_not() -> None:
    with pytest.raises(InvalidInput) as failure:
        ask(FakeNodeContext(chat=[ended("content_filter")]))
    partly = ask(FakeNodeContext(chat=[ended("content_filter", "Well,")]))

    assert failure.value.exact_code == "content_filtered"
    assert (partly["text"], partly["finish_reason"]) == ("Well,", "content_filter")


def test_error_of_the_provider_passes_through() -> None:
    with pytest.raises(RateLimited):
        ask(FakeNodeContext(chat=[RateLimited("Slow down.", retry_after_s=3)]))


def test_stream_is_closed_when_the_run_is_cancelled() -> None:
    closed = []

    class Hanging(FakeNodeContext):
        async def chat(self, model: str, request: ChatRequest) -> Any:
            try:
                yield TextDelta(text="a")
                await asyncio.sleep(60)
            finally:
                closed.append(True)

    async def cancelled() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await LlmNode().run(Hanging(), LlmSettings(prompt="x"))

    asyncio.run(cancelled())

    assert closed == [True]
