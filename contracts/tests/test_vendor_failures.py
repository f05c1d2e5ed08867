"""Statuses, codes and headers become the right problem, and no secret is passed on."""

from email.utils import formatdate

import pytest

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
from skep_contracts.vendor_wire.errors import VendorError, read_error
from skep_contracts.vendor_wire.failures import from_answer, from_stream, retry_after

NOW = 1_790_000_000.0

CASES: list[tuple[int, VendorError, type[SkepError], str]] = [
    (400, VendorError("bad"), InvalidInput, "request_refused"),
    (400, VendorError("x", "context_length_exceeded"), TooLarge, "context_length_exceeded"),
    (400, VendorError("This model's maximum context length is 8192 tokens"), TooLarge, ""),
    (422, VendorError("prompt is too long: 9 > 8"), TooLarge, ""),
    (413, VendorError(), TooLarge, ""),
    (400, VendorError("x", "content_filter"), InvalidInput, "content_refused"),
    (400, VendorError("The model `x` does not exist"), NotFound, "model_not_found"),
    (404, VendorError("x", "model_not_found"), NotFound, "model_not_found"),
    (404, VendorError("Not Found"), NotFound, "endpoint_not_found"),
    (405, VendorError(), NotFound, "endpoint_not_found"),
    (401, VendorError(), Unauthenticated, "credential_refused"),
    (403, VendorError("Your region is not supported"), Unauthenticated, "credential_refused"),
    (402, VendorError("Insufficient Balance"), Forbidden, "quota_exhausted"),
    (429, VendorError("slow down"), RateLimited, "rate_limited"),
    (429, VendorError("x", "insufficient_quota"), Forbidden, "quota_exhausted"),
    (408, VendorError(), ProviderTimedOut, ""),
    (504, VendorError(), ProviderTimedOut, ""),
    (409, VendorError(), ProviderFailed, ""),
    (500, VendorError(), ProviderFailed, ""),
    (529, VendorError("Overloaded"), ProviderFailed, ""),
    (418, VendorError(), InvalidInput, ""),
]


@pytest.mark.parametrize(("status", "error", "kind", "code"), CASES)
def test_status_becomes_a_problem(
    status: int, error: VendorError, kind: type[SkepError], code: str
) -> None:
    problem = from_answer(status, {}, error, now_s=NOW)

    assert type(problem) is kind
    assert not code or problem.exact_code == code


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": formatdate(NOW + 30, usegmt=True)}, 30.0),
        ({"retry-after": formatdate(NOW - 30, usegmt=True)}, 0.0),
        ({"retry-after": "-5"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, 86_400.0),
        ({"retry-after": "99999999"}, 86_400.0),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "6m1.5s"}, 361.5),
        (
            {
                "x-ratelimit-remaining-requests": "5",
                "x-ratelimit-reset-requests": "10m",
                "x-ratelimit-remaining-tokens": "0",
                "x-ratelimit-reset-tokens": "120ms",
            },
            0.12,
        ),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "?"}, None),
    ],
)
def test_wait_is_read_from_the_headers(headers: dict[str, str], wait: float | None) -> None:
    assert retry_after(headers, now_s=NOW) == (None if wait is None else pytest.approx(wait))


def test_vendors_words_are_passed_on_short_and_without_the_credential() -> None:
    secret = "my-very-own-token"
    message = f"Bad key {secret} or sk-proj-abcdef123456 " + "x" * 1000

    detail = from_answer(400, {}, VendorError(message), now_s=NOW, secret=secret).detail

    assert "It says: Bad key [credential] or [credential] x" in detail
    assert len(detail) < 600


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"error": {"message": "a"}}', "a"),
        (b'{"error": "a"}', "a"),
        (b'[{"error": {"message": "a"}}]', "a"),
        (b'{"message": "a"}', "a"),
        (b'{"detail": "a"}', "a"),
        (b'{"detail": [{"loc": ["body"], "msg": "a"}]}', "[{'loc': ['body'], 'msg': 'a'}]"),
        (b'{"error": null}', ""),
        (b'{"error": [1]}', ""),
        (b"[]", ""),
        (b"3", ""),
        (b"<html>", ""),
        (b"", ""),
        (b"[" * 100_000, ""),
    ],
)
def test_error_objects_of_all_shapes_are_read(body: bytes, message: str) -> None:
    assert read_error(body).message == message


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (VendorError(code="429"), RateLimited),
        (VendorError(code="503"), ProviderFailed),
        (VendorError(type="overloaded_error"), RateLimited),
        (VendorError(code="context_length_exceeded"), TooLarge),
        (VendorError(code="insufficient_quota"), Forbidden),
        (VendorError(code="content_filter"), InvalidInput),
        (VendorError(message="boom"), ProviderFailed),
        (VendorError(), ProviderFailed),
    ],
)
def test_error_in_a_stream_becomes_a_problem(error: VendorError, kind: type[SkepError]) -> None:
    assert type(from_stream(error)) is kind


@pytest.mark.parametrize(
    "said",
    [
        "Too many tokens, please wait before trying again.",
        "Too many tokens per minute",
        "Throttled",
    ],
)
def test_rate_in_a_stream_is_not_taken_for_a_long_request(said: str) -> None:
    assert isinstance(from_stream(VendorError(said)), RateLimited)
    assert isinstance(from_stream(VendorError("Too many tokens in the prompt")), TooLarge)


def test_address_is_explained_by_who_knows_the_vendor() -> None:
    plain = from_answer(404, {}, VendorError(), now_s=NOW)
    hinted = from_answer(404, {}, VendorError(), now_s=NOW, address_hint="it ends in /v1")

    assert "/v1" not in plain.detail
    assert hinted.detail.endswith("Check the base URL of the credential; it ends in /v1.")
