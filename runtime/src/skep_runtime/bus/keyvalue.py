"""A key-value bucket in the layout of NATS (ADR-8), so that other clients read it too."""

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

import msgspec

from skep_contracts.problems import Conflict, InvalidInput, TooLarge
from skep_contracts.topology import BucketSpec
from skep_runtime.bus.wire.jetstream import Fenced, JetStream
from skep_runtime.bus.wire.pulling import OrderedReader

_KEY: Final = re.compile(r"[-/_=a-zA-Z0-9]+(\.[-/_=a-zA-Z0-9]+)*\Z")
_OPERATION: Final = "KV-Operation"
_MARKER: Final = "Nats-Marker-Reason"


class Entry(msgspec.Struct, frozen=True):
    """A key and its value; `revision` grows with every change in the bucket."""

    key: str
    value: bytes
    revision: int


class Deleted(msgspec.Struct, frozen=True):
    """A key that is gone."""

    key: str
    revision: int


class Ready(msgspec.Struct, frozen=True):
    """All present values have been seen; what follows are changes."""


class KeyValue:
    """One bucket."""

    def __init__(self, jetstream: JetStream, spec: BucketSpec) -> None:
        """Use the bucket that `spec` names; `Bus.ensure_topology` makes it."""
        self._jetstream = jetstream
        self._spec = spec
        self._stream = f"KV_{spec.name}"
        self._prefix = f"$KV.{spec.name}."

    def _subject(self, key: str) -> str:
        if not _KEY.match(key):
            raise InvalidInput(
                f"{key!r} cannot be a key: use letters, digits, and - _ = / or dots."
            )
        return self._prefix + key

    def _check(self, value: bytes) -> None:
        limit = self._spec.max_value_bytes
        if limit and len(value) > limit:
            raise TooLarge(f"A value of {len(value)} bytes exceeds {limit}.")

    async def get(self, key: str) -> Entry | None:
        """Return the value of a key; None when it has none."""
        found = await self._jetstream.get_direct(f"{self._stream}.{self._subject(key)}")
        if found is None or _is_deleted(found.headers):
            return None
        return Entry(key, found.data, found.seq)

    async def put(self, key: str, value: bytes) -> int:
        """Set a key, whatever it was; returns the revision."""
        self._check(value)
        return await self._publish(key, value, {})

    async def create(self, key: str, value: bytes) -> int:
        """Set a key that has no value; returns the revision.

        Raises:
            Conflict: It has one.
        """
        last = await self._jetstream.last(self._stream, self._subject(key))
        if last is not None and not _is_deleted(last.headers):
            raise Conflict(f"{key!r} exists already.")
        return await self.update(key, value, last.seq if last else 0)

    async def update(self, key: str, value: bytes, revision: int) -> int:
        """Set a key that is still at `revision`; returns the new one.

        Raises:
            Conflict: Somebody else changed it.
        """
        self._check(value)
        subject = self._subject(key)
        try:
            return await self._jetstream.append(
                self._stream, subject, value, expected_last=revision
            )
        except Fenced:
            raise Conflict(f"{key!r} was changed by somebody else.") from None

    async def delete(self, key: str) -> None:
        """Remove a key; no error when it is not there."""
        await self._publish(key, b"", {_OPERATION: "DEL"})

    async def _publish(self, key: str, value: bytes, headers: dict[str, str]) -> int:
        # With an id of its own, what is sent again after a lost answer overwrites nothing newer.
        mark = {"Nats-Msg-Id": self._jetstream.connection.new_mark()}
        subject = self._subject(key)
        return (await self._jetstream.publish(subject, value, headers | mark)).seq

    async def keys(self, prefix: str = "") -> list[str]:
        """Return the keys that begin with `prefix`, sorted."""
        found = []
        async with aclosing(self._read(prefix, headers_only=True)) as events:
            async for event in events:
                match event:
                    case Ready():
                        break
                    case Entry(key=key):
                        found.append(key)
        return sorted(found)

    async def watch(self, prefix: str = "") -> AsyncGenerator[Entry | Deleted | Ready, None]:
        """Yield the entries whose keys begin with `prefix`, then `Ready`, then every change."""
        async with aclosing(self._read(prefix)) as events:
            async for event in events:
                yield event

    async def _read(
        self, prefix: str, *, headers_only: bool = False
    ) -> AsyncGenerator[Entry | Deleted | Ready, None]:
        tokens, _, _ = prefix.rpartition(".")
        pattern = f"{self._prefix}{tokens}.>" if tokens else f"{self._prefix}>"
        reader = OrderedReader(
            self._jetstream,
            self._stream,
            [pattern],
            start={"deliver_policy": "last_per_subject"},
            headers_only=headers_only,
        )
        is_ready = False
        async with aclosing(reader.messages()) as messages:
            async for message in messages:
                if message is not None:
                    key = message.subject.removeprefix(self._prefix)
                    if key.startswith(prefix):
                        if not _is_deleted(message.headers):
                            yield Entry(key, message.data, message.seq)
                        elif is_ready:
                            yield Deleted(key, message.seq)
                if not is_ready and (message is None or message.is_last):
                    is_ready = True
                    yield Ready()


def _is_deleted(headers: dict[str, str]) -> bool:
    return headers.get(_OPERATION) in {"DEL", "PURGE"} or _MARKER in headers
