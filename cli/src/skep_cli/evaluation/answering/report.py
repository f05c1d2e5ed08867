"""What came out of an evaluation of answers. Counts and reasons, for a judge may be wrong."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import click
import msgspec

from skep_cli.evaluation.answering.running import Answered
from skep_cli.evaluation.metrics import percentile
from skep_cli.evaluation.questions import Question
from skep_cli.output import counted

_COLOURS: Final = {"correct": "green", "partly": "yellow", "wrong": "red"}
_MARKS: Final = {"supported": "+", "contradicted": "!", "unsupported": "?"}
_SHOWN_CHARS: Final = 300


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Totals over all questions."""

    questions: int
    errors: int
    """Runs that failed."""
    faithfulness: float | None
    """Mean share of supported claims, over the answers that claim something and have sources."""
    claims: dict[str, int]
    misquoted: int
    """Claims whose quotation does not stand in the source: look at these yourself."""
    without_sources: int
    without_claims: int
    without_citation: int
    """Answers that cite nothing although they had sources."""
    correctness: float | None
    """Mean over the answers that were compared: correct is 1, partly ½."""
    verdicts: dict[str, int]
    undecided: int
    """How often the judge made no sense; such answers count in no mean."""
    latency_p50_s: float
    latency_p95_s: float
    cost_usd: float


def figures_of(answered: Sequence[Answered]) -> Figures:
    """Count."""
    done = [one for one in answered if one.error is None]
    held = [one.faithfulness for one in done if one.faithfulness is not None]
    scores = [each.score for each in held if each.score is not None]
    compared = [one.correctness for one in done if one.correctness is not None]
    claims = [claim for each in held for claim in each.claims]
    times = [one.elapsed_s for one in done] or [0.0]
    return Figures(
        questions=len(answered),
        errors=len(answered) - len(done),
        faithfulness=sum(scores) / len(scores) if scores else None,
        claims=dict(Counter(claim.verdict for claim in claims)),
        misquoted=sum(claim.is_quoted is False for claim in claims),
        without_sources=sum(not one.sources for one in done),
        without_claims=sum(not each.claims for each in held),
        without_citation=sum(bool(one.sources) and not one.cites for one in done),
        correctness=sum(each.score for each in compared) / len(compared) if compared else None,
        verdicts=dict(Counter(each.verdict for each in compared)),
        undecided=sum(one.undecided for one in done),
        latency_p50_s=percentile(times, 0.5),
        latency_p95_s=percentile(times, 0.95),
        cost_usd=sum(one.cost_usd or 0.0 for one in done),
    )


def worst_first(answered: Sequence[Answered]) -> list[int]:
    """Return the positions of the answers: failed ones, then by correctness and faithfulness."""

    def rank(at: int) -> tuple[bool, float, float, int]:
        one = answered[at]
        correct = 1.0 if one.correctness is None else one.correctness.score
        faithful = None if one.faithfulness is None else one.faithfulness.score
        return one.error is None, correct, 1.0 if faithful is None else faithful, at

    return sorted(range(len(answered)), key=rank)


def as_json(
    questions: Sequence[Question], answered: Sequence[Answered], failures: Sequence[str]
) -> Any:
    """Return everything, for scripts; the worst first."""
    return {
        "figures": figures_of(answered),
        "failures": list(failures),
        "results": [
            {"question": questions[at], "result": answered[at]} for at in worst_first(answered)
        ],
    }


def show(questions: Sequence[Question], answered: Sequence[Answered], *, most: int) -> None:
    """Print the figures, and up to `most` answers with the judge's reasons."""
    found = figures_of(answered)
    click.echo(counted(found.questions, "question"))
    if found.errors:
        click.secho(f"{counted(found.errors, 'run')} failed", fg="red")
    click.echo(f"faithfulness {_share(found.faithfulness)}   {_counts(found.claims, 'claims')}")
    click.echo(f"correctness  {_share(found.correctness)}   {_counts(found.verdicts, 'answers')}")
    for count, said in (
        (found.misquoted, "claims rest on words that do not stand in the source"),
        (found.without_sources, "answers had no sources before them"),
        (found.without_citation, "answers cite none of their sources"),
        (found.without_claims, "answers claim nothing"),
        (found.undecided, "judgements made no sense and count in no figure"),
    ):
        if count:
            click.secho(f"{count} {said}", fg="yellow")
    click.echo(f"latency      p50 {found.latency_p50_s:.2f} s, p95 {found.latency_p95_s:.2f} s")
    if found.cost_usd:
        click.echo(f"cost of runs {found.cost_usd:.4f} US dollars")
    for at in worst_first(answered)[:most]:
        _show(questions[at], answered[at])
    if len(answered) > most:
        click.secho(f"… and {len(answered) - most} more (--show)", dim=True)


def _share(value: float | None) -> str:
    return "    –" if value is None else f"{value:5.2f}"


def _counts(counts: dict[str, int], noun: str) -> str:
    total = sum(counts.values())
    parts = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
    return f"of {total} {noun}: {parts}" if total else f"no {noun} to judge"


def _show(question: Question, one: Answered) -> None:
    click.echo()
    click.secho(f"{question.id}  {question.question}", bold=True)
    if one.error is not None:
        click.secho(f"  failed     {one.error}", fg="red")
        return
    click.echo(f"  answer     {' '.join(one.answer.split())[:_SHOWN_CHARS]}  ({one.run_id})")
    if one.correctness is not None:
        verdict = one.correctness.verdict
        click.secho(f"  {verdict:<10} {one.correctness.reason}", fg=_COLOURS[verdict])
    for claim in one.faithfulness.claims if one.faithfulness else ():
        where = f" [{claim.source}]" if claim.source else ""
        doubt = " (its quotation is not there)" if claim.is_quoted is False else ""
        click.echo(f"  {_MARKS[claim.verdict]} {claim.claim}{where}{doubt}")
        click.secho(f"      {claim.verdict}: {claim.reason}", dim=True)
