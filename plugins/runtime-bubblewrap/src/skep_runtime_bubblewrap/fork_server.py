"""The host's side of one fork-server: starts it, asks it for children, hears how they end."""

import asyncio
import contextlib
import logging
import math
import os
import socket
import struct
import subprocess
from collections import deque
from collections.abc import Sequence
from typing import Final

import msgspec

from skep_contracts.plugins.runtimes import RunLimits
from skep_contracts.problems import Unavailable
from skep_runtime_bubblewrap.outfits import Outfit
from skep_runtime_bubblewrap.sandbox_order import Plan, command

_NUMBER: Final = struct.Struct(">Q")
_LIMITS: Final = struct.Struct(">6Q")
_ENDED: Final = struct.Struct(">QiQQ")
_START_TIMEOUT_S: Final = 15.0
_START_WITH_PACKAGES_S: Final = 90.0
_KILL_TIMEOUT_S: Final = 5.0
_MAX_DIAGNOSIS: Final = 4_000
_MAX_MESSAGE: Final = 1_024


class Ended(msgspec.Struct, frozen=True):
    """How a child ended, as its parent saw it: a wait status, CPU seconds, peak resident bytes."""

    status: int
    cpu_s: float
    peak_memory_bytes: int


class ForkServerGone(Exception):
    """The fork-server ended, and every child with it.

    `has_begun` tells whether a child may have read its request by then.
    """

    def __init__(self, *, has_begun: bool = False) -> None:
        super().__init__()
        self.has_begun = has_begun


class Child:
    """A forked process that waits for a request; used once. Its descriptors are non-blocking."""

    def __init__(self, number: int, limits: bytes) -> None:
        loop = asyncio.get_running_loop()
        self.number = number
        self.limits = limits
        self.ended: asyncio.Future[Ended] = loop.create_future()
        self._ours: list[int] = []
        self.theirs: list[int] = []
        try:
            self.request = self._pipe(is_from_child=False)
            self.result = self._pipe(is_from_child=True)
            self.out = self._pipe(is_from_child=True)
            self.err = self._pipe(is_from_child=True)
        except OSError as error:
            self.close()
            raise Unavailable(
                f"The sandbox cannot open what another run needs ({error.strerror}).",
                retry_after_s=1.0,
            ) from error

    def _pipe(self, *, is_from_child: bool) -> int:
        ends = os.pipe()
        ours, theirs = ends if is_from_child else reversed(ends)
        os.set_blocking(ours, False)
        self._ours.append(ours)
        self.theirs.append(theirs)
        return ours

    def hand_over(self) -> None:
        """Close the ends that the child has now."""
        while self.theirs:
            os.close(self.theirs.pop())

    def close(self) -> None:
        """Close every descriptor; safe to repeat."""
        self.hand_over()
        while self._ours:
            os.close(self._ours.pop())


