"""JetStream: its JSON interface, acknowledged and fenced publishing, and reads without a consumer."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Final

import msgspec
from skep_contracts.problems import TooLarge, Unavailable

from skep_runtime.bus.connection import (
    Connection,
    DisconnectedError,
    NoAnswerError,
    NoResponderError,
    NotDeliveredError,
)
from skep_runtime.bus.protocol import Frame

DEADLINE_S: Final = 30.0
_ANSWER_S: Final = 5.0
_PAUSE_S: Final = 0.05
_PAGE_BYTES: Final = 4 * 1024 * 1024
_PAGE_MESSAGES: Final = 1024
_WRONG_LAST_SEQUENCE: Final = (10071, 10164)
_TOO_LARGE: Final = 10054
_NO_MESSAGE: Final = 10037


class ApiError(msgspec.Struct):
    """What the server says went wrong."""

    code: int = 500
    err_code: int = 0
    description: str = ""


class PubAck(msgspec.Struct):
    """The server's word on a published message."""

    seq: int = 0
    duplicate: bool = False
    error: ApiError | None = None


class JetStreamError(Exception):
    """The server refused a request for a lasting reason."""

    def __init__(self, error: ApiError) -> None:
        super().__init__(f"{error.description} ({error.err_code})")
        self.code = error.err_code


class Fenced(Exception):
    """Somebody else wrote to the subject; `last_seq` is their message. Stop: you do not own it any more."""

    def __init__(self, last_seq: int) -> None:
        super().__init__(f"the subject has moved on to sequence {last_seq}")
        self.last_seq = last_seq


class StoredMessage(msgspec.Struct, gc=False):
    """A message read back from a stream."""

    subject: str
    seq: int
    data: bytes
    headers: dict[str, str]


class _Stored(msgspec.Struct):
    subject: str = ""
    seq: int = 0
    data: bytes = b""
    hdrs: bytes = b""


class _GetReply(msgspec.Struct):
    message: _Stored | None = None
    error: ApiError | None = None


_acks: Final = msgspec.json.Decoder(PubAck)


