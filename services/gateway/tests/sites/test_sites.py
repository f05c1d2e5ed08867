"""Pages of published apps: who may see them, what visitors may do, and what they are not told."""

import json
from typing import Any

import pytest

from services.gateway.tests.stage import Stage
from services.gateway.tests.support import Answer, assert_problem, pointers
from services.gateway.tests.trial_plugin import document
from skep_contracts.ids import new_ulid
from skep_contracts.problems import Problem
from skep_contracts.run_log import RunFailed


def open_site(stage: Stage, app: str, **look: Any) -> str:
    """Open an app's page; return its address in the API."""
    body = {"is_open": True, "look": look}
    answer = stage.gateway.request("PUT", f"/api/v1/apps/{app}/site", body)
    assert answer.status == 200, answer.body
    address = str(answer.json()["address"])
    return f"/api/v1/sites/{address.rpartition('/')[2]}"


@pytest.fixture
def site(stage: Stage) -> str:
    return open_site(stage, stage.app, title="Hi <b>", greeting="Welcome.")


def anyone(stage: Stage, method: str, path: str, body: object = None, **headers: str) -> Answer:
    """Ask without a credential."""
    return stage.gateway.request(method, path, body, key=None, headers=headers)


def visitor_of(stage: Stage, site: str) -> str:
    answer = anyone(stage, "POST", f"{site}/visitors", {})
    assert answer.status == 201, answer.body
    return str(answer.json()["visitor"])


def events_of(answer: Answer) -> list[tuple[str, Any]]:
    assert answer.status == 200, answer.body
    found = []
    for block in answer.body.decode().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def run(stage: Stage, site: str, visitor: str, **body: Any) -> list[tuple[str, Any]]:
    sent = {"inputs": {"topic": "bees"}, **body}
    return events_of(anyone(stage, "POST", f"{site}/runs", sent, **{"X-Skep-Visitor": visitor}))


def test_page_is_closed_until_its_owner_opens_it(stage: Stage) -> None:
    app = stage.publish(document(f"closed-{new_ulid()}"))
    shown = stage.gateway.request("GET", f"/api/v1/apps/{app}/site").json()
    assert (shown["is_open"], shown["address"]) == (False, None)

    path = open_site(stage, app)
    assert anyone(stage, "GET", path).status == 200
    stage.gateway.request("PUT", f"/api/v1/apps/{app}/site", {"is_open": False})
    assert_problem(anyone(stage, "GET", path), 404)

    again = open_site(stage, app)
    assert again == path
    renewed = {"is_open": True, "renew_address": True}
    stage.gateway.request("PUT", f"/api/v1/apps/{app}/site", renewed)
    assert_problem(anyone(stage, "GET", path), 404)


def test_page_says_what_its_owner_wrote(stage: Stage, site: str) -> None:
    shown = anyone(stage, "GET", site).json()

    assert (shown["title"], shown["look"]["greeting"]) == ("Hi <b>", "Welcome.")
    assert shown["mode"] == "workflow"
    code = stage.gateway.request("GET", f"/api/v1/apps/{stage.app}/site").json()["embed_code"]
    assert 'title="Hi &lt;b&gt;"' in code


def test_visitor_runs_the_app_and_hears_its_answer(stage: Stage, site: str) -> None:
    visitor = visitor_of(stage, site)

    events = run(stage, site, visitor)

    assert events[0][0] == "run"
    assert events[-1][0] == "end"
    assert {name for name, _ in events} <= {"run", "text", "reset", "end"}
    end = events[-1][1]
    assert end["status"] == "succeeded"
    path = f"{site}/runs/{events[0][1]['id']}"
    assert anyone(stage, "GET", path, **{"X-Skep-Visitor": visitor}).json()["id"] == end["id"]
    tenant = stage.gateway.request("GET", "/api/v1/me").json()["tenant"]["id"]
    command = stage.orchestrator.runs[tenant, end["id"]].command
    assert (command.caller.via, command.caller.key_id) == ("site", None)
    assert str(command.caller.end_user).startswith("visitor_")


def test_failure_tells_nothing_of_the_inside(stage: Stage, site: str) -> None:
    async def fail(run: Any) -> None:
        run.begin()
        run.write(
            RunFailed(
                problem=Problem(
                    status=502, code="provider_failed", title="x", detail="canary-secret"
                )
            )
        )

    stage.orchestrator.scripts["failing"] = fail
    visitor = visitor_of(stage, site)
    events = run(stage, site, visitor, inputs={"topic": "failing"})
    assert events[-1][1]["status"] == "failed"
    assert "canary" not in json.dumps(events)


def test_visitors_see_nothing_of_each_other(stage: Stage, site: str) -> None:
    one, other = visitor_of(stage, site), visitor_of(stage, site)
    run_id = run(stage, site, one)[0][1]["id"]

    path = f"{site}/runs/{run_id}"
    assert_problem(anyone(stage, "GET", path, **{"X-Skep-Visitor": other}), 404)
    stop = f"{path}/cancellations"
    assert_problem(anyone(stage, "POST", stop, {}, **{"X-Skep-Visitor": other}), 404)
    assert anyone(stage, "POST", stop, {}, **{"X-Skep-Visitor": one}).status == 202


def test_token_of_another_site_or_of_nobody_is_refused(stage: Stage, site: str) -> None:
    other = open_site(stage, stage.chat)
    foreign = visitor_of(stage, other)

    for token in ("", "x", foreign):
        headers = {"X-Skep-Visitor": token} if token else {}
        body = {"inputs": {"topic": "x"}}
        assert_problem(anyone(stage, "POST", f"{site}/runs", body, **headers), 401)


def test_visitor_cannot_go_on_with_the_conversation_of_another(stage: Stage) -> None:
    site = open_site(stage, stage.chat)
    tenant = stage.gateway.request("GET", "/api/v1/me").json()["tenant"]["id"]
    theirs = stage.orchestrator.add_conversation(tenant, stage.chat)
    body = {"query": "Hi", "conversation_id": theirs}

    answer = anyone(
        stage, "POST", f"{site}/runs", body, **{"X-Skep-Visitor": visitor_of(stage, site)}
    )
    assert_problem(answer, 404)


def test_who_asks_too_much_is_slowed_down(stage: Stage) -> None:
    site = open_site(stage, stage.app)
    visitor = visitor_of(stage, site)
    statuses = {
        anyone(stage, "POST", f"{site}/runs", {"inputs": {}}, **{"X-Skep-Visitor": visitor}).status
        for _ in range(25)
    }

    assert 429 in statuses


@pytest.mark.parametrize(
    ("look", "place"),
    [
        ({"color": "red; }"}, "/look/color"),
        ({"suggestions": ["x"] * 7}, "/look/suggestions"),
        ({"theme": "pink"}, "/look/theme"),
        ({"script": "x"}, "/look/script"),
    ],
)
def test_senseless_looks_are_refused(stage: Stage, look: Any, place: str) -> None:
    body = {"is_open": True, "look": look}
    answer = stage.gateway.request("PUT", f"/api/v1/apps/{stage.app}/site", body)

    assert place in pointers(assert_problem(answer, 422))


def test_unknown_address_says_no_more_than_that(stage: Stage) -> None:
    assert_problem(anyone(stage, "GET", "/api/v1/sites/guessed"), 404)
