"""Puts a streamed completion together: text, reasoning, tool calls, usage, the end."""

import msgspec

from skep_contracts.plugins.models import (
    ChatDelta,
    ChatRequest,
    ReasoningDelta,
    StreamEnd,
    TextDelta,
    TokenLogprob,
    ToolCall,
    ToolCallDelta,
    Usage,
)
from skep_contracts.vendor_wire.text import Mender, estimated_tokens, mended
from skep_model_openai.wire import answers


class _OpenCall(msgspec.Struct):
    """A tool call whose arguments are still coming."""

    id: str
    name: str = ""
    arguments: list[str] = []


class ToolCalls:
    """Assembles tool calls from fragments.

    Fragments belong together by index. Some servers leave the index out, or give every call the
    index 0: a new id then begins a new call.
    """

    def __init__(self) -> None:
        self._calls: list[_OpenCall] = []
        self._by_index: dict[int, _OpenCall] = {}

    def take(self, fragment: answers.ToolFragment) -> None:
        """Add a fragment."""
        call = self._call_of(fragment)
        function = fragment.function
        if function is None:
            return
        if function.name and not call.name:
            call.name = function.name
        if isinstance(function.arguments, str):
            call.arguments.append(function.arguments)
        elif function.arguments is not None:  # an object where JSON text belongs
            call.arguments.append(msgspec.json.encode(function.arguments).decode())

    def _call_of(self, fragment: answers.ToolFragment) -> _OpenCall:
        index = fragment.index
        if index is not None:
            known = self._by_index.get(index)
        else:
            known = self._calls[-1] if self._calls else None
        is_new_name = index is None and not fragment.id and _has_name(fragment)
        is_new_id = bool(fragment.id) and known is not None and known.id != fragment.id
        if known is None or is_new_id or is_new_name:
            known = _OpenCall(id=fragment.id or f"call_{len(self._calls)}", arguments=[])
            self._calls.append(known)
            if index is not None:
                self._by_index[index] = known
        return known

    def finish(self) -> list[ToolCall]:
        """Return the calls in the order they began."""
        calls = [
            ToolCall(id=call.id, name=call.name, arguments=mended("".join(call.arguments)) or "{}")
            for call in self._calls
        ]
        self._calls, self._by_index = [], {}
        return calls


def _has_name(fragment: answers.ToolFragment) -> bool:
    return fragment.function is not None and bool(fragment.function.name)


class Assembly:
    """Turns chunks into deltas, and knows whether the answer is complete."""

    def __init__(self, request: ChatRequest) -> None:
        self._request = request
        self._text = Mender()
        self._thought = Mender()
        self._calls = ToolCalls()
        self._has_calls = False
        self._finish: str | None = None
        self._is_refused = False
        self._usage: answers.UsageObject | None = None
        self._model = ""
        self._characters = 0
        self._logprobs: list[TokenLogprob] = []
        """Of tokens whose text was not passed on yet: it may be half a character."""

    @property
    def is_finished(self) -> bool:
        """Whether the model said why it stopped; only usage may follow."""
        return self._finish is not None

    @property
    def has_content(self) -> bool:
        """Whether anything of an answer came."""
        return self._characters > 0 or self._has_calls

    def take(self, chunk: answers.Chunk) -> list[ChatDelta]:
        """Return what a chunk adds."""
        if chunk.usage is not None:
            self._usage = chunk.usage
        if chunk.model and not self._model:
            self._model = chunk.model
        if not chunk.choices:
            return []
        choice = chunk.choices[0]
        message = choice.delta or choice.message
        if choice.logprobs is not None:
            self._logprobs += choice.logprobs.content or ()
        deltas = self._take_message(message) if message is not None else []
        if choice.finish_reason:
            self._finish = choice.finish_reason
        return deltas

    def _take_message(self, message: answers.Delta) -> list[ChatDelta]:
        deltas: list[ChatDelta] = []
        if thought := self._thought.feed(message.thought()):
            self._characters += len(thought)
            deltas.append(ReasoningDelta(text=thought))
        if text := self._text.feed(message.text()):
            self._characters += len(text)
            deltas.append(self._text_delta(text))
        if message.refusal:
            self._is_refused = True
        for fragment in message.tool_calls or ():
            self._has_calls = True
            self._calls.take(fragment)
        return deltas

    def _text_delta(self, text: str) -> TextDelta:
        if not self._logprobs:
            return TextDelta(text=text)
        logprobs, self._logprobs = tuple(self._logprobs), []
        return TextDelta(text=text, logprobs=logprobs)

    def end(self) -> list[ChatDelta]:
        """Return what is left to say: tool calls, then the end."""
        deltas: list[ChatDelta] = []
        if thought := self._thought.end():
            deltas.append(ReasoningDelta(text=thought))
        if text := self._text.end():
            deltas.append(self._text_delta(text))
        for call in self._calls.finish():
            self._characters += len(call.arguments) + len(call.name)
            deltas.append(ToolCallDelta(call=call))
        reason = answers.finish_reason(self._finish or "stop")
        if self._is_refused:
            reason = "content_filter"
        elif self._has_calls and reason in {"stop", "other"}:
            reason = "tool_calls"  # several servers say "stop"
        model = self._model or self._request.model
        deltas.append(StreamEnd(finish_reason=reason, usage=self._total(), model=model))
        return deltas

    def _total(self) -> Usage:
        usage = self._usage
        if usage is not None and (usage.prompt_tokens or usage.completion_tokens):
            return usage.to_usage()
        sent = sum(len(message.text()) for message in self._request.messages)
        return Usage(
            input_tokens=estimated_tokens(sent),
            output_tokens=estimated_tokens(self._characters),
            estimated=True,
        )
