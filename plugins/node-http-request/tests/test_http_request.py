"""What is sent, and what becomes of the answer."""

import asyncio
from typing import Any

import msgspec
import pytest

from skep_contracts.ids import FileId
from skep_contracts.plugins.manifest import HttpResponse
from skep_contracts.problems import (
    InvalidInput,
    ProviderFailed,
    ProviderTimedOut,
    RateLimited,
    SkepError,
)
from skep_contracts.values import FileRef, blob_key, file_to_value
from skep_node_http_request.node import HttpRequestNode
from skep_node_http_request.settings import HttpRequestSettings, check
from skep_testing.conformance.nodes import FakeNodeContext, SentRequest

PHOTO = FileRef(
    id=FileId("file_1"),
    name='my "cat".png',
    mime_type="image/png",
    size_bytes=3,
    blob=blob_key(b"PNG"),
)


def answer(
    body: bytes = b"", content_type: str = "", status: int = 200, **headers: str
) -> HttpResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if content_type:
        named["content-type"] = content_type
    return HttpResponse(status=status, headers=named, body=body, url="https://example.org/a/b.bin")


def run(context: FakeNodeContext, /, **settings: Any) -> dict[str, Any]:
    decoded = msgspec.convert({"url": "https://example.org/", **settings}, HttpRequestSettings)
    check(decoded)
    return asyncio.run(HttpRequestNode().run(context, decoded)).outputs


def sent(values: dict[str, Any], **settings: Any) -> SentRequest:
    context = FakeNodeContext(values, files={PHOTO.blob: b"PNG"})
    run(context, **settings)
    return context.http.sent[0]


def test_values_are_filled_in_everywhere() -> None:
    values = {"a": {"id": "7/8", "tags": ["x", "y&z"], "no": None}}

    request = sent(
        values,
        url="https://example.org/{{a.id}}?old=1#part",
        params={"tag": "{{a.tags}}", "no": "{{a.no}}", "n": 3},
        headers={"X-Id": "{{a.id}}", "X-No": "{{a.no}}"},
    )

    assert request.url == "https://example.org/7/8?old=1&tag=x&tag=y%26z&n=3"
    assert request.headers == {"X-Id": "7/8"}
    assert request.body is None


@pytest.mark.parametrize(
    ("auth", "header"),
    [
        ({"type": "bearer", "token": "{{env.T}}"}, ("Authorization", "Bearer s3cret")),
        (
            {"type": "basic", "username": "ada", "password": "{{env.T}}"},
            ("Authorization", "Basic YWRhOnMzY3JldA=="),
        ),
        ({"type": "header", "name": "X-Api-Key", "value": "{{env.T}}"}, ("X-Api-Key", "s3cret")),
    ],
)
def test_credentials_go_into_their_header(auth: dict[str, str], header: tuple[str, str]) -> None:
    assert sent({"env": {"T": "s3cret"}}, auth=auth).headers == dict([header])


def test_credential_goes_into_the_query() -> None:
    auth = {"type": "query", "name": "api_key", "value": "{{env.T}}"}

    request = sent({"env": {"T": "s3 cret"}}, auth=auth, url="https://example.org/?a=1")

    assert request.url == "https://example.org/?a=1&api_key=s3%20cret"


@pytest.mark.parametrize(
    "auth",
    [
        {"type": "bearer", "token": "{{env.none}}"},
        {"type": "header", "name": "X-Key", "value": "{{env.none}}"},
        {"type": "query", "name": "key", "value": " {{env.none}} "},
    ],
)
def test_empty_credential_is_refused(auth: dict[str, str]) -> None:
    with pytest.raises(InvalidInput, match="the reference gave nothing"):
        sent({}, auth=auth)


def test_names_may_be_there_several_times_and_in_order() -> None:
    pairs = [
        {"name": "b", "value": "{{a.n}}"},
        {"name": "a", "value": ["x", None]},
        {"name": "b", "value": 2},
        {"name": "c"},
    ]

    request = sent({"a": {"n": 1}}, method="POST", params=pairs, headers=pairs,
                   body={"type": "form", "fields": pairs})  # fmt: skip

    assert request.url == "https://example.org/?b=1&a=x&b=2"
    assert request.body == b"b=1&a=x&b=2"
    assert {name: request.headers[name] for name in ("a", "b")} == {"a": "x", "b": "1, 2"}
    assert "c" not in request.headers


