"""Answers are taken in once, from those who may, when they fit."""

import threading
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from services.gateway.tests.scripted import ScriptedRun
from services.gateway.tests.stage import Stage
from services.gateway.tests.support import Answer, OtherTenant, assert_problem, pointers, until
from skep_contracts.calls.waits import OpenWait
from skep_contracts.ids import TenantId, new_id
from skep_contracts.waits.links import CALLBACK, FORM, RunLink
from skep_gateway.waits.addresses import Addresses
from skep_runtime.clock import now

FORM_WAIT: dict[str, Any] = {
    "kind": "form",
    "data": {
        "content": "Send **it**?\n<script>alert(1)</script> [x](javascript:alert(1))",
        "fields": [
            {"name": "text", "type": "paragraph", "default": '"><b>', "required": True},
            {"name": "score", "type": "number", "max": 5},
            {"name": "tags", "type": "multi-select", "options": ["a", "b"]},
            {"name": "agreed", "type": "checkbox"},
        ],
        "actions": [{"id": "yes", "label": "<i>Yes</i>"}, {"id": "no"}],
    },
}
CALLBACK_WAIT: dict[str, Any] = {"kind": "callback"}
FIT: dict[str, Any] = {"action": "yes", "fields": {"text": "Dear Ada", "score": 3}}
TAKEN = {"text": "Dear Ada", "score": 3, "tags": None, "agreed": None}


@pytest.fixture(scope="module")
def stranger(stage: Stage) -> OtherTenant:
    return stage.gateway.add_tenant("waits-stranger")


def waiting(stage: Stage, *waits: tuple[str, dict[str, Any]], number: int = 7) -> str:
    """Return a run that waits at some places."""

    async def pause(run: ScriptedRun) -> None:
        run.begin()
        run.waits += [
            OpenWait(place=place, number=number + at, since=now(), wait=wait)
            for at, (place, wait) in enumerate(waits)
        ]

    topic = new_id("run")
    run_id = str(stage.start(topic, script=pause, respond="accepted").json()["id"])
    tenant = tenant_of(stage)
    until(
        lambda: (run := stage.orchestrator.runs.get((tenant, run_id))) and (run.waits or not waits)
    )
    return run_id


def tenant_of(stage: Stage) -> str:
    return str(stage.gateway.request("GET", "/api/v1/me").json()["tenant"]["id"])


def answer(stage: Stage, run_id: str, place: str, given: object, **more: Any) -> Answer:
    body = {"place": place, "answer": given}
    return stage.gateway.request("POST", f"/api/v1/runs/{run_id}/answers", body, **more)


def link_of(stage: Stage, run_id: str, place: str = "ask") -> str:
    found = stage.gateway.request("GET", f"/api/v1/runs/{run_id}/waits").json()["waits"]
    (link,) = (wait["link"] for wait in found if wait["place"] == place)
    return str(link)


def resumed(stage: Stage, run_id: str) -> list[Any]:
    return [command for command in stage.orchestrator.resumed if command.run_id == run_id]


def test_waits_are_listed_with_links_for_who_may_answer(stage: Stage) -> None:
    run_id = waiting(stage, ("each:3/ask", FORM_WAIT), ("paid", CALLBACK_WAIT))
    reader = stage.gateway.request(
        "POST", "/api/v1/keys", {"name": new_id("key"), "scopes": ["runs:read"]}
    ).json()["key"]
    path = f"/api/v1/runs/{run_id}/waits"

    found = stage.gateway.request("GET", path).json()
    seen = stage.gateway.request("GET", path, key=reader).json()

    assert found["status"] == "paused"
    form, callback = found["waits"]
    assert (form["place"], form["kind"]) == ("each:3/ask", "form")
    assert form["data"] == FORM_WAIT["data"]
    assert form["link"].startswith("/forms/")
    assert callback["link"].endswith("/paid")
    assert [wait["link"] for wait in seen["waits"]] == [None, None]
    refused = answer(stage, run_id, "paid", {}, key=reader)
    assert_problem(refused, 403, "missing_scope")


