"""Keys with limits, as a client of OpenAI's API meets them."""

import json
import urllib.error
from typing import Any

import openai
import pytest

from skep_testing.stack import RunningStack
from tests.integration.api import create_app, skep
from tests.integration.documents import code_app

pytestmark = [pytest.mark.integration]


def make_key(stack: RunningStack, **limits: Any) -> dict[str, Any]:
    body = {"name": "limited", "scopes": ["models:call", "runs:write"], "limits": limits}
    return ask(stack, "POST", "/api/v1/keys", body)


def ask(stack: RunningStack, method: str, path: str, body: Any = None) -> dict[str, Any]:
    found: dict[str, Any] = stack.request(method, path, body)
    return found


def refusal(stack: RunningStack, path: str, body: Any, key: str) -> tuple[int, str]:
    with pytest.raises(urllib.error.HTTPError) as refused:
        stack.request("POST", path, body, key=key)
    return refused.value.code, json.loads(refused.value.read())["code"]


def client(stack: RunningStack, key: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{stack.url}/openai/v1", api_key=key, max_retries=0)


def say(made: openai.OpenAI, model: str = "echo/echo", text: str = "Hi", **more: Any) -> Any:
    return made.chat.completions.with_raw_response.create(
        model=model, messages=[{"role": "user", "content": text}], **more
    )


def often(made: openai.OpenAI, times: int, **more: Any) -> None:
    for _ in range(times):
        say(made, **more).parse()


def test_requests_beyond_the_limit_are_told_when_to_come_back(stack: RunningStack) -> None:
    key = make_key(stack, requests_per_minute=3)
    with client(stack, key["key"]) as made:
        left = [say(made).headers["x-ratelimit-remaining-requests"] for _ in range(2)]
        with pytest.raises(openai.RateLimitError) as refused:
            often(made, 6)  # a minute may have begun meanwhile

    headers = refused.value.response.headers
    assert left in (["2", "1"], ["2", "2"])
    assert 1 <= int(headers["retry-after"]) <= 60
    assert headers["x-ratelimit-limit-requests"] == "3"
    assert headers["x-ratelimit-remaining-requests"] == "0"
    assert refused.value.code == "rate_limit_exceeded"


def test_tokens_beyond_the_limit_are_refused(stack: RunningStack) -> None:
    key = make_key(stack, tokens_per_minute=50)
    with client(stack, key["key"]) as made, pytest.raises(openai.RateLimitError) as refused:
        often(made, 4, text="word " * 60, stream=True)

    assert "50 tokens a minute" in refused.value.message


def test_only_one_stream_is_open_at_once(stack: RunningStack) -> None:
    key = make_key(stack, concurrent=1)
    with client(stack, key["key"]) as made:
        stream = say(made, text="one two three", stream=True).parse()
        next(iter(stream))
        stream.close()
        for _ in range(3):  # each waits for the one before to be gone
            assert say(made).parse().choices[0].message.content == "Hi"


def test_key_asks_what_it_may(stack: RunningStack) -> None:
    app = create_app(stack, code_app("allowed-one", "result = 1"))
    other = create_app(stack, code_app("other-one", "result = 1"))
    key = make_key(stack, models=["echo/*", "app/allowed-one", f"app/{app}"])
    with client(stack, key["key"]) as made:
        listed = {model.id for model in made.models.list()}
        say(made)
        for model in ("default", "app/other-one"):
            with pytest.raises(openai.PermissionDeniedError) as refused:
                say(made, model)
            assert refused.value.code == "model_not_allowed"
    run = refusal(stack, "/api/v1/runs", {"app": other, "inputs": {}}, key["key"])

    assert "echo/echo" in listed
    assert not any(name.endswith("other-one") for name in listed)
    assert run == (403, "model_not_allowed")


def test_limits_are_shown_changed_and_taken_away(stack: RunningStack) -> None:
    key = make_key(stack, requests_per_minute=1)
    path = f"/api/v1/keys/{key['id']}"

    raised = ask(stack, "PATCH", path, {"limits": {"requests_per_minute": 5, "models": ["a/*"]}})
    renamed = ask(stack, "PATCH", path, {"name": "other"})
    freed = ask(stack, "PATCH", path, {"limits": None})

    assert key["limits"]["requests_per_minute"] == 1
    assert raised["limits"]["requests_per_minute"] == 5
    assert (renamed["name"], renamed["limits"]["models"]) == ("other", ["a/*"])
    assert freed["limits"] is None


def test_key_with_limits_makes_no_other(stack: RunningStack) -> None:
    body = {"name": "k", "scopes": ["keys", "models:call"], "limits": {"concurrent": 1}}
    key = ask(stack, "POST", "/api/v1/keys", body)["key"]

    made = refusal(stack, "/api/v1/keys", {"name": "x", "scopes": ["models:call"]}, key)

    assert made == (403, "key_is_limited")


def test_command_line_limits_keys(stack: RunningStack) -> None:
    made = skep(
        stack,
        "keys",
        "create",
        "nightly",
        "--rpm",
        "60",
        "--days",
        "7",
        "--model",
        "echo/*",
        "--json",
    )
    key = json.loads(made.stdout)
    listed = skep(stack, "keys", "list").stdout
    changed = skep(stack, "keys", "limit", key["id"], "--concurrent", "2").stdout
    freed = skep(stack, "keys", "limit", key["id"]).stdout

    assert key["limits"]["requests_per_minute"] == 60
    assert key["expires_at"] > key["created_at"]
    assert "60 requests/min, echo/*" in listed
    assert (changed, freed) == ("limited\n", "not limited\n")
