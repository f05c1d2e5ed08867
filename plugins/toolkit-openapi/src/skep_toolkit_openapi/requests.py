"""From a tool's arguments to an HTTP request, and from its answer to a result."""

import base64
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from skep_contracts.plugins.manifest import HttpResponse
from skep_contracts.plugins.tools import ToolResult
from skep_contracts.problems import FieldError, InvalidInput
from skep_toolkit_openapi.document import fault
from skep_toolkit_openapi.operations import BODY, Operation

_REFUSED: Final = 400
_MAX_TEXT: Final = 100_000
_FORM: Final = "application/x-www-form-urlencoded"


class Request(msgspec.Struct, frozen=True):
    """What is sent."""

    url: str
    headers: dict[str, str]
    body: bytes | None


class Secrets:
    """What requests prove themselves with."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """Read the settings.

        Raises:
            InvalidInput: A secret holds what cannot be sent.
        """
        self.headers: dict[str, str] = {}
        self.query: list[tuple[str, str]] = []
        token = _sendable(settings, "token")
        if token:
            self.headers["authorization"] = f"Bearer {token}"
        password = str(settings.get("password_secret") or "")
        if settings.get("username"):
            pair = base64.b64encode(f"{settings['username']}:{password}".encode()).decode()
            self.headers["authorization"] = f"Basic {pair}"
        key = _sendable(settings, "api_key_secret")
        if key and settings.get("api_key_in", "header") == "query":
            self.query.append((str(settings["api_key_name"]), key))
        elif key:
            self.headers[str(settings["api_key_name"]).lower()] = key


def server_of(document: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """Return where requests go, without a slash at the end.

    Raises:
        InvalidInput: There is no whole address.
    """
    chosen = str(settings.get("server_url") or "").strip()
    if not chosen:
        servers = document.get("servers")
        first = servers[0] if isinstance(servers, list) and servers else {}
        chosen = str(first.get("url") or "") if isinstance(first, dict) else ""
        variables = first.get("variables") if isinstance(first, dict) else None
        for name, variable in (variables or {}).items() if isinstance(variables, dict) else ():
            default = variable.get("default", "") if isinstance(variable, dict) else ""
            chosen = chosen.replace(f"{{{name}}}", str(default))
    try:
        parts = urlsplit(chosen)
        is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_whole = False
    if not is_whole:
        if settings.get("server_url"):
            raise InvalidInput(
                "The address of the API must look like https://host/v1.",
                errors=[FieldError(pointer="/server_url", message="not an http or https URL")],
            )
        raise fault("names no server with a whole address; enter the address of the API")
    return chosen.rstrip("/")


def request_for(
    operation: Operation, arguments: Mapping[str, Any], *, server: str, secrets: Secrets
) -> Request:
    """Return the request for a call.

    Raises:
        InvalidInput: An argument cannot be written where it belongs.
    """
    path, query, headers = operation.path, list(secrets.query), dict(secrets.headers)
    cookies = []
    for parameter in operation.parameters:
        if parameter.argument not in arguments:
            continue
        value = arguments[parameter.argument]
        if parameter.place == "path":
            path = path.replace(f"{{{parameter.name}}}", _segment(parameter.argument, value))
        elif parameter.place == "query":
            query += _pairs(parameter.name, value, explode=parameter.explode)
        elif parameter.place == "cookie":
            cookies.append(f"{parameter.name}={quote(_plain(value), safe='')}")
        else:
            headers[parameter.name.lower()] = _header(parameter.argument, value)
    if cookies:
        headers["cookie"] = "; ".join(cookies)
    url = server + path + (f"?{urlencode(query)}" if query else "")
    body = None
    if operation.body_type is not None and BODY in arguments:
        headers["content-type"] = operation.body_type
        body = _body(operation.body_type, arguments[BODY])
    return Request(url, {"accept": "application/json, */*;q=0.5", **headers}, body)


def _segment(argument: str, value: Any) -> str:
    """Return a value as part of a path: it cannot lead to another path."""
    text = ",".join(map(_plain, value)) if isinstance(value, list) else _plain(value)
    if not text or text in {".", ".."}:
        raise InvalidInput(
            f"`{argument}` cannot be part of an address.",
            errors=[FieldError(pointer=f"/{argument}", message="cannot be part of an address")],
        )
    return quote(text, safe="")


def _pairs(name: str, value: Any, *, explode: bool) -> list[tuple[str, str]]:
    if isinstance(value, list):
        texts = [_plain(each) for each in value]
        return [(name, text) for text in texts] if explode else [(name, ",".join(texts))]
    if isinstance(value, dict) and explode:
        return [(str(key), _plain(each)) for key, each in value.items()]
    return [(name, _plain(value))]


def _header(argument: str, value: Any) -> str:
    text = _plain(value)
    if not text.isascii() or not text.isprintable():
        raise InvalidInput(
            f"`{argument}` cannot be sent as a header.",
            errors=[FieldError(pointer=f"/{argument}", message="not printable ASCII")],
        )
    return text


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _body(kind: str, value: Any) -> bytes:
    if kind.startswith(_FORM) and isinstance(value, dict):
        pairs = [pair for name, each in value.items() for pair in _pairs(name, each, explode=True)]
        return urlencode(pairs).encode()
    if kind.startswith("text/") and isinstance(value, str):
        return value.encode("utf-8", "replace")
    return msgspec.json.encode(value)


def result_of(response: HttpResponse) -> ToolResult:
    """Return an answer as a result; a refusal is one that the model may learn from."""
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    data: Any = None
    text = response.body.decode("utf-8", "replace")
    if "json" in kind:
        try:
            data = msgspec.json.decode(response.body)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            data = None
    elif not kind.startswith("text/") and "xml" not in kind and response.body:
        text = f"({len(response.body):,} bytes of type {kind[:80] or 'unknown'})"
    is_error = response.status >= _REFUSED
    if is_error:
        text = f"Status {response.status}. {text}"
    return ToolResult(
        text=text[:_MAX_TEXT].replace("\x00", "") or f"Status {response.status}.",
        data=data,
        is_error=is_error,
    )


def _sendable(settings: Mapping[str, Any], field: str) -> str:
    value = str(settings.get(field) or "").strip()
    if not value.isascii() or not value.isprintable():
        raise InvalidInput(
            "A secret holds a character that cannot be sent.",
            errors=[FieldError(pointer=f"/{field}", message="not printable ASCII")],
        )
    return value
