"""Credentials, addresses, signatures on the wire, and refusals."""

import re
from typing import Any

import pytest

from skep_contracts.plugins.models import ChatMessage, ChatRequest
from skep_contracts.problems import (
    Forbidden,
    InvalidInput,
    NotFound,
    ProviderFailed,
    ProviderTimedOut,
    RateLimited,
    SkepError,
    TooLarge,
    Unauthenticated,
)
from skep_model_bedrock.access import read_credential
from skep_model_bedrock.aws.signing import Keys, Signer
from skep_model_bedrock.provider import BedrockProvider
from skep_runtime.egress import EgressClient
from skep_testing.conformance.model_kit.event_stream import block, message
from skep_testing.conformance.models import ModelContext
from skep_testing.http_server import Answer, Received, ScriptedServer

KEYS = {"access_key_id": "AKIDEXAMPLE", "secret_access_key": "wJalr/XUtn+FEMI"}
ARN = "arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/abc123"


class Frozen(ModelContext):
    """A context in which it is always the same time."""

    def now_s(self) -> float:
        """Return the time."""
        return 1_440_938_160.0


@pytest.mark.parametrize(
    ("credential", "runtime", "control"),
    [
        (
            {},
            "https://bedrock-runtime.us-east-1.amazonaws.com",
            "https://bedrock.us-east-1.amazonaws.com",
        ),
        (
            {"region": "us-gov-west-1"},
            "https://bedrock-runtime.us-gov-west-1.amazonaws.com",
            "https://bedrock.us-gov-west-1.amazonaws.com",
        ),
        (
            {"region": "cn-north-1"},
            "https://bedrock-runtime.cn-north-1.amazonaws.com.cn",
            "https://bedrock.cn-north-1.amazonaws.com.cn",
        ),
        ({"base_url": "https://mine.example/"}, "https://mine.example", "https://mine.example"),
        (
            {"base_url": "https://mine.example", "control_url": "https://list.example"},
            "https://mine.example",
            "https://list.example",
        ),
    ],
)
def test_addresses_follow_from_the_region(
    credential: dict[str, str], runtime: str, control: str
) -> None:
    access = read_credential({**KEYS, **credential})

    assert (access.runtime_url, access.control_url) == (runtime, control)


