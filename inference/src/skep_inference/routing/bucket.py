"""Follows a bucket: first what is there, then what changes."""

import asyncio
from typing import TYPE_CHECKING, Protocol

from skep_contracts.topology import BucketSpec

if TYPE_CHECKING:
    from skep_runtime.bus import Bus


class Follower(Protocol):
    """Keeps a copy of what a bucket holds."""

    def put(self, key: str, value: bytes, revision: int) -> None:
        """Take a new value."""
        ...

    def remove(self, key: str) -> None:
        """Forget a value."""
        ...


async def follow(bus: "Bus", spec: BucketSpec, follower: Follower, ready: asyncio.Event) -> None:
    """Tell `follower` of every value, until cancelled; set `ready` once it knows the present."""
    from skep_runtime.bus import Deleted, Entry, Ready

    async for change in bus.bucket(spec).watch():
        match change:
            case Entry(key, value, revision):
                follower.put(key, value, revision)
            case Deleted(key):
                follower.remove(key)
            case Ready():
                ready.set()
