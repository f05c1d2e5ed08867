"""Question sets are read from three forms, and a fault is told with its line."""

from pathlib import Path

import pytest

from skep_cli.evaluation.question_files import QuestionFileError, read_questions
from skep_cli.evaluation.questions import ExpectedPassage, Question

YAML = """\
# The first questions.
questions:
  - question: Can I return boots?
    expected:
      - {document: returns.md, text: Used footwear cannot be returned}
      - {document: manual.pdf, page: 3, grade: 2}
    answer: No.
  - id: express
    question: How long does express take?
    inputs: {parcel_kg: 3}
    filter: {kind: is, field: year, op: eq, value: 2026}
"""
LINES = """\
{"question": "Can I return boots?", "answer": "No.", "expected": [{"chunk": "doc_1.1.2"}]}

{"id": "express", "question": "How long does express take?"}
"""
CSV = """\
id,question,document,text,page,grade,answer
,Can I return boots?,returns.md,"Used footwear, worn or not",,,No.
,,manual.pdf,,3,2,
express,How long does express take?,,,,,
"""


def read(folder: Path, name: str, text: str) -> tuple[Question, ...]:
    (folder / name).write_text(text)
    return read_questions(str(folder / name))


def test_yaml_is_read(tmp_path: Path) -> None:
    boots, express = read(tmp_path, "q.yaml", YAML)

    assert boots == Question(
        id="q1",
        question="Can I return boots?",
        expected=(
            ExpectedPassage(document="returns.md", text="Used footwear cannot be returned"),
            ExpectedPassage(document="manual.pdf", page=3, grade=2),
        ),
        answer="No.",
    )
    assert (express.id, express.inputs, express.expected) == ("express", {"parcel_kg": 3}, ())
    assert express.filter is not None


def test_a_list_alone_and_json_are_read(tmp_path: Path) -> None:
    listed = read(tmp_path, "q.yml", "- question: one\n- question: two\n")
    as_json = read(tmp_path, "q.json", '{"questions": [{"question": "one"}]}')

    assert [each.id for each in listed] == ["q1", "q2"]
    assert as_json[0].question == "one"


def test_json_lines_are_read(tmp_path: Path) -> None:
    boots, express = read(tmp_path, "q.jsonl", LINES)

    assert boots.expected == (ExpectedPassage(chunk="doc_1.1.2"),)
    assert (boots.id, boots.answer, express.id) == ("q1", "No.", "express")


def test_rows_without_a_question_add_passages(tmp_path: Path) -> None:
    boots, express = read(tmp_path, "q.csv", CSV)

    assert boots.expected == (
        ExpectedPassage(document="returns.md", text="Used footwear, worn or not"),
        ExpectedPassage(document="manual.pdf", page=3, grade=2.0),
    )
    assert (boots.answer, express.id, express.expected) == ("No.", "express", ())


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("q.yaml", "", "a list of questions is expected"),
        ("q.yaml", "[]", "it holds no questions"),
        ("q.yaml", "- question: a\n- text: b\n", ":2: Object contains unknown field `text`"),
        ("q.yaml", "- answer: b\n", ":1: Object missing required field `question`"),
        (
            "q.yaml",
            "- question: a\n  expected:\n  - document: x\n    page: three\n",
            ":4: Expected `int | null`, got `str` (expected[0].page)",
        ),
        ("q.yaml", "- question: a\n  expected:\n  - {page: 3}\n", ":3: a passage has at least"),
        ("q.yaml", "- question: a\n  id: x\n- question: b\n  id: x\n", ":3: the id 'x' stands"),
        ("q.yaml", "- question: '  '\n", ":1: the question is empty"),
        ("q.yaml", "- question: a\n  bad: [\n", ":3: "),
        ("q.yaml", "- &a {question: x}\n- *a\n", ":2: aliases"),
        ("q.yaml", "- question: !!python/name:os.system x\n", ":1: could not determine"),
        ("q.yaml", "[" * 3000 + "]" * 3000, "nested too deeply"),
        ("q.yaml", "other: []\n", ":1: a list is expected"),
        ("q.yaml", "- question: 7\n", ":1: Expected `str`, got `int`"),
        ("q.jsonl", '{"question": "a"}\n{"question": }\n', ":2: JSON is malformed"),
        ("q.jsonl", '{"question": "a"}\n\n{"question": 1}\n', ":3: Expected `str`"),
        ("q.csv", "question,colour\n", ":1: unknown column 'colour'"),
        ("q.csv", "id,answer\n", ":1: there is no column"),
        ("q.csv", "question,page,document\na,1,x\n,three,x\n", ":3: page: 'three' is no number"),
        ("q.csv", "question,document\n,x\n", ":2: the first row has no question"),
        ("q.csv", "question\na,b\n", ":2: 2 cells under 1 columns"),
        ("q.csv", 'question,page,document\na,1,x\n,0,"x"\n', ":3: Expected `int` >= 1"),
        ("q.csv", 'question\n"a\n', ": unexpected end of data"),
    ],
)
def test_fault_is_told_with_its_line(tmp_path: Path, name: str, text: str, told: str) -> None:
    with pytest.raises(QuestionFileError) as caught:
        read(tmp_path, name, text)

    assert told in caught.value.message
    assert caught.value.exit_code == 2


def test_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"- question: caf\xe9\n")

    with pytest.raises(QuestionFileError, match="UTF-8"):
        read_questions(str(tmp_path / "latin.yaml"))
    with pytest.raises(QuestionFileError, match="No such file"):
        read_questions(str(tmp_path / "missing.yaml"))