class JetStream:
    """What the parts of the bus need of JetStream."""

    def __init__(self, connection: Connection, tasks: asyncio.TaskGroup) -> None:
        """Use `connection`; background work runs in `tasks`, which outlives it."""
        self.connection = connection
        self.tasks = tasks

    async def ask(
        self, subject: str, payload: object = None, *, deadline_s: float = DEADLINE_S
    ) -> dict[str, Any]:
        """Call the JSON interface, again while the server is away or not ready.

        Raises:
            JetStreamError: The server refused.
            Unavailable: It did not answer until the deadline.
        """
        data = b"" if payload is None else msgspec.json.encode(payload)
        deadline = asyncio.get_running_loop().time() + deadline_s
        while True:
            frame = await self._insist(f"$JS.API.{subject}".encode(), data, b"", deadline)
            reply: dict[str, Any] = msgspec.json.decode(frame.data)
            if "error" not in reply:
                return reply
            error = msgspec.convert(reply["error"], ApiError)
            await self._pause_if_temporary(error, deadline)

    async def publish(
        self, subject: bytes, data: bytes, head: bytes = b"", *, deadline_s: float = DEADLINE_S
    ) -> PubAck:
        """Publish and wait for the acknowledgement, repeating through reconnects.

        Without a message id in `head`, a repeat after a lost acknowledgement is stored twice.

        Raises:
            TooLarge: The stream does not take messages of this size.
            JetStreamError: The server refused.
            Unavailable: No acknowledgement until the deadline.
        """
        deadline = asyncio.get_running_loop().time() + deadline_s
        while True:
            ack = _acks.decode((await self._insist(subject, data, head, deadline)).data)
            if ack.error is None:
                return ack
            if ack.error.err_code == _TOO_LARGE:
                raise TooLarge("The message is larger than its stream allows.")
            await self._pause_if_temporary(ack.error, deadline)

    async def publish_all(
        self, messages: Sequence[tuple[bytes, bytes, bytes]], *, in_order: bool = False
    ) -> None:
        """Publish (subject, data, head) without waiting in between, then wait for all.

        What fails is repeated, so each head needs a message id.

        Raises:
            Unavailable: As `publish`; with `in_order` also when one was refused and a later one was not.
        """
        futures = [
            self.connection.request(subject, data, head=head, timeout_s=_ANSWER_S)
            for subject, data, head in messages
        ]
        failed = []
        for message, future in zip(messages, futures, strict=True):
            try:
                is_stored = _acks.decode((await future).data).error is None
            except NotDeliveredError:
                is_stored = False
            if not is_stored:
                failed.append(message)
            elif failed and in_order:
                raise Unavailable("The message bus took only some of the content; try again.")
        for subject, data, head in failed:
            await self.publish(subject, data, head)

    async def _pause_if_temporary(self, error: ApiError, deadline: float) -> None:
        if error.code != 503:
            raise JetStreamError(error)
        if asyncio.get_running_loop().time() > deadline:
            raise Unavailable(f"The message bus cannot store now: {error.description}.")
        await asyncio.sleep(_PAUSE_S * 4)

    async def _insist(self, subject: bytes, data: bytes, head: bytes, deadline: float) -> Frame:
        pause = _PAUSE_S
        while True:
            await self.connection.wait_connected(deadline)
            try:
                return await self.connection.request(subject, data, head=head, timeout_s=_ANSWER_S)
            except DisconnectedError:
                continue
            except (NoResponderError, NoAnswerError):
                if asyncio.get_running_loop().time() > deadline:
                    raise Unavailable(
                        "The message bus does not answer; try again shortly."
                    ) from None
            await asyncio.sleep(pause)
            pause = min(pause * 2, 1.0)

    async def append(
        self,
        stream: str,
        subject: bytes,
        data: bytes,
        *,
        expected_last: int,
        headers: Mapping[str, str] | None = None,
    ) -> int:
        """Publish only if `expected_last` is the subject's last sequence (0: it has none); returns the new one.

        Every append carries a mark of its own. When the acknowledgement is lost, the mark of the last
        message tells whether it was ours, so a repeat neither doubles it nor fences its own writer.

        Raises:
            Fenced: The subject has another last message.
            TooLarge: The stream does not take messages of this size.
            Unavailable: No acknowledgement until the deadline.
        """
        mark = self.connection.new_mark()
        lines = [
            b"NATS/1.0\r\nNats-Expected-Last-Subject-Sequence: %d\r\nSkep-Mark: %b\r\n"
            % (expected_last, mark)
        ]
        lines += (f"{name}: {value}\r\n".encode() for name, value in (headers or {}).items())
        head = b"".join(lines) + b"\r\n"
        ack = await self._try(subject, data, head)
        if ack is not None and ack.error is None:
            return ack.seq
        deadline = asyncio.get_running_loop().time() + DEADLINE_S
        while True:
            if ack is None or ack.error is None or ack.error.err_code in _WRONG_LAST_SEQUENCE:
                last = await self.last(stream, subject.decode(), deadline=deadline)
                last_seq = last.seq if last else 0
                if last is not None and last.headers.get("Skep-Mark") == mark.decode():
                    return last_seq
                if last_seq != expected_last:
                    raise Fenced(last_seq)
            else:
                await self._pause_if_temporary(ack.error, deadline)
            await self.connection.wait_connected(deadline)
            ack = await self._try(subject, data, head)
            if ack is not None and ack.error is None:
                return ack.seq
            if asyncio.get_running_loop().time() > deadline:
                raise Unavailable("The message bus did not confirm a write; try again shortly.")
            await asyncio.sleep(_PAUSE_S)

    async def _try(self, subject: bytes, data: bytes, head: bytes) -> PubAck | None:
        try:
            frame = await self.connection.request(subject, data, head=head, timeout_s=_ANSWER_S)
        except NotDeliveredError:
            return None
        ack = _acks.decode(frame.data)
        if ack.error is not None and ack.error.err_code == _TOO_LARGE:
            raise TooLarge("The message is larger than its stream allows.")
        return ack

    async def last(
        self, stream: str, subject: str, *, deadline: float | None = None
    ) -> StoredMessage | None:
        """Return the last message of a subject as the stream's leader knows it; None when there is none."""
        request = msgspec.json.encode({"last_by_subj": subject})
        if deadline is None:
            deadline = asyncio.get_running_loop().time() + DEADLINE_S
        api = f"$JS.API.STREAM.MSG.GET.{stream}".encode()
        while True:
            frame = await self._insist(api, request, b"", deadline)
            reply = msgspec.json.decode(frame.data, type=_GetReply)
            if reply.message is not None:
                found = reply.message
                headers = Frame(b"", b"", found.hdrs, b"").headers
                return StoredMessage(found.subject, found.seq, found.data, headers)
            error = reply.error or ApiError()
            if error.err_code == _NO_MESSAGE:
                return None
            await self._pause_if_temporary(error, deadline)

    async def last_direct(self, stream: str, subject: str) -> StoredMessage | None:
        """Return the last message of a subject from any replica: quicker, perhaps not the newest."""
        deadline = asyncio.get_running_loop().time() + DEADLINE_S
        api = f"$JS.API.DIRECT.GET.{stream}.{subject}".encode()
        frame = await self._insist(api, b"", b"", deadline)
        if frame.status == b"404":
            return None
        return _stored(frame)

    async def read(
        self, stream: str, subject: str, *, after_seq: int = 0
    ) -> AsyncGenerator[list[StoredMessage], None]:
        """Yield the messages of a subject in pages of a few megabytes, by batched direct get (ADR-31)."""
        deadline = asyncio.get_running_loop().time() + DEADLINE_S
        api = f"$JS.API.DIRECT.GET.{stream}".encode()
        while True:
            request = msgspec.json.encode(
                {
                    "batch": _PAGE_MESSAGES,
                    "max_bytes": _PAGE_BYTES,
                    "next_by_subj": subject,
                    "seq": after_seq + 1,
                }
            )
            await self.connection.wait_connected(deadline)
            try:
                page, is_last = await self._page(api, request)
            except NotDeliveredError:
                if asyncio.get_running_loop().time() > deadline:
                    raise Unavailable("The message bus does not answer; try again.") from None
                await asyncio.sleep(_PAUSE_S)
                continue
            if page:
                yield page
                after_seq = page[-1].seq
                deadline = asyncio.get_running_loop().time() + DEADLINE_S
            if is_last:
                return

    async def _page(self, api: bytes, request: bytes) -> tuple[list[StoredMessage], bool]:
        *frames, end = await self.connection.collect(api, request, timeout_s=_ANSWER_S)
        if end.status == b"404":
            return [], True
        if end.status != b"204":
            raise JetStreamError(ApiError(description=end.headers.get("Description", "")))
        return [_stored(frame) for frame in frames], end.headers.get("Nats-Num-Pending") == "0"


def _stored(frame: Frame) -> StoredMessage:
    headers = frame.headers
    return StoredMessage(
        headers.get("Nats-Subject", ""), int(headers.get("Nats-Sequence", "0")), frame.data, headers
    )
