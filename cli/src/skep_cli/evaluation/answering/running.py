"""Runs an app with every question, and lets a model judge what it answers."""

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

import msgspec

from skep_cli.api import Api, ApiProblem
from skep_cli.evaluation.answering.judging import (
    Correctness,
    Faithfulness,
    Judge,
    Source,
    UndecidedError,
)
from skep_cli.evaluation.asking import ResultsFile, each, key_of, patiently
from skep_cli.evaluation.questions import Question

_CITED: Final = re.compile(r"\[(\d{1,4}(?:\s*,\s*\d{1,4})*)\]")
_MAX_DEPTH: Final = 8
_RUN_S: Final = 600
_LOOKS: Final = 25
_LOOK_S: Final = 0.2


class JudgedApp(msgspec.Struct, frozen=True, kw_only=True):
    """What is evaluated, and by whom."""

    app: str
    version: str
    judge: str
    takes_query: bool
    """It is a chat app."""
    field: str | None = None
    """Of another app: which input the question is."""


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one question."""

    question: str
    """The question's id."""
    run_id: str = ""
    answer: str = ""
    sources: tuple[Source, ...] = ()
    """What it cites; all it had before it, when it cites nothing."""
    cites: bool = False
    elapsed_s: float = 0.0
    cost_usd: float | None = None
    faithfulness: Faithfulness | None = None
    """None without sources, or when the judge made no sense."""
    correctness: Correctness | None = None
    """None without an expected answer, or when the judge made no sense."""
    undecided: int = 0
    """How often the judge made no sense."""
    error: str | None = None
    """Why the app did not answer."""


async def answer_all(
    api: Api,
    questions: Sequence[Question],
    app: JudgedApp,
    *,
    results: ResultsFile[Answered],
    at_once: int,
    advance: Callable[[], None],
) -> list[Answered]:
    """Return what becomes of each question, in their order.

    Raises:
        ApiProblem: The app or the judge cannot be asked at all.
    """
    judge = Judge(api, app.judge)

    async def ask(question: Question) -> None:
        key = key_of("answer", question, app)
        known = results.find(key)
        if known is None or known.error is not None:
            answered = await _run(api, question, app)
            if answered.error is None:
                answered = await _judged(judge, question, answered)
            results.keep(key, answered)
        advance()

    await each(questions, ask, at_once=at_once)
    found = [results.find(key_of("answer", question, app)) for question in questions]
    return [one for one in found if one is not None]


async def _run(api: Api, question: Question, app: JudgedApp) -> Answered:
    inputs = dict(question.inputs)
    if app.field is not None:
        inputs[app.field] = question.question
    body: dict[str, Any] = {"app": app.app, "version": app.version, "inputs": inputs}
    body |= {"respond": "wait", "timeout_s": _RUN_S}
    if app.takes_query:
        body["query"] = question.question
    run = await patiently(lambda: api.request("POST", "/api/v1/runs", body))
    if run["status"] != "succeeded":
        problem = run.get("problem") or {}
        reason = problem.get("detail") or f"the run is {run['status']}"
        return Answered(question=question.id, run_id=run["id"], error=reason)
    detail = await _detail(api, run)
    answer = _answer_of(detail)
    sources = tuple(_sources(detail))
    cited = cited_numbers(answer)
    kept = tuple(source for source in sources if source.number in cited)
    return Answered(
        question=question.id,
        run_id=run["id"],
        answer=answer,
        sources=kept or sources,
        cites=bool(kept),
        elapsed_s=detail.get("elapsed_s") or 0.0,
        cost_usd=detail.get("cost_usd"),
    )


async def _detail(api: Api, run: dict[str, Any]) -> dict[str, Any]:
    """Return everything about a run, a moment after its end at the latest."""
    for _ in range(_LOOKS):
        try:
            found: dict[str, Any] = await api.request("GET", f"/api/v1/runs/{run['id']}")
        except ApiProblem as error:
            if error.problem.status != 404:
                raise
        else:
            if found.get("ended_at"):
                return found
        await asyncio.sleep(_LOOK_S)
    return run


def _answer_of(run: Mapping[str, Any]) -> str:
    """Return what a run says: its answer, else its only text, else its outputs."""
    if run.get("answer"):
        return str(run["answer"])
    outputs = run.get("outputs") or {}
    texts = [value for value in outputs.values() if isinstance(value, str)]
    return texts[0] if len(texts) == 1 else msgspec.json.encode(outputs).decode()


def cited_numbers(answer: str) -> set[int]:
    """Return the numbers that an answer cites, such as 1 and 3 in ``… [1, 3]``."""
    return {int(n) for match in _CITED.finditer(answer) for n in match[1].split(",")}


def _sources(run: Mapping[str, Any]) -> Iterator[Source]:
    """Yield the numbered passages that the run's nodes found, each number once."""
    seen: set[int] = set()
    values = [node.get("outputs") for node in run.get("nodes") or ()]
    for value in (*values, run.get("outputs")):
        for passage in _passages(value, 0):
            if passage.number not in seen:
                seen.add(passage.number)
                yield passage


def _passages(value: Any, depth: int) -> Iterator[Source]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        if _is_passage(value):
            name = str(value.get("document") or "")
            yield Source(number=value["number"], document=name, text=value["text"])
            return
        value = list(value.values())
    if isinstance(value, list):
        for each_value in value:
            yield from _passages(each_value, depth + 1)


def _is_passage(value: Mapping[str, Any]) -> bool:
    number, text = value.get("number"), value.get("text")
    return type(number) is int and isinstance(text, str) and "document" in value


async def _judged(judge: Judge, question: Question, answered: Answered) -> Answered:
    """Add what the judge says."""
    faithfulness, correctness, undecided = None, None, 0
    if answered.sources:
        try:
            faithfulness = await judge.faithfulness(
                question.question, answered.answer, answered.sources
            )
        except UndecidedError:
            undecided += 1
    if question.answer is not None:
        try:
            correctness = await judge.correctness(
                question.question, answered.answer, question.answer
            )
        except UndecidedError:
            undecided += 1
    return msgspec.structs.replace(
        answered, faithfulness=faithfulness, correctness=correctness, undecided=undecided
    )


async def find_judged_app(
    api: Api, app: str, *, version: str, judge: str, field: str | None
) -> JudgedApp:
    """Look an app up and tell how its questions are asked.

    Raises:
        ApiProblem: There is none.
    """
    found = await api.request("GET", f"/api/v1/apps/{quote(app, safe='')}")
    takes_query = found.get("mode") == "chat"
    return JudgedApp(
        app=found["id"], version=version, judge=judge, takes_query=takes_query, field=field
    )