def test_answer_to_a_form_resumes_the_run_with_every_field(stage: Stage) -> None:
    run_id = waiting(stage, ("ask", FORM_WAIT))

    taken = answer(stage, run_id, "ask", FIT)

    assert taken.status == 202
    until(lambda: resumed(stage, run_id))
    (command,) = resumed(stage, run_id)
    assert command.place == "ask"
    assert command.answer == {"action": "yes", "fields": TAKEN}
    assert command.by


def test_of_two_answers_at_once_one_wins(stage: Stage) -> None:
    run_id = waiting(stage, ("ask", FORM_WAIT))
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(answer(stage, run_id, "ask", FIT).status))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [202] + [409] * 7
    until(lambda: resumed(stage, run_id))
    assert len(resumed(stage, run_id)) == 1
    assert_problem(answer(stage, run_id, "ask", FIT), 409, "answered_already")


def test_repeat_with_its_key_meets_the_first_answer(stage: Stage) -> None:
    run_id = waiting(stage, ("ask", FORM_WAIT))
    headers = {"Idempotency-Key": new_id("key")}

    first = answer(stage, run_id, "ask", FIT, headers=headers)
    second = answer(stage, run_id, "ask", FIT, headers=headers)

    assert (first.status, second.status) == (202, 202)
    assert first.body == second.body


def test_next_wait_at_the_same_place_is_answered_again(stage: Stage) -> None:
    run_id = waiting(stage, ("ask", FORM_WAIT))
    answer(stage, run_id, "ask", FIT)
    run = stage.orchestrator.runs[tenant_of(stage), run_id]
    run.waits[:] = [msgspec.structs.replace(run.waits[0], number=30)]

    assert answer(stage, run_id, "ask", FIT).status == 202
    until(lambda: len(resumed(stage, run_id)) == 2)


@pytest.mark.parametrize(
    ("given", "places"),
    [
        ({"action": "maybe", "fields": {"text": "x"}}, {"/answer/action"}),
        ({"action": "yes", "fields": {"text": ""}}, {"/answer/fields/text"}),
        ({"action": "yes", "fields": {"text": "x", "score": "three"}}, {"/answer/fields/score"}),
        ({"action": "yes", "fields": {"text": "x", "other": 1}}, {"/answer/fields/other"}),
        ({}, {"/answer/action"}),
        ("yes", {"/answer/action"}),
        (
            {"action": "yes", "fields": {"text": {"$file": {"id": "file_x"}}}},
            {"/answer/fields/text"},
        ),
    ],
)
def test_answer_that_does_not_fit_is_refused_with_its_places(
    stage: Stage, given: object, places: set[str]
) -> None:
    run_id = waiting(stage, ("ask", FORM_WAIT))

    problem = assert_problem(answer(stage, run_id, "ask", given), 422)

    assert pointers(problem) == places
    assert answer(stage, run_id, "ask", FIT).status == 202


@pytest.mark.parametrize("kind", ["time", "run", "budget", "hold"])
def test_what_waits_for_no_answer_takes_none(stage: Stage, kind: str) -> None:
    run_id = waiting(stage, ("pause", {"kind": kind}))

    assert_problem(answer(stage, run_id, "pause", {}), 409, "takes_no_answer")


def test_place_that_does_not_wait_is_told(stage: Stage) -> None:
    run_id = waiting(stage, ("ask", FORM_WAIT))

    problem = assert_problem(answer(stage, run_id, "aks", FIT), 409, "not_waiting")

    assert "`ask`" in problem["detail"]
    assert_problem(answer(stage, new_id("run"), "ask", FIT), 404)
    assert_problem(answer(stage, "run_x", "ask", FIT), 404)


def test_others_cannot_see_or_answer(stage: Stage, stranger: OtherTenant) -> None:
    run_id = waiting(stage, ("ask", FORM_WAIT))

    for method, what, body in (
        ("GET", "waits", None),
        ("POST", "answers", {"place": "ask", "answer": FIT}),
        ("POST", "pauses", {}),
        ("POST", "resumptions", None),
    ):
        path = f"/api/v1/runs/{run_id}/{what}"
        assert_problem(stage.gateway.request(method, path, body, key=stranger.key), 404)
        assert_problem(stage.gateway.request(method, path, body, key=None), 401)
    assert resumed(stage, run_id) == []


