"""The shape of a request for a response, and the chat completion it is."""

from typing import Annotated, Any, Final, Literal

import msgspec

from skep_contracts.problems import FieldError, InvalidInput, json_pointer
from skep_gateway.completions.requests import (
    ChatBody,
    Function,
    Message,
    ResponseFormat,
    Schema,
    Tool,
)
from skep_gateway.completions.responses.items import Item, messages_of

_NEEDS_MEMORY: Final = {
    "previous_response_id": "send the earlier items in input",
    "conversation": "send the earlier items in input",
    "background": "start an app through /api/v1/runs instead",
    "prompt": "send instructions and input",
    "store": "leave store out, or send false",
}


class ResponseTool(msgspec.Struct):
    """A tool that a model may call. Tools that OpenAI runs itself are not here."""

    type: str
    name: Annotated[str, msgspec.Meta(max_length=128)] = ""
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class TextFormat(msgspec.Struct):
    """The form of an answer."""

    type: Literal["text", "json_object", "json_schema"]
    name: str = "answer"
    schema: dict[str, Any] | None = None
    strict: bool | None = None
    description: str | None = None


class TextOptions(msgspec.Struct):
    """How the text of an answer is."""

    format: TextFormat | None = None
    verbosity: str | None = None


class Reasoning(msgspec.Struct):
    """How much a model thinks."""

    effort: str | None = None


class ResponseBody(msgspec.Struct):
    """``POST /openai/v1/responses``."""

    model: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    input: str | Annotated[list[Item], msgspec.Meta(min_length=1, max_length=2_000)]
    instructions: str | None = None
    stream: bool | None = None
    tools: Annotated[list[ResponseTool], msgspec.Meta(max_length=256)] | None = None
    tool_choice: str | dict[str, Any] | None = None
    parallel_tool_calls: bool | None = None
    text: TextOptions | None = None
    reasoning: Reasoning | None = None
    temperature: Annotated[float, msgspec.Meta(ge=0, le=2)] | None = None
    top_p: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    max_output_tokens: Annotated[int, msgspec.Meta(ge=1)] | None = None
    truncation: Literal["disabled"] | None = None
    service_tier: str | None = None
    store: bool | None = None
    metadata: (
        Annotated[
            dict[
                Annotated[str, msgspec.Meta(max_length=64)],
                Annotated[str, msgspec.Meta(max_length=512)],
            ],
            msgspec.Meta(max_length=16),
        ]
        | None
    ) = None
    user: Annotated[str, msgspec.Meta(max_length=128)] | None = None
    safety_identifier: Annotated[str, msgspec.Meta(max_length=128)] | None = None
    inputs: dict[str, Any] | None = None
    """Ours, of apps alone: the fields of the start form."""
    conversation_id: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    """Ours, of chat apps alone: which conversation to continue."""


def refuse_memory(sent: dict[str, Any]) -> None:
    """Refuse what could only be done if responses were kept.

    Raises:
        InvalidInput: The request wants it; the text says what to do instead.
    """
    if sent.get("skep_cache"):
        raise fault("Only chat completions are given again.", "skep_cache", code="not_supported")
    for name, instead in _NEEDS_MEMORY.items():
        if sent.get(name):
            raise fault(f"Responses are not kept here: {instead}.", name, code="not_stored")


def chat_body(body: ResponseBody) -> ChatBody:
    """Return the chat completion that asks for the same.

    Raises:
        InvalidInput: An item or a tool is none that models take; the error points at it.
    """
    messages = messages_of(body.input)
    if body.instructions:
        messages.insert(0, Message(role="developer", content=body.instructions))
    return ChatBody(
        model=body.model,
        messages=messages,
        tools=[_tool(tool, at) for at, tool in enumerate(body.tools or ())],
        tool_choice=_tool_choice(body.tool_choice),
        response_format=_format(body.text),
        temperature=body.temperature,
        top_p=body.top_p,
        max_completion_tokens=body.max_output_tokens,
        user=body.user or body.safety_identifier,
        inputs=body.inputs,
        conversation_id=body.conversation_id,
    )


def passed_on(body: ResponseBody) -> dict[str, Any]:
    """Return the parameters of vendors, as a chat completion calls them."""
    return {
        "parallel_tool_calls": body.parallel_tool_calls,
        "reasoning_effort": None if body.reasoning is None else body.reasoning.effort,
        "service_tier": body.service_tier,
        "verbosity": None if body.text is None else body.text.verbosity,
    }


def fault(detail: str, *path: str | int, code: str | None = None) -> InvalidInput:
    """Return the refusal of a part of the request."""
    error = FieldError(pointer=json_pointer(*path), message=detail)
    return InvalidInput(detail, code=code, errors=[error])


def _tool(tool: ResponseTool, position: int) -> Tool:
    if tool.type != "function":
        detail = "Only tools of the type function can be called here."
        raise fault(detail, "tools", position, "type")
    if not tool.name:
        raise fault("A function needs a name.", "tools", position, "name")
    return Tool(
        function=Function(
            name=tool.name,
            description=tool.description or "",
            parameters=tool.parameters,
            strict=tool.strict,
        )
    )


def _tool_choice(choice: str | dict[str, Any] | None) -> str | dict[str, Any] | None:
    if isinstance(choice, dict) and choice.get("type") != "function":
        raise fault("tool_choice can name a function, and nothing else.", "tool_choice")
    return choice


def _format(text: TextOptions | None) -> ResponseFormat | None:
    wanted = None if text is None else text.format
    if wanted is None or wanted.type == "text":
        return None
    if wanted.type == "json_object":
        return ResponseFormat(type="json_object")
    if wanted.schema is None:
        raise fault("A json_schema needs its schema.", "text", "format", "schema")
    schema = Schema(name=wanted.name, schema=wanted.schema, strict=wanted.strict)
    return ResponseFormat(type="json_schema", json_schema=schema)
