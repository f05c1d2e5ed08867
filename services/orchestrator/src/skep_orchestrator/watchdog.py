"""Ends the process when its event loop stands still.

A pure node is evaluated in the loop. One that never returns would keep this process from
everything: its leases run out, and the next worker that takes the run over stands still as well.
So the process ends itself, its supervisor starts it again, and the run's log counts one more lost
worker; after a few of those the run is given up.
"""

import asyncio
import faulthandler
import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Final

logger = logging.getLogger(__name__)

_TICK_S: Final = 1.0
EXIT_CODE: Final = 70


class Watchdog:
    """Looks on from a thread of its own.

    Args:
        patience_s: How long the loop may take over one thing.
        end: What to do then.
    """

    def __init__(self, patience_s: float, *, end: Callable[[], None] | None = None) -> None:
        self._patience_s = patience_s
        self._end = end or _end_process
        self._seen_s = time.monotonic()
        self._is_over = threading.Event()

    async def run(self) -> None:
        """Watch the running loop until cancelled."""
        self._seen_s = time.monotonic()
        thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        thread.start()
        try:
            while True:
                self._seen_s = time.monotonic()
                await asyncio.sleep(_TICK_S)
        finally:
            self._is_over.set()

    def _watch(self) -> None:
        waited_s = 0.0
        looked_s = time.monotonic()
        seen_s = self._seen_s
        while not self._is_over.wait(_TICK_S):
            now_s = time.monotonic()
            # A process that was stopped as a whole finds its clock ahead; that is not the loop's
            # fault.
            waited_s += min(now_s - looked_s, 2 * _TICK_S)
            looked_s = now_s
            if self._seen_s != seen_s:
                seen_s, waited_s = self._seen_s, 0.0
            elif waited_s > self._patience_s:
                self._end()
                return


def _end_process() -> None:
    logger.critical("event loop stands still, process ends")
    faulthandler.dump_traceback(all_threads=True)
    logging.shutdown()
    os._exit(EXIT_CODE)
