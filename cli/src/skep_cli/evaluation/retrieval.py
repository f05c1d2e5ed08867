"""Asks a dataset every question, and measures what it finds."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

import msgspec

from skep_cli.api import Api, ApiProblem
from skep_cli.evaluation import metrics
from skep_cli.evaluation.asking import ResultsFile, each, key_of, patiently
from skep_cli.evaluation.matching import shown_by
from skep_cli.evaluation.questions import Question

_SHOWN_CHARS: Final = 160


class SearchSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A dataset, and what is said to its search besides the query."""

    dataset: str
    search: dict[str, Any]

    @property
    def top_k(self) -> int:
        """How many passages are asked for."""
        return int(self.search["top_k"])

    @property
    def title(self) -> str:
        """What a person calls them."""
        said = " ".join(f"{name}={_short(value)}" for name, value in self.search.items())
        return f"{self.dataset} {said}"


def _short(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


class FoundPassage(msgspec.Struct, frozen=True, kw_only=True):
    """What a search found, and which expected passages it shows, by position."""

    chunk: str
    document: str
    page: int | None
    score: float
    text: str
    """Its beginning."""
    shows: tuple[int, ...]


class Searched(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one question with one choice of settings."""

    question: str
    """The question's id."""
    found: tuple[FoundPassage, ...] = ()
    elapsed_s: float = 0.0
    """Inside the search."""
    waited_s: float = 0.0
    """Until the answer was here."""
    error: str | None = None

    @property
    def ranking(self) -> list[set[int]]:
        """What each passage shows, best first."""
        return [set(passage.shows) for passage in self.found]


async def search_all(
    api: Api,
    questions: Sequence[Question],
    settings: SearchSettings,
    *,
    results: ResultsFile[Searched],
    at_once: int,
    advance: Callable[[], None],
) -> list[Searched]:
    """Return what is found for each question, in their order.

    Raises:
        ApiProblem: The dataset or a setting is wrong; what only one question meets is kept with it.
    """

    async def ask(question: Question) -> None:
        key = _key(question, settings)
        known = results.find(key)
        if known is None or known.error is not None:
            results.keep(key, await _search(api, question, settings))
        advance()

    await each(questions, ask, at_once=at_once)
    found = [results.find(_key(question, settings)) for question in questions]
    return [one for one in found if one is not None]


def _key(question: Question, settings: SearchSettings) -> str:
    return key_of("search", question, settings)


async def _search(api: Api, question: Question, settings: SearchSettings) -> Searched:
    body = {**settings.search, "query": question.question}
    if question.filter is not None:
        body["filter"] = question.filter
    path = f"/api/v1/datasets/{quote(settings.dataset, safe='')}/searches"
    began = time.monotonic()
    try:
        answer = await patiently(lambda: api.request("POST", path, body))
    except ApiProblem as error:
        if error.problem.status < 500 and error.problem.status != 429:
            raise
        return Searched(question=question.id, error=error.problem.detail)
    return Searched(
        question=question.id,
        found=tuple(_passage(chunk, question) for chunk in answer["chunks"]),
        elapsed_s=answer.get("elapsed_s", 0.0),
        waited_s=time.monotonic() - began,
    )


def _passage(chunk: Mapping[str, Any], question: Question) -> FoundPassage:
    return FoundPassage(
        chunk=chunk["id"],
        document=chunk["document_name"],
        page=chunk.get("page"),
        score=chunk["score"],
        text=" ".join(chunk["text"].split())[:_SHOWN_CHARS],
        shows=tuple(sorted(shown_by(chunk, question.expected))),
    )


def measure(question: Question, searched: Searched, depths: Sequence[int]) -> dict[str, float]:
    """Return the measures of one question, by name; a search that failed found nothing."""
    ranking = searched.ranking
    grades = [passage.grade for passage in question.expected]
    measures: dict[str, float] = {}
    for k in depths:
        measures[f"recall@{k}"] = metrics.recall(ranking, len(grades), k)
        measures[f"precision@{k}"] = metrics.precision(ranking, k)
        measures[f"ndcg@{k}"] = metrics.ndcg(ranking, grades, k)
        measures[f"hit@{k}"] = metrics.hit(ranking, k)
    measures["mrr"] = metrics.reciprocal_rank(ranking)
    return measures


def average(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the mean of each measure."""
    return {name: sum(row[name] for row in rows) / len(rows) for name in rows[0]}
