"""Sources: the gateway checks shapes, seals what is secret, and passes the rest on."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from services.gateway.tests.datasets.test_datasets import PATH
from services.gateway.tests.stage import Stage
from services.gateway.tests.support import assert_problem, pointers
from skep_contracts.calls.source import (
    CancelSourceSync,
    DeleteSource,
    ListSourceItems,
    StartSourceSync,
    UpdateSource,
    source_seal_context,
)
from skep_runtime.vault import Vault

SETTINGS = {"url": "https://a.example", "token": "geheim"}


@pytest.fixture
def path(stage: Stage) -> Iterator[str]:
    made = stage.gateway.request("POST", PATH, {"name": "kept-in-step"})
    yield f"{PATH}/{made.json()['id']}/sources"
    stage.gateway.request("DELETE", f"{PATH}/kept-in-step")


def opened(stage: Stage, sealed: bytes | None, source_id: str) -> Any:
    assert sealed is not None
    assert b"geheim" not in sealed
    tenant = stage.gateway.request("GET", "/api/v1/me").json()["tenant"]["id"]
    vault = Vault(stage.gateway.settings.vault)
    return msgspec.json.decode(vault.open(sealed, context=source_seal_context(tenant, source_id)))


def test_kinds_come_with_their_forms(stage: Stage) -> None:
    kinds = stage.gateway.request("GET", "/api/v1/source-kinds").json()["items"]

    by_name = {kind["name"]: kind for kind in kinds}
    assert by_name["trial"]["settings_schema"]["properties"]["token"]["writeOnly"] is True
    assert by_name["web"]["settings_schema"]["required"] == ["addresses"]


def test_secrets_leave_the_gateway_sealed_for_one_source(stage: Stage, path: str) -> None:
    body = {"name": "far", "kind": "trial", "settings": SETTINGS, "every_hours": 24}

    answer = stage.gateway.request("POST", path, body)

    assert answer.status == 201, answer.body
    assert b"geheim" not in answer.body
    call = stage.ingest.sources.created[-1]
    assert (call.settings, call.every_hours) == ({"url": "https://a.example"}, 24)
    assert call.source_id == answer.json()["id"]
    assert opened(stage, call.sealed_secrets, call.source_id) == {"token": "geheim"}
    assert stage.gateway.request("GET", f"{path}/far").json() == answer.json()
    assert stage.gateway.request("GET", path).json()["items"] == [answer.json()]


def test_changes_are_sealed_for_the_source_that_is_changed(stage: Stage, path: str) -> None:
    body = {"name": "far", "kind": "trial", "settings": SETTINGS}
    made = stage.gateway.request("POST", path, body).json()

    changed = stage.gateway.request(
        "PATCH", f"{path}/far", {"settings": SETTINGS, "every_hours": 0}
    )
    call = stage.ingest.sources.asked[-1]
    renamed = stage.gateway.request("PATCH", f"{path}/far", {"name": "near"})

    assert (changed.status, renamed.status) == (200, 200)
    assert isinstance(call, UpdateSource)
    assert (call.source, call.settings, call.every_hours) == (
        made["id"],
        {"url": "https://a.example"},
        0,
    )
    assert opened(stage, call.sealed_secrets, made["id"]) == {"token": "geheim"}
    last = stage.ingest.sources.asked[-1]
    assert isinstance(last, UpdateSource)
    assert (last.name, last.settings, last.sealed_secrets) == ("near", None, None)


def test_sync_items_and_deletion_say_what_was_asked(stage: Stage, path: str) -> None:
    body = {"name": "far", "kind": "trial", "settings": {}}
    one = f"{path}/{stage.gateway.request('POST', path, body).json()['id']}"

    assert stage.gateway.request("POST", f"{one}/syncs", {"allow_empty": True}).status == 202
    sync = stage.ingest.sources.asked[-1]
    assert stage.gateway.request("POST", f"{one}/cancellations").status == 200
    assert isinstance(stage.ingest.sources.asked[-1], CancelSourceSync)
    assert stage.gateway.request("GET", f"{one}/items?outcome=failed&limit=7").json() == {
        "items": [],
        "next_cursor": None,
    }
    (items,) = (c for c in stage.ingest.sources.asked if isinstance(c, ListSourceItems))
    assert stage.gateway.request("DELETE", f"{one}?documents=remove").status == 204
    gone = stage.ingest.sources.asked[-1]

    assert isinstance(sync, StartSourceSync)
    assert sync.allow_empty
    assert (items.outcome, items.limit) == ("failed", 7)
    assert isinstance(gone, DeleteSource)
    assert not gone.keep_documents
    assert_problem(stage.gateway.request("DELETE", one), 404)
    assert_problem(stage.gateway.request("GET", one), 404)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"name": " "}, "/name"),
        ({"name": None}, "/name"),
        ({"kind": "trail"}, "/kind"),
        ({"settings": []}, "/settings"),
        ({"every_hours": 0}, "/every_hours"),
        ({"every_hours": 1.5}, "/every_hours"),
        ({"more": 1}, "/more"),
    ],
)
def test_senseless_sources_are_refused(
    stage: Stage, path: str, change: dict[str, Any], place: str
) -> None:
    body = {"name": "x", "kind": "trial", "settings": {}, **change}

    problem = assert_problem(stage.gateway.request("POST", path, body), 422)

    assert place in pointers(problem)


def test_senseless_questions_are_refused(stage: Stage, path: str) -> None:
    for query in ("items?outcome=lost", "items?limit=0"):
        assert_problem(stage.gateway.request("GET", f"{path}/x/{query}"), 422)
    assert_problem(stage.gateway.request("DELETE", f"{path}/x?documents=some"), 422)
    assert_problem(stage.gateway.request("POST", f"{path}/x/syncs", {"allow_empty": "maybe"}), 422)
