"""The typed events of a response, and the response they add up to."""

import time
from typing import Final, Literal, TypeAlias

import msgspec

from skep_contracts.ids import new_ulid
from skep_contracts.plugins.models import (
    ChatDelta,
    ReasoningDelta,
    StreamEnd,
    TextDelta,
    ToolCall,
    ToolCallDelta,
    Usage,
)
from skep_contracts.problems import SkepError
from skep_gateway.completions.answers import Json
from skep_gateway.completions.responses.bodies import ResponseBody
from skep_gateway.web.foreign.errors import foreign_error
from skep_gateway.web.sse import sse_event

Kind: TypeAlias = Literal["message", "reasoning"]
_CUT_OFF: Final = {"length": "max_output_tokens", "content_filter": "content_filter"}
_PREFIXES: Final[dict[Kind, str]] = {"message": "msg", "reasoning": "rs"}
_TEXTS: Final[dict[Kind, str]] = {"message": "output_text", "reasoning": "reasoning_text"}


class _Open(msgspec.Struct):
    """The item that is being written; one at a time."""

    kind: Kind
    index: int
    id: str
    pieces: list[str] = []

    @property
    def place(self) -> Json:
        """Where its text is."""
        return {"item_id": self.id, "output_index": self.index, "content_index": 0}

    def part(self) -> Json:
        """Its text so far."""
        part: Json = {"type": _TEXTS[self.kind], "text": "".join(self.pieces)}
        return {**part, "annotations": [], "logprobs": []} if self.kind == "message" else part

    def item(self, status: str) -> Json:
        """Return it as it is so far."""
        content = [self.part()] if self.pieces else []
        head = {"id": self.id, "type": self.kind, "status": status, "content": content}
        return {**head, **({"role": "assistant"} if self.kind == "message" else {"summary": []})}