class ForkServer:
    """A bubblewrap sandbox with a fork-server in it."""

    def __init__(self, plan: Plan, outfit: Outfit, *, spares: int, logger: logging.Logger) -> None:
        """Keep `spares` children forked ahead, so that a run finds one waiting."""
        self.is_alive = False
        self.base_bytes = 0
        """Address space that the interpreter takes before user code gets any."""
        self._plan = plan
        self._outfit = outfit
        self._logger = logger
        self._children: dict[int, Child] = {}
        self._spares: deque[Child] = deque()
        self._wanted_spares = spares
        self._last_number = 0
        self._last_limits = _pack(RunLimits())
        self._said = b""
        self._diagnosis = -1
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    async def start(self) -> None:
        """Start the sandbox and wait until its fork-server is ready.

        Raises:
            Unavailable: It did not come up; the detail quotes what bubblewrap said.
        """
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise

    async def _start(self) -> None:
        loop = asyncio.get_running_loop()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.setblocking(False)  # noqa: FBT003
        self._diagnosis, diagnosis = os.pipe()
        os.set_blocking(self._diagnosis, False)
        try:
            with (
                theirs,
                command(self._plan, self._outfit, theirs.fileno()) as (arguments, descriptors),
            ):
                self._process = _spawn(arguments, descriptors, diagnosis)
        except OSError as error:
            raise Unavailable(f"No process could be started: {error.strerror}.") from error
        finally:
            os.close(diagnosis)
        greeting = b""
        with contextlib.suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(
                _START_WITH_PACKAGES_S if self._outfit.environment else _START_TIMEOUT_S
            ):
                greeting = await loop.sock_recv(self._control, _MAX_MESSAGE)
        if not greeting:
            self._collect_diagnosis()
            raise Unavailable(self._said.decode(errors="replace").strip() or "It said nothing.")
        (self.base_bytes,) = _NUMBER.unpack(greeting[1:])
        self.is_alive = True
        loop.add_reader(self._control, self._hear)
        loop.add_reader(self._diagnosis, self._collect_diagnosis)
        self._refill()

    def take(self, limits: RunLimits) -> Child:
        """Return a child that waits for its request, already confined or about to be.

        Raises:
            ForkServerGone: The fork-server has ended.
            Unavailable: It is so busy that it does not read.
        """
        self._last_limits = _pack(limits)
        for child in self._spares:
            if child.limits == self._last_limits and not child.ended.done():
                self._spares.remove(child)
                return child
        if self._spares:
            # Made for other limits than are asked for now: its place goes to one that fits.
            self.release(self._spares.popleft())
        return self._prepare(self._last_limits, b"P")

    def release(self, child: Child) -> None:
        """Let go of a child that has ended, or kill it; a spare takes its place."""
        self._children.pop(child.number, None)
        if not child.ended.done():
            self.kill(child)
            child.ended.cancel()
        child.close()
        if self.is_alive:
            # Not now: whoever waits for the run's result goes first.
            asyncio.get_running_loop().call_soon(self._refill)

    def kill(self, child: Child) -> None:
        """Kill a child with all it started; its end is heard later."""
        if self.is_alive and not child.ended.done():
            try:
                self._send(b"K" + _NUMBER.pack(child.number))
            except (Unavailable, ForkServerGone):
                self._end()  # it does not read its orders: end it and with it every child

    @property
    def has_ended(self) -> bool:
        """Whether nothing is left of its process, once it was told to end."""
        return self._process is None or self._process.poll() is not None

    def end(self) -> None:
        """Kill the sandbox and everything in it, without waiting for its end."""
        self._end()

    def knows_end_of(self, child: Child) -> bool:
        """Tell whether a child has ended, whatever this process was late to hear.

        A process that was held up finds its timers due before it has read what came meanwhile.
        """
        self._hear()
        return child.ended.done()

    async def give_up(self, child: Child) -> None:
        """End the whole sandbox, for a child in it was killed and does not end."""
        self._logger.error("sandbox ended: a child does not end", extra={"child": child.number})
        await self.stop()

    async def stop(self) -> None:
        """Kill the sandbox and everything in it; safe to repeat."""
        self._end()
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        try:
            await asyncio.to_thread(process.wait, _KILL_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._logger.exception("sandbox does not end", extra={"pid": process.pid})

    def _refill(self) -> None:
        with contextlib.suppress(Unavailable, ForkServerGone):
            while self.is_alive and len(self._spares) < self._wanted_spares:
                self._spares.append(self._prepare(self._last_limits, b"A"))

    def _prepare(self, limits: bytes, kind: bytes) -> Child:
        self._last_number += 1
        child = Child(self._last_number, limits)
        try:
            self._send(kind + _NUMBER.pack(child.number) + limits, child.theirs)
        except BaseException:
            child.close()
            raise
        child.hand_over()
        self._children[child.number] = child
        return child

    def _send(self, message: bytes, descriptors: Sequence[int] = ()) -> None:
        if not self.is_alive or self._control is None:
            raise ForkServerGone
        try:
            socket.send_fds(self._control, [message], descriptors)
        except BlockingIOError as error:
            raise Unavailable(
                "The sandbox is busy: it has more to start than it can.", retry_after_s=1.0
            ) from error
        except OSError as error:
            self._end()  # at once: whoever asks next is to find it gone
            raise ForkServerGone from error

    def _hear(self) -> None:
        """Take in what the fork-server says, until nothing is left or it has ended."""
        while self._control is not None:
            try:
                message = self._control.recv(_MAX_MESSAGE)
            except BlockingIOError:
                return
            except OSError:
                message = b""
            if not message:
                self._end()
                return
            self._take_in(message)

    def _take_in(self, message: bytes) -> None:
        kind = message[:1]
        (number,) = _NUMBER.unpack_from(message, 1)
        child = self._children.pop(number, None)
        if child is None or child.ended.done():
            return
        if kind == b"E":
            _, status, cpu_us, peak = _ENDED.unpack(message[1:])
            child.ended.set_result(Ended(status, cpu_us / 1e6, peak))
        else:
            reason = message[1 + _NUMBER.size :].decode(errors="replace")
            child.ended.set_exception(
                Unavailable(f"The sandbox could not start a process ({reason}).", retry_after_s=1.0)
            )
            child.ended.exception()  # heard, even when nobody waits

    def _collect_diagnosis(self) -> None:
        """Keep the last of what bubblewrap and the fork-server wrote to standard error."""
        with contextlib.suppress(BlockingIOError):
            while data := os.read(self._diagnosis, _MAX_DIAGNOSIS):
                self._said = (self._said + data)[-_MAX_DIAGNOSIS:]
            asyncio.get_running_loop().remove_reader(self._diagnosis)

    def _end(self) -> None:
        """Close the connection, which ends a fork-server that lives, and tell every run."""
        loop = asyncio.get_running_loop()
        if self._diagnosis >= 0:
            loop.remove_reader(self._diagnosis)
            if self.is_alive:
                self._collect_diagnosis()
            os.close(self._diagnosis)
            self._diagnosis = -1
        if self._control is not None:
            loop.remove_reader(self._control)
            self._control.close()
            self._control = None
        if self.is_alive and self._said:
            self._logger.warning(
                "sandbox ended", extra={"said": self._said.decode(errors="replace")}
            )
        self.is_alive = False
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
        for child in self._children.values():
            if not child.ended.done():
                child.ended.set_exception(ForkServerGone())
                child.ended.exception()  # heard, even when nobody waits
        self._children.clear()
        while self._spares:
            self._spares.popleft().close()


def _pack(limits: RunLimits) -> bytes:
    return _LIMITS.pack(
        math.ceil(limits.cpu_s),
        limits.memory_bytes,
        limits.processes,
        limits.output_bytes,
        limits.disk_bytes,
        limits.open_files,
    )


def _spawn(
    arguments: list[str], descriptors: tuple[int, ...], diagnosis: int
) -> subprocess.Popen[bytes]:
    # From the thread of the event loop, and not through a pool: the sandbox dies with its parent,
    # and to the kernel a parent is a thread.
    return subprocess.Popen(
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=diagnosis,
        pass_fds=descriptors,
        start_new_session=True,
        env={},
    )
