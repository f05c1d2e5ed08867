"""Responses: the messages their items are, and the typed events of a stream."""

import json
from collections.abc import AsyncGenerator
from typing import Any, cast

import pytest

from skep_contracts.decoding import convert
from skep_contracts.plugins.models import (
    ChatDelta,
    ImagePart,
    ReasoningDelta,
    StreamEnd,
    TextDelta,
    TextPart,
    ToolCall,
    ToolCallDelta,
    Usage,
)
from skep_contracts.problems import InvalidInput, ProviderFailed
from skep_gateway.completions.requests import chat_request
from skep_gateway.completions.responses.bodies import (
    ResponseBody,
    chat_body,
    passed_on,
    refuse_memory,
)
from skep_gateway.completions.responses.events import ResponseWriter
from skep_gateway.completions.responses.responding import Responding
from skep_inference import CallScope, Inference

USAGE = Usage(input_tokens=3, output_tokens=5, cached_input_tokens=1, reasoning_tokens=2)
CALL = ToolCall(id="c1", name="weather", arguments='{"city": "Ulm"}')
Heard = list[tuple[str, dict[str, Any]]]


def body(given: Any = "Hi", **more: Any) -> ResponseBody:
    return convert({"model": "a/m", "input": given, **more}, ResponseBody)


def end(reason: Any = "stop") -> StreamEnd:
    return StreamEnd(finish_reason=reason, usage=USAGE, model="m")


class Models:
    """Gives what it is told, and then perhaps fails."""

    def __init__(self, deltas: list[ChatDelta], error: Exception | None = None) -> None:
        self._deltas = deltas
        self._error = error

    async def chat(self, *_: Any, **__: Any) -> AsyncGenerator[ChatDelta, None]:
        for delta in self._deltas:
            yield delta
        if self._error is not None:
            raise self._error


def responding(models: Models, **more: Any) -> Responding:
    asked = body(**more)
    return Responding(
        cast("Inference", models),
        chat_request(chat_body(asked), passed_on(asked)),
        scope=CallScope(tenant="t_1"),
        writer=ResponseWriter(asked),
    )


async def hear(*deltas: ChatDelta, error: Exception | None = None) -> Heard:
    pieces = [piece async for piece in responding(Models(list(deltas), error)).stream()]
    heard = []
    for event in b"".join(pieces).decode().split("\n\n")[:-1]:
        name, data = event.split("\n")
        heard.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return heard


async def test_text_comes_in_the_order_of_the_protocol() -> None:
    heard = await hear(TextDelta(text="one "), TextDelta(text="two"), end())

    assert [name for name, _ in heard] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert [data["sequence_number"] for _, data in heard] == list(range(10))
    assert all(data["type"] == name for name, data in heard)
    assert heard[6][1]["text"] == "one two"
    last = heard[-1][1]["response"]
    assert last["id"] == heard[0][1]["response"]["id"]
    assert (last["status"], last["store"]) == ("completed", False)
    assert last["output"] == [heard[8][1]["item"]]
    assert last["usage"]["total_tokens"] == 8
    assert last["usage"]["output_tokens_details"] == {"reasoning_tokens": 2}


async def test_each_item_ends_before_the_next_begins() -> None:
    heard = await hear(
        ReasoningDelta(text="Hm."),
        TextDelta(text="See:"),
        ToolCallDelta(call=CALL),
        end("tool_calls"),
    )

    open_items: list[int] = []
    for name, data in heard:
        if name == "response.output_item.added":
            assert not open_items
            open_items.append(data["output_index"])
        elif name == "response.output_item.done":
            assert open_items == [data["output_index"]]
            open_items.clear()
    output = heard[-1][1]["response"]["output"]
    assert [item["type"] for item in output] == ["reasoning", "message", "function_call"]
    assert output[0]["content"] == [{"type": "reasoning_text", "text": "Hm."}]
    assert (output[2]["call_id"], output[2]["arguments"]) == ("c1", CALL.arguments)
    done = dict(heard)["response.function_call_arguments.done"]
    assert (done["output_index"], done["item_id"]) == (2, output[2]["id"])


async def test_whole_response_is_what_the_events_add_up_to() -> None:
    deltas: list[ChatDelta] = [
        TextDelta(text="one "),
        ToolCallDelta(call=CALL),
        TextDelta(text="two"),
        end(),
    ]
    streamed = (await hear(*deltas))[-1][1]["response"]

    whole = await responding(Models(deltas)).whole()

    def bare(response: dict[str, Any]) -> Any:
        items = [{**item, "id": ""} for item in response["output"]]
        return {**response, "id": "", "created_at": 0, "output": items}

    assert bare(json.loads(json.dumps(whole))) == bare(streamed)


