"""Documents of other platforms become drafts with a report, and drafts are written for them."""

from pathlib import Path
from typing import Any

import yaml

from services.gateway.tests.support import RunningGateway, assert_problem, pointers
from skep_testing.dify_sources import app, edges, node, start, written

IMPORTS = "/api/v1/imports"
EVERY_TYPE = Path(__file__).parents[4] / "plugins/importer-dify/tests/fixtures/every_node_type.yml"


def source(name: str, **more: Any) -> dict[str, Any]:
    made = app([start(), node("end", "end", outputs=[])], edges("start > end"), **more)
    made["app"]["name"] = name
    return made


def send(gateway: RunningGateway, content: bytes, path: str = IMPORTS) -> Any:
    return gateway.request("POST", path, data=content, content_type="application/yaml")


def test_import_makes_an_app_with_a_draft_and_a_report(gateway: RunningGateway) -> None:
    answer = send(gateway, written(source("imported")))

    assert answer.status == 201, answer.body
    found = answer.json()
    assert found["format"] == "dify"
    assert found["source"] == "Dify 0.3.1, workflow"
    assert found["app"]["name"] == "imported"
    draft = gateway.request("GET", f"/api/v1/apps/{found['app']['id']}/draft").json()
    assert draft["document"] == found["document"]
    assert {part["node"] for part in found["report"]} >= {"start", "end"}


def test_trying_an_import_changes_nothing(gateway: RunningGateway) -> None:
    answer = send(gateway, written(source("tried")), f"{IMPORTS}?dry_run=true&format=dify")

    assert (answer.status, answer.json()["app"]) == (200, None)
    assert gateway.request("GET", "/api/v1/apps/tried").status == 404


def test_app_can_be_called_otherwise(gateway: RunningGateway) -> None:
    body = {"content": written(source("twice")).decode(), "name": "once"}

    assert gateway.request("POST", IMPORTS, body).json()["app"]["name"] == "once"
    assert_problem(gateway.request("POST", IMPORTS, body), 409, "name_taken")


def test_source_may_be_json(gateway: RunningGateway) -> None:
    answer = gateway.request("POST", f"{IMPORTS}?dry_run=true", source("json"))

    assert answer.status == 200, answer.body


def test_what_is_no_app_is_refused_with_a_place(gateway: RunningGateway) -> None:
    assert pointers(assert_problem(send(gateway, b"nodes: []"), 422)) == {"/app"}
    assert_problem(send(gateway, b"app: ["), 422, "malformed_source")
    assert_problem(send(gateway, b"app: \xff"), 422)
    assert_problem(send(gateway, b""), 422)
    assert_problem(send(gateway, b"x" * 13_000_000), 413)
    assert_problem(send(gateway, b"app: {}", f"{IMPORTS}?format=difi"), 422, "unknown_format")
    assert_problem(gateway.request("POST", IMPORTS, {"content": 3}), 422)
    assert_problem(gateway.request("POST", IMPORTS, {"content": "", "name": ""}), 422)


def test_app_is_exported_in_each_format(gateway: RunningGateway) -> None:
    made = send(gateway, EVERY_TYPE.read_bytes()).json()
    path = f"/api/v1/apps/{made['app']['id']}/exports"

    ours = gateway.request("GET", path).json()
    theirs = gateway.request("GET", f"{path}?format=dify").json()
    plain = gateway.request("GET", path, headers={"Accept": "application/yaml"})

    assert yaml.safe_load(ours["content"]) == made["document"]
    assert plain.body.decode() == ours["content"]
    assert yaml.safe_load(theirs["content"])["app"]["mode"] == "advanced-chat"
    assert_problem(gateway.request("GET", f"{path}?format=n8n"), 422, "unknown_format")
    assert_problem(gateway.request("GET", f"{path}?version=7"), 404, "unknown_version")
    assert_problem(gateway.request("GET", f"{path}?version=published"), 404, "unknown_version")


def test_schema_has_the_settings_of_installed_types(gateway: RunningGateway) -> None:
    schema = gateway.request("GET", "/api/v1/workflow-schema").json()

    assert "iteration.v1.IterationSettings" in schema["$defs"]
    assert schema["$id"] == "urn:skep:schema:workflow:1"
