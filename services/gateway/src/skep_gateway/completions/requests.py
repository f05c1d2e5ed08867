"""Shapes of requests in OpenAI's words, and what they are to a model."""

from typing import Annotated, Any, Final, Literal

import msgspec

from skep_contracts.plugins.models import (
    CacheChoice,
    ChatMessage,
    ChatRequest,
    ImagePart,
    Part,
    ResponseSchema,
    TextPart,
    ToolCall,
    ToolSpec,
)
from skep_contracts.problems import FieldError, InvalidInput, json_pointer

MAX_CHOICES: Final = 8
_PASSED_ON: Final = (
    "frequency_penalty",
    "presence_penalty",
    "logit_bias",
    "parallel_tool_calls",
    "reasoning_effort",
    "service_tier",
    "verbosity",
    "logprobs",
    "top_logprobs",
)
"""Parameters of vendors, sent on as they are."""


class FunctionCall(msgspec.Struct):
    """The function a model called."""

    name: str
    arguments: str = "{}"


class Call(msgspec.Struct):
    """A tool call in the history."""

    id: str
    function: FunctionCall
    type: Literal["function"] = "function"


class ImageUrl(msgspec.Struct):
    """An image by its address, or as a data URL."""

    url: str
    detail: Literal["auto", "low", "high"] = "auto"


class ContentPart(msgspec.Struct):
    """A part of a message."""

    type: Literal["text", "image_url"]
    text: str | None = None
    image_url: ImageUrl | None = None


class Message(msgspec.Struct):
    """One message."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[ContentPart] | None = None
    tool_calls: list[Call] | None = None
    tool_call_id: str | None = None
    name: str | None = None


class Function(msgspec.Struct):
    """A function that a model may call."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    description: str = ""
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class Tool(msgspec.Struct):
    """A tool that a model may call."""

    function: Function
    type: Literal["function"] = "function"


class Schema(msgspec.Struct):
    """The schema of an answer."""

    name: str
    schema: dict[str, Any] = {}
    strict: bool | None = None


