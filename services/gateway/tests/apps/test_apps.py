"""Apps, drafts and versions over HTTP."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest

from services.gateway.tests.support import (
    Answer,
    RunningGateway,
    assert_problem,
    pointers,
)
from services.gateway.tests.trial_plugin import document
from skep_contracts import topology
from skep_contracts.graph import canonical, decode_document, version_hash
from skep_contracts.ids import BlobKey

APPS = "/api/v1/apps"


def create(gateway: RunningGateway, name: str, **settings: object) -> dict[str, Any]:
    answer = gateway.request("POST", APPS, {"document": document(name, **settings)})
    assert answer.status == 201, answer.body
    made: dict[str, Any] = answer.json()
    return made


def put_draft(
    gateway: RunningGateway, app: str, content: object, if_match: str | None = None
) -> Answer:
    headers = {"If-Match": if_match} if if_match else {}
    return gateway.request("PUT", f"{APPS}/{app}/draft", {"document": content}, headers=headers)


def publish(gateway: RunningGateway, app: str, note: str = "") -> Answer:
    return gateway.request("POST", f"{APPS}/{app}/versions", {"note": note})


def events_about(gateway: RunningGateway, app_id: str) -> list[dict[str, Any]]:
    """Return the public events about an app, once the outbox is empty."""

    async def read() -> list[dict[str, Any]]:
        for _ in range(500):
            async with gateway.gateway.database.reading() as session:
                connection = await session.connection()
                left = await connection.exec_driver_sql("SELECT count(*) FROM outbox")
                if not left.scalar():
                    break
            await asyncio.sleep(0.02)
        bus = gateway.gateway.bus
        pattern = f"skep.v1.event.*.app.{app_id}.*"
        # Read only after the last row left: it leaves once the stream has its message.
        found = [m.data async for m in bus.replay(topology.EVENTS, [pattern])]
        return [msgspec.json.decode(data) for data in found]

    return gateway.run(read)


def test_app_is_created_shown_by_id_and_by_name(gateway: RunningGateway) -> None:
    made = create(gateway, "Émile’s app / one")

    by_id = gateway.request("GET", f"{APPS}/{made['id']}")
    listed = gateway.request("GET", f"{APPS}?name=%C3%89mile%E2%80%99s%20app%20/%20one").json()

    assert by_id.json()["name"] == "Émile’s app / one"
    assert by_id.json()["published"] is None
    assert [item["id"] for item in listed["items"]] == [made["id"]]
    plain = create(gateway, "by-name")
    assert gateway.request("GET", f"{APPS}/by-name").json()["id"] == plain["id"]


def test_name_is_taken_once(gateway: RunningGateway) -> None:
    create(gateway, "taken")

    answer = gateway.request("POST", APPS, {"document": document("taken")})

    assert pointers(assert_problem(answer, 409, "name_taken")) == {"/app/name"}


def test_draft_with_issues_is_saved_and_cannot_be_published(gateway: RunningGateway) -> None:
    faulty = document("faulty")
    faulty["edges"] = [{"from": "start", "to": "end"}]

    made = gateway.request("POST", APPS, {"document": faulty})
    refused = publish(gateway, made.json()["id"])

    assert made.status == 201
    assert {issue["pointer"] for issue in made.json()["issues"]} >= {"/nodes/echo"}
    assert "/nodes/echo" in pointers(assert_problem(refused, 422))
    assert events_about(gateway, made.json()["id"]) == []


def test_publishing_makes_a_version_a_blob_and_an_event(gateway: RunningGateway) -> None:
    made = create(gateway, "published")

    answer = publish(gateway, made["id"], "first")

    version = answer.json()
    assert answer.status == 201
    assert (version["number"], version["note"], version["is_current"]) == (1, "first", True)
    assert version["version"] == made["draft"]

    tenant_id = gateway.request("GET", "/api/v1/me").json()["tenant"]["id"]

    async def blob() -> bytes:
        bus = gateway.gateway.bus
        return await bus.blobs.get(tenant_id, BlobKey(version["version"]), max_bytes=10**7)

    stored = decode_document(gateway.run(blob))
    assert version_hash(stored) == version["version"]
    assert canonical(stored) == gateway.run(blob)
    (event,) = events_about(gateway, made["id"])
    assert event["type"] == "app.published.v1"
    assert event["tenant"] == tenant_id
    assert event["data"]["version"] == version["version"]


def test_same_content_is_the_same_version(gateway: RunningGateway) -> None:
    made = create(gateway, "same-content")
    first = publish(gateway, made["id"], "one")

    again = publish(gateway, made["id"], "two")

    assert (first.status, again.status) == (201, 200)
    assert again.json() == first.json()
    assert len(events_about(gateway, made["id"])) == 1


def test_going_back_publishes_the_old_version_again(gateway: RunningGateway) -> None:
    made = create(gateway, "back")
    app = made["id"]
    first = publish(gateway, app).json()
    changed = document("back")
    changed["app"] = {"name": "back", "description": "changed"}
    assert put_draft(gateway, app, changed).status == 200
    second = publish(gateway, app).json()

    assert put_draft(gateway, app, document("back")).status == 200
    back = publish(gateway, app)

    assert (first["number"], second["number"], back.json()["number"]) == (1, 2, 1)
    assert back.status == 200
    assert gateway.request("GET", f"{APPS}/{app}").json()["published"]["number"] == 1
    versions = gateway.request("GET", f"{APPS}/{app}/versions").json()["items"]
    assert [(v["number"], v["is_current"]) for v in versions] == [(2, False), (1, True)]
    assert [e["data"]["number"] for e in events_about(gateway, app)] == [1, 2, 1]


def test_versions_come_in_pages_and_whole(gateway: RunningGateway) -> None:
    app = create(gateway, "pages")["id"]
    for number in range(3):
        content = document("pages")
        content["app"] = {"name": "pages", "description": str(number)}
        put_draft(gateway, app, content)
        assert publish(gateway, app).status == 201

    first = gateway.request("GET", f"{APPS}/{app}/versions?limit=2").json()
    rest = gateway.request(
        "GET", f"{APPS}/{app}/versions?limit=2&cursor={first['next_cursor']}"
    ).json()
    by_number = gateway.request("GET", f"{APPS}/{app}/versions/2").json()
    by_hash = gateway.request("GET", f"{APPS}/{app}/versions/{by_number['version']}").json()

    assert [v["number"] for v in first["items"] + rest["items"]] == [3, 2, 1]
    assert rest["next_cursor"] is None
    assert by_hash == by_number
    assert by_number["document"]["app"]["description"] == "1"
    for wrong in ("0", "99", "9" * 40, "f" * 64, "-1", "draft"):
        assert_problem(gateway.request("GET", f"{APPS}/{app}/versions/{wrong}"), 404)


def test_draft_is_replaced_only_by_who_saw_it(gateway: RunningGateway) -> None:
    app = create(gateway, "guarded")["id"]
    tag = gateway.request("GET", f"{APPS}/{app}/draft").headers["etag"]
    changed = document("guarded")
    changed["app"] = {"name": "guarded", "description": "mine"}

    saved = put_draft(gateway, app, changed, tag)
    late = put_draft(gateway, app, document("guarded"), tag)
    listed = put_draft(gateway, app, changed, f'"{"0" * 64}", W/{saved.headers["etag"]}')
    nonsense = put_draft(gateway, app, document("guarded"), "not quoted")

    assert saved.status == 200
    assert saved.headers["etag"] != tag
    assert_problem(late, 412, "precondition_failed")
    assert listed.status == 200
    assert_problem(nonsense, 400)
    assert put_draft(gateway, app, changed, "*").status == 200


def test_two_editors_cannot_overwrite_each_other(gateway: RunningGateway) -> None:
    app = create(gateway, "contested")["id"]
    tag = gateway.request("GET", f"{APPS}/{app}/draft").headers["etag"]
    at_once = threading.Barrier(6)

    def save(number: int) -> int:
        content = document("contested")
        content["app"] = {"name": "contested", "description": str(number)}
        at_once.wait()
        return put_draft(gateway, app, content, tag).status

    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(save, range(6)))

    assert statuses == [200, 412, 412, 412, 412, 412]


def test_renaming_goes_through_the_document(gateway: RunningGateway) -> None:
    app = create(gateway, "before")["id"]
    create(gateway, "occupied")

    renamed = gateway.request("PATCH", f"{APPS}/{app}", {"name": "after", "icon": "bee"})
    draft = gateway.request("GET", f"{APPS}/{app}/draft").json()
    taken = gateway.request("PATCH", f"{APPS}/{app}", {"name": "occupied"})
    nothing = gateway.request("PATCH", f"{APPS}/{app}", {"mode": "chat"})

    assert (renamed.json()["name"], renamed.json()["icon"]) == ("after", "bee")
    assert draft["document"]["app"] == {"name": "after", "icon": "bee"}
    assert_problem(taken, 409, "name_taken")
    assert pointers(assert_problem(nothing, 422)) == {"/mode"}


def test_draft_comes_back_as_yaml_in_the_order_it_was_written(gateway: RunningGateway) -> None:
    app = create(gateway, "as-yaml")["id"]

    text = gateway.request("GET", f"{APPS}/{app}/draft", headers={"Accept": "application/yaml"})
    again = gateway.request(
        "PUT", f"{APPS}/{app}/draft", data=text.body, content_type="application/yaml"
    )

    assert text.headers["content-type"].startswith("application/yaml")
    assert text.body.index(b"start:") < text.body.index(b"echo:") < text.body.index(b"end:")
    assert again.headers["etag"] == text.headers["etag"]


def test_deleting_takes_everything_and_says_so(gateway: RunningGateway) -> None:
    app = create(gateway, "gone")["id"]
    publish(gateway, app)

    deleted = gateway.request("DELETE", f"{APPS}/gone")

    assert deleted.status == 204
    for path in ("", "/draft", "/versions", "/versions/1"):
        assert_problem(gateway.request("GET", f"{APPS}/{app}{path}"), 404)
    assert_problem(gateway.request("DELETE", f"{APPS}/{app}"), 404)
    assert [e["type"] for e in events_about(gateway, app)] == [
        "app.published.v1",
        "app.deleted.v1",
    ]
    assert create(gateway, "gone")["id"] != app


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (b"skep: 1\napp:\n  name: x\n nodes: {\n", "line 4"),
        (b"skep: 1\nskep: 1\n", "line 2"),
        (b"a: &a [x]\nb: *a\n", "line 1"),
        (b"app: {name: !!python/object:os.system x}\n", "line 1"),
        (b"\t- x", "line 1"),
        (b"\xff\xfe\x00", "line 1"),
    ],
)
def test_malformed_yaml_names_the_place(gateway: RunningGateway, text: bytes, place: str) -> None:
    answer = gateway.request("POST", APPS, data=text, content_type="application/yaml")

    assert place in assert_problem(answer, 422)["detail"]


def test_faults_in_yaml_have_pointer_and_line(gateway: RunningGateway) -> None:
    text = b"skep: 1\napp: {name: x}\nnodes:\n  a:\n    typ: start\nedges: []\n"

    answer = gateway.request("POST", APPS, data=text, content_type="application/yaml")

    (first, *_) = assert_problem(answer, 422)["errors"]
    assert first["pointer"] == "/nodes/a/typ"
    assert "line 5" in first["message"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", None])
def test_document_of_another_type_is_refused(
    gateway: RunningGateway, content_type: str | None
) -> None:
    answer = gateway.request("POST", APPS, data=b"skep: 1", content_type=content_type)

    assert_problem(answer, 415, "unsupported_media_type")


def test_run_may_be_asked_for_nothing_but_a_document(gateway: RunningGateway) -> None:
    body = {"document": document("wrapped"), "tenant_id": "t_other"}

    answer = gateway.request("POST", APPS, body)

    assert pointers(assert_problem(answer, 422)) == {"/tenant_id"}
