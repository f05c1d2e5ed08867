"""Bytes by content hash, in the layout of NATS object stores (ADR-20)."""

import base64
import contextlib
import hashlib
import secrets
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from skep_contracts.ids import BlobKey
from skep_contracts.problems import Defect, InvalidInput, NotFound, SkepError, TooLarge
from skep_contracts.topology import BucketSpec
from skep_runtime.bus.wire.jetstream import Fenced, JetStream

_CHUNK_BYTES: Final = 128 * 1024
_IN_FLIGHT: Final = 8
_ROLLUP: Final = {"Nats-Rollup": "sub"}


class _Info(msgspec.Struct, kw_only=True, omit_defaults=True):
    name: str
    bucket: str
    nuid: str
    size: int
    chunks: int
    digest: str = ""
    mtime: str = ""
    deleted: bool = False
    options: dict[str, Any] = {}


class Blobs:
    """Content-addressed storage, apart for each tenant."""

    def __init__(self, jetstream: JetStream, spec: BucketSpec) -> None:
        """Use the object store that `spec` names; `Bus.ensure_topology` makes it."""
        self._jetstream = jetstream
        self._bucket = spec.name
        self._stream = f"OBJ_{spec.name}"

    async def put(self, tenant: str, content: bytes) -> BlobKey:
        """Store content; nothing is sent when it is there already. Safe to repeat."""
        key = BlobKey(hashlib.sha256(content).hexdigest())
        if not await self.exists(tenant, key):
            await self.put_stream(tenant, _pieces(content), max_bytes=len(content))
        return key

    async def put_stream(
        self, tenant: str, chunks: AsyncIterator[bytes], *, max_bytes: int
    ) -> tuple[BlobKey, int]:
        """Store content as it comes; returns its key and size. Holds about a megabyte at a time.

        Raises:
            TooLarge: More than `max_bytes` came; nothing is kept.
        """
        upload = _Upload(self._jetstream, self._bucket, max_bytes=max_bytes)
        try:
            async for chunk in chunks:
                await upload.add(chunk)
            info = await upload.finish()
            key = BlobKey(upload.sha256.hexdigest())
            if not await self._publish_info(tenant, key, info):
                await upload.discard()
            return key, info.size
        except BaseException:
            await upload.discard()
            raise

    async def _publish_info(self, tenant: str, key: BlobKey, info: _Info) -> bool:
        # Two may store the same content at once; who finishes second withdraws.
        subject = self._info_subject(tenant, key)
        last = await self._jetstream.last(self._stream, subject)
        if last is not None and not _decode(last.data).deleted:
            return False
        info.name = f"{tenant}/{key}"
        try:
            await self._jetstream.append(
                self._stream,
                subject,
                msgspec.json.encode(info),
                expected_last=last.seq if last else 0,
                headers=_ROLLUP,
            )
        except Fenced:
            return False
        return True

    async def exists(self, tenant: str, key: BlobKey) -> bool:
        """Tell whether the content is stored."""
        return await self._info(tenant, key) is not None

    async def get(self, tenant: str, key: BlobKey, *, max_bytes: int) -> bytes:
        """Return the content.

        Raises:
            NotFound: No such content for this tenant.
            TooLarge: It is larger than `max_bytes`.
            Defect: What is stored does not match its hash.
        """
        info = await self._require(tenant, key)
        if info.size > max_bytes:
            raise TooLarge(f"The stored content has {info.size} bytes; the limit is {max_bytes}.")
        return b"".join([chunk async for chunk in self._chunks(info, key)])

    async def open(self, tenant: str, key: BlobKey) -> AsyncGenerator[bytes, None]:
        """Yield the content in pieces; a wrong hash shows at the end. Raises what `get` does."""
        info = await self._require(tenant, key)
        async for chunk in self._chunks(info, key):
            yield chunk

    async def delete(self, tenant: str, key: BlobKey) -> None:
        """Remove content; no error when it is not there."""
        info = await self._info(tenant, key)
        if info is None:
            return
        gone = _Info(
            name=info.name,
            bucket=info.bucket,
            nuid=info.nuid,
            size=0,
            chunks=0,
            mtime=datetime.now(UTC).isoformat(),
            deleted=True,
        )
        subject = self._info_subject(tenant, key)
        await self._jetstream.publish(subject, msgspec.json.encode(gone), _ROLLUP)
        await _purge(self._jetstream, self._bucket, info.nuid)

    def _info_subject(self, tenant: str, key: BlobKey) -> str:
        name = base64.urlsafe_b64encode(f"{tenant}/{key}".encode()).decode()
        return f"$O.{self._bucket}.M.{name}"

    async def _info(self, tenant: str, key: BlobKey) -> _Info | None:
        if len(key) != 64 or not key.isalnum():
            raise InvalidInput("That is not the key of a stored blob.")
        subject = self._info_subject(tenant, key)
        found = await self._jetstream.get_direct(f"{self._stream}.{subject}")
        info = _decode(found.data) if found is not None else None
        return None if info is None or info.deleted else info

    async def _require(self, tenant: str, key: BlobKey) -> _Info:
        info = await self._info(tenant, key)
        if info is None:
            raise NotFound("No stored content has this key.")
        return info

    async def _chunks(self, info: _Info, key: BlobKey) -> AsyncGenerator[bytes, None]:
        sha256 = hashlib.sha256()
        subject = f"$O.{self._bucket}.C.{info.nuid}"
        if info.size:
            async for page in self._jetstream.read(self._stream, subject):
                for message in page:
                    sha256.update(message.data)
                    yield message.data
        if sha256.hexdigest() != key:
            raise Defect(
                "Stored content is damaged: it does not match its hash.", code="blob_damaged"
            )