class ResponseFormat(msgspec.Struct):
    """The form of an answer."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: Schema | None = None


class StreamOptions(msgspec.Struct):
    """What a stream has besides the answer."""

    include_usage: bool = False


class ChatBody(msgspec.Struct):
    """``POST /openai/v1/chat/completions``."""

    model: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    messages: Annotated[list[Message], msgspec.Meta(min_length=1, max_length=2_000)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    tools: Annotated[list[Tool], msgspec.Meta(max_length=256)] | None = None
    tool_choice: str | dict[str, Any] | None = None
    response_format: ResponseFormat | None = None
    temperature: Annotated[float, msgspec.Meta(ge=0, le=2)] | None = None
    top_p: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    max_tokens: Annotated[int, msgspec.Meta(ge=1)] | None = None
    max_completion_tokens: Annotated[int, msgspec.Meta(ge=1)] | None = None
    stop: str | Annotated[list[str], msgspec.Meta(max_length=16)] | None = None
    seed: int | None = None
    n: Annotated[int, msgspec.Meta(ge=1, le=MAX_CHOICES)] | None = None
    user: Annotated[str, msgspec.Meta(max_length=128)] | None = None
    inputs: dict[str, Any] | None = None
    """Ours, of apps alone: the fields of the start form."""
    conversation_id: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    """Ours, of chat apps alone: which conversation to continue."""
    skep_cache: CacheChoice | bool | None = None
    """Ours, of models alone: an answer to the same request may be given again."""

    def cache(self) -> CacheChoice | None:
        """Return the choice to give answers again, if it was made.

        Raises:
            InvalidInput: Several answers are wanted, which would be one several times.
        """
        if not self.skep_cache:
            return None
        if (self.n or 1) > 1:
            detail = "Answers are given again one at a time; leave n out."
            raise InvalidInput(detail, errors=[FieldError(pointer="/skep_cache", message=detail)])
        return CacheChoice() if self.skep_cache is True else self.skep_cache


class EmbeddingBody(msgspec.Struct):
    """``POST /openai/v1/embeddings``."""

    model: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    input: str | Annotated[list[str], msgspec.Meta(min_length=1, max_length=2_048)]
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: Annotated[int, msgspec.Meta(ge=1, le=65_536)] | None = None
    user: Annotated[str, msgspec.Meta(max_length=128)] | None = None


def chat_request(body: ChatBody, sent: dict[str, Any]) -> ChatRequest:
    """Return the request that a body is to a model.

    Args:
        body: The body.
        sent: The same as it came, for parameters that are passed on.

    Raises:
        InvalidInput: A message makes no sense; the error points at it.
    """
    return ChatRequest(
        model=body.model,
        messages=tuple(_message(message, at) for at, message in enumerate(body.messages)),
        tools=tuple(_tool(tool) for tool in body.tools or ()),
        tool_choice=_tool_choice(body.tool_choice),
        response_schema=_schema(body.response_format),
        temperature=body.temperature,
        top_p=body.top_p,
        max_tokens=body.max_completion_tokens or body.max_tokens,
        stop=(body.stop,) if isinstance(body.stop, str) else tuple(body.stop or ()),
        seed=body.seed,
        extra={name: sent[name] for name in _PASSED_ON if sent.get(name) is not None},
        cache=body.cache(),
    )


def _message(message: Message, position: int) -> ChatMessage:
    role = "system" if message.role == "developer" else message.role
    if role == "tool" and not message.tool_call_id:
        raise _fault(
            "A tool message needs the id of the call it answers.", position, "tool_call_id"
        )
    return ChatMessage(
        role=role,
        content=_content(message, position),
        tool_calls=tuple(
            ToolCall(id=call.id, name=call.function.name, arguments=call.function.arguments)
            for call in message.tool_calls or ()
        ),
        tool_call_id=message.tool_call_id,
        name=message.name,
    )


def _content(message: Message, position: int) -> str | tuple[Part, ...]:
    if message.content is None or isinstance(message.content, str):
        return message.content or ""
    parts = [part_of(part, position, number) for number, part in enumerate(message.content)]
    if all(isinstance(part, TextPart) for part in parts):
        return "".join(part.text for part in parts if isinstance(part, TextPart))
    return tuple(parts)


def part_of(part: ContentPart, position: int, number: int) -> Part:
    """Return a part of a message.

    Raises:
        InvalidInput: It lacks what its type needs.
    """
    if part.type == "text":
        return TextPart(text=part.text or "")
    if part.image_url is None:
        raise _fault("An image needs its address.", position, "content", number, "image_url")
    url = part.image_url.url
    if not url.startswith("data:"):
        return ImagePart(url=url, detail=part.image_url.detail)
    head, comma, data = url[5:].partition(",")
    mime_type, _, encoding = head.partition(";")
    if not comma or encoding != "base64":
        raise _fault("A data URL must be base64.", position, "content", number, "image_url")
    return ImagePart(mime_type=mime_type or "image/png", data=data, detail=part.image_url.detail)


def _fault(detail: str, *path: str | int) -> InvalidInput:
    pointer = json_pointer("messages", *path)
    return InvalidInput(detail, errors=[FieldError(pointer=pointer, message=detail)])


def _tool(tool: Tool) -> ToolSpec:
    function = tool.function
    return ToolSpec(
        name=function.name,
        description=function.description,
        parameters=function.parameters or {"type": "object", "properties": {}},
    )


def _tool_choice(choice: str | dict[str, Any] | None) -> str | None:
    if not isinstance(choice, dict):
        return choice
    function = choice.get("function")
    name = function.get("name") if isinstance(function, dict) else choice.get("name")
    if not isinstance(name, str):
        fault = FieldError(pointer="/tool_choice", message="names no function")
        raise InvalidInput("tool_choice names no function.", errors=[fault])
    return name


def _schema(wanted: ResponseFormat | None) -> ResponseSchema | None:
    if wanted is None or wanted.type == "text":
        return None
    if wanted.type == "json_object" or wanted.json_schema is None:
        return ResponseSchema(name="answer", schema={"type": "object"}, strict=False)
    schema = wanted.json_schema
    return ResponseSchema(name=schema.name, schema=schema.schema, strict=bool(schema.strict))
