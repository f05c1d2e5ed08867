"""Questions that a model writes from chunks of a dataset. A person goes over them before use."""

import random
from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import quote

import msgspec
import yaml

from skep_cli.api import Api
from skep_cli.evaluation.answering.judging import Judge, UndecidedError
from skep_cli.evaluation.asking import each
from skep_cli.evaluation.matching import folded
from skep_cli.evaluation.questions import ExpectedPassage, Question

_FEWEST_CHARS: Final = 120
_MOST_DOCUMENTS: Final = 10_000
_MOST_CHUNKS: Final = 2_000
_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in ("question", "answer", "quotation")},
    "required": ["question", "answer", "quotation"],
    "additionalProperties": False,
}


class _Draft(msgspec.Struct, frozen=True, kw_only=True):
    question: str
    answer: str
    quotation: str


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """A chunk to ask about."""

    document: str
    text: str
    page: int | None = None


async def some_passages(api: Api, dataset: str, count: int, *, seed: int) -> list[Passage]:
    """Return chunks of as many documents as there are, chosen by chance; same seed, same choice."""
    path = f"/api/v1/datasets/{quote(dataset, safe='')}/documents"
    documents = await api.pages(path, limit=_MOST_DOCUMENTS)
    ready = sorted((d["name"], d["id"]) for d in documents if d["status"] == "ready")
    chance = random.Random(seed)  # noqa: S311  # a choice that must repeat
    chance.shuffle(ready)
    share = max(-(-count // max(len(ready), 1)), 1)
    chosen: list[Passage] = []
    for name, identifier in ready:
        if len(chosen) >= count:
            break
        chunks = await api.pages(f"{path}/{identifier}/chunks", limit=_MOST_CHUNKS)
        usable = [chunk for chunk in chunks if len(chunk["text"].strip()) >= _FEWEST_CHARS]
        picked = chance.sample(usable, min(share, len(usable), count - len(chosen)))
        chosen += (
            Passage(document=name, text=chunk["text"], page=chunk.get("page")) for chunk in picked
        )
    return chosen


async def draft_all(
    api: Api,
    passages: Sequence[Passage],
    model: str,
    *,
    at_once: int,
    advance: Callable[[], None],
) -> list[Question]:
    """Return a question for every passage that gives one; those without a true quotation do not."""
    judge = Judge(api, model)
    found: dict[int, Question] = {}

    async def draft(at: int) -> None:
        passage = passages[at]
        try:
            made = await judge.ask("question", {"passage": passage.text}, _SCHEMA, _Draft)
        except UndecidedError:
            made = None
        if made is not None and _is_sound(made, passage):
            found[at] = _question(made, passage)
        advance()

    await each(range(len(passages)), draft, at_once=at_once)
    return [found[at] for at in sorted(found)]


def _is_sound(draft: _Draft, passage: Passage) -> bool:
    """Tell whether it asks something, and quotes what is there."""
    quotation = folded(draft.quotation)
    return bool(draft.question.strip() and quotation) and quotation in folded(passage.text)


def _question(draft: _Draft, passage: Passage) -> Question:
    expected = ExpectedPassage(
        document=passage.document, text=" ".join(draft.quotation.split()), page=passage.page
    )
    return Question(
        question=" ".join(draft.question.split()),
        expected=(expected,),
        answer=draft.answer.strip() or None,
    )


def as_yaml(questions: Sequence[Question], dataset: str) -> str:
    """Return a question set as text that people edit."""
    entries = []
    for number, question in enumerate(questions, start=1):
        passage = question.expected[0]
        expected: dict[str, Any] = {"document": passage.document, "text": passage.text}
        if passage.page is not None:
            expected["page"] = passage.page
        entry: dict[str, Any] = {"id": f"q{number}", "question": question.question}
        entry["expected"] = [expected]
        if question.answer:
            entry["answer"] = question.answer
        entries.append(entry)
    head = (
        f"# Drafted by a model from {dataset}. Go over them: leave out what nobody would ask, and\n"
        "# add further passages that answer a question.\n"
    )
    body = yaml.safe_dump({"questions": entries}, sort_keys=False, allow_unicode=True, width=100)
    return head + body
