"""Questions that a passage answers, written by a model: what it is asked, what is made of it."""

from collections.abc import Sequence
from typing import Any, Final

from skep_contracts.asking.json_text import read_lines
from skep_contracts.asking.prompts import PromptFolder, quote
from skep_contracts.plugins.models import ChatMessage, ChatRequest, ResponseSchema

MAX_QUESTIONS: Final = 10
_PROMPTS: Final = PromptFolder("skep_contracts.asking")
_MAX_CHARS: Final = 500
_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"questions": {"type": "array", "items": {"type": "string"}}},
    "required": ["questions"],
    "additionalProperties": False,
}


def questions_request(
    passage: str,
    *,
    headings: Sequence[str] = (),
    count: int,
    model: str = "default",
    instruction: str = "",
) -> ChatRequest:
    """Return the request for at most `count` questions that a passage answers."""
    prompt = _PROMPTS.fill(
        "questions", count=str(count), instruction=instruction.strip(), schema=quote(_SCHEMA)
    )
    material = {"headings": list(headings), "passage": passage}
    return ChatRequest(
        model=model,
        messages=(
            ChatMessage(role="system", content=prompt),
            ChatMessage(role="user", content=quote(material)),
        ),
        response_schema=ResponseSchema(name="questions", schema=_SCHEMA, strict=True),
    )


def read_questions(text: str, *, count: int) -> tuple[str, ...]:
    """Return the questions in an answer, each once; none when it holds none.

    What is no short text falls away.
    """
    return tuple(read_lines(text, "questions", max_chars=_MAX_CHARS)[:count])
