"""Runs a service from start to stop: signals, the end of its parent, and a last flush."""

import asyncio
import contextlib
import faulthandler
import gc
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Final, NoReturn

import uvloop

from skep_runtime.telemetry import TelemetrySettings, start

_LOG: Final = logging.getLogger(__name__)
_GRACE_S: Final = 30.0
_PARENT: Final = "SKEP_PARENT_PID"
_PARENT_POLL_S: Final = 1.0


class Stop:
    """Says when to stop: `main` waits for it, then hands back or finishes its work, and returns."""

    def __init__(self) -> None:
        """Not yet."""
        self._event = asyncio.Event()

    def set(self) -> None:
        """Ask for the stop; safe to repeat."""
        self._event.set()

    def is_set(self) -> bool:
        """Tell whether to stop."""
        return self._event.is_set()

    async def wait(self) -> None:
        """Return once it is time to stop."""
        await self._event.wait()


def run(
    main: Callable[[Stop], Awaitable[None]], *, service: str, telemetry: TelemetrySettings
) -> NoReturn:
    """Run `main` until it returns, then end the process: with 0, or 1 when it raised.

    SIGTERM, SIGINT and the end of the process ``SKEP_PARENT_PID`` set its `Stop`. A second signal,
    or half a minute without an end, ends the process hard. SIGUSR1 prints where each thread is.
    """
    started = start(telemetry, service=service)
    gc.freeze()  # what is imported stays; a collection that visits it stops everything for 0.1 s
    faulthandler.enable()
    faulthandler.register(signal.SIGUSR1, all_threads=True)
    code = 0
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_supervise(main))
    except BaseException:  # noqa: BLE001  # whatever it was, it is logged and the process ends
        _LOG.exception("service failed")
        code = 1
    started.shutdown()
    sys.exit(code)


async def _supervise(main: Callable[[Stop], Awaitable[None]]) -> None:
    stop = Stop()
    loop = asyncio.get_running_loop()

    def ask(reason: str) -> None:
        if stop.is_set():
            _end_hard("stopped again while stopping")
        _LOG.info("service stops", extra={"reason": reason})
        stop.set()
        loop.call_later(_GRACE_S, _end_hard, "did not stop in time")

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask, number.name)
    async with asyncio.TaskGroup() as tasks:
        parent = tasks.create_task(_wait_for_parent_to_end())
        parent.add_done_callback(
            lambda done: None if done.cancelled() or stop.is_set() else ask("parent ended")
        )
        await main(stop)
        stop.set()
        parent.cancel()


def _end_hard(why: str) -> NoReturn:
    _LOG.error("service ends hard", extra={"reason": why})
    logging.shutdown()
    os._exit(1)


async def _wait_for_parent_to_end() -> None:
    """Return when the process named in the environment is gone; never when none is named."""
    pid = int(os.environ.get(_PARENT) or 0)
    if pid <= 0:
        await asyncio.Event().wait()
    with contextlib.suppress(ProcessLookupError):
        while True:
            with contextlib.suppress(PermissionError):  # alive, and somebody else's
                os.kill(pid, 0)
            await asyncio.sleep(_PARENT_POLL_S)