def test_giant_answer_is_refused(stage: Stage) -> None:
    run_id = waiting(stage, ("ask", FORM_WAIT), ("paid", CALLBACK_WAIT))
    giant = {"action": "yes", "fields": {"text": "x" * 300_000}}

    assert_problem(answer(stage, run_id, "ask", giant), 413)
    assert_problem(answer(stage, run_id, "paid", "x" * 300_000), 413)
    link = link_of(stage, run_id, "paid")
    assert_problem(stage.gateway.request("POST", link, "x" * 300_000, key=None), 413)
    assert resumed(stage, run_id) == []


# The page, and forms by their signed address.


def test_page_shows_the_form_and_no_tag_that_somebody_wrote(stage: Stage) -> None:
    run_id = waiting(stage, ("ask", FORM_WAIT))

    page = stage.gateway.request("GET", link_of(stage, run_id), key=None)

    text = page.body.decode()
    assert page.status == 200
    assert "<strong>it</strong>" in text
    assert "<script" not in text
    assert "href" not in text
    assert "<b>" not in text
    assert "&lt;i&gt;Yes&lt;/i&gt;" in text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-frame-options"] == "DENY"
    assert page.headers["cache-control"] == "no-store"


def post_page(stage: Stage, link: str, pairs: list[tuple[str, str]]) -> Answer:
    kind = "application/x-www-form-urlencoded"
    return stage.gateway.request(
        "POST", link, data=urlencode(pairs).encode(), content_type=kind, key=None
    )


def test_page_takes_an_answer_once(stage: Stage) -> None:
    run_id = waiting(stage, ("ask", FORM_WAIT))
    link = link_of(stage, run_id)
    sent = [
        ("field.text", "Dear\r\nAda"),
        ("field.score", "4.5"),
        ("field.tags", "a"),
        ("field.tags", "b"),
        ("field.agreed", "true"),
        ("action", "no"),
    ]

    first = post_page(stage, link, sent)
    second = post_page(stage, link, sent)

    assert first.status == 200
    assert b"Thank you" in first.body
    assert second.status == 410
    until(lambda: resumed(stage, run_id))
    (command,) = resumed(stage, run_id)
    assert command.answer == {
        "action": "no",
        "fields": {"text": "Dear\nAda", "score": 4.5, "tags": ["a", "b"], "agreed": True},
    }
    assert command.by == "link"


def test_page_keeps_what_was_entered_when_it_does_not_fit(stage: Stage) -> None:
    run_id = waiting(stage, ("ask", FORM_WAIT))
    link = link_of(stage, run_id)

    page = post_page(
        stage, link, [("field.text", "<i>mine"), ("field.score", "9"), ("action", "yes")]
    )

    text = page.body.decode()
    assert page.status == 422
    assert "&lt;i&gt;mine" in text
    assert "must be at most 5" in text
    assert 'aria-invalid="true"' in text
    assert 'role="alert"' in text
    assert post_page(stage, link, [("field.text", "x"), ("action", "yes")]).status == 200


def test_page_reads_what_was_entered_as_its_field_means_it(stage: Stage) -> None:
    fields = [
        {"name": "day", "type": "date"},
        {"name": "moment", "type": "datetime"},
        {"name": "terms", "type": "object"},
        {"name": "score", "type": "number", "default": 3},
        {"name": "tone", "type": "select", "options": ["warm"]},
    ]
    form = {"kind": "form", "data": {"fields": fields, "actions": [{"id": "ok"}]}}
    run_id = waiting(stage, ("ask", form))
    link = link_of(stage, run_id)

    shown = stage.gateway.request("GET", link, key=None).body.decode()
    wrong = post_page(stage, link, [("field.terms", "{days"), ("action", "ok")])
    sent = [
        ("field.day", "2026-03-31"),
        ("field.moment", " 2026-03-31T09:30:00Z "),
        ("field.terms", '{"days":\r\n 30}'),
        ("field.score", ""),
        ("field.tone", ""),
        ("action", "ok"),
    ]
    taken = post_page(stage, link, sent)

    assert 'type="date"' in shown
    assert "must be an object, not text" in wrong.body.decode()
    assert "{days</textarea>" in wrong.body.decode()
    assert taken.status == 200
    until(lambda: resumed(stage, run_id))
    assert resumed(stage, run_id)[0].answer["fields"] == {
        "day": "2026-03-31",
        "moment": "2026-03-31T09:30:00Z",
        "terms": {"days": 30},
        "score": None,
        "tone": None,
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"%ff%fe=1",
        b"action=yes&" + b"a=1&" * 10_000,
        b"action=%00&field.text=%00",
    ],
)
def test_page_answers_garbage_with_a_page(stage: Stage, body: bytes) -> None:
    run_id = waiting(stage, ("ask", FORM_WAIT))
    kind = "application/x-www-form-urlencoded"

    page = stage.gateway.request(
        "POST", link_of(stage, run_id), data=body, content_type=kind, key=None
    )

    assert page.status == 422
    assert page.headers["content-type"].startswith("text/html")


