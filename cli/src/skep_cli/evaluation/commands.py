"""`skep eval`: questions with known answers, asked of datasets and apps."""

import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from skep_cli.api import EXIT_FAILED, Api, connect
from skep_cli.applying import progress_bar
from skep_cli.commands.run import read_inputs
from skep_cli.evaluation.answering import report as answer_report
from skep_cli.evaluation.answering.drafting import as_yaml, draft_all, some_passages
from skep_cli.evaluation.answering.running import (
    Answered,
    JudgedApp,
    answer_all,
    find_judged_app,
)
from skep_cli.evaluation.asking import ResultsFile
from skep_cli.evaluation.question_files import QuestionFileError, read_questions
from skep_cli.evaluation.questions import Question
from skep_cli.evaluation.retrieval import Searched, SearchSettings, search_all
from skep_cli.evaluation.retrieval_report import Side, as_json, show, side_of
from skep_cli.output import print_json, run_async

_LEAST: Final = re.compile(r"(?P<name>(?:recall|precision|ndcg|hit)@(?P<k>[1-9][0-9]{0,2})|mrr)=")
_DEPTHS: Final = (1, 3, 5, 10)


@click.group("eval")
def evaluate() -> None:
    """Measure retrieval and answers with sets of questions."""


class Least:
    """A threshold such as ``recall@5=0.8``."""

    def __init__(self, text: str) -> None:
        """Read it.

        Raises:
            click.UsageError: It is none.
        """
        match = _LEAST.match(text)
        try:
            least = float(text[match.end() :]) if match else -1.0
        except ValueError:
            least = -1.0
        if match is None or not 0 <= least <= 1:
            raise click.UsageError(
                f"--fail-under {text!r}: write recall@5=0.8, with recall, precision, ndcg or hit "
                "and a depth, or mrr, and a share from 0 to 1."
            )
        self.name, self.least = match["name"], least
        self.depth = int(match["k"] or 1)


@evaluate.command()
@click.argument("questions")
@click.option("--dataset", required=True, help="Where to search.")
@click.option("--top-k", type=click.IntRange(1, 500), default=10, show_default=True)
@click.option(
    "--mode",
    type=click.Choice(["hybrid", "semantic", "full_text"]),
    default="hybrid",
    show_default=True,
)
@click.option("--set", "pairs", multiple=True, metavar="KEY=VALUE", help="Another search setting.")
@click.option(
    "--compare",
    "others",
    multiple=True,
    metavar="KEY=VALUE",
    help="Also measure with this instead, such as mode=semantic or dataset=other.",
)
@click.option("--fail-under", "least", multiple=True, metavar="METRIC=SHARE", help="recall@5=0.8")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--show", "most", type=click.IntRange(0), default=10, help="Questions to print.")
@click.option("--at-once", type=click.IntRange(1, 64), default=4, help="Searches side by side.")
@click.option("--results", type=click.Path(dir_okay=False, path_type=Path), help="Keep them here.")
@click.option("--resume", is_flag=True, help="Go on with the results that are kept.")
def retrieval(  # the options of one command
    *, questions: str, dataset: str, top_k: int, mode: str, pairs: tuple[str, ...],
    others: tuple[str, ...], least: tuple[str, ...], form: str, most: int, at_once: int,
    results: Path | None, resume: bool,
) -> None:  # fmt: skip
    """Search DATASET for every question of QUESTIONS and measure what is found.

    The exit code is 1 when a measure is under its threshold or a search failed.
    """
    wanted = [Least(text) for text in least]
    asked = _with_passages(read_questions(questions), questions)
    search = {"top_k": top_k, "mode": mode, **read_inputs(pairs, None, option="--set")}
    one = SearchSettings(dataset=dataset, search=search)
    chosen = [one, _changed(one, others)] if others else [one]
    depths = _depths(chosen, wanted)
    with ResultsFile(results, Searched, resume=resume) as kept:
        sides = run_async(_retrieve(asked, chosen, depths, kept=kept, at_once=at_once))
    failures = [
        f"{each.name} is {sides[0].measures[each.name]:.3f}, under {each.least:g}"
        for each in wanted
        if sides[0].measures[each.name] < each.least
    ]
    failures += [f"{side.errors} searches failed" for side in sides if side.errors]
    if form == "json":
        print_json(as_json(asked, sides, failures))
    else:
        show(asked, sides, most=most)
    _end(failures)


def _end(failures: Sequence[str]) -> NoReturn:
    for failure in failures:
        click.secho(failure, fg="red", err=True)
    sys.exit(EXIT_FAILED if failures else 0)


def _with_passages(questions: Sequence[Question], path: str) -> list[Question]:
    """Return the questions that say which passages they expect."""
    asked = [question for question in questions if question.expected]
    if not asked:
        raise QuestionFileError(f"{path}: no question says which passages it expects")
    if len(asked) < len(questions):
        left = len(questions) - len(asked)
        click.secho(f"{left} questions expect no passage and are left out", dim=True, err=True)
    return asked


def _changed(settings: SearchSettings, pairs: tuple[str, ...]) -> SearchSettings:
    changes: dict[str, Any] = read_inputs(pairs, None, option="--compare", texts=("dataset",))
    dataset = changes.pop("dataset", settings.dataset)
    return SearchSettings(dataset=dataset, search={**settings.search, **changes})


