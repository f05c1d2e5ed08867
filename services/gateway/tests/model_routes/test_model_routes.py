"""Routes of models: set, shown, refused."""

from typing import Any

import pytest

from services.gateway.tests.support import (
    OtherTenant,
    RunningGateway,
    assert_problem,
    pointers,
)

PATH = "/api/v1/model-routes"


def test_routes_are_set_and_shown_per_tenant(
    gateway: RunningGateway, stranger: OtherTenant
) -> None:
    route = {"fallbacks": ["free/chat"], "hedge_after_s": "p95", "first_token_timeout_s": 5}
    limits = {"concurrent": 4, "requests_per_minute": 60}

    saved = gateway.request(
        "PUT", PATH, {"models": {"trial/small": route}, "credentials": {"cred_1": limits}}
    )
    shown = gateway.request("GET", PATH).json()

    assert saved.status == 200
    assert shown == saved.json()
    assert shown["models"]["trial/small"]["fallbacks"] == ["free/chat"]
    assert shown["models"]["trial/small"]["hedge_after_s"] == "p95"
    assert shown["credentials"]["cred_1"]["concurrent"] == 4
    assert gateway.request("GET", PATH, key=stranger.key).json() == {
        "models": {},
        "credentials": {},
    }


@pytest.mark.parametrize(
    ("models", "pointer"),
    [
        ({"nobody/x": {}}, "/models/nobody~1x"),
        ({"trial/small": {"fallbacks": ["small"]}}, "/models/trial~1small/fallbacks/0"),
        ({"trial/small": {"fallbacks": ["trial/small"]}}, "/models/trial~1small/fallbacks/0"),
        ({"trial/small": {"fallbacks": ["trial/vectors"]}}, "/models/trial~1small/fallbacks/0"),
        ({"trial/vectors": {"fallbacks": ["trial/other"]}}, "/models/trial~1vectors/fallbacks"),
        ({"trial/small": {"idle_timeout_s": 0}}, "/models/trial~1small/idle_timeout_s"),
    ],
)
def test_routes_that_make_no_sense_are_refused(
    gateway: RunningGateway, models: dict[str, Any], pointer: str
) -> None:
    answer = gateway.request("PUT", PATH, {"models": models})

    assert pointer in pointers(assert_problem(answer, 422))
