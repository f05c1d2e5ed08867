"""What an answer cites, what an app had before it, and how judgements are counted."""

from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from skep_cli.evaluation.answering.drafting import as_yaml
from skep_cli.evaluation.answering.judging import Claim, Correctness, Faithfulness, Source
from skep_cli.evaluation.answering.report import figures_of, worst_first
from skep_cli.evaluation.answering.running import Answered, _sources, cited_numbers
from skep_cli.evaluation.commands import evaluate
from skep_cli.evaluation.questions import ExpectedPassage, Question


@pytest.mark.parametrize(
    ("answer", "numbers"),
    [
        ("Five years [1].", {1}),
        ("Yes [1][3], or [2, 12].", {1, 2, 3, 12}),
        ("None [a], [], [12345] and (4).", set()),
    ],
)
def test_citations_are_numbers_in_brackets(answer: str, numbers: set[int]) -> None:
    assert cited_numbers(answer) == numbers


def passage(number: int, text: str = "words") -> dict[str, Any]:
    return {"number": number, "text": text, "document": f"{number}.md", "score": 0.5}


def test_sources_are_found_wherever_nodes_put_them_each_once() -> None:
    run = {
        "nodes": [
            {"outputs": {"passages": [passage(1), passage(2)], "count": 2}},
            {"outputs": {"rounds": [{"inner": [passage(3)]}], "number": 7, "text": "no passage"}},
            {"outputs": {"odd": [{"number": True, "text": "x", "document": "y"}]}},
        ],
        "outputs": {"sources": [passage(1, "again")]},
    }

    assert [(s.number, s.document, s.text) for s in _sources(run)] == [
        (1, "1.md", "words"),
        (2, "2.md", "words"),
        (3, "3.md", "words"),
    ]


def claim(verdict: Any, *, is_quoted: bool | None = None) -> Claim:
    return Claim(
        claim="c", verdict=verdict, source=1, quotation="q", reason="r", is_quoted=is_quoted
    )


def answered(question: str, *claims: Claim, verdict: Any = None, **more: Any) -> Answered:
    return Answered(
        question=question,
        sources=(Source(number=1, document="d", text="t"),),
        faithfulness=Faithfulness(claims=claims),
        correctness=None if verdict is None else Correctness(verdict=verdict, reason="r"),
        **more,
    )


def test_figures_leave_out_what_nobody_judged() -> None:
    found = figures_of(
        [
            answered("a", claim("supported"), claim("unsupported"), verdict="correct", cites=True),
            answered("b", claim("supported", is_quoted=False), verdict="partly", elapsed_s=2.0),
            answered("c"),
            Answered(question="d", undecided=2),
            Answered(question="e", error="The run failed."),
        ]
    )

    assert (found.questions, found.errors, found.undecided) == (5, 1, 2)
    assert found.faithfulness == pytest.approx(0.75)
    assert found.correctness == pytest.approx(0.75)
    assert found.claims == {"supported": 2, "unsupported": 1}
    assert (found.misquoted, found.without_claims, found.without_citation) == (1, 1, 2)
    assert found.without_sources == 1
    assert found.latency_p95_s == 2.0


def test_figures_of_nothing_judged_are_none() -> None:
    found = figures_of([Answered(question="a", error="It failed.")])

    assert (found.faithfulness, found.correctness, found.latency_p50_s) == (None, None, 0.0)


def test_what_failed_comes_first_then_what_is_wrong() -> None:
    rows = [
        answered("right", claim("supported"), verdict="correct"),
        answered("unfounded", claim("unsupported"), verdict="correct"),
        answered("wrong", claim("supported"), verdict="wrong"),
        Answered(question="broken", error="It failed."),
    ]

    assert [rows[at].question for at in worst_first(rows)] == [
        "broken",
        "wrong",
        "unfounded",
        "right",
    ]


def test_drafts_are_written_as_they_are_read() -> None:
    drafted = Question(
        question="What: a zip?",
        expected=(ExpectedPassage(document="a.pdf", text="25 EUR: # each", page=3),),
        answer="25 EUR.",
    )

    text = as_yaml([drafted], "handbook")

    assert text.startswith("# Drafted by a model from handbook.")
    assert yaml.safe_load(text)["questions"] == [
        {
            "id": "q1",
            "question": "What: a zip?",
            "expected": [{"document": "a.pdf", "text": "25 EUR: # each", "page": 3}],
            "answer": "25 EUR.",
        }
    ]


@pytest.mark.parametrize("share", ["speed=0.5", "faithfulness", "correctness=2", "correctness=x"])
def test_threshold_that_makes_no_sense_is_wrong_use(share: str) -> None:
    done = CliRunner().invoke(
        evaluate, ["answers", "questions.yaml", "--app", "a", "--fail-under", share]
    )

    assert done.exit_code == 2
    assert "write faithfulness=0.9" in done.output
