"""Question sets: YAML or JSON, JSON Lines, or CSV. A fault is told with its line."""

import csv
import io
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import click
import msgspec
import yaml

from skep_cli.evaluation.questions import Question

_MAX_BYTES: Final = 32 * 1024 * 1024
_MAX_DEPTH: Final = 20
_STEP: Final = re.compile(r"\.([A-Za-z0-9_]+)|\[(\d+)\]")
_AT: Final = re.compile(r"^(?P<said>.*?)(?: - at `(?P<place>.*)`)?$", re.DOTALL)
_PASSAGE_COLUMNS: Final = ("document", "text", "page", "heading", "chunk", "grade")
_COLUMNS: Final = ("id", "question", "answer", *_PASSAGE_COLUMNS)


class QuestionFileError(click.ClickException):
    """The file is no question set; the message names the line."""

    exit_code = 2


class _Entry(msgspec.Struct):
    """A question as it stands in a file; `lines`: the line of each place in it."""

    data: Any
    lines: Mapping[tuple[str | int, ...], int]


def read_questions(path: str) -> tuple[Question, ...]:
    """Return the questions of a file, each with an id; ``-`` is standard input.

    Raises:
        QuestionFileError: It cannot be read, or is no question set.
    """
    text = _read(path)
    suffix = Path(path).suffix.lower()
    try:
        if suffix in {".jsonl", ".ndjson"}:
            entries = list(_from_lines(text))
        elif suffix == ".csv":
            entries = list(_from_csv(text))
        else:
            entries = list(_from_yaml(text))
        return _checked(entries)
    except _FaultError as fault:
        line = f":{fault.line}" if fault.line else ""
        raise QuestionFileError(f"{path}{line}: {fault}") from None


class _FaultError(Exception):
    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


def _read(path: str) -> str:
    try:
        content = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        if len(content) > _MAX_BYTES:
            raise QuestionFileError(f"{path}: a question set may have {_MAX_BYTES:,} bytes")
        return content.decode("utf-8-sig")
    except OSError as error:
        raise QuestionFileError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise QuestionFileError(f"{path}: is not valid UTF-8") from None


def _checked(entries: list[_Entry]) -> tuple[Question, ...]:
    """Give every entry its type and its id."""
    found: dict[str, Question] = {}
    for number, entry in enumerate(entries, 1):
        line = entry.lines.get((), 0)
        try:
            question = msgspec.convert(entry.data, Question)
        except msgspec.ValidationError as error:
            raise _fault(error, entry) from None
        question = msgspec.structs.replace(question, id=question.id or f"q{number}")
        if question.id in found:
            raise _FaultError(f"the id {question.id!r} stands here twice", line)
        if not question.question.strip():
            raise _FaultError("the question is empty", line)
        found[question.id] = question
    if not found:
        raise _FaultError("it holds no questions")
    return tuple(found.values())


def _fault(error: msgspec.ValidationError, entry: _Entry) -> _FaultError:
    """Return what is wrong, at the line of the innermost place that is known."""
    match = _AT.match(str(error))
    said, place = (match["said"], match["place"] or "$") if match else (str(error), "$")
    steps: list[str | int] = [
        name or int(number) for name, number in _STEP.findall(place.removeprefix("$"))
    ]
    at = tuple(steps)
    while at and at not in entry.lines:
        at = at[:-1]
    where = f" ({place[2:]})" if len(place) > 2 else ""
    return _FaultError(f"{said}{where}", entry.lines.get(at, 0))


def _from_lines(text: str) -> Iterator[_Entry]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield _Entry(msgspec.json.decode(line), {(): number})
        except (msgspec.DecodeError, RecursionError) as error:
            raise _FaultError(str(error), number) from None


def _from_csv(text: str) -> Iterator[_Entry]:
    """Yield one entry a question; rows without a question add a passage to the one above."""
    reader = csv.reader(io.StringIO(text), strict=True)
    current: _Entry | None = None
    try:
        head = _head(next(reader, []))
        for row in reader:
            cells = _cells(head, row, reader.line_num)
            if "question" in cells:
                if current is not None:
                    yield current
                current = _Entry(_columns(cells, "id", "question", "answer"), {(): reader.line_num})
            elif cells and current is None:
                raise _FaultError("the first row has no question", reader.line_num)
            if current is not None:
                _add_passage(current, cells, reader.line_num)
    except csv.Error as error:
        raise _FaultError(str(error), reader.line_num) from None
    if current is not None:
        yield current


def _head(row: list[str]) -> list[str]:
    head = [name.strip().lower() for name in row]
    if unknown := [name for name in head if name not in _COLUMNS]:
        raise _FaultError(f"unknown column {unknown[0]!r}; there are {', '.join(_COLUMNS)}", 1)
    if "question" not in head:
        raise _FaultError("there is no column `question`", 1)
    return head


def _cells(head: list[str], row: list[str], line: int) -> dict[str, str]:
    """Return the cells that hold something, by column."""
    if len(row) > len(head):
        raise _FaultError(f"{len(row)} cells under {len(head)} columns", line)
    return {name: cell.strip() for name, cell in zip(head, row, strict=False) if cell.strip()}


def _columns(cells: Mapping[str, str], *names: str) -> dict[str, Any]:
    return {name: cells[name] for name in names if name in cells}


def _add_passage(entry: _Entry, cells: Mapping[str, str], line: int) -> None:
    passage = _columns(cells, *_PASSAGE_COLUMNS)
    if not passage:
        return
    for name, kind in (("page", int), ("grade", float)):
        if name in passage:
            try:
                passage[name] = kind(passage[name])
            except ValueError:
                raise _FaultError(f"{name}: {passage[name]!r} is no number", line) from None
    expected = entry.data.setdefault("expected", [])
    entry.lines = {**entry.lines, ("expected", len(expected)): line}
    expected.append(passage)


def _from_yaml(text: str) -> Iterator[_Entry]:
    """Yield the entries of a list, or of the list `questions` in a mapping."""
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):  # a few of them can make a document endless
                raise _FaultError("aliases (*name) are not used here", _line(event.start_mark))
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        if isinstance(root, yaml.MappingNode):
            listed = [value for key, value in root.value if key.value == "questions"]
            if len(root.value) != 1 or not listed:
                raise _FaultError("a list is expected, or `questions:` with one", 1)
            root = listed[0]
        if not isinstance(root, yaml.SequenceNode):
            raise _FaultError("a list of questions is expected", 1)
        constructor = yaml.constructor.SafeConstructor()
        for node in root.value:
            lines: dict[tuple[str | int, ...], int] = {}
            _note_lines(node, (), lines)
            yield _Entry(constructor.construct_document(node), lines)
    except yaml.MarkedYAMLError as error:
        problem = error.problem or error.context or "it cannot be read"
        raise _FaultError(problem, _line(error.problem_mark or error.context_mark)) from None
    except RecursionError:
        raise _FaultError("nested too deeply") from None
    except yaml.YAMLError as error:
        raise _FaultError(str(error).splitlines()[0]) from None


def _line(mark: Any) -> int:
    """Return the number of a mark's line; 0 when it is not known."""
    return mark.line + 1 if mark is not None else 0


def _note_lines(
    node: yaml.Node, place: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int]
) -> None:
    if len(place) > _MAX_DEPTH:
        raise _FaultError("nested too deeply", _line(node.start_mark))
    lines[place] = _line(node.start_mark)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            _note_lines(value, (*place, str(key.value)), lines)
    elif isinstance(node, yaml.SequenceNode):
        for at, value in enumerate(node.value):
            _note_lines(value, (*place, at), lines)
