"""What scripts rely on."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from skep_cli.__main__ import skep
from skep_cli.api import ApiProblem, find_gateway, read_problem


@pytest.fixture(autouse=True)
def _nothing_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SKEP_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("SKEP_URL", raising=False)
    monkeypatch.delenv("SKEP_API_KEY", raising=False)


def test_no_stack_is_3() -> None:
    result = CliRunner().invoke(skep, ["apps", "list"])

    assert result.exit_code == 3
    assert "skep up" in result.output


def test_nobody_at_the_address_is_3(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKEP_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("SKEP_API_KEY", "sk_x")

    result = CliRunner().invoke(skep, ["apps", "list"])

    assert result.exit_code == 3
    assert "127.0.0.1:1" in result.output


def test_wrong_usage_is_2() -> None:
    assert CliRunner().invoke(skep, ["run", "nowhere.yaml"]).exit_code == 2


@pytest.mark.parametrize(
    ("status", "code"), [(401, 4), (403, 4), (404, 2), (409, 2), (422, 2), (500, 1), (503, 1)]
)
def test_status_decides_the_exit_code(status: int, code: int) -> None:
    problem = read_problem(b'{"code":"x","title":"X","status":%d,"detail":"No."}' % status, status)

    assert ApiProblem(problem).exit_code == code


def test_answer_that_is_no_problem_document_is_quoted() -> None:
    problem = read_problem(b"<html>Bad gateway", 502)

    assert "502" in problem.detail
    assert "Bad gateway" in problem.detail


def test_environment_names_the_gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKEP_URL", "http://example.org")
    monkeypatch.setenv("SKEP_API_KEY", "sk_abc")

    assert find_gateway() == ("http://example.org", "sk_abc")


def test_every_command_explains_itself() -> None:
    listing = CliRunner().invoke(skep, ["--help"]).output
    names = [line.split()[0] for line in listing.split("Commands:")[1].splitlines() if line.strip()]

    for name in names:
        result = CliRunner().invoke(skep, [name, "--help"])
        assert result.exit_code == 0, name
        assert result.output.startswith("Usage:")
