"""JSON-RPC messages of the Model Context Protocol, as a client writes and reads them.

Versions, methods and codes: https://modelcontextprotocol.io/specification.
"""

from typing import Any, Final

import msgspec

from skep_contracts.problems import InvalidInput, ProviderFailed, SkepError

HANDSHAKE: Final = "2025-11-25"
"""The newest version that begins with `initialize`; a server may answer with an older one."""
ENVELOPE: Final = "2026-07-28"
"""The version without a handshake, for servers that speak no other."""
KNOWN: Final = frozenset({"2024-11-05", "2025-03-26", "2025-06-18", HANDSHAKE})
UNSUPPORTED_VERSION: Final = -32022
_METHOD_NOT_FOUND: Final = -32601
_INVALID_PARAMS: Final = -32602
_META: Final = "io.modelcontextprotocol/"
_CLIENT: Final = {"name": "skep", "title": "Skep", "version": "1"}
_MAX_SHOWN: Final = 500

encode: Final = msgspec.json.Encoder().encode


class Reply(msgspec.Struct, kw_only=True):
    """What a server sends: an answer, or a request or notification of its own."""

    id: int | str | None = None
    method: str | None = None
    result: Any = None
    error: "RpcFailure | None" = None


class RpcFailure(msgspec.Struct, kw_only=True):
    """Why a request was not carried out."""

    code: int = 0
    message: str = ""
    data: Any = None


_decoder: Final = msgspec.json.Decoder(Reply)


def read(data: bytes) -> Reply:
    """Return a message of the server.

    Raises:
        ProviderFailed: It is none.
    """
    try:
        return _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise ProviderFailed(
            "The MCP server answered with something that is no message of the protocol. Is the"
            " address the one of its MCP endpoint?",
            code="bad_mcp_answer",
        ) from None


def request(number: int, method: str, params: dict[str, Any]) -> dict[str, Any]:
    """Return a request."""
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def notification(method: str) -> dict[str, Any]:
    """Return a notification."""
    return {"jsonrpc": "2.0", "method": method}


def hello() -> dict[str, Any]:
    """Return what a handshake says. We offer servers nothing to ask of us."""
    return {"protocolVersion": HANDSHAKE, "capabilities": {}, "clientInfo": _CLIENT}


def agreed(result: Any) -> str:
    """Return the version that a handshake ended with.

    Raises:
        ProviderFailed: We do not speak it.
    """
    version = result.get("protocolVersion") if isinstance(result, dict) else None
    if version not in KNOWN:
        raise ProviderFailed(
            f"The MCP server speaks the version {str(version)[:40]!r}, which is not known here.",
            code="mcp_version",
        )
    return str(version)


def with_envelope(params: dict[str, Any]) -> dict[str, Any]:
    """Return parameters that say what a handshake would have said."""
    meta: dict[str, Any] = {
        f"{_META}protocolVersion": ENVELOPE,
        f"{_META}clientCapabilities": {},
        f"{_META}clientInfo": _CLIENT,
    }
    said = params.get("_meta")
    return {**params, "_meta": {**(said if isinstance(said, dict) else {}), **meta}}


def answer_to(asked: Reply) -> dict[str, Any] | None:
    """Return what a server hears that asks us something; None for what wants no answer."""
    if asked.method is None or asked.id is None:
        return None
    if asked.method == "ping":
        return {"jsonrpc": "2.0", "id": asked.id, "result": {}}
    error = {"code": _METHOD_NOT_FOUND, "message": f"{asked.method} is not served here"}
    return {"jsonrpc": "2.0", "id": asked.id, "error": error}


def problem_of(failure: RpcFailure) -> SkepError:
    """Return what a server's refusal of a request means."""
    said = failure.message[:_MAX_SHOWN] or f"code {failure.code}"
    if failure.code == _INVALID_PARAMS:
        return InvalidInput(f"The MCP server refuses the call: {said}", code="mcp_refused")
    return ProviderFailed(f"The MCP server cannot do that: {said}", code="mcp_failed")
