"""Datasets that not everybody of a workspace may know of."""

from typing import Any

import pytest

from skep_testing.stack import RunningStack
from tests.integration.api import refused, skep, wait_for_document
from tests.integration.documents import start, text_field, workflow

pytestmark = [pytest.mark.integration]
PATH = "/api/v1/datasets"
NAME = "salaries"
SCOPES = ["datasets:write", "apps:write", "runs:write"]


class People:
    """A dataset, who may know of it, and who may not."""

    def __init__(self, stack: RunningStack) -> None:
        self.stack = stack
        made = stack.request("POST", PATH, {"name": NAME, "tags": ["secret"]})
        self.dataset = str(made["id"])
        note = {"name": "ada.md", "text": "Ada earns nine hundred.", "metadata": {"year": 2026}}
        document = stack.request("POST", f"{PATH}/{NAME}/documents", note)
        self.document = str(document["id"])
        wait_for_document(stack, f"{PATH}/{NAME}/documents/{self.document}")
        stack.request("POST", PATH, {"name": "open"})
        self.reader, self.stranger = (self._key(name) for name in ("reader", "stranger"))
        body = {"access": "restricted", "readers": [self.reader["id"]]}
        self.access = stack.request("PUT", f"{PATH}/{NAME}/access", body)

    def _key(self, name: str) -> dict[str, Any]:
        key: dict[str, Any] = self.stack.request(
            "POST", "/api/v1/keys", {"name": name, "scopes": SCOPES}
        )
        return key

    def read(self, method: str, path: str, body: object = None) -> Any:
        return self.stack.request(method, path, body, key=self.reader["key"])

    def strange(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        return refused(self.stack, method, path, body, key=self.stranger["key"])


@pytest.fixture(scope="module")
def people(stack: RunningStack) -> People:
    return People(stack)


def searching(name: str, *datasets: str) -> dict[str, Any]:
    nodes = {
        "start": start(text_field("which", required=False)),
        "find": {
            "type": "knowledge-retrieval",
            "settings": {"query": "Ada", "datasets": list(datasets), "mode": "full_text"},
        },
        "end": {"type": "end", "settings": {"outputs": {"found": "{{find.passages}}"}}},
    }
    return workflow(name, nodes, [("start", "find"), ("find", "end")])


def test_who_was_named_is_told(people: People) -> None:
    assert people.access["access"] == "restricted"
    assert [reader["name"] for reader in people.access["readers"]] == ["reader"]
    assert people.read("GET", f"{PATH}/{NAME}/access") == people.access
    assert people.read("GET", f"{PATH}/{NAME}")["restricted"] is True


def test_for_all_others_it_is_not_there(people: People) -> None:
    missing = people.strange("GET", f"{PATH}/nothing")
    query = {"query": "Ada", "mode": "full_text"}
    for dataset in (NAME, people.dataset):
        path = f"{PATH}/{dataset}"
        document = f"{path}/documents/{people.document}"
        for method, address, body in [
            ("GET", path, None),
            ("GET", f"{path}/documents", None),
            ("GET", document, None),
            ("GET", f"{document}/chunks", None),
            ("GET", f"{path}/statistics", None),
            ("GET", f"{path}/fields", None),
            ("GET", f"{path}/access", None),
            ("PUT", f"{path}/access", {"access": "workspace"}),
            ("PATCH", path, {"description": "x"}),
            ("POST", f"{path}/searches", query),
            ("POST", f"{PATH}/open/searches", {**query, "more_datasets": [dataset]}),
            ("POST", f"{path}/documents", {"name": "x", "text": "x"}),
            ("DELETE", document, None),
            ("DELETE", path, None),
        ]:
            problem = people.strange(method, address, body)
            assert problem["status"] == 404, (method, address, problem)
            assert problem["code"] == missing["code"] == "unknown_dataset"
            assert problem["detail"] == missing["detail"].replace("nothing", dataset)
        answer = people.strange(
            "POST", "/api/v1/external-knowledge/retrieval", {"knowledge_id": dataset, "query": "x"}
        )
        assert answer["error_code"] == 2001
    key = people.stranger["key"]
    listed = people.stack.request("GET", PATH, key=key)["items"]
    assert [item["name"] for item in listed] == ["open"]
    assert people.stack.request("GET", "/api/v1/dataset-tags", key=key)["items"] == []


def test_who_was_named_and_administrators_use_it(people: People) -> None:
    query = {"query": "Ada", "mode": "full_text"}

    for request in (people.read, people.stack.request):
        found = request("POST", f"{PATH}/{NAME}/searches", query)["chunks"]
        assert [chunk["text"] for chunk in found] == ["Ada earns nine hundred."]
        assert NAME in {item["name"] for item in request("GET", PATH)["items"]}
        assert request("GET", "/api/v1/dataset-tags")["items"] == [{"tag": "secret", "datasets": 1}]


def test_nobody_reads_through_an_app_what_is_not_for_them(people: People) -> None:
    for number, dataset in enumerate((NAME, people.dataset, f" {NAME} ")):
        body = {"document": searching(f"sly {number}", "open", dataset)}
        problem = people.strange("POST", "/api/v1/apps", body)
        assert (problem["status"], problem["code"]) == (403, "dataset_not_granted")
    app = people.read("POST", "/api/v1/apps", {"document": searching("fair", NAME)})
    people.read("POST", f"/api/v1/apps/{app['id']}/versions", {})
    changed = {"document": searching("fairer", NAME)}
    problem = people.strange("PUT", f"/api/v1/apps/{app['id']}/draft", changed)
    assert problem["code"] == "dataset_not_granted"

    # What its maker gave to the workspace, the workspace may run.
    run = people.stack.request(
        "POST", "/api/v1/runs", {"app": "fair", "inputs": {}}, key=people.stranger["key"]
    )
    assert [passage["text"] for passage in run["outputs"]["found"]] == ["Ada earns nine hundred."]
    told = people.stack.request("GET", f"{PATH}/{NAME}/access")["apps"]
    assert [(each["name"], each["is_published"]) for each in told] == [("fair", True)]


def test_apps_from_before_a_restriction_are_told_to_who_may_read_apps(people: People) -> None:
    stack = people.stack
    title = 'Prices "Zürich"'
    made = stack.request("POST", PATH, {"name": title})
    for name, dataset in (("by name", title), ("by id", made["id"]), ("other", "open")):
        stack.request("POST", "/api/v1/apps", {"document": searching(name, dataset)})
    body = {"name": "narrow", "scopes": ["datasets:write"]}
    narrow = stack.request("POST", "/api/v1/keys", body)["key"]

    told = stack.request("PUT", f"{PATH}/{made['id']}/access", {"access": "restricted"})
    shown = skep(stack, "datasets", "access", title).stdout
    stack.request("PUT", f"{PATH}/{made['id']}/access", {"access": "workspace"})

    assert [(each["name"], each["is_published"]) for each in told["apps"]] == [
        ("by id", False),
        ("by name", False),
    ]
    assert "by id" in shown
    assert stack.request("GET", f"{PATH}/{made['id']}/access", key=narrow)["apps"] == []


def test_reference_brings_in_no_restricted_dataset(people: People) -> None:
    key = people.stranger["key"]
    body = {"document": searching("any", "{{start.which}}")}
    app = people.stack.request("POST", "/api/v1/apps", body, key=key)
    people.stack.request("POST", f"/api/v1/apps/{app['id']}/versions", {}, key=key)

    for dataset in (NAME, people.dataset):
        start_it = {"app": "any", "inputs": {"which": dataset}}
        run = people.stack.request("POST", "/api/v1/runs", start_it, key=key)
        assert run["status"] == "failed"
        assert run["problem"]["code"] == "unknown_dataset", run


def test_command_line_shows_and_sets_it(people: People) -> None:
    stack, key = people.stack, people.reader["id"]
    stack.request("POST", PATH, {"name": "plans"})

    before = skep(stack, "datasets", "access", "plans").stdout
    restricted = skep(stack, "datasets", "access", "plans", "--reader", key).stdout
    alone = skep(stack, "datasets", "access", "plans", "--restrict").stdout
    both = skep(stack, "datasets", "access", "plans", "--open", "--restrict")
    opened = skep(stack, "datasets", "access", "plans", "--open").stdout

    assert before == opened == "open to the workspace\n"
    assert key in restricted
    assert "nobody else" in alone
    assert "not both" in both.stderr


def test_only_members_and_keys_are_named(people: People) -> None:
    body = {"access": "restricted", "readers": ["key_nobody"]}
    problem = refused(people.stack, "PUT", f"{PATH}/open/access", body)

    assert (problem["status"], problem["errors"][0]["pointer"]) == (422, "/readers/0")


def test_whoever_restricts_keeps_it_in_sight_and_opens_it_again(people: People) -> None:
    key = people.stranger["key"]
    made = people.stack.request("POST", PATH, {"name": "mine"}, key=key)
    path = f"{PATH}/{made['id']}"

    access = people.stack.request("PUT", f"{path}/access", {"access": "restricted"}, key=key)

    assert [reader["name"] for reader in access["readers"]] == ["stranger"]
    hidden = refused(people.stack, "GET", path, key=people.reader["key"])
    assert hidden["status"] == 404
    people.stack.request("PUT", f"{path}/access", {"access": "workspace"}, key=key)
    assert people.read("GET", path)["name"] == "mine"
