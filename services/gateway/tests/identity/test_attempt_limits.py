"""How often a secret may be guessed."""

import pytest

from services.gateway.tests.support import RunningGateway, assert_problem, running_gateway
from skep_contracts.problems import RateLimited
from skep_gateway.identity.attempt_limits import AttemptLimits
from skep_gateway.web.limits import WebSettings


class Clock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def test_attempts_come_back_with_time() -> None:
    clock = Clock()
    limits = AttemptLimits(attempts=2, window_s=60, now_s=clock)
    limits.take("a")
    clock.now_s += 30
    limits.take("a")

    with pytest.raises(RateLimited) as caught:
        limits.take("a")
    assert caught.value.retry_after_s == 30
    limits.take("b")
    clock.now_s += 31
    limits.take("a")
    with pytest.raises(RateLimited):
        limits.take("a")


def test_right_secret_clears_the_count() -> None:
    limits = AttemptLimits(attempts=2)
    limits.take("a")
    limits.take("a")

    limits.forgive("a")

    limits.take("a")


def test_refused_attempt_counts_nowhere_else() -> None:
    limits = AttemptLimits(attempts=1)
    limits.take("account")

    with pytest.raises(RateLimited):
        limits.take("account", "address")

    limits.take("address")


def test_memory_is_bounded() -> None:
    limits = AttemptLimits(attempts=1)

    for number in range(20_000):
        limits.take(f"key {number}")

    assert len(limits._failures) <= 10_000


def guess(gateway: RunningGateway, address: str) -> int:
    headers = {"X-Forwarded-For": address}
    body = {"setup_token": "x" * 20, "email": "a@b.c", "password": "x" * 12}
    return gateway.request("POST", "/api/v1/setup", body, key=None, headers=headers).status


def test_claimed_address_does_not_help_to_guess() -> None:
    with running_gateway() as gateway:
        statuses = [guess(gateway, f"10.0.0.{number}") for number in range(12)]

        assert statuses == [403] * 10 + [429] * 2
        answer = gateway.request("GET", "/api/v1/setup", key=None)
        assert answer.json() == {"needed": True}
        assert_problem(gateway.request("POST", "/api/v1/setup", {}, key=None), 422)


def test_address_is_believed_when_a_trusted_proxy_tells_it() -> None:
    with running_gateway(web=WebSettings(trusted_proxies="127.0.0.1")) as gateway:
        statuses = [guess(gateway, f"10.0.0.{number}") for number in range(12)]

        assert statuses == [403] * 12
