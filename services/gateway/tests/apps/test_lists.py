"""Finding apps: search, tags, order; and copies of them."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from services.gateway.tests.support import OtherTenant, RunningGateway, assert_problem
from services.gateway.tests.trial_plugin import chat_document, document

APPS = "/api/v1/apps"


def create(gateway: RunningGateway, content: dict[str, Any]) -> dict[str, Any]:
    answer = gateway.request("POST", APPS, {"document": content})
    assert answer.status == 201, answer.body
    made: dict[str, Any] = answer.json()
    return made


def names(gateway: RunningGateway, **query: object) -> list[str]:
    answer = gateway.request("GET", f"{APPS}?{urlencode(query)}")
    assert answer.status == 200, answer.body
    return [item["name"] for item in answer.json()["items"]]


def tag(gateway: RunningGateway, app: str, *tags: str) -> dict[str, Any]:
    answer = gateway.request("PATCH", f"{APPS}/{app}", {"tags": tags})
    assert answer.status == 200, answer.body
    changed: dict[str, Any] = answer.json()
    return changed


@pytest.fixture
def shelf(gateway: RunningGateway) -> Iterator[dict[str, dict[str, Any]]]:
    """Three apps of which each test may change what it likes."""
    first = document("Shelf invoices")
    first["app"] = {"name": "Shelf invoices", "description": "Reads 100% of the bills"}
    apps = {
        "invoices": create(gateway, first),
        "reader": create(gateway, document("Shelf reader")),
        "chat": create(gateway, chat_document("Shelf 助手")),
    }
    yield apps
    for app in apps.values():
        gateway.request("DELETE", f"{APPS}/{app['id']}")


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("shelf INVOICES", ["Shelf invoices"]),
        ("bills", ["Shelf invoices"]),
        ("100%", ["Shelf invoices"]),
        ("shelf read", ["Shelf reader", "Shelf invoices"]),
        ("助手", ["Shelf 助手"]),
        ("Shelf_", []),
        ("", None),
    ],
)
@pytest.mark.usefixtures("shelf")
def test_search_finds_words_of_name_and_description(
    gateway: RunningGateway, search: str, found: list[str] | None
) -> None:
    listed = names(gateway, search=search)

    assert listed == found if found is not None else len(listed) >= 3


def test_mode_and_tag_narrow_the_list(
    gateway: RunningGateway, shelf: dict[str, dict[str, Any]]
) -> None:
    tag(gateway, shelf["invoices"]["id"], "shelf", "money")
    tag(gateway, shelf["chat"]["id"], "shelf")

    assert names(gateway, tag="shelf") == ["Shelf 助手", "Shelf invoices"]
    assert names(gateway, tag="shelf", mode="chat") == ["Shelf 助手"]
    assert names(gateway, tag="money", search="reader") == []


def test_tags_are_shown_counted_and_replaced(
    gateway: RunningGateway, shelf: dict[str, dict[str, Any]]
) -> None:
    app = shelf["reader"]

    changed = tag(gateway, app["id"], "zeta", " alpha ", "zeta")
    counted = gateway.request("GET", "/api/v1/app-tags").json()["items"]

    assert changed["tags"] == ["alpha", "zeta"]
    assert changed["draft"] == app["draft"]
    assert gateway.request("GET", f"{APPS}/{app['id']}").json()["tags"] == ["alpha", "zeta"]
    assert {"tag": "alpha", "apps": 1} in counted
    assert tag(gateway, app["id"])["tags"] == []
    assert {"tag": "alpha", "apps": 1} not in gateway.request("GET", "/api/v1/app-tags").json()[
        "items"
    ]


@pytest.mark.parametrize("tags", [[""], ["a\nb"], ["x" * 41], [str(n) for n in range(21)], [1]])
def test_bad_tags_are_refused(
    gateway: RunningGateway, shelf: dict[str, dict[str, Any]], tags: list[object]
) -> None:
    answer = gateway.request("PATCH", f"{APPS}/{shelf['chat']['id']}", {"tags": tags})

    assert_problem(answer, 422)


def test_what_was_edited_last_comes_first_page_by_page(
    gateway: RunningGateway, shelf: dict[str, dict[str, Any]]
) -> None:
    gateway.request("PATCH", f"{APPS}/{shelf['invoices']['id']}", {"description": "edited"})

    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = urlencode({"sort": "updated", "search": "shelf", "limit": 1, "cursor": cursor})
        page = gateway.request("GET", f"{APPS}?{query}").json()
        seen += [item["name"] for item in page["items"]]
        cursor = page["next_cursor"]

    assert seen == ["Shelf invoices", "Shelf 助手", "Shelf reader"]


def test_cursor_of_one_order_is_refused_in_the_other(gateway: RunningGateway) -> None:
    for number in range(2):
        create(gateway, document(f"ordered {number}"))
    cursor = gateway.request("GET", f"{APPS}?limit=1").json()["next_cursor"]

    answer = gateway.request("GET", f"{APPS}?{urlencode({'sort': 'updated', 'cursor': cursor})}")

    assert_problem(answer, 422)


def test_copy_has_draft_and_tags_under_the_next_free_name(
    gateway: RunningGateway, shelf: dict[str, dict[str, Any]]
) -> None:
    original = shelf["reader"]
    tag(gateway, original["id"], "kept")

    made = gateway.request("POST", f"{APPS}/{original['id']}/copies").json()
    again = gateway.request("POST", f"{APPS}/{made['id']}/copies", {}).json()
    named = gateway.request("POST", f"{APPS}/{original['id']}/copies", {"name": "Shelf third"})

    draft = gateway.request("GET", f"{APPS}/{made['id']}/draft").json()["document"]
    assert made["name"] == "Shelf reader 2"
    assert made["tags"] == ["kept"]
    assert made["published"] is None
    assert draft["app"]["name"] == "Shelf reader 2"
    assert draft["nodes"] == document()["nodes"]
    assert again["name"] == "Shelf reader 3"
    assert named.status == 201
    for app in (made, again, named.json()):
        gateway.request("DELETE", f"{APPS}/{app['id']}")


def test_copy_under_a_taken_name_and_of_nothing_is_refused(
    gateway: RunningGateway, stranger: OtherTenant, shelf: dict[str, dict[str, Any]]
) -> None:
    app = shelf["reader"]["id"]

    taken = gateway.request("POST", f"{APPS}/{app}/copies", {"name": "Shelf invoices"})
    foreign = gateway.request("POST", f"{APPS}/{app}/copies", key=stranger.key)

    assert_problem(taken, 409)
    assert_problem(foreign, 404)


def test_tags_and_search_stay_inside_of_a_tenant(
    gateway: RunningGateway, stranger: OtherTenant, shelf: dict[str, dict[str, Any]]
) -> None:
    tag(gateway, shelf["reader"]["id"], "private")

    found = gateway.request("GET", f"{APPS}?tag=private", key=stranger.key).json()
    counted = gateway.request("GET", "/api/v1/app-tags", key=stranger.key).json()

    assert found["items"] == []
    assert counted["items"] == []
