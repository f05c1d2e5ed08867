"""The settings of an HTTP request."""

import re
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec

from skep_contracts.problems import FieldError, InvalidInput, json_pointer

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
SAFE_METHODS: Final[frozenset[Method]] = frozenset({"GET", "HEAD", "OPTIONS"})
HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}\Z")
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


Auth: TypeAlias = NoAuth | BearerAuth | BasicAuth | HeaderAuth


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
    """A value as JSON; references inside it keep their types."""

    value: Any


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

    fields: dict[str, Any]


class MultipartBody(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag="multipart",
    tag_field="type",
):
    """``multipart/form-data``, RFC 7578; a field whose value is a file is sent as one."""

    fields: dict[str, Any]


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
        dict[str, Any], msgspec.Meta(description="Query parameters; null leaves one out.")
    ] = {}
    headers: Annotated[dict[str, Any], msgspec.Meta(max_length=100)] = {}
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
        FieldError(pointer=json_pointer("headers", name), message=message)
        for name in settings.headers
        if (message := _header_fault(name))
    ]
    if isinstance(settings.auth, HeaderAuth) and (message := _header_fault(settings.auth.name)):
        faults.append(FieldError(pointer="/auth/name", message=message))
    key_header = settings.idempotency_header
    if key_header is not None and (message := _header_fault(key_header)):
        faults.append(FieldError(pointer="/idempotency_header", message=message))
    if settings.method in {"GET", "HEAD"} and not isinstance(settings.body, NoBody):
        faults.append(FieldError(pointer="/body", message=f"{settings.method} has no body"))
    if not settings.url.lstrip().lower().startswith(("http://", "https://", "{{")):
        message = "must begin with http:// or https://"
        faults.append(FieldError(pointer="/url", message=message))
    if faults:
        raise InvalidInput("The request cannot be sent like this.", errors=faults)


def _header_fault(name: str) -> str | None:
    if not HEADER_NAME.match(name):
        return f"{name!r:.80} cannot be the name of a header"
    if name.lower() in RESERVED_HEADERS:
        return f"{name} is set by the client"
    return None