def test_headers_of_one_name_are_joined_however_they_are_spelled() -> None:
    request = sent({}, headers=[{"name": "X-A", "value": 1}, {"name": "x-a", "value": 2},
                                {"name": "Cookie", "value": ["a=1", "b=2"]}])  # fmt: skip

    assert request.headers == {"X-A": "1, 2", "Cookie": "a=1; b=2"}


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ('{"t": "say {{a.text}}", "n": {{a.n}}}', b'{"t": "say \\"hi\\"\\n", "n": 1}'),
        ('{"all": {{a.list}}, "t": {{a.text}}}', b'{"all": [1,2], "t": "\\"hi\\"\\n"}'),
        ("{{a.list}}", b"[1,2]"),
        ("{{a.json}}", b'{"x": [1]}'),
        ("[{{a.none}}]", b"[null]"),
        ('{"\\"{{a.n}}": 1}', b'{"\\"1": 1}'),
        (r'"\{{a.n}}"', b'"{{a.n}}"'),
    ],
)
def test_json_is_written_as_text(text: str, content: bytes) -> None:
    values = {"a": {"text": '"hi"\n', "n": 1, "list": [1, 2], "json": '{"x": [1]}'}}

    request = sent(values, method="POST", body={"type": "json", "text": text})

    assert request.headers["Content-Type"] == "application/json"
    assert request.body == content


def test_text_that_is_no_json_with_these_values_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no JSON with these values") as failure:
        sent({"a": {"t": "{"}}, method="POST", body={"type": "json", "text": "{{a.t}}"})

    assert failure.value.errors[0].pointer == "/body/text"


@pytest.mark.parametrize(
    ("body", "content_type", "content"),
    [
        (
            {"type": "json", "value": {"all": "{{a.list}}", "text": "n={{a.n}}"}},
            "application/json",
            b'{"all":[1,2],"text":"n=1"}',
        ),
        ({"type": "text", "text": "n={{a.n}}"}, "text/plain; charset=utf-8", b"n=1"),
        (
            {"type": "text", "text": "<a/>", "content_type": "application/xml"},
            "application/xml",
            b"<a/>",
        ),
        (
            {"type": "form", "fields": {"q": "a b", "l": "{{a.list}}"}},
            "application/x-www-form-urlencoded",
            b"q=a+b&l=1&l=2",
        ),
        ({"type": "file", "file": "{{a.photo}}"}, "image/png", b"PNG"),
    ],
)
def test_body_is_of_its_kind(body: dict[str, Any], content_type: str, content: bytes) -> None:
    values = {"a": {"list": [1, 2], "n": 1, "photo": file_to_value(PHOTO)}}

    request = sent(values, method="POST", body=body)

    assert request.headers["Content-Type"] == content_type
    assert request.body == content


def test_multipart_carries_fields_and_files() -> None:
    values = {"a": {"photo": file_to_value(PHOTO)}}
    body = {"type": "multipart", "fields": {"note": "hi", "photos": ["{{a.photo}}"]}}

    request = sent(values, method="POST", body=body)

    boundary = request.headers["Content-Type"].partition("boundary=")[2]
    assert (
        request.body
        == (
            f'--{boundary}\r\nContent-Disposition: form-data; name="note"\r\n\r\nhi\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="photos"; '
            f'filename="my %22cat%22.png"\r\nContent-Type: image/png\r\n\r\nPNG\r\n'
            f"--{boundary}--\r\n"
        ).encode()
    )


@pytest.mark.parametrize(("method", "has_key"), [("GET", False), ("POST", True), ("DELETE", True)])
def test_request_that_writes_carries_the_effect_key(method: str, *, has_key: bool) -> None:
    request = sent({}, method=method)

    assert ("Idempotency-Key" in request.headers) is has_key


def test_own_header_stands_in_for_ours() -> None:
    request = sent(
        {},
        method="POST",
        headers={"content-type": "application/vnd.api+json"},
        body={"type": "json", "value": {}},
    )

    assert "Content-Type" not in request.headers
    assert request.headers["content-type"] == "application/vnd.api+json"


def test_limits_reach_the_client() -> None:
    request = sent({}, timeout_s=3, max_size_bytes=9, follow_redirects=False, verify_tls=False)

    assert request.options == {
        "timeout_s": 3,
        "max_bytes": 9,
        "follow_redirects": False,
        "verify_tls": False,
    }


