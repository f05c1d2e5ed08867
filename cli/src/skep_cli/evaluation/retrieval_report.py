"""What came out of an evaluation of retrieval, for people and for scripts."""

from collections.abc import Sequence
from typing import Any, Final

import click
import msgspec

from skep_cli.evaluation.metrics import percentile
from skep_cli.evaluation.questions import ExpectedPassage, Question
from skep_cli.evaluation.retrieval import Searched, SearchSettings, average, measure
from skep_cli.evaluation.significance import Verdict, compare_pairs
from skep_cli.output import counted

_FIRST_FOUND: Final = 3
_GREEN: Final = 0.999
_LEFT_TO_JSON: Final = ("precision", "hit")
"""They say little beside recall; JSON has them."""


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One choice of settings, and what it gave."""

    settings: SearchSettings
    measures: dict[str, float]
    """Means over all questions."""
    latency_p50_s: float
    latency_p95_s: float
    errors: int
    per_question: tuple[dict[str, float], ...]
    """In the order of the questions."""
    searched: tuple[Searched, ...]


def side_of(
    settings: SearchSettings,
    questions: Sequence[Question],
    searched: Sequence[Searched],
    depths: Sequence[int],
) -> Side:
    """Measure one choice of settings."""
    rows = tuple(measure(q, s, depths) for q, s in zip(questions, searched, strict=True))
    times = [one.elapsed_s for one in searched if one.error is None] or [0.0]
    return Side(
        settings=settings,
        measures=average(rows),
        latency_p50_s=percentile(times, 0.5),
        latency_p95_s=percentile(times, 0.95),
        errors=sum(one.error is not None for one in searched),
        per_question=rows,
        searched=tuple(searched),
    )


def verdicts(one: Side, two: Side) -> dict[str, Verdict]:
    """Compare two choices by every measure, question by question."""
    return {
        name: compare_pairs(
            [row[name] for row in one.per_question], [row[name] for row in two.per_question]
        )
        for name in one.measures
    }


def worst_first(side: Side) -> list[int]:
    """Return the positions of the questions, those that went worst first."""
    k = _deepest(side)

    def rank(at: int) -> tuple[float, float, int]:
        row = side.per_question[at]
        return row[f"ndcg@{k}"], row[f"recall@{k}"], at

    return sorted(range(len(side.per_question)), key=rank)


def _deepest(side: Side) -> int:
    return max(int(name.partition("@")[2]) for name in side.measures if name.startswith("ndcg@"))


def as_json(questions: Sequence[Question], sides: Sequence[Side], failures: Sequence[str]) -> Any:
    """Return everything, for scripts; questions come the worst first."""
    report: dict[str, Any] = {
        "questions": len(questions),
        "settings": [
            {
                "dataset": side.settings.dataset,
                "search": side.settings.search,
                "measures": side.measures,
                "latency_p50_s": side.latency_p50_s,
                "latency_p95_s": side.latency_p95_s,
                "errors": side.errors,
            }
            for side in sides
        ],
        "failures": list(failures),
        "results": [
            {
                "id": questions[at].id,
                "question": questions[at].question,
                "measures": [side.per_question[at] for side in sides],
                "found": [side.searched[at].found for side in sides],
                "errors": [side.searched[at].error for side in sides],
            }
            for at in worst_first(sides[0])
        ],
    }
    if len(sides) > 1:
        report["comparison"] = verdicts(*sides)
    return report


def show(questions: Sequence[Question], sides: Sequence[Side], *, most: int) -> None:
    """Print the measures, and up to `most` questions, the worst or the most different first."""
    click.echo(counted(len(questions), "question"))
    for letter, side in zip("AB", sides, strict=False):
        errors = f" · {counted(side.errors, 'search')} failed" if side.errors else ""
        click.secho(f"{letter}: {side.settings.title}{errors}", bold=True)
    click.echo()
    if len(sides) == 1:
        _show_one(sides[0])
        _show_worst(questions, sides[0], most)
    else:
        _show_both(sides[0], sides[1])
        _show_differences(questions, sides[0], sides[1], most)


def _show_one(side: Side) -> None:
    """Print measures as rows and depths as columns."""
    depths = sorted({int(name.partition("@")[2]) for name in side.measures if "@" in name})
    click.secho(" " * 11 + "".join(f"@{k}".rjust(8) for k in depths), dim=True)
    for name in ("recall", "precision", "ndcg", "hit"):
        cells = (f"{side.measures[f'{name}@{k}']:8.3f}" for k in depths)
        click.echo(f"{name:<11}{''.join(cells)}")
    click.echo(f"{'mrr':<11}{side.measures['mrr']:8.3f}")
    click.echo(f"{'latency':<13}p50 {_ms(side.latency_p50_s)}, p95 {_ms(side.latency_p95_s)}")


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def _show_both(one: Side, two: Side) -> None:
    head = f"{'':<14}{'A':>7}{'B':>8}{'B - A':>9}   {'95 %':^16}{'p':>7}   better, worse, same"
    click.secho(head, dim=True)
    for name, verdict in verdicts(one, two).items():
        if name.startswith(_LEFT_TO_JSON):
            continue
        sure = {True: "green", False: "red"}[verdict.difference > 0]
        click.secho(
            f"{name:<14}{one.measures[name]:7.3f}{two.measures[name]:8.3f}"
            f"{verdict.difference:+9.3f}   {_interval(verdict):^16}{verdict.p_value:7.3f}"
            f"   {verdict.better}, {verdict.worse}, {verdict.same}",
            fg=sure if verdict.is_significant else None,
        )
    for title, a, b in (
        ("latency p50", one.latency_p50_s, two.latency_p50_s),
        ("latency p95", one.latency_p95_s, two.latency_p95_s),
    ):
        click.echo(f"{title:<12}{_ms(a):>9} {_ms(b):>9}")
    click.echo()
    click.echo(_said(one, two))


def _interval(verdict: Verdict) -> str:
    return f"{verdict.low:+.2f} to {verdict.high:+.2f}"


def _said(one: Side, two: Side) -> str:
    name = f"ndcg@{_deepest(one)}"
    verdict = verdicts(one, two)[name]
    if not verdict.is_significant:
        return f"By {name}, these questions do not show that A and B differ."
    better, worse = ("B", "A") if verdict.difference > 0 else ("A", "B")
    return f"By {name}, {better} is better than {worse} on these questions."


def _show_worst(questions: Sequence[Question], side: Side, most: int) -> None:
    k = _deepest(side)
    worst = [at for at in worst_first(side) if side.per_question[at][f"ndcg@{k}"] < _GREEN]
    if not worst:
        click.secho("\nEvery question has what it needs at the top.", fg="green")
        return
    click.secho(f"\nWorst first, by ndcg@{k}", bold=True)
    for at in worst[:most]:
        _show_question(questions[at], side, at, f"{side.per_question[at][f'ndcg@{k}']:.2f}")
    if len(worst) > most:
        click.secho(f"… and {len(worst) - most} more (--show)", dim=True)


def _show_question(question: Question, side: Side, at: int, figure: str) -> None:
    click.echo(f"\n{figure}  {question.id}  {question.question}")
    searched = side.searched[at]
    if searched.error is not None:
        click.secho(f"      failed    {searched.error}", fg="red")
        return
    shown = set[int]().union(*searched.ranking)
    for number, passage in enumerate(question.expected):
        mark = "found" if number in shown else "missing"
        click.secho(
            f"      {mark:<9} {_expectation(passage)}", fg=None if number in shown else "red"
        )
    for rank, passage_found in enumerate(searched.found[:_FIRST_FOUND], 1):
        page = f", page {passage_found.page}" if passage_found.page else ""
        where = f"{passage_found.document}{page} · {passage_found.score:.3f}"
        click.secho(f"      {rank:>9} {where} · {passage_found.text[:80]}", dim=True)


def _expectation(passage: ExpectedPassage) -> str:
    parts = [passage.document or passage.chunk or ""]
    parts += [f"page {passage.page}"] if passage.page else []
    parts += [passage.heading] if passage.heading else []
    parts += [f'"{" ".join(passage.text.split())[:80]}"'] if passage.text else []
    return " · ".join(part for part in parts if part)


def _show_differences(questions: Sequence[Question], one: Side, two: Side, most: int) -> None:
    name = f"ndcg@{_deepest(one)}"
    rows = [
        (two.per_question[at][name] - one.per_question[at][name], at)
        for at in range(len(questions))
        if abs(two.per_question[at][name] - one.per_question[at][name]) > 1 - _GREEN
    ]
    if not rows:
        return
    click.secho(f"\nWhere they differ, by {name}; what B loses first", bold=True)
    for difference, at in sorted(rows)[:most]:
        was, now = one.per_question[at][name], two.per_question[at][name]
        colour = "green" if difference > 0 else "red"
        click.secho(f"{difference:+.2f}  ({was:.2f} → {now:.2f})  ", fg=colour, nl=False)
        click.echo(f"{questions[at].id}  {questions[at].question[:100]}")
    if len(rows) > most:
        click.secho(f"… and {len(rows) - most} more (--show)", dim=True)
