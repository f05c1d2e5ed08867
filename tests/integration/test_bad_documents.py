"""Bad documents are refused with a place: by the checker, by the API, and by `skep validate`."""

import json
import urllib.error
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from skep_cli.commands.apply import validate
from skep_contracts.graph_check import check_document, decode_graph
from skep_contracts.problems import InvalidInput, TooLarge
from skep_gateway.workflows.documents import YAML, parse_document
from skep_testing.stack import RunningStack
from tests.integration.bad_documents import BadDocument, bad_documents, sound
from tests.integration.dify_runs import node_types

ALL = list(bad_documents())
every_one = pytest.mark.parametrize("bad", ALL, ids=[bad.name for bad in ALL])
on_a_stack = [pytest.mark.integration]


def test_there_are_many_and_the_sound_one_is_sound() -> None:
    assert len(ALL) >= 50
    assert len({bad.content for bad in ALL}) == len(ALL)
    check_document(decode_graph(sound()), node_types())


@every_one
def test_checker_points_at_the_fault(bad: BadDocument) -> None:
    with pytest.raises((InvalidInput, TooLarge)) as refusal:
        check_document(parse_document(bad.content, YAML), node_types())

    assert refusal.value.detail
    if not isinstance(refusal.value, TooLarge):
        pointers = [error.pointer for error in refusal.value.errors]
        assert any(pointer.startswith(bad.pointer) for pointer in pointers), refusal.value.errors


class TestOnAStack:
    pytestmark = on_a_stack

    @every_one
    def test_api_refuses_it_and_runs_nothing(self, stack: RunningStack, bad: BadDocument) -> None:
        runs = stack.request("GET", "/api/v1/runs")["items"]

        answer = sent(stack, "/api/v1/workflow-checks", bad)
        made = sent(stack, "/api/v1/apps", bad)

        assert answer["status"] == 413 or not answer.get("ok", False)
        assert answer["status"] == 413 or answer["errors"]
        if made["status"] == 201:  # a draft may be unfinished; it can be neither published nor run
            path = f"/api/v1/apps/{made['id']}"
            assert refused(stack, f"{path}/versions", {})["status"] == 422
            run = {"app": made["id"], "version": "draft", "inputs": {"items": []}}
            assert refused(stack, "/api/v1/runs", run)["status"] == 422
            stack.request("DELETE", path)
        assert stack.request("GET", "/api/v1/runs")["items"] == runs

    @every_one
    def test_command_refuses_it(
        self, stack: RunningStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bad: BadDocument
    ) -> None:
        monkeypatch.setenv("SKEP_URL", stack.url)
        monkeypatch.setenv("SKEP_API_KEY", stack.key)
        file = tmp_path / "bad.yaml"
        file.write_bytes(bad.content)

        done = CliRunner().invoke(validate, [str(file)])

        assert done.exit_code != 0
        assert done.exception is None or isinstance(done.exception, SystemExit)
        assert "Traceback" not in done.output
        assert done.output.strip()


def sent(stack: RunningStack, path: str, bad: BadDocument) -> dict[str, Any]:
    """Send a document; return the answer with its status, whatever it is."""
    problem: dict[str, Any]
    try:
        answer = stack.request("POST", path, bad.content, content_type="application/yaml")
    except urllib.error.HTTPError as error:
        problem = json.loads(error.read())
    else:
        return {"status": 201 if path.endswith("apps") else 200, **answer}
    assert 400 <= problem["status"] < 500, problem
    return problem


def refused(stack: RunningStack, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Send what must be refused; return the problem."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        stack.request("POST", path, body)
    problem: dict[str, Any] = json.loads(caught.value.read())
    return problem