@pytest.mark.parametrize("region", ["evil.example/", "US-EAST-1", "us-east", "a@b-1", "x" * 99])
def test_region_that_is_none_is_refused(region: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_credential({**KEYS, "region": region})

    assert refusal.value.errors[0].pointer == "/region"


@pytest.mark.parametrize(
    ("credential", "pointer"),
    [
        ({}, "/api_key"),
        ({"access_key_id": "A"}, "/secret_access_key"),
        ({"secret_access_key": "s"}, "/access_key_id"),
        ({**KEYS, "session_token": "a b"}, "/session_token"),
    ],
)
def test_what_is_missing_is_asked_for(credential: dict[str, str], pointer: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_credential(credential)

    assert refusal.value.errors[0].pointer == pointer


def test_api_key_goes_before_an_access_key() -> None:
    access = read_credential({**KEYS, "api_key": "bedrock-api-key-1"})

    assert (access.keys, access.bearer) == (None, "bedrock-api-key-1")


async def received(http: EgressClient, model: str, **credential: str) -> tuple[Received, str]:
    """Return the request for a chat, and the address of the server."""
    async with ScriptedServer() as server:
        server.handle_with(lambda _: message(block(0, {"text": "fine"})))
        context = Frozen(http)
        whole = {"region": "eu-central-1", "base_url": server.url, **credential}
        asked = ChatRequest(model=model, messages=(ChatMessage(role="user", content="Hi"),))
        assert [delta async for delta in BedrockProvider(context, whole).chat(asked)]
        return server.requests[-1], server.url


@pytest.mark.parametrize("token", ["", "AQoDYXdzEPT//token=="])
@pytest.mark.parametrize(
    ("model", "target"),
    [
        ("amazon.nova-pro-v1:0", "/model/amazon.nova-pro-v1:0/converse-stream"),
        (ARN, "/model/" + ARN.replace("/", "%2F") + "/converse-stream"),
    ],
)
async def test_what_is_signed_is_what_is_sent(
    http: EgressClient, model: str, target: str, token: str
) -> None:
    request, url = await received(http, model, **KEYS, session_token=token)
    signed = re.findall(r"SignedHeaders=([^,]+)", request.headers["authorization"])[0].split(";")

    # Sign once more what came over the wire, with the headers the signature names.
    own = {"host", "x-amz-date", "x-amz-security-token"}
    headers = {name: request.headers[name] for name in signed if name not in own}
    keys = Keys(id=KEYS["access_key_id"], secret=KEYS["secret_access_key"], session_token=token)
    again = Signer(keys, region="eu-central-1", service="bedrock").sign(
        request.method,
        url + request.target,
        headers=headers,
        body=request.body,
        now_s=1_440_938_160.0,
    )

    assert request.target == target
    assert request.headers["authorization"] == again["authorization"]
    assert request.headers["host"] == url.removeprefix("http://")
    assert request.headers["x-amz-date"] == "20150830T123600Z"
    assert request.headers.get("x-amz-security-token", "") == token
    assert KEYS["secret_access_key"] not in str(request.headers)
    assert "content-type" in signed


async def test_api_key_is_a_bearer_token(http: EgressClient) -> None:
    request, _ = await received(http, "amazon.nova-pro-v1:0", api_key="bedrock-api-key-1")

    assert request.headers["authorization"] == "Bearer bedrock-api-key-1"
    assert "x-amz-date" not in request.headers


@pytest.mark.parametrize("name", ["../x", "a//b", "a/../b", "", "a?b", "a%2Fb", "é", "a b", "/a"])
async def test_name_that_leads_elsewhere_is_refused(http: EgressClient, name: str) -> None:
    with pytest.raises(InvalidInput):
        await received(http, name, **KEYS)


def refusal_of(kind: str, words: str) -> dict[str, Any]:
    return {"headers": {"x-amzn-errortype": f"{kind}:http://x/"}, "json": {"message": words}}


@pytest.mark.parametrize(
    ("status", "kind", "words", "problem"),
    [
        (400, "ValidationException", "Malformed input request", InvalidInput),
        (400, "ValidationException", "Input is too long for requested model.", TooLarge),
        (400, "ValidationException", "The provided model identifier is invalid.", NotFound),
        (400, "ServiceQuotaExceededException", "Quota", RateLimited),
        (400, "ExpiredTokenException", "The token is expired", Unauthenticated),
        (403, "UnrecognizedClientException", "The token is invalid", Unauthenticated),
        (403, "AccessDeniedException", "You don't have access to the model", Unauthenticated),
        (404, "ResourceNotFoundException", "This model reached its end of life", NotFound),
        (408, "ModelTimeoutException", "Slow", ProviderTimedOut),
        (424, "ModelErrorException", "The model failed", ProviderFailed),
        (429, "ThrottlingException", "Too many tokens, please wait", RateLimited),
        (429, "ModelNotReadyException", "Warming up", RateLimited),
        (503, "ServiceUnavailableException", "Busy", ProviderFailed),
    ],
)
async def test_refusal_is_told(
    http: EgressClient, status: int, kind: str, *, words: str, problem: type[SkepError]
) -> None:
    async with ScriptedServer() as server:
        server.handle_with(lambda _: Answer(status=status, **refusal_of(kind, words)))
        provider = BedrockProvider(ModelContext(http), {**KEYS, "base_url": server.url})
        asked = ChatRequest(model="m", messages=(ChatMessage(role="user", content="Hi"),))

        with pytest.raises(problem):
            await anext(provider.chat(asked))


async def check(http: EgressClient, status: int, **answer: Any) -> None:
    async with ScriptedServer() as server:
        server.serve("/foundation-models", Answer(status=status, **answer))
        token = {"session_token": "token-123456"}
        provider = BedrockProvider(ModelContext(http), {**KEYS, **token, "base_url": server.url})
        await provider.check()


async def test_quoted_request_is_not_passed_on(http: EgressClient) -> None:
    words = "The Canonical String should have been 'GET x-amz-security-token:token-123456'"

    with pytest.raises(Unauthenticated, match="signature is wrong") as refusal:
        await check(http, 403, **refusal_of("InvalidSignatureException", words))

    assert "token-123456" not in refusal.value.detail


async def test_secrets_are_taken_out_of_what_the_vendor_says(http: EgressClient) -> None:
    words = f"Not {KEYS['access_key_id']}, {KEYS['secret_access_key']} or token-123456"

    with pytest.raises(InvalidInput) as refusal:
        await check(http, 400, **refusal_of("ValidationException", words))

    assert "Not [credential], [credential] or [credential]" in refusal.value.detail


async def test_message_in_capitals_and_type_in_the_body_are_read(http: EgressClient) -> None:
    body = {"__type": "com.amazon#ThrottlingException", "Message": "Rate exceeded"}

    with pytest.raises(RateLimited):
        await check(http, 400, json=body)


async def test_caller_who_may_not_list_is_recognised(http: EgressClient) -> None:
    words = "User: arn:aws:iam::1:user/x is not authorized to perform: bedrock:List"
    answer = refusal_of("AccessDeniedException", words)

    await check(http, 403, **answer)

    async with ScriptedServer() as server:
        server.handle_with(lambda _: Answer(status=403, **answer))
        provider = BedrockProvider(ModelContext(http), {**KEYS, "base_url": server.url})
        with pytest.raises(Forbidden, match="bedrock:List"):
            await provider.list_models()