def test_json_form_is_shown_and_answered(stage: Stage) -> None:
    run_id = waiting(stage, ("ask", FORM_WAIT))
    path = "/api/v1" + link_of(stage, run_id)

    shown = stage.gateway.request("GET", path, key=None).json()
    bad = stage.gateway.request("POST", path, {"action": "maybe"}, key=None)
    taken = stage.gateway.request("POST", path, FIT, key=None)
    late = stage.gateway.request("POST", path, FIT, key=None)

    assert [field["name"] for field in shown["fields"]] == ["text", "score", "tags", "agreed"]
    assert "run_id" not in shown
    assert pointers(assert_problem(bad, 422)) == {"/action"}
    assert taken.status == 202
    assert_problem(late, 410, "not_asked")


def test_person_with_a_link_names_no_file_of_the_tenant(stage: Stage) -> None:
    wait = {
        "kind": "form",
        "data": {"fields": [{"name": "f", "type": "file"}], "actions": [{"id": "ok"}]},
    }
    run_id = waiting(stage, ("ask", wait))
    given = {"action": "ok", "fields": {"f": {"$file": {"id": new_id("file")}}}}

    refused = stage.gateway.request("POST", "/api/v1" + link_of(stage, run_id), given, key=None)

    assert_problem(refused, 422, "files_not_taken")


def test_link_is_for_one_wait_alone(stage: Stage) -> None:
    run_id = waiting(stage, ("ask", FORM_WAIT))
    link = link_of(stage, run_id)
    run = stage.orchestrator.runs[tenant_of(stage), run_id]

    run.waits[:] = [msgspec.structs.replace(run.waits[0], number=31)]

    assert stage.gateway.request("GET", link, key=None).status == 410
    assert_problem(stage.gateway.request("GET", "/api/v1" + link, key=None), 410)


def addresses(stage: Stage) -> Addresses:
    found: Addresses = stage.gateway.gateway.app.state.resources[Addresses]
    return found


def sign(stage: Stage, purpose: str, **link: Any) -> str:
    vault = addresses(stage)._vault
    return vault.sign(str(RunLink(**link)), purpose=purpose)


def test_token_for_one_thing_is_nothing_for_another(stage: Stage, stranger: OtherTenant) -> None:
    run_id = waiting(stage, ("ask", FORM_WAIT), ("paid", CALLBACK_WAIT))
    tenant = tenant_of(stage)
    form = sign(stage, FORM, tenant=tenant, run_id=run_id, place="ask", number=7)
    callback = sign(stage, CALLBACK, tenant=tenant, run_id=run_id)
    theirs = sign(stage, FORM, tenant=stranger.id, run_id=run_id, place="ask", number=7)
    request = stage.gateway.request

    assert request("GET", f"/forms/{form}", key=None).status == 200
    for token in (callback, form[:-2], form + "A", "x", "..", "%00", "a" * 1_900):
        assert request("GET", f"/forms/{token}", key=None).status in {404, 400}
    assert request("GET", f"/forms/{theirs}", key=None).status == 410
    assert_problem(request("POST", f"/api/v1/callbacks/{form}/paid", {}, key=None), 404)
    for method, path in (
        ("GET", f"/api/v1/runs/{run_id}"),
        ("POST", f"/api/v1/runs/{run_id}/answers"),
    ):
        assert_problem(request(method, path, {} if method == "POST" else None, key=form), 401)
    # A callback answers no form, whatever waits there.
    answered = request("POST", f"/api/v1/callbacks/{callback}/ask", {"action": "yes"}, key=None)
    assert_problem(answered, 409, "takes_no_answer")
    assert resumed(stage, run_id) == []