@pytest.mark.parametrize(
    ("reason", "told"), [("length", "max_output_tokens"), ("content_filter", "content_filter")]
)
async def test_answer_that_meets_a_limit_is_incomplete(reason: str, told: str) -> None:
    heard = await hear(TextDelta(text="one"), end(reason))

    name, data = heard[-1]
    assert name == "response.incomplete"
    assert data["response"]["incomplete_details"] == {"reason": told}
    assert data["response"]["output"][0]["status"] == "incomplete"


async def test_failure_after_the_first_piece_is_told_with_what_there_was() -> None:
    heard = await hear(TextDelta(text="one"), error=ProviderFailed("It broke off."))

    name, data = heard[-1]
    assert name == "response.failed"
    assert data["response"]["status"] == "failed"
    assert data["response"]["error"]["message"] == "It broke off."
    assert data["response"]["output"][0]["content"][0]["text"] == "one"


async def test_failure_before_the_first_piece_is_raised() -> None:
    with pytest.raises(ProviderFailed):
        await hear(error=ProviderFailed("no"))


def test_items_are_the_messages_of_a_completion() -> None:
    asked = body(
        [
            {"role": "user", "content": "Weather?"},
            {"type": "reasoning", "id": "rs_1", "summary": []},
            {
                "type": "message",
                "role": "assistant",
                "content": [{"type": "output_text", "text": "a"}],
            },
            {"type": "function_call", "call_id": "c1", "name": "weather", "arguments": "{}"},
            {"type": "function_call", "call_id": "c2", "name": "time", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c1", "output": "sunny"},
            {
                "type": "function_call_output",
                "call_id": "c2",
                "output": [{"type": "input_text", "text": "noon"}],
            },
            {
                "role": "user",
                "content": [
                    {"type": "input_text", "text": "And this?"},
                    {"type": "input_image", "image_url": "data:image/png;base64,AAAA"},
                ],
            },
        ],
        instructions="Be brief.",
        tools=[{"type": "function", "name": "weather", "parameters": {"type": "object"}}],
        tool_choice={"type": "function", "name": "weather"},
        text={"format": {"type": "json_schema", "name": "n", "schema": {}}, "verbosity": "low"},
        reasoning={"effort": "low"},
        max_output_tokens=9,
    )

    request = chat_request(chat_body(asked), passed_on(asked))

    said = [
        (m.role, m.text(), [c.id for c in m.tool_calls], m.tool_call_id) for m in request.messages
    ]
    assert said == [
        ("system", "Be brief.", [], None),
        ("user", "Weather?", [], None),
        ("assistant", "a", ["c1", "c2"], None),
        ("tool", "sunny", [], "c1"),
        ("tool", "noon", [], "c2"),
        ("user", "And this?", [], None),
    ]
    assert [type(part) for part in request.messages[-1].content] == [TextPart, ImagePart]
    assert (request.tool_choice, request.max_tokens) == ("weather", 9)
    assert request.response_schema is not None
    assert request.extra == {"reasoning_effort": "low", "verbosity": "low"}


@pytest.mark.parametrize(
    ("given", "more", "place"),
    [
        ([{"type": "item_reference", "id": "msg_1"}], {}, "/input/0"),
        ([{"type": "computer_call"}], {}, "/input/0/type"),
        ([{"content": "x"}], {}, "/input/0/role"),
        ([{"type": "function_call", "name": "x"}], {}, "/input/0"),
        ([{"type": "function_call_output", "output": "x"}], {}, "/input/0/call_id"),
        ([{"role": "user", "content": [{"type": "input_file"}]}], {}, "/input/0/content/0/type"),
        (
            [{"role": "user", "content": [{"type": "input_image", "file_id": "f"}]}],
            {},
            "/input/0/content/0/image_url",
        ),
        ([{"type": "reasoning"}], {}, "/input"),
        ("x", {"tools": [{"type": "web_search"}]}, "/tools/0/type"),
        ("x", {"tools": [{"type": "function"}]}, "/tools/0/name"),
        ("x", {"tool_choice": {"type": "allowed_tools"}}, "/tool_choice"),
        ("x", {"text": {"format": {"type": "json_schema"}}}, "/text/format/schema"),
    ],
)
def test_what_models_do_not_take_is_refused_with_its_place(
    given: Any, more: dict[str, Any], place: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        chat_body(body(given, **more))

    assert [error.pointer for error in refusal.value.errors] == [place]


@pytest.mark.parametrize(
    "more",
    [
        {"previous_response_id": "resp_1"},
        {"store": True},
        {"conversation": {"id": "conv_1"}},
        {"background": True},
        {"prompt": {"id": "pmpt_1"}},
    ],
)
def test_what_needs_memory_is_refused_and_says_what_to_do(more: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="not kept here") as refusal:
        refuse_memory(more)

    assert refusal.value.exact_code == "not_stored"
    refuse_memory({"store": False, "previous_response_id": None})
