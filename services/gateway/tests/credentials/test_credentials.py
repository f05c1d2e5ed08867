"""Credentials: checked, sealed, mirrored, never shown."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from services.gateway.tests.support import (
    OtherTenant,
    RunningGateway,
    assert_problem,
    pointers,
    running_gateway,
    until,
)
from skep_contracts.topology import CREDENTIALS, credential_key
from skep_runtime.vault import Vault

PATH = "/api/v1/credentials"
SECRET = "right-canary-1234567890"


def store(gateway: RunningGateway, name: str, key: str = "", **values: Any) -> dict[str, Any]:
    body = {"provider": "trial", "name": name, "values": values or {"api_key": SECRET}}
    answer = gateway.request("POST", PATH, body, key=key)
    assert answer.status == 201, answer.body
    made: dict[str, Any] = answer.json()
    return made


def mirrored(gateway: RunningGateway, credential: dict[str, Any]) -> dict[str, Any] | None:
    """Return what the bucket holds of a credential, opened."""
    tenant = gateway.request("GET", "/api/v1/me").json()["tenant"]["id"]
    key = credential_key(tenant, credential["provider"], credential["id"])
    entry = gateway.run(lambda: gateway.gateway.bus.bucket(CREDENTIALS).get(key))
    if entry is None:
        return None
    opened = Vault(gateway.settings.vault).open(entry.value, context=key)
    return msgspec.json.decode(opened, type=dict[str, Any])


def test_credential_is_mirrored_when_the_answer_is_there(gateway: RunningGateway) -> None:
    made = store(gateway, "mirrored", api_key=SECRET, base_url="http://127.0.0.1:1/v1")

    assert mirrored(gateway, made) == {"api_key": SECRET, "base_url": "http://127.0.0.1:1/v1"}


def test_secret_is_never_shown_again(gateway: RunningGateway) -> None:
    made = store(gateway, "hidden", api_key=SECRET, base_url="https://me:pass@vendor.example/")
    listed = gateway.request("GET", PATH)

    shown = next(item for item in listed.json()["items"] if item["id"] == made["id"])
    assert shown["hints"] == {"api_key": "…7890", "base_url": "…"}
    assert SECRET.encode() not in listed.body
    assert b"pass@" not in listed.body
    assert store(gateway, "short", api_key="short")["hints"] == {"api_key": "…"}


def test_secret_is_stored_nowhere_in_clear(gateway: RunningGateway) -> None:
    made = store(gateway, "sealed")

    async def read() -> bytes:
        async with gateway.gateway.database.reading() as session:
            connection = await session.connection()
            rows = await connection.exec_driver_sql("SELECT * FROM credentials")
            return repr(rows.all()).encode()

    assert SECRET.encode() not in gateway.run(read)
    assert mirrored(gateway, made) == {"api_key": SECRET}


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ({}, {"/values"}),
        ({"api_key": ""}, {"/values/api_key"}),
        ({"api_key": 7}, {"/values/api_key"}),
        ({"api_key": "x", "more": SECRET}, {"/values"}),
        ({"api_key": "x", "base_url": {"deep": SECRET}}, {"/values/base_url"}),
    ],
)
def test_values_follow_the_providers_form(
    gateway: RunningGateway, values: dict[str, Any], places: set[str]
) -> None:
    answer = gateway.request("POST", PATH, {"provider": "trial", "name": "x", "values": values})

    assert pointers(assert_problem(answer, 422)) == places
    assert SECRET.encode() not in answer.body


def test_unknown_provider_and_taken_name_are_refused(gateway: RunningGateway) -> None:
    store(gateway, "taken")

    unknown = gateway.request("POST", PATH, {"provider": "trail", "name": "x", "values": {}})
    taken = gateway.request(
        "POST", PATH, {"provider": "trial", "name": "taken", "values": {"api_key": "x"}}
    )
    large = gateway.request(
        "POST", PATH, {"provider": "trial", "name": "x", "values": {"api_key": "x" * 100_000}}
    )

    assert "trial" in assert_problem(unknown, 422, "unknown_provider")["detail"]
    assert pointers(assert_problem(taken, 409, "name_taken")) == {"/name"}
    assert_problem(large, 413)


def test_deleted_credential_leaves_the_bucket_and_frees_its_name(gateway: RunningGateway) -> None:
    made = store(gateway, "replaced")

    assert gateway.request("DELETE", f"{PATH}/{made['id']}").status == 204

    assert mirrored(gateway, made) is None
    assert_problem(gateway.request("DELETE", f"{PATH}/{made['id']}"), 404)
    assert store(gateway, "replaced")["id"] != made["id"]


def test_check_asks_the_vendor(gateway: RunningGateway) -> None:
    good = store(gateway, "good", api_key="right")
    bad = store(gateway, "bad", api_key="wrong-canary")

    accepted = gateway.request("POST", f"{PATH}/{good['id']}/checks")
    refused = gateway.request("POST", f"{PATH}/{bad['id']}/checks")

    assert accepted.json() == {"ok": True, "code": None, "detail": None}
    assert refused.status == 200
    assert refused.json()["code"] == "unauthenticated"
    assert b"canary" not in refused.body


def test_providers_and_models_tell_what_can_be_used(
    gateway: RunningGateway, stranger: OtherTenant
) -> None:
    store(gateway, "for-models")

    def of(key: str) -> tuple[dict[str, bool], dict[str, bool]]:
        providers = gateway.request("GET", "/api/v1/providers", key=key).json()["items"]
        models = gateway.request("GET", "/api/v1/models", key=key).json()["items"]
        return (
            {item["name"]: item["is_usable"] for item in providers},
            {item["reference"]: item["is_ready"] for item in models},
        )

    until(lambda: of("")[1]["trial/small"])
    providers, models = of(stranger.key)

    assert (providers["trial"], providers["free"]) == (False, True)
    assert (models["trial/small"], models["free/chat"]) == (False, True)


def test_default_models_are_checked_and_kept_per_tenant(
    gateway: RunningGateway, stranger: OtherTenant
) -> None:
    kinds = ("chat", "embedding", "rerank", "moderation", "transcription", "speech", "image")
    nothing = dict.fromkeys(kinds)
    chosen = {**nothing, "chat": "trial/small", "embedding": "trial/vectors"}

    saved = gateway.request("PUT", "/api/v1/default-models", chosen)
    wrong = gateway.request(
        "PUT",
        "/api/v1/default-models",
        {"chat": "trial/vectors", "embedding": "nobody/x", "rerank": "trial/other"},
    )
    odd = gateway.request("PUT", "/api/v1/default-models", {"chat": "no slash", "video": "a/b"})

    assert saved.json() == chosen
    assert pointers(assert_problem(wrong, 422)) == {"/chat", "/embedding", "/rerank"}
    assert pointers(assert_problem(odd, 422)) == {"/chat", "/video"}
    assert gateway.request("GET", "/api/v1/default-models").json() == chosen
    theirs = gateway.request("GET", "/api/v1/default-models", key=stranger.key).json()
    assert theirs == nothing


@pytest.fixture
def alone() -> Iterator[RunningGateway]:
    with running_gateway() as running:
        yield running


def test_bucket_is_brought_to_what_the_rows_say(alone: RunningGateway) -> None:
    kept, lost = store(alone, "kept"), store(alone, "lost")
    bucket = alone.gateway.bus.bucket(CREDENTIALS)
    tenant = alone.request("GET", "/api/v1/me").json()["tenant"]["id"]
    stray = f"{tenant}.trial.cred_stray"

    async def disturb() -> None:
        await bucket.put(credential_key(tenant, "trial", kept["id"]), b"something else")
        await bucket.delete(credential_key(tenant, "trial", lost["id"]))
        await bucket.put(stray, b"x")

    alone.run(disturb)
    alone.run(alone.gateway.mirror.compare)
    alone.run(alone.gateway.mirror.mirror)

    assert mirrored(alone, kept) == mirrored(alone, lost) == {"api_key": SECRET}
    assert alone.run(lambda: bucket.get(stray)) is None