def _depths(chosen: Sequence[SearchSettings], wanted: Sequence[Least]) -> list[int]:
    """Return the depths to measure at; no deeper than anybody looks."""
    top_k = min(settings.top_k for settings in chosen)
    for least in wanted:
        if least.depth > top_k:
            raise click.UsageError(f"{least.name} needs --top-k {least.depth} or more.")
    usual = [k for k in _DEPTHS if k <= top_k]
    return sorted({*usual, top_k, *(least.depth for least in wanted)})


async def _retrieve(
    questions: list[Question],
    chosen: list[SearchSettings],
    depths: list[int],
    *,
    kept: ResultsFile[Searched],
    at_once: int,
) -> list[Side]:
    async with connect() as api:
        with progress_bar() as progress:
            bar = progress.add_task("searching", total=len(questions) * len(chosen))
            sides = []
            for settings in chosen:
                found = await search_all(
                    api,
                    questions,
                    settings,
                    results=kept,
                    at_once=at_once,
                    advance=lambda: progress.advance(bar),
                )
                sides.append(side_of(settings, questions, found, depths))
    return sides


@evaluate.command()
@click.argument("questions")
@click.option("--app", required=True, help="Its name or id; what is published of it is run.")
@click.option("--judge", default="default", show_default=True, help="provider/name of a model.")
@click.option("--field", help="Of an app that is no chat: the input that takes the question.")
@click.option("--version", default="published", show_default=True, help="draft, or a number.")
@click.option(
    "--fail-under",
    "least",
    multiple=True,
    metavar="FIGURE=SHARE",
    help="faithfulness=0.9 or correctness=0.8",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--show", "most", type=click.IntRange(0), default=10, help="Answers to print.")
@click.option("--at-once", type=click.IntRange(1, 64), default=4, help="Runs side by side.")
@click.option("--results", type=click.Path(dir_okay=False, path_type=Path), help="Keep them here.")
@click.option("--resume", is_flag=True, help="Go on with the results that are kept.")
def answers(  # the options of one command
    *, questions: str, app: str, judge: str, field: str | None, version: str,
    least: tuple[str, ...], form: str, most: int, at_once: int, results: Path | None, resume: bool,
) -> None:  # fmt: skip
    """Run APP with every question of QUESTIONS; a model judges what it answers.

    Whether the sources bear out each claim of an answer, and how it compares with the expected one.
    The judge may be wrong: its reasons are shown. The exit code is 1 when a figure is under its
    threshold or a run failed.
    """
    wanted = [_figure(text) for text in least]
    asked = read_questions(questions)
    with ResultsFile(results, Answered, resume=resume) as kept:
        found = run_async(
            _answer(
                asked,
                lambda api: find_judged_app(api, app, version=version, judge=judge, field=field),
                kept=kept,
                at_once=at_once,
            )
        )
    figures = answer_report.figures_of(found)
    failures = [
        f"{name} is {value if value is None else round(value, 3)}, under {lowest:g}"
        for name, lowest in wanted
        if (value := getattr(figures, name)) is None or value < lowest
    ]
    failures += [f"{figures.errors} runs failed"] if figures.errors else []
    if form == "json":
        print_json(answer_report.as_json(asked, found, failures))
    else:
        answer_report.show(asked, found, most=most)
    _end(failures)


def _figure(text: str) -> tuple[str, float]:
    name, _, share = text.partition("=")
    try:
        lowest = float(share)
    except ValueError:
        lowest = -1.0
    if name not in {"faithfulness", "correctness"} or not 0 <= lowest <= 1:
        raise click.UsageError(f"--fail-under {text!r}: write faithfulness=0.9 or correctness=0.8.")
    return name, lowest


async def _answer(
    questions: Sequence[Question],
    find: Callable[[Api], Awaitable[JudgedApp]],
    *,
    kept: ResultsFile[Answered],
    at_once: int,
) -> list[Answered]:
    async with connect() as api:
        app = await find(api)
        with progress_bar() as progress:
            bar = progress.add_task("asking and judging", total=len(questions))
            return await answer_all(
                api,
                questions,
                app,
                results=kept,
                at_once=at_once,
                advance=lambda: progress.advance(bar),
            )


@evaluate.command("questions")
@click.option("--dataset", required=True, help="Whose chunks are asked about.")
@click.option("--model", default="default", show_default=True, help="provider/name.")
@click.option("-n", "count", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.option("--seed", default=1, show_default=True, help="Another choice of chunks.")
@click.option("--at-once", type=click.IntRange(1, 64), default=4, help="Calls side by side.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A new file.")
def draft_questions(
    *, dataset: str, model: str, count: int, seed: int, at_once: int, output: Path | None
) -> None:
    """Let a model draft a question set from chunks of DATASET, for a person to go over."""
    if output is not None and output.exists():
        raise click.UsageError(f"{output} is there already.")
    found = run_async(_draft(dataset, model, count, seed=seed, at_once=at_once))
    if not found:
        raise click.ClickException("The model drafted no question that its passage answers.")
    text = as_yaml(found, dataset)
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, "utf-8")
    click.echo(f"{len(found)} questions; go over them before you use them", err=True)


async def _draft(
    dataset: str, model: str, count: int, *, seed: int, at_once: int
) -> list[Question]:
    async with connect() as api:
        passages = await some_passages(api, dataset, count, seed=seed)
        with progress_bar() as progress:
            bar = progress.add_task("drafting", total=len(passages))
            return await draft_all(
                api, passages, model, at_once=at_once, advance=lambda: progress.advance(bar)
            )
