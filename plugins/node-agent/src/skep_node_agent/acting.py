"""Carries out one call: of a tool, of another app, of a search; and asks a person before it."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from skep_contracts.calls.chunk import FoundChunk, SearchChunks
from skep_contracts.form_fields.field import FormField
from skep_contracts.plugins.nodes import NodeContext, NodeWait
from skep_contracts.plugins.tools import ToolResult
from skep_contracts.problems import InvalidInput
from skep_contracts.values import to_text
from skep_contracts.waits.forms import Form, FormAction
from skep_node_agent.offering import QUERY, OfferedTool
from skep_node_agent.using import ReadCall, told

_ALLOW: Final = "allow"
_REFUSE: Final = "refuse"
_NOTE: Final = "note"
_MAX_SHOWN: Final = 8_000
_MAX_NOTE: Final = 2_000


class WaitingError(BaseException):
    """The agent waits. No strategy may take it for a failure, so it is no `Exception`."""

    def __init__(self, wait: NodeWait) -> None:
        super().__init__("the agent waits")
        self.wait = wait


async def perform(ctx: NodeContext, offered: OfferedTool, read: ReadCall, key: str) -> Any:
    """Return what came of a call, as its step is written down.

    Raises:
        WaitingError: The other app's run waits.
        SkepError: It cannot be carried out.
    """
    if offered.kind == "knowledge":
        return await _search(ctx, offered, read)
    if offered.kind == "app":
        return await _run(ctx, offered, read)
    result = await ctx.call_tool(read.tool, read.arguments, key=key)
    return {"text": told(result), "is_error": result.is_error}


async def _run(ctx: NodeContext, offered: OfferedTool, read: ReadCall) -> Any:
    inputs = dict(read.arguments)
    query = to_text(inputs.pop(QUERY, "")) if offered.takes_query else None
    given = await ctx.run_app(offered.tool, inputs=inputs, query=query)
    if isinstance(given, NodeWait):
        raise WaitingError(given)
    text = given.answer or ""
    if not text:
        values = list(given.outputs.values())
        text = values[0] if len(values) == 1 and isinstance(values[0], str) else ""
    result = ToolResult(text=text, data=given.outputs or None)
    return {"text": told(result), "is_error": False, "run_id": given.run_id}


async def _search(ctx: NodeContext, offered: OfferedTool, read: ReadCall) -> Any:
    use, query = offered.knowledge, read.arguments.get(QUERY)
    if use is None or not isinstance(query, str) or not query.strip():
        raise InvalidInput("`query` says what to look for.")
    datasets = tuple(dict.fromkeys(ctx.text(name).strip() for name in use.datasets))
    reply = await ctx.search_chunks(
        SearchChunks(
            query=query,
            datasets=datasets,
            top_k=use.top_k,
            score_threshold=use.score_threshold,
            rerank_model=use.rerank_model,
        )
    )
    passages = "\n\n".join(_passage(n, chunk) for n, chunk in enumerate(reply.chunks, 1))
    sources = [_source(query, number, chunk) for number, chunk in enumerate(reply.chunks, 1)]
    return {"text": passages or "Nothing was found.", "is_error": False, "sources": sources}


def _passage(number: int, chunk: FoundChunk) -> str:
    page = f", page {chunk.page}" if chunk.page is not None else ""
    heading = f", {' / '.join(chunk.heading_path)}" if chunk.heading_path else ""
    return f"[{number}] ({chunk.document_name}{page}{heading})\n{chunk.text}"


def _source(query: str, number: int, chunk: FoundChunk) -> dict[str, Any]:
    return {
        "query": query,
        "number": number,
        "id": chunk.id,
        "text": chunk.text,
        "score": chunk.score,
        "document": chunk.document_name,
        "document_id": chunk.document_id,
        "dataset": chunk.dataset_name,
        "dataset_id": chunk.dataset_id,
        "page": chunk.page,
        "heading": list(chunk.heading_path),
        "start": chunk.start,
        "end": chunk.end,
    }


def decision(ctx: NodeContext, offered: OfferedTool, read: ReadCall, key: str) -> Any:
    """Return what a person decided about a call.

    The actions of the form name the call, so that an answer is never taken for that of another.

    Raises:
        WaitingError: Nobody has decided yet.
    """
    answer: Mapping[str, Any] = ctx.resumption or {}
    action = answer.get("action")
    if action in {f"{_ALLOW}-{key}", f"{_REFUSE}-{key}"}:
        fields = answer.get("fields")
        note = fields.get(_NOTE) if isinstance(fields, Mapping) else None
        return {"is_allowed": action == f"{_ALLOW}-{key}", "note": to_text(note or "")[:_MAX_NOTE]}
    form = Form(
        content=_question(offered, read),
        fields=(
            FormField(
                name=_NOTE,
                label="Note for the agent",
                type="paragraph",
                max_length=_MAX_NOTE,
            ),
        ),
        actions=(
            FormAction(id=f"{_ALLOW}-{key}", label="Allow", style="primary"),
            FormAction(id=f"{_REFUSE}-{key}", label="Refuse", style="danger"),
        ),
    )
    raise WaitingError(NodeWait(kind="form", data=msgspec.to_builtins(form, str_keys=True)))


def refusal(note: str) -> dict[str, Any]:
    """Return what the model is told of a call that a person did not want."""
    text = "A person refused this call. Do not try it again in the same way."
    return {"text": f"{text} They say: {note}" if note else text, "is_error": True}


def _question(offered: OfferedTool, read: ReadCall) -> str:
    arguments = msgspec.json.format(msgspec.json.encode(read.given), indent=2).decode()
    # A fence that is longer than any in the text: arguments are the model's words.
    fence = "`" * (max((len(run) for run in _backticks(arguments)), default=0) + 3)
    return (
        f"The agent wants to use **{offered.spec.name}** with\n\n"
        f"{fence}json\n{arguments[:_MAX_SHOWN]}\n{fence}\n"
    )


def _backticks(text: str) -> list[str]:
    return [run for run in text.replace("\n", " ").split(" ") if "`" in run]
