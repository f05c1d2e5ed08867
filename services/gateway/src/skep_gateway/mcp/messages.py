"""JSON-RPC 2.0 as the Model Context Protocol uses it over HTTP.

Versions, method names and error codes are from the protocol's specification
(https://modelcontextprotocol.io/specification).
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from skep_contracts.problems import SkepError

HANDSHAKE_VERSIONS: Final = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
"""Agreed on by `initialize`, oldest first."""
ENVELOPE_VERSIONS: Final = ("2026-07-28",)
"""Named in every request, without a handshake."""
VERSION_HEADER: Final = "mcp-protocol-version"
_METHOD_HEADER: Final = "mcp-method"
_NAME_HEADER: Final = "mcp-name"
_META: Final = "io.modelcontextprotocol/"

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
METHOD_NOT_FOUND: Final = -32601
INVALID_PARAMS: Final = -32602
INTERNAL_ERROR: Final = -32603
HEADER_MISMATCH: Final = -32020
UNSUPPORTED_VERSION: Final = -32022
_STATUSES: Final = {
    PARSE_ERROR: 400,
    INVALID_REQUEST: 400,
    INVALID_PARAMS: 400,
    HEADER_MISMATCH: 400,
    UNSUPPORTED_VERSION: 400,
    METHOD_NOT_FOUND: 404,
}
Json = dict[str, Any]


class RpcError(Exception):
    """A request that cannot be carried out, with the protocol's code for it."""

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


class Rpc(msgspec.Struct, frozen=True, kw_only=True):
    """One message. Without an id it is a notification; without a method it answers us."""

    jsonrpc: str = ""
    id: int | str | None = None
    method: str = ""
    params: dict[str, Any] = {}

    @property
    def is_request(self) -> bool:
        """Whether it wants an answer."""
        return self.id is not None and bool(self.method)

    @property
    def meta(self) -> Json:
        """What is said about the request."""
        meta = self.params.get("_meta")
        return meta if isinstance(meta, dict) else {}

    @property
    def progress_token(self) -> int | str | None:
        """What the client wants progress to be told under."""
        token = self.meta.get("progressToken")
        return token if isinstance(token, int | str) else None


_decoder: Final = msgspec.json.Decoder(Rpc)


def read(body: bytes) -> Rpc:
    """Return the message in a body.

    Raises:
        RpcError: It is not JSON, a batch, or no message.
    """
    try:
        message = _decoder.decode(body)
    except msgspec.ValidationError as error:
        raise RpcError(INVALID_REQUEST, f"The body is no JSON-RPC message: {error}.") from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise RpcError(PARSE_ERROR, "The body is not JSON.") from None
    if message.jsonrpc != "2.0":
        raise RpcError(INVALID_REQUEST, 'A message says `"jsonrpc": "2.0"`.')
    return message


def result(message: Rpc, value: Json, *, is_envelope: bool) -> Json:
    """Return the answer to a request."""
    if is_envelope:
        value = {"resultType": "complete", **value}
    return {"jsonrpc": "2.0", "id": message.id, "result": value}


def failure(message: Rpc | None, error: RpcError) -> Json:
    """Return the answer to a request that cannot be carried out."""
    told: Json = {"code": error.code, "message": error.message}
    if error.data is not None:
        told["data"] = error.data
    return {"jsonrpc": "2.0", "id": message.id if message else None, "error": told}


def status_of(error: RpcError, *, is_envelope: bool) -> int:
    """Return the HTTP status of a failure; after a handshake only unreadable bodies have one."""
    if is_envelope or error.code in {PARSE_ERROR, INVALID_REQUEST}:
        return _STATUSES.get(error.code, 200)
    return 200


def rpc_error(error: SkepError) -> RpcError:
    """Return a problem of ours in the protocol's terms."""
    problem = error.to_problem()
    data = {"code": problem.code, "status": problem.status}
    code = INVALID_PARAMS if problem.status < 500 else INTERNAL_ERROR
    return RpcError(code, problem.detail or problem.title, data)


def agreed_version(wanted: object) -> str:
    """Return the version that a handshake ends with: the one asked for, or our newest."""
    if isinstance(wanted, str) and wanted in HANDSHAKE_VERSIONS:
        return wanted
    return HANDSHAKE_VERSIONS[-1]


def check_envelope(message: Rpc, headers: Mapping[str, str]) -> None:
    """Pass when a request without a handshake is whole and agrees with its headers.

    Raises:
        RpcError: It does not.
    """
    wanted = message.meta.get(f"{_META}protocolVersion")
    capabilities = message.meta.get(f"{_META}clientCapabilities")
    if not isinstance(wanted, str) or not isinstance(capabilities, dict):
        names = f"{_META}protocolVersion and {_META}clientCapabilities"
        raise RpcError(INVALID_PARAMS, f"`_meta` must have {names}.")
    expected = {VERSION_HEADER: wanted, _METHOD_HEADER: message.method}
    if message.method == "tools/call":
        expected[_NAME_HEADER] = str(message.params.get("name"))
    for name, value in expected.items():
        if headers.get(name) != value:
            raise RpcError(HEADER_MISMATCH, f"The header {name} is not what the body says.")
    if wanted not in ENVELOPE_VERSIONS:
        data = {"supported": [*HANDSHAKE_VERSIONS, *ENVELOPE_VERSIONS], "requested": wanted}
        raise RpcError(UNSUPPORTED_VERSION, f"The version {wanted:.40} is not known here.", data)
