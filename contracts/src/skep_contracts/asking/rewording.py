"""A query in other words, written by a model: what it is asked, and what is made of its answer."""

from typing import Any, Final

from skep_contracts.asking.json_text import read_lines
from skep_contracts.asking.prompts import PromptFolder, quote
from skep_contracts.plugins.models import ChatMessage, ChatRequest, ResponseSchema

MAX_WORDINGS: Final = 8
_PROMPTS: Final = PromptFolder("skep_contracts.asking")
_MAX_CHARS: Final = 1_000
_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"queries": {"type": "array", "items": {"type": "string"}}},
    "required": ["queries"],
    "additionalProperties": False,
}


def rewording_request(
    query: str, *, count: int, model: str = "default", instruction: str = ""
) -> ChatRequest:
    """Return the request for at most `count` other wordings."""
    prompt = _PROMPTS.fill(
        "reword", count=str(count), instruction=instruction.strip(), schema=quote(_SCHEMA)
    )
    return ChatRequest(
        model=model,
        messages=(
            ChatMessage(role="system", content=prompt),
            ChatMessage(role="user", content=quote(query)),
        ),
        response_schema=ResponseSchema(name="queries", schema=_SCHEMA, strict=True),
    )


def read_wordings(text: str, *, query: str, count: int) -> tuple[str, ...]:
    """Return the wordings in an answer that can be searched for; none when it holds none.

    What repeats the query or another, and what is no short text, falls away.
    """
    return tuple(read_lines(text, "queries", max_chars=_MAX_CHARS, known=[query])[:count])