class _Upload:
    """Sends content in chunks, several at a time."""

    def __init__(self, jetstream: JetStream, bucket: str, *, max_bytes: int) -> None:
        self.sha256 = hashlib.sha256()
        self._jetstream = jetstream
        self._bucket = bucket
        self._max_bytes = max_bytes
        self._nuid = secrets.token_hex(16)
        self._buffer = bytearray()
        self._window: list[bytes] = []
        self._size = self._chunks = 0

    async def add(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._max_bytes:
            raise TooLarge(f"The content has more than {self._max_bytes} bytes.")
        self.sha256.update(piece)
        self._buffer += piece
        while len(self._buffer) >= _CHUNK_BYTES:
            self._window.append(bytes(self._buffer[:_CHUNK_BYTES]))
            del self._buffer[:_CHUNK_BYTES]
            if len(self._window) == _IN_FLIGHT:
                await self._send_window()

    async def _send_window(self) -> None:
        window, self._window = self._window, []
        subject = f"$O.{self._bucket}.C.{self._nuid}"
        messages = []
        for chunk in window:
            headers = {"Nats-Msg-Id": f"{self._nuid}-{self._chunks}"}
            messages.append((subject, chunk, headers))
            self._chunks += 1
        await self._jetstream.publish_all(messages, in_order=True)

    async def finish(self) -> _Info:
        if self._buffer:
            self._window.append(bytes(self._buffer))
        await self._send_window()
        digest = base64.urlsafe_b64encode(self.sha256.digest()).decode()
        return _Info(
            name="",
            bucket=self._bucket,
            nuid=self._nuid,
            size=self._size,
            chunks=self._chunks,
            digest=f"SHA-256={digest}",
            mtime=datetime.now(UTC).isoformat(),
            options={"max_chunk_size": _CHUNK_BYTES},
        )

    async def discard(self) -> None:
        if self._chunks:
            with contextlib.suppress(SkepError):
                await _purge(self._jetstream, self._bucket, self._nuid)


async def _purge(jetstream: JetStream, bucket: str, nuid: str) -> None:
    chunks = {"filter": f"$O.{bucket}.C.{nuid}"}
    await jetstream.ask(f"STREAM.PURGE.OBJ_{bucket}", chunks, deadline_s=5.0)


def _decode(data: bytes) -> _Info:
    try:
        return msgspec.json.decode(data, type=_Info)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Defect("The record of a stored blob is damaged.", code="blob_damaged") from None


async def _pieces(content: bytes) -> AsyncGenerator[bytes, None]:
    for start in range(0, len(content), _CHUNK_BYTES):
        yield content[start : start + _CHUNK_BYTES]
