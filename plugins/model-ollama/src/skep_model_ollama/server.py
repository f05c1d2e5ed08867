"""The credential form: where the server is, and how it is to keep models in memory."""

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from skep_contracts.problems import FieldError, InvalidInput
from skep_contracts.vendor_wire.address import api_key, base_url

BASE_URL: Final = "http://localhost:11434"
MAX_CONTEXT: Final = 16_777_216
CREDENTIAL_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "base_url": {
            "type": "string",
            "title": "Base URL",
            "format": "uri",
            "default": BASE_URL,
            "description": "The server, without /api. A private address must be allowed by the"
            " operator.",
        },
        "api_key": {
            "type": "string",
            "title": "API key",
            "writeOnly": True,
            "description": "For ollama.com, or a proxy in front of your server that asks for one.",
        },
        "num_ctx": {
            "type": "integer",
            "title": "Context window in tokens",
            "minimum": 1,
            "maximum": MAX_CONTEXT,
            "description": "What the server reserves memory for; its own default when left out.",
        },
        "keep_alive": {
            "type": "string",
            "title": "Keep models in memory",
            "description": "For how long after a call, as in 10m or 24h; -1 is for ever.",
        },
    },
    "additionalProperties": False,
}
_SPAN: Final = re.compile(r"-?(\d+(\.\d+)?(ns|us|ms|s|m|h))+")
_NUMBER: Final = re.compile(r"-?\d{1,9}")
_ADDED: Final = ("/api", "/v1")


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """One credential."""

    base_url: str
    """Without a slash at its end, and without the path of an API."""
    api_key: str
    num_ctx: int | None
    keep_alive: str | int | None


def read_credential(credential: Mapping[str, Any]) -> Server:
    """Return what a credential says.

    Raises:
        InvalidInput: A field holds what it cannot.
    """
    url = base_url(credential, default=BASE_URL, example=BASE_URL)
    for path in _ADDED:  # people paste the address of the API, or the one that is like OpenAI's
        url = url.removesuffix(path)
    return Server(
        base_url=url,
        api_key=api_key(credential, is_needed=False),
        num_ctx=_num_ctx(credential.get("num_ctx")),
        keep_alive=_keep_alive(credential.get("keep_alive")),
    )


def _num_ctx(given: object) -> int | None:
    if given is None or given == "":
        return None
    text = str(given) if isinstance(given, int | str) and not isinstance(given, bool) else ""
    number = int(text) if _NUMBER.fullmatch(text) else 0
    if not 1 <= number <= MAX_CONTEXT:
        raise InvalidInput(
            "The context window must be a number of tokens.",
            errors=[FieldError(pointer="/num_ctx", message=f"not between 1 and {MAX_CONTEXT}")],
        )
    return number


def _keep_alive(given: object) -> str | int | None:
    """Return a span as the server reads it: a text with a unit, or a number of seconds."""
    if given is None or given == "":
        return None
    text = str(given).strip() if isinstance(given, int | str) else ""
    if _NUMBER.fullmatch(text):
        return int(text)
    if len(text) <= 40 and _SPAN.fullmatch(text):
        return text
    raise InvalidInput(
        "How long models stay in memory must look like 10m, or be -1 or 0.",
        errors=[FieldError(pointer="/keep_alive", message="not a span of time")],
    )