@pytest.mark.parametrize(
    "settings",
    [
        {"url": "{{a.evil}}"},
        {"url": "https://example.org/{{a.evil}}"},
        {"url": "{{a.none}}"},
        {"url": "{{a.scheme}}"},
        {"url": "https://[::1"},
        {"url": "https://example.org:99999/"},
        {"headers": {"X-A": "{{a.evil}}"}},
        {"auth": {"type": "bearer", "token": "{{a.evil}}x"}},
        {"method": "POST", "body": {"type": "file", "file": "{{a.evil}}"}},
    ],
)
def test_value_that_would_break_the_request_is_refused(settings: dict[str, Any]) -> None:
    context = FakeNodeContext({"a": {"evil": "x\r\nX-B: y", "scheme": "file:///etc/passwd"}})

    with pytest.raises(InvalidInput):
        run(context, **settings)

    assert context.http.sent == []


@pytest.mark.parametrize(
    ("response", "error", "code"),
    [
        (answer(status=404), InvalidInput, "http_status_404"),
        (answer(status=429, retry_after="7"), RateLimited, "http_status_429"),
        (answer(status=503, retry_after="7"), RateLimited, "http_status_503"),
        (answer(status=503), ProviderFailed, "http_status_503"),
        (answer(status=500), ProviderFailed, "http_status_500"),
        (ProviderTimedOut("Nothing came."), ProviderTimedOut, "provider_timed_out"),
    ],
)
def test_bad_status_fails_the_node(
    response: HttpResponse | Exception, error: type[SkepError], code: str
) -> None:
    with pytest.raises(error) as failure:
        run(FakeNodeContext(http=[response]))

    assert failure.value.exact_code == code
    if error is RateLimited:
        assert failure.value.retry_after_s == 7


@pytest.mark.parametrize(
    ("status", "error"), [(404, ProviderFailed), (429, InvalidInput), (500, InvalidInput)]
)
def test_author_says_after_which_status_to_try_again(status: int, error: type[SkepError]) -> None:
    with pytest.raises(error):
        run(FakeNodeContext(http=[answer(status=status)]), retry_statuses=[404, 503])


def test_time_to_wait_is_passed_on() -> None:
    with pytest.raises(ProviderFailed) as failure:
        run(FakeNodeContext(http=[answer(status=500, retry_after="9")]))

    assert failure.value.retry_after_s == 9


def test_bad_status_is_an_output_when_the_author_says_so() -> None:
    response = answer(b"gone", "text/plain", status=404)

    outputs = run(FakeNodeContext(http=[response]), fail_on_status=False)

    assert (outputs["status"], outputs["body"]) == (404, "gone")


@pytest.mark.parametrize(
    ("body", "content_type", "text", "value"),
    [
        (b'{"a": 1}', "application/json", '{"a": 1}', {"a": 1}),
        (b"[1]", "application/problem+json; charset=utf-8", "[1]", [1]),
        (b"caf\xe9", "text/plain; charset=iso-8859-1", "café", None),
        (b"caf\xc3\xa9", "text/html", "café", None),
        (b"\xff\xfe", "text/plain; charset=unicode_escape", "\ufffd\ufffd", None),
        (rb"\ud800", "text/plain; charset=unicode_escape", r"\ud800", None),
        (b"plain", "", "plain", None),
        (b"[" * 1000 + b"]" * 1000, "application/json", "[" * 1000 + "]" * 1000, None),
    ],
)
def test_text_is_decoded_and_read_as_json(
    body: bytes, content_type: str, text: str, value: object
) -> None:
    outputs = run(FakeNodeContext(http=[answer(body, content_type)]))

    assert (outputs["body"], outputs["json"], outputs["file"]) == (text, value, None)


def test_json_that_is_none_fails_when_json_is_wanted() -> None:
    with pytest.raises(ProviderFailed, match="not JSON"):
        run(FakeNodeContext(http=[answer(b"<html>", "text/html")]), response="json")


@pytest.mark.parametrize(
    ("response", "name"),
    [
        (answer(b"\x89PNG", "image/png"), "b.bin"),
        (answer(b"x", "text/csv", content_disposition="attachment; filename=../r.csv"), "r.csv"),
        (
            answer(
                b"x", "application/pdf", content_disposition="inline; filename*=UTF-8''%C3%A9.pdf"
            ),
            "é.pdf",
        ),
    ],
)
def test_answer_that_is_no_text_becomes_a_file(response: HttpResponse, name: str) -> None:
    context = FakeNodeContext(http=[response])

    outputs = run(context)

    ((file, content),) = context.stored
    assert (file.name, content) == (name, response.body)
    assert outputs["file"] == file_to_value(file)
    assert outputs["body"] == ""


def test_log_line_holds_no_query() -> None:
    settings = HttpRequestSettings(url="https://u:p@example.org/a?key=s3cret")

    result = asyncio.run(HttpRequestNode().run(FakeNodeContext(), settings))

    assert result.logs[0].startswith("GET https://example.org/a: 200, 2 bytes in ")
