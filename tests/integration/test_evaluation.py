"""`skep eval` against a stack: the example of the documentation, thresholds, judges and drafts."""

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from skep_cli.evaluation.question_files import read_questions
from skep_testing.stack import RunningStack
from tests.integration.api import skep
from tests.integration.models import ScriptedModel, scripted_model

pytestmark = [pytest.mark.integration]

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = ROOT / "examples/support-assistant/questions.yml"
JUDGE = "openai/gpt-4o-mini"
SHOWN = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    with scripted_model() as running:
        yield running


@pytest.fixture(scope="module")
def stack(model: ScriptedModel) -> Iterator[RunningStack]:
    with RunningStack() as running:
        done = skep(running, "apply", str(ROOT / "examples/support-assistant"))
        assert done.returncode == 0, done.stderr
        model.connect(running)
        yield running


def evaluated(stack: RunningStack, *arguments: str, code: int = 0) -> Any:
    """Run `skep eval` and return its JSON."""
    done = skep(stack, "eval", *arguments, "--format", "json")
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)


def retrieval(stack: RunningStack, *options: str, code: int = 0) -> Any:
    return evaluated(
        stack, "retrieval", str(QUESTIONS), "--dataset", "handbook", *options, code=code
    )


def test_commands_of_the_documentation_do_what_it_says(
    stack: RunningStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    page = (ROOT / "docs/evaluation.md").read_text("utf-8")
    commands = [line for block in SHOWN.findall(page) for line in block.splitlines()]
    shown = [shlex.split(line)[1:] for line in commands if "--judge" not in line]

    done = [skep(stack, *words) for words in shown]

    assert len(shown) == 3
    assert [each.returncode for each in done] == [0, 0, 0], [each.stderr for each in done]
    for line in done[1].stdout.splitlines()[:8]:
        assert line in page.splitlines()
    assert "do not show that A and B differ" in done[2].stdout


def test_settings_are_compared_question_by_question(stack: RunningStack) -> None:
    report = retrieval(
        stack, "--mode", "full_text", "--compare", "mode=hybrid", "--compare", "top_k=5"
    )

    one, two = report["settings"]
    assert (one["search"]["mode"], two["search"]) == ("full_text", {"mode": "hybrid", "top_k": 5})
    verdict = report["comparison"]["ndcg@5"]
    assert verdict["difference"] == pytest.approx(
        two["measures"]["ndcg@5"] - one["measures"]["ndcg@5"]
    )
    assert verdict["better"] + verdict["worse"] + verdict["same"] == report["questions"] == 12
    assert report["results"][0]["id"] == "worn-boots"
    worst = [row["measures"][0]["ndcg@5"] for row in report["results"]]
    assert worst == sorted(worst)


def test_threshold_that_is_missed_ends_with_1(stack: RunningStack) -> None:
    options = ("--mode", "full_text", "--fail-under", "mrr=0.9", "--fail-under", "recall@3=0.5")

    assert retrieval(stack, *options, code=1)["failures"] == ["mrr is 0.861, under 0.9"]
    assert retrieval(stack, "--fail-under", "recall@3=0.5")["failures"] == []


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--dataset", "nowhere"), "nowhere"),
        (("--set", "vector_weight=7"), "/vector_weight"),
        (("--set", "colour=red"), "/colour"),
        (("--fail-under", "recall@5"), "write recall@5=0.8"),
        (("--fail-under", "recall@20=0.5"), "--top-k 20"),
        (("--resume",), "--results"),
    ],
)
def test_wrong_use_ends_with_2(stack: RunningStack, options: tuple[str, ...], told: str) -> None:
    done = skep(stack, "eval", "retrieval", str(QUESTIONS), "--dataset", "handbook", *options)

    assert done.returncode == 2, done.stdout
    assert told in done.stderr


def test_bad_question_set_ends_with_2_and_names_the_line(
    stack: RunningStack, tmp_path: Path
) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("- question: one\n- question: two\n  expects: []\n")

    done = skep(stack, "eval", "retrieval", str(file), "--dataset", "handbook")

    assert done.returncode == 2
    assert "bad.yaml:2: Object contains unknown field `expects`" in done.stderr


def test_evaluation_goes_on_where_it_was_interrupted(stack: RunningStack, tmp_path: Path) -> None:
    kept = tmp_path / "results.jsonl"
    first = retrieval(stack, "--results", str(kept))
    whole = kept.read_text().splitlines()
    kept.write_text("\n".join(whole[:7]) + "\n" + whole[7][:40])

    again = retrieval(stack, "--results", str(kept), "--resume")

    assert again["results"] == first["results"]
    assert kept.read_text().splitlines()[:7] == whole[:7]
    assert len(kept.read_text().splitlines()) == 12