def test_who_guesses_is_slowed_down(stage: Stage) -> None:
    from skep_contracts.problems import NotFound, RateLimited
    from skep_gateway.waits.addresses import LinkSettings

    made = Addresses(addresses(stage)._vault, LinkSettings(base_url="https://skep.example/"))
    for _ in range(30):
        with pytest.raises(NotFound):
            made.read_form("guess", client="10.0.0.1")

    with pytest.raises(RateLimited):
        made.read_form("guess", client="10.0.0.1")
    link = made.of_form(TenantId("t_1"), "run_1", "each:3/ask", 4)
    assert link.startswith("https://skep.example/forms/")
    read = made.read_form(link.rpartition("/")[2], client="10.0.0.2")
    assert read == RunLink(tenant="t_1", run_id="run_1", place="each:3/ask", number=4)


# Callbacks.


def test_callback_takes_any_json_once(stage: Stage) -> None:
    run_id = waiting(stage, ("each:3/paid", CALLBACK_WAIT))
    link = link_of(stage, run_id, "each:3/paid")

    first = stage.gateway.request("POST", link, [1, {"paid": None}], key=None)
    second = stage.gateway.request("POST", link, {}, key=None)

    assert first.status == 202
    assert_problem(second, 409, "answered_already")
    until(lambda: resumed(stage, run_id))
    (command,) = resumed(stage, run_id)
    assert (command.place, command.answer) == ("each:3/paid", {"body": [1, {"paid": None}]})


def test_callback_without_a_body_is_one(stage: Stage) -> None:
    run_id = waiting(stage, ("paid", CALLBACK_WAIT))

    assert stage.gateway.request("POST", link_of(stage, run_id, "paid"), key=None).status == 202

    until(lambda: resumed(stage, run_id))
    assert resumed(stage, run_id)[0].answer == {"body": None}


def test_callback_before_its_node_waits_is_kept_and_is_the_first(stage: Stage) -> None:
    run_id = waiting(stage)
    token = sign(stage, CALLBACK, tenant=tenant_of(stage), run_id=run_id)
    path = f"/api/v1/callbacks/{token}/paid"

    early = stage.gateway.request("POST", path, {"n": 1}, key=None)
    again = stage.gateway.request("POST", path, {"n": 2}, key=None)
    run = stage.orchestrator.runs[tenant_of(stage), run_id]
    run.waits.append(OpenWait(place="paid", number=9, since=now(), wait=CALLBACK_WAIT))
    late = stage.gateway.request("POST", path, {"n": 3}, key=None)

    assert early.status == 202
    assert_problem(again, 409, "answered_already")
    assert_problem(late, 409, "answered_already")


def test_callback_after_its_node_has_gone_on_is_too_late(stage: Stage) -> None:
    run_id = waiting(stage, ("paid", CALLBACK_WAIT), ("other", CALLBACK_WAIT))
    link = link_of(stage, run_id, "paid")
    first = stage.gateway.request("POST", link, {"n": 1}, key=None)
    run = stage.orchestrator.runs[tenant_of(stage), run_id]
    run.waits[:] = [wait for wait in run.waits if wait.place != "paid"]

    late = stage.gateway.request("POST", link, {"n": 2}, key=None)

    assert first.status == 202
    assert_problem(late, 409, "answered_already")
    until(lambda: resumed(stage, run_id))
    assert [command.answer for command in resumed(stage, run_id)] == [{"body": {"n": 1}}]


