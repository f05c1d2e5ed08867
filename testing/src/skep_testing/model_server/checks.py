"""Refuses what the vendor refuses, with the vendor's words and codes."""

import re
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

Name = Annotated[str, Meta(pattern=r"^[a-zA-Z0-9_-]{1,64}$")]


class RefusedError(Exception):
    """The request is answered with an error object."""

    def __init__(
        self, message: str, *, status: int = 400, code: str | None = None, param: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.param = param


class Text(msgspec.Struct, tag="text", forbid_unknown_fields=True):
    """A part of a message."""

    text: str


class ImageUrl(msgspec.Struct, forbid_unknown_fields=True):
    """Where an image is."""

    url: Annotated[str, Meta(pattern=r"^(https?://|data:image/[a-z+.-]+;base64,)")]
    detail: Literal["auto", "low", "high"] = "auto"


class Image(msgspec.Struct, tag="image_url", forbid_unknown_fields=True):
    """A part of a message."""

    image_url: ImageUrl


class CalledFunction(msgspec.Struct, forbid_unknown_fields=True):
    """What an assistant called."""

    name: Name
    arguments: str


class Called(msgspec.Struct, forbid_unknown_fields=True):
    """A tool call of an assistant message."""

    id: str
    type: Literal["function"]
    function: CalledFunction


class Message(msgspec.Struct, forbid_unknown_fields=True):
    """One message."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[Text | Image] | None = None
    name: str | None = None
    tool_calls: Annotated[list[Called], Meta(min_length=1)] | None = None
    tool_call_id: str | None = None

    def text(self) -> str:
        """Return the text parts, joined."""
        if isinstance(self.content, list):
            return "".join(part.text for part in self.content if isinstance(part, Text))
        return self.content or ""


class Function(msgspec.Struct, forbid_unknown_fields=True):
    """A function on offer."""

    name: Name
    description: str = ""
    parameters: dict[str, Any] = {}
    strict: bool | None = None


class Tool(msgspec.Struct, forbid_unknown_fields=True):
    """A tool on offer."""

    type: Literal["function"]
    function: Function


class JsonSchema(msgspec.Struct, forbid_unknown_fields=True):
    """A schema the answer must follow."""

    name: Name
    schema: dict[str, Any] = {}
    description: str = ""
    strict: bool | None = None


class ResponseFormat(msgspec.Struct, forbid_unknown_fields=True):
    """The form of the answer."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchema | None = None


class StreamOptions(msgspec.Struct, forbid_unknown_fields=True):
    """Options of a stream."""

    include_usage: bool = False
    include_obfuscation: bool = True


class ChatBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Body of ``POST /chat/completions``."""

    model: str
    messages: Annotated[list[Message], Meta(min_length=1)]
    stream: bool = False
    stream_options: StreamOptions | None = None
    tools: Annotated[list[Tool], Meta(min_length=1, max_length=128)] | None = None
    tool_choice: str | dict[str, Any] | None = None
    parallel_tool_calls: bool | None = None
    response_format: ResponseFormat | None = None
    temperature: Annotated[float, Meta(ge=0, le=2)] | None = None
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    max_tokens: Annotated[int, Meta(ge=1)] | None = None
    max_completion_tokens: Annotated[int, Meta(ge=1)] | None = None
    stop: str | Annotated[list[str], Meta(min_length=1, max_length=4)] | None = None
    seed: int | None = None
    n: Annotated[int, Meta(ge=1, le=1)] = 1
    presence_penalty: Annotated[float, Meta(ge=-2, le=2)] | None = None
    frequency_penalty: Annotated[float, Meta(ge=-2, le=2)] | None = None
    logit_bias: dict[str, float] | None = None
    user: str | None = None
    metadata: dict[str, str] | None = None
    store: bool | None = None
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh"] | None = None
    verbosity: Literal["low", "medium", "high"] | None = None
    service_tier: str | None = None


class EmbeddingsBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Body of ``POST /embeddings``."""

    model: str
    input: (
        Annotated[str, Meta(min_length=1)]
        | Annotated[list[Annotated[str, Meta(min_length=1)]], Meta(min_length=1, max_length=2048)]
    )
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: Annotated[int, Meta(ge=1, le=4096)] | None = None
    user: str | None = None


class RerankBody(msgspec.Struct, kw_only=True):
    """Body of ``POST /rerank``, which several vendors share."""

    model: str
    query: str
    documents: Annotated[list[str], Meta(min_length=1)]
    top_n: int | None = None


_chat: Final = msgspec.json.Decoder(ChatBody)
_embeddings: Final = msgspec.json.Decoder(EmbeddingsBody)
_rerank: Final = msgspec.json.Decoder(RerankBody)
_UNKNOWN: Final = re.compile(r"unknown field `([^`]+)`")
_PLACE: Final = re.compile(r"at `\$\.?([^`]*)`")


def _decode(decoder: msgspec.json.Decoder[Any], body: bytes) -> Any:
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        if unknown := _UNKNOWN.search(str(error)):
            raise RefusedError(
                f"Unrecognized request argument supplied: {unknown[1]}", param=unknown[1]
            ) from error
        place = _PLACE.search(str(error))
        param = place[1] if place else None
        raise RefusedError(f"Invalid value for '{param}': {error}", param=param) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RefusedError(
            "We could not parse the JSON body of your request.", code="invalid_json"
        ) from error


def check_chat(body: bytes) -> ChatBody:
    """Return the request.

    Raises:
        RefusedError: The vendor would answer 400.
    """
    request: ChatBody = _decode(_chat, body)
    if request.stream_options is not None and not request.stream:
        raise RefusedError(
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
            param="stream_options",
        )
    if request.max_tokens is not None and request.max_completion_tokens is not None:
        raise RefusedError(
            "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
            code="invalid_parameter_combination",
        )
    _check_tool_messages(request.messages)
    if request.tool_choice is not None and not request.tools:
        raise RefusedError(
            "'tool_choice' is only allowed when 'tools' are specified.", param="tool_choice"
        )
    if request.response_format is not None:
        _check_format(request.response_format, request.messages)
    return request


def check_embeddings(body: bytes) -> EmbeddingsBody:
    """Return the request, or raise `RefusedError`."""
    request: EmbeddingsBody = _decode(_embeddings, body)
    return request


def check_rerank(body: bytes) -> RerankBody:
    """Return the request, or raise `RefusedError`."""
    request: RerankBody = _decode(_rerank, body)
    return request


def check_reasoning(request: ChatBody) -> None:
    """Refuse what models that reason do not take: `max_tokens`, and a temperature other than 1."""
    if request.max_tokens is not None:
        raise RefusedError(
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use"
            " 'max_completion_tokens' instead.",
            code="unsupported_parameter",
            param="max_tokens",
        )
    for name in ("temperature", "top_p"):
        value = getattr(request, name)
        if value is not None and value != 1:
            raise RefusedError(
                f"Unsupported value: '{name}' does not support {value:g} with this model. Only the"
                " default (1) value is supported.",
                code="unsupported_value",
                param=name,
            )


def _check_tool_messages(messages: list[Message]) -> None:
    """Every call is answered right after it, and nothing else is."""
    waiting: set[str] = set()
    for index, message in enumerate(messages):
        if message.role == "tool":
            if message.tool_call_id not in waiting:
                raise RefusedError(
                    "Invalid parameter: messages with role 'tool' must be a response to a"
                    " preceding message with 'tool_calls'.",
                    param=f"messages.[{index}].role",
                )
            waiting.discard(message.tool_call_id)
            continue
        if waiting:
            raise RefusedError(
                "An assistant message with 'tool_calls' must be followed by tool messages"
                f" responding to each 'tool_call_id'. Missing: {', '.join(sorted(waiting))}",
                param=f"messages.[{index}].role",
            )
        if message.content is None and not message.tool_calls:
            raise RefusedError(
                "Invalid value for 'content': expected a string, got null.",
                param=f"messages.[{index}].content",
            )
        waiting = {call.id for call in message.tool_calls or ()}


def _check_format(wanted: ResponseFormat, messages: list[Message]) -> None:
    if wanted.type == "json_object" and not any("json" in m.text().lower() for m in messages):
        raise RefusedError(
            "'messages' must contain the word 'json' in some form, to use 'response_format' of"
            " type 'json_object'.",
            param="messages",
        )
    if wanted.type != "json_schema":
        return
    if wanted.json_schema is None:
        raise RefusedError(
            "Missing required parameter: 'response_format.json_schema'.",
            code="missing_required_parameter",
            param="response_format.json_schema",
        )
    if wanted.json_schema.strict:
        _check_strict(wanted.json_schema.schema, wanted.json_schema.name, ())


def _check_strict(schema: dict[str, Any], name: str, place: tuple[str, ...]) -> None:
    if schema.get("type") == "object" or "properties" in schema:
        required, properties = schema.get("required", []), schema.get("properties", {})
        if schema.get("additionalProperties") is not False:
            why = "'additionalProperties' is required to be supplied and to be false."
        elif set(required) != set(properties):
            why = "'required' must include every key in properties."
        else:
            why = ""
        if why:
            raise RefusedError(
                f"Invalid schema for response_format '{name}': In context={place}, {why}",
                param="response_format",
            )
    for key, inner in schema.get("properties", {}).items():
        _check_strict(inner, name, (*place, "properties", key))
    if isinstance(schema.get("items"), dict):
        _check_strict(schema["items"], name, (*place, "items"))