class ResponseWriter:
    """Writes one response: event by event, and as a whole.

    Args:
        body: The request; a response repeats much of it.
        ours: What Skep says besides, such as the run of an app.
    """

    def __init__(self, body: ResponseBody, *, ours: Json | None = None) -> None:
        """Write nothing yet."""
        self._head = _head(body)
        self._ours = ours
        self._output: list[Json] = []
        self._open: _Open | None = None
        self._number = 0
        self._cut_off: str | None = None

    def response(
        self, status: str, *, usage: Usage | None = None, error: Json | None = None
    ) -> Json:
        """Return the response as it is so far."""
        cut_off = None if self._cut_off is None else {"reason": self._cut_off}
        open_items = [] if self._open is None else [self._open.item("incomplete")]
        return {
            **self._head,
            "status": status,
            "output": [*self._output, *open_items],
            "usage": None if usage is None else _usage(usage),
            "error": error,
            "incomplete_details": cut_off,
            **({} if self._ours is None else {"skep": self._ours}),
        }

    def finished(self, usage: Usage) -> Json:
        """Return the response that is whole, or was cut off by a limit."""
        return self.response("incomplete" if self._cut_off else "completed", usage=usage)

    def begin(self) -> bytes:
        """Open the response."""
        begun = {"response": self.response("in_progress")}
        return self._event("response.created", begun) + self._event("response.in_progress", begun)

    def piece(self, delta: ChatDelta) -> bytes:
        """Add what a model gave."""
        match delta:
            case TextDelta():
                return self.text(delta.text)
            case ReasoningDelta():
                return self._add("reasoning", delta.text)
            case ToolCallDelta():
                return self._call(delta.call)
            case StreamEnd():
                self._cut_off = _CUT_OFF.get(delta.finish_reason)
                return self.end()

    def text(self, text: str) -> bytes:
        """Add text of the answer."""
        return self._add("message", text)

    def end(self) -> bytes:
        """End the item that is being written; nothing when there is none."""
        done, self._open = self._open, None
        if done is None:
            return b""
        item = done.item("incomplete" if self._cut_off else "completed")
        self._output.append(item)
        last: Json = {"text": "".join(done.pieces)}
        if done.kind == "message":
            last["logprobs"] = []
        return b"".join(
            (
                self._event(f"response.{_TEXTS[done.kind]}.done", {**done.place, **last}),
                self._event("response.content_part.done", {**done.place, "part": done.part()}),
                self._event(
                    "response.output_item.done", {"output_index": done.index, "item": item}
                ),
            )
        )

    def failed(self, error: SkepError) -> bytes:
        """Say what breaks the response off; nothing follows."""
        told = foreign_error(error.to_problem())["error"]
        reason = {"code": told["code"], "message": told["message"]}
        return self._event("response.failed", {"response": self.response("failed", error=reason)})

    def close(self, usage: Usage) -> bytes:
        """End the stream."""
        name = "response.incomplete" if self._cut_off else "response.completed"
        return self._event(name, {"response": self.finished(usage)})

    def _add(self, kind: Kind, text: str) -> bytes:
        before, current = b"", self._open
        if current is None or current.kind != kind:
            before = self.end()
            current = self._open = _Open(kind, len(self._output), f"{_PREFIXES[kind]}_{new_ulid()}")
            before += self._begun(current)
        current.pieces.append(text)
        more: Json = {**current.place, "delta": text}
        if kind == "message":
            more["logprobs"] = []
        return before + self._event(f"response.{_TEXTS[kind]}.delta", more)

    def _begun(self, opened: _Open) -> bytes:
        added = {"output_index": opened.index, "item": opened.item("in_progress")}
        part = {**opened.place, "part": opened.part()}
        return self._event("response.output_item.added", added) + self._event(
            "response.content_part.added", part
        )

    def _call(self, call: ToolCall) -> bytes:
        """Write a call. Models' calls come whole, so its arguments are one piece."""
        before = self.end()
        index, item_id = len(self._output), f"fc_{new_ulid()}"
        item = {
            "id": item_id,
            "type": "function_call",
            "status": "completed",
            "call_id": call.id,
            "name": call.name,
            "arguments": call.arguments,
        }
        self._output.append(item)
        place: Json = {"item_id": item_id, "output_index": index}
        begun = {**item, "status": "in_progress", "arguments": ""}
        arguments = "response.function_call_arguments"
        whole = {**place, "name": call.name, "arguments": call.arguments}
        return b"".join(
            (
                before,
                self._event("response.output_item.added", {"output_index": index, "item": begun}),
                self._event(f"{arguments}.delta", {**place, "delta": call.arguments}),
                self._event(f"{arguments}.done", whole),
                self._event("response.output_item.done", {"output_index": index, "item": item}),
            )
        )

    def _event(self, name: str, data: Json) -> bytes:
        number, self._number = self._number, self._number + 1
        return sse_event(name, {"type": name, "sequence_number": number, **data})


def _head(body: ResponseBody) -> Json:
    """Return what a response repeats of its request."""
    text: Json = {"format": {"type": "text"}}
    if body.text is not None and body.text.format is not None:
        text = {"format": msgspec.to_builtins(body.text.format)}
    return {
        "id": f"resp_{new_ulid()}",
        "object": "response",
        "created_at": int(time.time()),
        "model": body.model,
        "instructions": body.instructions,
        "max_output_tokens": body.max_output_tokens,
        "metadata": body.metadata or {},
        "parallel_tool_calls": body.parallel_tool_calls is not False,
        "previous_response_id": None,
        "reasoning": {"effort": body.reasoning and body.reasoning.effort, "summary": None},
        "store": False,
        "background": False,
        "temperature": body.temperature,
        "text": text,
        "tool_choice": body.tool_choice or "auto",
        "tools": [msgspec.to_builtins(tool) for tool in body.tools or ()],
        "top_p": body.top_p,
        "truncation": "disabled",
        "user": body.user,
    }


def _usage(usage: Usage) -> Json:
    cached = {"cached_tokens": usage.cached_input_tokens, "cache_write_tokens": 0}
    return {
        "input_tokens": usage.input_tokens,
        "input_tokens_details": cached,
        "output_tokens": usage.output_tokens,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
        "total_tokens": usage.input_tokens + usage.output_tokens,
    }
