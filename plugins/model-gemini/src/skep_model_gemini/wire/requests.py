"""What goes out: the bodies of chat and embedding requests."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from skep_contracts.plugins.models import (
    ChatMessage,
    ChatRequest,
    EmbedRequest,
    ImagePart,
    TextPart,
    ToolCall,
)
from skep_contracts.problems import InvalidInput
from skep_contracts.vendor_wire.text import mended

MODELS_PATH: Final = "models?pageSize=1000"
STATE: Final = "gemini:"
"""What the state of a tool call of this provider begins with; the vendor's signature follows."""
NO_SIGNATURE: Final = "skip_thought_signature_validator"
"""What the vendor takes for a call that was made by another model."""
_MAX_STOPS: Final = 5
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,200}")
_SIGNS: Final = re.compile(r"gemini-[3-9]")
_MODES: Final = {"auto": "AUTO", "none": "NONE", "required": "ANY"}
_NOT_EXTRA: Final = frozenset({"contents", "systemInstruction", "model"})
Part = dict[str, Any]


def model_path(model: str, action: str) -> str:
    """Return where a model is called.

    Raises:
        InvalidInput: No model can have that name.
    """
    name = model.removeprefix("models/")
    if not _NAME.fullmatch(name):
        raise InvalidInput("No model of this provider has such a name.", code="model_not_found")
    return f"models/{name}:{action}"


def chat_path(model: str) -> str:
    """Return where a model's streamed answers come from."""
    return model_path(model, "streamGenerateContent") + "?alt=sse"


def speech_body(text: str, voice: str, extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of a request for speech."""
    speech = {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": voice}}}
    config = {"responseModalities": ["AUDIO"], "speechConfig": speech}
    return {"contents": [{"parts": [{"text": text}]}], "generationConfig": config, **extra}


def image_body(prompt: str, ratio: str | None, extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of a request for an image."""
    config: dict[str, Any] = {"responseModalities": ["IMAGE"]}
    if ratio is not None:
        config["imageConfig"] = {"aspectRatio": ratio}
    return {"contents": [{"parts": [{"text": prompt}]}], "generationConfig": config, **extra}


def chat_body(request: ChatRequest) -> dict[str, Any]:
    """Return the body of a chat request."""
    body: dict[str, Any] = {"contents": _Conversation(request).turns()}
    system = "\n\n".join(m.text() for m in request.messages if m.role == "system")
    if system.strip():
        body["systemInstruction"] = {"parts": [{"text": mended(system)}]}
    if request.tools:
        body["tools"] = [{"functionDeclarations": [_declaration(tool) for tool in request.tools]}]
        if request.tool_choice is not None:
            body["toolConfig"] = {"functionCallingConfig": _calling(request.tool_choice)}
    if config := _generation(request):
        body["generationConfig"] = config
    extra = {name: value for name, value in request.extra.items() if name not in _NOT_EXTRA}
    generation = extra.pop("generationConfig", None)
    if isinstance(generation, dict):
        body["generationConfig"] = {**body.get("generationConfig", {}), **generation}
    return body | extra


def _generation(request: ChatRequest) -> dict[str, Any]:
    wanted = request.response_schema
    config = {
        "temperature": request.temperature,
        "topP": request.top_p,
        "maxOutputTokens": request.max_tokens,
        "stopSequences": list(request.stop)[:_MAX_STOPS] or None,
        "seed": request.seed,
        "responseMimeType": "application/json" if wanted is not None else None,
        "responseJsonSchema": wanted.schema if wanted is not None else None,
    }
    return {name: value for name, value in config.items() if value is not None}


def _declaration(tool: Any) -> dict[str, Any]:
    declared = {"name": tool.name, "description": tool.description}
    if tool.parameters.get("properties"):  # objects without properties are refused
        declared["parametersJsonSchema"] = tool.parameters
    return declared


def _calling(choice: str) -> dict[str, Any]:
    if choice in _MODES:
        return {"mode": _MODES[choice]}
    return {"mode": "ANY", "allowedFunctionNames": [choice]}


class _Conversation:
    """Writes messages as turns. Answers of tools have the tool's name here, not the call's id."""

    def __init__(self, request: ChatRequest) -> None:
        self._messages = [m for m in request.messages if m.role != "system"]
        self._is_signed = bool(_SIGNS.search(request.model))
        self._names: dict[str, str] = {}

    def turns(self) -> list[dict[str, Any]]:
        """Return the turns; what one side says in a row is one turn."""
        turns: list[dict[str, Any]] = []
        for at, message in enumerate(self._messages):
            role = "model" if message.role == "assistant" else "user"
            parts = self._parts(message, at)
            if not parts:
                continue
            if turns and turns[-1]["role"] == role:
                turns[-1]["parts"] += parts
            else:
                turns.append({"role": role, "parts": parts})
        if not turns or turns[0]["role"] == "model":  # the vendor wants the user to begin
            turns.insert(0, {"role": "user", "parts": [{"text": "(continue)"}]})
        return turns

    def _parts(self, message: ChatMessage, position: int) -> list[Part]:
        if message.role == "tool":
            return [self._response(message)]
        parts = _content(message, position)
        for number, call in enumerate(message.tool_calls):
            self._names[call.id] = call.name
            parts.append(self._call(call, is_first=number == 0))
        return parts

    def _call(self, call: ToolCall, *, is_first: bool) -> Part:
        arguments = _object(call.arguments)
        if arguments is None:
            arguments = {"arguments": mended(call.arguments)}
        part: Part = {"functionCall": {"name": call.name, "args": arguments}}
        if call.state.startswith(STATE):
            part["thoughtSignature"] = call.state.removeprefix(STATE)
        elif self._is_signed and is_first:
            part["thoughtSignature"] = NO_SIGNATURE
        return part

    def _response(self, message: ChatMessage) -> Part:
        text = mended(message.text())
        found = _object(text)
        name = self._names.get(message.tool_call_id or "") or message.name or "tool"
        response = found if found is not None else {"result": text}
        return {"functionResponse": {"name": name, "response": response}}


def _content(message: ChatMessage, position: int) -> list[Part]:
    if isinstance(message.content, str):
        return [{"text": mended(message.content)}] if message.content else []
    parts: list[Part] = []
    for part in message.content:
        if isinstance(part, TextPart):
            parts.append({"text": mended(part.text)})
        else:
            parts.append(_image(part, position))
    return parts


def _image(part: ImagePart, position: int) -> Part:
    if part.data is not None:
        return {"inlineData": {"mimeType": part.mime_type, "data": part.data}}
    if part.url is not None:
        return {"fileData": {"mimeType": part.mime_type, "fileUri": part.url}}
    raise InvalidInput(f"The image in message {position + 1} has neither a URL nor data.")


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def embed_body(request: EmbedRequest) -> dict[str, Any]:
    """Return the body of a request for several embeddings."""
    task = "RETRIEVAL_QUERY" if request.purpose == "query" else "RETRIEVAL_DOCUMENT"
    common: dict[str, Any] = {
        "model": f"models/{request.model.removeprefix('models/')}",
        "taskType": task,
    }
    if request.dimensions is not None:
        common["outputDimensionality"] = request.dimensions
    texts = [mended(text) or " " for text in request.texts]
    return {"requests": [{**common, "content": {"parts": [{"text": text}]}} for text in texts]}