def test_judge_is_heard_and_its_quotations_are_looked_up(
    stack: RunningStack, model: ScriptedModel, tmp_path: Path
) -> None:
    file = tmp_path / "questions.yaml"
    file.write_text(
        "- {id: tent, question: 'How long is the warranty on a tent?', answer: 5 years.}\n"
        "- {id: zip, question: 'What does a new zip cost?', answer: 25 EUR.}\n"
        "- {id: hours, question: 'When does the harbour store open?', answer: At 10.}\n"
    )
    claims = [
        _claim("Tents have 5 years.", "supported", 1, "a warranty of 5  YEARS on seams"),
        _claim("Tents have 9 years.", "supported", 1, "a warranty of 9 years"),
        _claim("Tents are blue.", "unsupported", 0, ""),
    ]
    model.script("state one fact", {"text": json.dumps({"claims": claims})})
    model.script('5 years."}', {"text": '{"verdict": "correct", "reason": "Both say so."}'})
    model.script('25 EUR."}', {"text": '```json\n{"verdict": "wrong", "reason": "No."}\n```'})
    model.script('At 10."}', {"text": "I would rather not say."})

    report = evaluated(
        stack,
        *("answers", str(file), "--app", "support-assistant", "--judge", JUDGE),
        *("--fail-under", "correctness=0.9"),
        code=1,
    )

    figures = report["figures"]
    assert figures["verdicts"] == {"correct": 1, "wrong": 1}
    assert (figures["correctness"], figures["undecided"], figures["errors"]) == (0.5, 1, 0)
    assert figures["claims"] == {"supported": 6, "unsupported": 3}
    assert figures["faithfulness"] == pytest.approx(2 / 3)
    assert figures["misquoted"] >= 3
    assert report["failures"] == ["correctness is 0.5, under 0.9"]
    assert report["results"][0]["question"]["id"] == "zip"
    tent = next(row["result"] for row in report["results"] if row["question"]["id"] == "tent")
    assert tent["run_id"].startswith("run_")
    assert [source["document"] for source in tent["sources"]]
    assert tent["correctness"]["reason"] == "Both say so."


def _claim(claim: str, verdict: str, source: int, quotation: str) -> dict[str, Any]:
    reason = "Because."
    return {
        "claim": claim,
        "verdict": verdict,
        "source": source,
        "quotation": quotation,
        "reason": reason,
    }


def test_unknown_app_or_judge_is_told(stack: RunningStack, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text('{"question": "How long is the warranty on a tent?", "answer": "5 years."}\n')
    app = ("--app", "support-assistant")

    nowhere = skep(stack, "eval", "answers", str(file), "--app", "nowhere")
    nobody = skep(stack, "eval", "answers", str(file), *app, "--judge", "nobody/none")

    assert nowhere.returncode == 2
    assert nobody.returncode in {1, 2}
    assert "nobody" in nobody.stderr


def test_drafted_questions_can_be_used_and_false_quotations_are_dropped(
    stack: RunningStack, model: ScriptedModel, tmp_path: Path
) -> None:
    true = {
        "question": "What does a zip cost?",
        "answer": "25 EUR.",
        "quotation": "a zip for 25 EUR",
    }
    false = {**true, "quotation": "a zip for 26 EUR"}
    model.script("write questions to test a search", {"text": json.dumps(false)})
    file = tmp_path / "draft.yml"
    arguments = ("eval", "questions", "--dataset", "handbook", "--model", JUDGE, "-n", "30")

    nothing = skep(stack, *arguments, "--output", str(file))
    model.script("the workshop replaces a zip", {"text": json.dumps(true)})
    done = skep(stack, *arguments, "--output", str(file))

    assert nothing.returncode == 1
    assert not nothing.stdout
    assert done.returncode == 0, done.stderr
    (question,) = read_questions(str(file))
    assert question.expected[0].document == "warranty.txt"
    report = evaluated(stack, "retrieval", str(file), "--dataset", "handbook")
    assert report["settings"][0]["measures"]["hit@3"] == 1


def test_evaluation_without_a_stack_ends_with_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKEP_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("SKEP_API_KEY", "sk_none")
    command = [str(ROOT / ".venv/bin/skep"), "eval", "retrieval", str(QUESTIONS)]

    done = subprocess.run(
        [*command, "--dataset", "handbook"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 3, done.stderr
