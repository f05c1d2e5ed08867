"""JetStream: its JSON interface, acknowledged and fenced publishing, reads without a consumer."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Final

import msgspec

from skep_contracts.problems import TooLarge, Unavailable
from skep_runtime.bus.wire.connection import Connection, NoResponderError, NotDeliveredError
from skep_runtime.bus.wire.link import Frame

DEADLINE_S: Final = 30.0
_TRY_S: Final = 3.0
_PAUSE_S: Final = 0.05
_LONGEST_PAUSE_S: Final = 1.0
_PAGE: Final = {"batch": 1024, "max_bytes": 4 * 1024 * 1024}
_WRONG_LAST_SEQUENCE: Final = (10071, 10164)
_NO_MESSAGE: Final = 10037
_TOO_LARGE: Final = 10054
_PASSING: Final = (10005, 10158)
"""No peers for now; another process is publishing the very same message."""
_NO_STREAM: Final = 10059
_RESTORING_S: Final = 3.0  # that streams in memory take to be made again, once a server is back
_MARK: Final = "Skep-Mark"


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


class JetStreamError(Unavailable):
    """The server refused for a lasting reason; `number` is what it calls that."""

    def __init__(self, error: ApiError) -> None:
        super().__init__(
            f"The message bus refused: {error.description} ({error.err_code}).", code="bus_refused"
        )
        self.number = error.err_code


class Fenced(Exception):
    """Somebody else wrote to the subject, up to `last_seq`. Stop: it is theirs now."""

    def __init__(self, last_seq: int) -> None:
        super().__init__(f"the subject has moved on to sequence {last_seq}")
        self.last_seq = last_seq


class StoredMessage(msgspec.Struct, gc=False):
    """A message read back from a stream."""

    seq: int
    data: bytes
    headers: dict[str, str]


class _Stored(msgspec.Struct):
    seq: int
    data: bytes = b""
    hdrs: bytes = b""


_acks: Final = msgspec.json.Decoder(PubAck)


class JetStream:
    """What the parts of the bus need of JetStream."""

    def __init__(self, connection: Connection, tasks: asyncio.TaskGroup) -> None:
        """Use `connection`; background work runs in `tasks`, which outlives it."""
        self.connection = connection
        self.tasks = tasks
        self._loop = asyncio.get_running_loop()

    async def ask(
        self, subject: str, payload: object = None, *, deadline_s: float = DEADLINE_S
    ) -> dict[str, Any]:
        """Call the JSON interface, again while the server is away or not ready.

        Raises:
            Unavailable: It refused (`JetStreamError`), or did not answer until the deadline.
        """
        data = b"" if payload is None else msgspec.json.encode(payload)
        deadline = self._loop.time() + deadline_s
        while True:
            frame = await self._insist(f"$JS.API.{subject}", data, None, deadline)
            reply: dict[str, Any] = msgspec.json.decode(frame.data)
            if "error" not in reply:
                return reply
            await self._bear(msgspec.convert(reply["error"], ApiError), deadline)

    async def publish(
        self, subject: str, data: bytes, headers: dict[str, str] | None = None
    ) -> PubAck:
        """Publish and wait for the acknowledgement, repeating through reconnects.

        Without a message id in `headers`, a repeat after a lost acknowledgement is stored twice.

        Raises:
            TooLarge: The stream does not take messages of this size.
            Unavailable: Refused (`JetStreamError`), or not acknowledged until the deadline.
        """
        deadline = self._loop.time() + DEADLINE_S
        while True:
            ack = _acks.decode((await self._insist(subject, data, headers, deadline)).data)
            if ack.error is None:
                return ack
            await self._bear(ack.error, deadline)

    async def publish_all(
        self, messages: Sequence[tuple[str, bytes, dict[str, str]]], *, in_order: bool = False
    ) -> None:
        """Publish (subject, data, headers) without waiting in between, then wait for all.

        What fails is repeated, so each needs a message id.

        Raises:
            Unavailable: As `publish`; with `in_order` also when the server took a later one only.
        """
        failed = []
        request = self.connection.request
        futures = [request(to, data, headers=headers) for to, data, headers in messages]
        for message, future in zip(messages, futures, strict=True):
            try:
                is_stored = _acks.decode((await future).data).error is None
            except NotDeliveredError:
                is_stored = False
            if not is_stored:
                failed.append(message)
            elif failed and in_order:
                raise Unavailable("The message bus took only a part of the content; try again.")
        for message in failed:
            await self.publish(*message)

    async def append(
        self,
        stream: str,
        subject: str,
        data: bytes,
        *,
        expected_last: int,
        headers: Mapping[str, str] | None = None,
    ) -> int:
        """Publish only if `expected_last` is the subject's last sequence (0: none); return the new.

        Each append carries a mark of its own. When an acknowledgement is lost, the mark on the last
        message tells whether it was ours, so a repeat neither doubles it nor fences its own writer.

        Raises:
            Fenced: The subject has another last message.
            TooLarge: The stream does not take messages of this size.
            Unavailable: No acknowledgement until the deadline; whether it is stored is unknown.
        """
        mark = self.connection.new_mark()
        marked = {"Nats-Expected-Last-Subject-Sequence": str(expected_last), _MARK: mark}
        if headers:
            marked |= headers
        deadline = 0.0
        while True:
            try:
                answer = await self.connection.request(subject, data, headers=marked)
                ack = _acks.decode(answer.data)
                if ack.error is None:
                    return ack.seq
                error: ApiError | None = ack.error
            except NotDeliveredError:
                error = None
            deadline = deadline or self._loop.time() + DEADLINE_S
            if error is not None and error.err_code not in _WRONG_LAST_SEQUENCE:
                await self._bear(error, deadline)
                continue
            last = await self.last(stream, subject, deadline=deadline)
            if last is not None and last.headers.get(_MARK) == mark:
                return last.seq
            if (last.seq if last else 0) != expected_last:
                raise Fenced(last.seq if last else 0)
            await asyncio.sleep(_PAUSE_S)
            self._check(deadline)

    async def last(
        self, stream: str, subject: str, *, deadline: float | None = None
    ) -> StoredMessage | None:
        """Return the last message of a subject, as the stream's leader knows it."""
        deadline = self._loop.time() + DEADLINE_S if deadline is None else deadline
        api = f"$JS.API.STREAM.MSG.GET.{stream}"
        request = msgspec.json.encode({"last_by_subj": subject})
        while True:
            reply = msgspec.json.decode((await self._insist(api, request, None, deadline)).data)
            if "message" in reply:
                found = msgspec.convert(reply["message"], _Stored)
                return StoredMessage(found.seq, found.data, _parse_headers(found.hdrs))
            error = msgspec.convert(reply.get("error", {}), ApiError)
            if error.err_code == _NO_MESSAGE:
                return None
            await self._bear(error, deadline)

    async def get_direct(self, source: str, request: bytes = b"") -> StoredMessage | None:
        """Return ``stream.subject``'s last message, or a stream's named one; a replica's answer."""
        deadline = self._loop.time() + DEADLINE_S
        frame = await self._insist(f"$JS.API.DIRECT.GET.{source}", request, None, deadline)
        return None if frame.status == "404" else _stored(frame)

    async def read(
        self, stream: str, subject: str, *, after_seq: int = 0
    ) -> AsyncGenerator[list[StoredMessage], None]:
        """Yield a subject's messages in pages of some megabytes, by batched direct get (ADR-31)."""
        api = f"$JS.API.DIRECT.GET.{stream}"
        deadline = self._loop.time() + DEADLINE_S
        while True:
            request = _PAGE | {"next_by_subj": subject, "seq": after_seq + 1}
            await self.connection.wait_connected(deadline)
            try:
                *frames, end = await self.connection.collect(api, msgspec.json.encode(request))
            except NotDeliveredError:
                self._check(deadline)
                await asyncio.sleep(_PAUSE_S)
                continue
            if frames:
                page = [_stored(frame) for frame in frames]
                yield page
                after_seq = page[-1].seq
                deadline = self._loop.time() + DEADLINE_S
            if end.status not in {"204", "404"}:
                raise JetStreamError(ApiError(description=end.headers.get("Description", "")))
            if end.headers.get("Nats-Num-Pending", "0") == "0":
                return

    async def _insist(
        self, subject: str, data: bytes, headers: dict[str, str] | None, deadline: float
    ) -> Frame:
        pause = _PAUSE_S
        while True:
            await self.connection.wait_connected(deadline)
            try:
                return await self.connection.request(
                    subject, data, headers=headers, timeout_s=_TRY_S
                )
            except NoResponderError:
                self._check(deadline, "nothing there takes this message")
            except NotDeliveredError:
                self._check(deadline)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)

    async def _bear(self, error: ApiError, deadline: float) -> None:
        if error.err_code == _TOO_LARGE:
            raise TooLarge("The message is larger than its stream allows.")
        is_back = self._loop.time() < self.connection.connected_at + _RESTORING_S
        is_passing = error.err_code in _PASSING or (error.err_code == _NO_STREAM and is_back)
        if error.code != 503 and not is_passing:
            raise JetStreamError(error)
        self._check(deadline, error.description)
        await asyncio.sleep(_PAUSE_S * 4)

    def _check(self, deadline: float, reason: str = "it does not answer") -> None:
        if self._loop.time() > deadline:
            raise Unavailable(f"The message bus cannot do this now ({reason}); try again shortly.")


def _stored(frame: Frame) -> StoredMessage:
    headers = frame.headers
    return StoredMessage(int(headers.get("Nats-Sequence", "0")), frame.data, headers)


def _parse_headers(head: bytes) -> dict[str, str]:
    lines = (line.decode("utf-8", "replace").partition(":") for line in head.split(b"\r\n")[1:])
    return {name: value.strip() for name, colon, value in lines if colon}
