"""The settings of an HTTP request."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec

from skep_contracts.problems import FieldError, InvalidInput, json_pointer
from skep_node_http_request.json_text import find_fault

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
SAFE_METHODS: Final[frozenset[Method]] = frozenset({"GET", "HEAD", "OPTIONS"})
HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}\Z")
MAX_HEADERS: Final = 100
RESERVED_HEADERS: Final = frozenset(
    {"connection", "content-length", "host", "te", "trailer", "transfer-encoding", "upgrade"}
)


class NoAuth(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag="none",
    tag_field="type",
):
    """Says nothing about who asks."""


class BearerAuth(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag="bearer",
    tag_field="type",
):
    """``Authorization: Bearer token``."""

    token: str


class BasicAuth(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag="basic",
    tag_field="type",
):
    """``Authorization: Basic …``, RFC 7617."""

    username: str
    password: str


class HeaderAuth(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag="header",
    tag_field="type",
):
    """A header of the other side's choice, such as ``X-Api-Key``."""

    name: str
    value: str


class QueryAuth(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag="query",
    tag_field="type",
):
    """A query parameter, such as ``api_key``; it is added to those of the address."""

    name: Annotated[str, msgspec.Meta(min_length=1)]
    value: str


Auth: TypeAlias = NoAuth | BearerAuth | BasicAuth | HeaderAuth | QueryAuth


class Pair(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A name and its value, where the order counts or a name is there several times."""

    name: Annotated[str, msgspec.Meta(min_length=1)]
    value: Any = None


Pairs: TypeAlias = dict[str, Any] | tuple[Pair, ...]
"""By name, where a list repeats the name and null leaves it out; or as a list of `Pair`."""


def pairs_of(given: Pairs) -> list[tuple[str, Any]]:
    """Return names and templates in their order."""
    if isinstance(given, dict):
        return list(given.items())
    return [(pair.name, pair.value) for pair in given]


class NoBody(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag="none",
    tag_field="type",
):
    """Sends no body."""


class JsonBody(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag="json",
    tag_field="type",
):
    """A value as JSON, in which references keep their types; or the text of one."""

    value: Any = msgspec.UNSET
    text: Annotated[
        str | msgspec.UnsetType,
        msgspec.Meta(
            description="JSON with references, escaped between quotes and JSON elsewhere."
        ),
    ] = msgspec.UNSET


class TextBody(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag="text",
    tag_field="type",
):
    """A text as it is."""

    text: str
    content_type: str = "text/plain; charset=utf-8"


class FormBody(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag="form",
    tag_field="type",
):
    """``application/x-www-form-urlencoded``; a list becomes one pair for each item."""

    fields: Pairs


class MultipartBody(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag="multipart",
    tag_field="type",
):
    """``multipart/form-data``, RFC 7578; a field whose value is a file is sent as one."""

    fields: Pairs


class FileBody(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag="file",
    tag_field="type",
):
    """The bytes of a file, with its content type."""

    file: str


Body: TypeAlias = NoBody | JsonBody | TextBody | FormBody | MultipartBody | FileBody


class HttpRequestSettings(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """What to send where, and what to make of the answer."""

    method: Method = "GET"
    url: Annotated[str, msgspec.Meta(min_length=1, max_length=8000)]
    params: Annotated[
        Pairs, msgspec.Meta(description="Query parameters; null leaves one out, a list repeats it.")
    ] = {}
    headers: Annotated[
        Pairs, msgspec.Meta(description="Null leaves one out, a list joins its items with commas.")
    ] = {}
    auth: Auth = NoAuth()
    body: Body = NoBody()
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=600)] = 60.0
    max_size_bytes: Annotated[
        int, msgspec.Meta(ge=1, le=52_428_800, description="Of the answer.")
    ] = 5_242_880
    follow_redirects: bool = True
    verify_tls: bool = True
    fail_on_status: Annotated[
        bool, msgspec.Meta(description="Whether a status of 400 and above fails the node.")
    ] = True
    retry_statuses: Annotated[
        tuple[Annotated[int, msgspec.Meta(ge=400, le=599)], ...] | None,
        msgspec.Meta(
            description="What the retries of the node are for. When null: 408, 425, 429 and 5xx."
        ),
    ] = None
    response: Annotated[
        Literal["auto", "text", "json", "file"],
        msgspec.Meta(description="`auto` goes by the content type of the answer."),
    ] = "auto"
    idempotency_header: Annotated[
        str | None,
        msgspec.Meta(description="Carries the same key when a request that writes is repeated."),
    ] = "Idempotency-Key"


def check(settings: HttpRequestSettings) -> None:
    """Refuse what no request could be made of.

    Raises:
        InvalidInput: With every fault.
    """
    faults = [
        FieldError(pointer=pointer, message=message) for pointer, message in _faults_of(settings)
    ]
    if faults:
        raise InvalidInput("The request cannot be sent like this.", errors=faults)


def _faults_of(settings: HttpRequestSettings) -> Iterator[tuple[str, str]]:
    yield from _faults_of_headers(settings)
    has_body = not isinstance(settings.body, NoBody)
    if settings.method in {"GET", "HEAD"} and has_body:
        yield "/body", f"{settings.method} has no body"
    elif isinstance(settings.body, JsonBody):
        yield from _faults_of_json(settings.body)
    if not settings.url.lstrip().lower().startswith(("http://", "https://", "{{")):
        yield "/url", "must begin with http:// or https://"
    if settings.retry_statuses is not None and not settings.fail_on_status:
        yield "/retry_statuses", "no status fails the node, so there is nothing to try again"


def _faults_of_json(body: JsonBody) -> Iterator[tuple[str, str]]:
    if isinstance(body.text, str):
        if body.value is not msgspec.UNSET:
            yield "/body/text", "there is a value too; leave one of them out"
        elif (fault := find_fault(body.text)) is not None:
            yield "/body/text", fault
    elif body.value is msgspec.UNSET:
        yield "/body/value", "give a value, or a text that is JSON"


def _faults_of_headers(settings: HttpRequestSettings) -> Iterator[tuple[str, str]]:
    pairs = pairs_of(settings.headers)
    if len(pairs) > MAX_HEADERS:
        yield "/headers", f"{len(pairs)} headers; the limit is {MAX_HEADERS}"
    for index, (name, _) in enumerate(pairs):
        if message := _header_fault(name):
            is_map = isinstance(settings.headers, dict)
            step = json_pointer(name) if is_map else json_pointer(index, "name")
            yield f"/headers{step}", message
    if isinstance(settings.auth, HeaderAuth) and (message := _header_fault(settings.auth.name)):
        yield "/auth/name", message
    key_header = settings.idempotency_header
    if key_header is not None and (message := _header_fault(key_header)):
        yield "/idempotency_header", message


def _header_fault(name: str) -> str | None:
    if not HEADER_NAME.match(name):
        return f"{name!r:.80} cannot be the name of a header"
    if name.lower() in RESERVED_HEADERS:
        return f"{name} is set by the client"
    return None