def test_callback_of_an_ended_run_is_too_late(stage: Stage) -> None:
    run_id = str(stage.start(new_id("run")).json()["id"])
    token = sign(stage, CALLBACK, tenant=tenant_of(stage), run_id=run_id)

    late = stage.gateway.request("POST", f"/api/v1/callbacks/{token}/paid", {}, key=None)

    assert_problem(late, 410, "not_asked")


@pytest.mark.parametrize(
    ("body", "status"), [(b"{", 400), (b"\xff", 400), (b'"\\u0000"', 422), (b"[" * 5_000, 400)]
)
def test_callback_that_is_no_json_is_refused(stage: Stage, body: bytes, status: int) -> None:
    run_id = waiting(stage, ("paid", CALLBACK_WAIT))

    refused = stage.gateway.request("POST", link_of(stage, run_id, "paid"), data=body, key=None)

    assert_problem(refused, status)


# Pausing and resuming.


def test_run_that_runs_is_paused_and_goes_on_when_told(stage: Stage) -> None:
    run_id = waiting(stage)

    paused = stage.gateway.request("POST", f"/api/v1/runs/{run_id}/pauses", {"reason": "look"})

    assert paused.status == 202
    until(lambda: [c for c in stage.orchestrator.paused if c.run_id == run_id])
    too_soon = stage.gateway.request("POST", f"/api/v1/runs/{run_id}/resumptions")
    assert_problem(too_soon, 409, "not_paused")
    run = stage.orchestrator.runs[tenant_of(stage), run_id]
    hold = {"kind": "hold", "reason": "look", "by": "mem_1"}
    run.waits.append(OpenWait(place="", number=9, since=now(), wait=hold))
    (shown,) = stage.gateway.request("GET", f"/api/v1/runs/{run_id}/waits").json()["waits"]
    assert (shown["kind"], shown["data"]) == ("hold", {"reason": "look", "by": "mem_1"})
    again = stage.gateway.request("POST", f"/api/v1/runs/{run_id}/pauses", {})
    assert_problem(again, 409, "paused_already")
    assert stage.gateway.request("POST", f"/api/v1/runs/{run_id}/resumptions").status == 202
    until(lambda: resumed(stage, run_id))
    assert resumed(stage, run_id)[0].place == ""


def test_run_that_waits_can_be_put_on_hold(stage: Stage) -> None:
    run_id = waiting(stage, ("ask", FORM_WAIT))

    held = stage.gateway.request("POST", f"/api/v1/runs/{run_id}/pauses", {})

    assert held.status == 202
    until(lambda: [c for c in stage.orchestrator.paused if c.run_id == run_id])


def test_run_that_has_ended_is_not_paused(stage: Stage) -> None:
    run_id = str(stage.start(new_id("run")).json()["id"])

    late = stage.gateway.request("POST", f"/api/v1/runs/{run_id}/pauses", {})

    assert_problem(late, 409, "run_ended")
    let_go = stage.gateway.request("POST", f"/api/v1/runs/{run_id}/resumptions")
    assert_problem(let_go, 409, "run_ended")


# What is published.


def test_bucket_says_what_is_published_and_is_mended_at_the_start(stage: Stage) -> None:
    from services.gateway.tests.trial_plugin import document
    from skep_contracts.topology import APPS
    from skep_gateway.apps.mirror import AppMirror

    bucket = stage.gateway.gateway.bus.bucket(APPS)
    mirror: AppMirror = stage.gateway.gateway.published
    app = stage.publish(document("mirrored"))
    key = f"{tenant_of(stage)}.{app}"

    entry = stage.gateway.run(lambda: bucket.get(key))
    assert entry is not None
    published = msgspec.json.decode(entry.value)
    assert published["name"] == "mirrored"
    assert published["version"]

    stage.gateway.run(lambda: bucket.delete(key))
    stage.gateway.run(lambda: bucket.put("t_gone.app_gone", b"{}"))
    stage.gateway.run(mirror.compare)
    mended = stage.gateway.run(lambda: bucket.get(key))
    assert mended is not None
    assert mended.value == entry.value
    assert stage.gateway.run(lambda: bucket.get("t_gone.app_gone")) is None

    stage.gateway.request("DELETE", f"/api/v1/apps/{app}")
    assert stage.gateway.run(lambda: bucket.get(key)) is None
