"""Request bodies: bounded while they stream in, and read as strict JSON."""

import asyncio
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from skep_contracts.problems import FieldError, InvalidInput, TooLarge, json_pointer
from skep_gateway.web.limits import MAX_JSON_BYTES
from skep_gateway.web.problems import MalformedJson

_LINGER_BYTES: Final = 32 * 1024 * 1024
_LINGER_S: Final = 2.0
_METER: Final = "skep.body"
_decode: Final = msgspec.json.Decoder().decode


class BodyMeter:
    """Counts a request's body as it arrives and refuses what exceeds `limit`."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        """Measure one request; the route sets `limit` before anything is read."""
        self.limit = MAX_JSON_BYTES
        self.refused = False
        self._receive = receive
        self._seen = 0
        self._declared = 0
        self._waits_for_go = False
        for name, value in scope["headers"]:
            if name == b"content-length":
                # Digits alone; the parser has refused everything else.
                self._declared = int(value)
            elif name == b"expect":
                self._waits_for_go = True

    async def receive(self) -> Message:
        """Return the next piece.

        Raises:
            TooLarge: The declared length, or what came so far, exceeds the limit.
        """
        if self._declared > self.limit:
            self._refuse()
        message = await self._receive()
        self._seen += len(message.get("body", b""))
        if self._seen > self.limit:
            self._refuse()
        return message

    def _refuse(self) -> None:
        self.refused = True
        raise TooLarge(f"The body exceeds {self.limit:,} bytes, the limit of this address.")

    async def linger(self) -> None:
        """Throw away some of what the client still sends, so that it gets to read the answer.

        A connection closed with unread bytes is reset, and the reset may overtake the answer.
        """
        if self._waits_for_go and not self._seen:
            return
        left = _LINGER_BYTES
        try:
            async with asyncio.timeout(_LINGER_S):
                while left > 0:
                    message = await self._receive()
                    left -= len(message.get("body", b""))
                    if message["type"] == "http.disconnect" or not message.get("more_body"):
                        return
        except TimeoutError:
            return


class BodyLimit:
    """ASGI middleware: gives every request a `BodyMeter` and ends refused uploads politely."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a metered body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        meter = BodyMeter(scope, receive)
        scope[_METER] = meter

        async def send_on(message: Message) -> None:
            if not meter.refused:
                await send(message)
            elif message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"connection", b"close")]
                await send(message)
            else:
                await send({**message, "more_body": True})
                await meter.linger()
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        await self._app(scope, meter.receive, send_on)


def set_body_limit(scope: Scope, max_bytes: int) -> None:
    """Let this request send up to `max_bytes`; before anything is read."""
    meter = scope.get(_METER)
    if isinstance(meter, BodyMeter):
        meter.limit = max_bytes


class StrictRequest(Request):
    """A request whose JSON is decoded by the strict decoder."""

    async def json(self) -> Any:
        """Return the decoded body; see `read_json`."""
        if not hasattr(self, "_json"):
            self._json = read_json(await self.body())
        return self._json


def read_json(body: bytes) -> Any:
    """Decode JSON.

    Raises:
        MalformedJson: It is no JSON, or nested too deeply.
        InvalidInput: A text holds a NUL character, which databases refuse.
    """
    try:
        value = _decode(body)
    except msgspec.DecodeError as error:
        # msgspec speaks of the bytes' form and position only, never of their content.
        raise MalformedJson(f"The body is not valid JSON: {_reason(error)}.") from error
    except RecursionError:
        raise MalformedJson("The JSON is nested too deeply.") from None
    except UnicodeDecodeError:
        raise MalformedJson("The body is not valid UTF-8.") from None
    if b"\\u0000" in body:
        refuse_nul(value)
    return value


def _reason(error: msgspec.DecodeError) -> str:
    return str(error).removeprefix("JSON is malformed: ").rstrip(".")


def refuse_nul(value: object) -> None:
    """Refuse texts with a NUL character anywhere in a JSON value.

    Raises:
        InvalidInput: There is one; the error points at it.
    """
    stack: list[tuple[object, tuple[str | int, ...]]] = [(value, ())]
    while stack:
        item, path = stack.pop()
        match item:
            case str() if "\0" in item:
                raise InvalidInput(
                    "A text contains a NUL character, which cannot be stored.",
                    errors=[FieldError(pointer=json_pointer(*path), message="NUL character")],
                )
            case dict():
                stack += [(key, path) for key in item]
                stack += [(child, (*path, key)) for key, child in item.items()]
            case list():
                stack += [(child, (*path, index)) for index, child in enumerate(item)]
            case _:
                pass
