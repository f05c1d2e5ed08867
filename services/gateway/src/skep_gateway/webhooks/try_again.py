"""Tries deliveries again when their time has come."""

import asyncio
import contextlib
import logging
from collections import Counter
from datetime import timedelta
from typing import Final

from skep_contracts.problems import SkepError
from skep_gateway.webhooks.deliver import WebhookDeliverer
from skep_gateway.webhooks.repository import AllWebhooks
from skep_gateway.webhooks.tables import DeliveryRow
from skep_runtime.clock import now
from skep_runtime.database import Database

_LOG: Final = logging.getLogger(__name__)
_PER_WEBHOOK: Final = 8
_LOOK_S: Final = 5.0
_GATHERING_S: Final = 0.05
_IN_HAND: Final = timedelta(minutes=2)
"""Longer than a try takes; whoever died with a delivery in hand is not waited for longer."""


class RetrySchedule:
    """One of any number of processes that go through what waits."""

    def __init__(self, database: Database, deliverer: WebhookDeliverer) -> None:
        """Try through `deliverer`."""
        self._database = database
        self._deliverer = deliverer
        self._in_hand: Counter[str] = Counter()
        self._woken = deliverer.put_off

    def wake(self) -> None:
        """Look now: something waits that was not there before."""
        self._woken.set()

    async def run(self) -> None:
        """Try again until cancelled; waits out what is unavailable."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._woken.clear()
                try:
                    wait_s = await self._start_due(tasks)
                except SkepError as error:
                    _LOG.warning("deliveries not looked up", extra={"code": error.exact_code})
                    wait_s = _LOOK_S
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait_s):
                        await self._woken.wait()
                        await asyncio.sleep(_GATHERING_S)  # many fail at once

    async def _start_due(self, tasks: asyncio.TaskGroup) -> float:
        """Start what is due and return the seconds until more is, as far as is known."""
        async with self._database.reading() as session:
            rows = await AllWebhooks(session).next_tries(per_webhook=_PER_WEBHOOK)
        at, wait_s = now(), _LOOK_S
        for row in rows:
            left_s = (row.next_try_at - at).total_seconds() if row.next_try_at else _LOOK_S
            if left_s > 0:
                wait_s = min(wait_s, left_s)
            elif self._in_hand[row.webhook_id] < _PER_WEBHOOK:
                # Of a subscriber that hangs no more than this: the others want to be tried, too.
                self._in_hand[row.webhook_id] += 1
                tasks.create_task(self._try(row))
        return wait_s

    async def _try(self, row: DeliveryRow) -> None:
        try:
            async with self._database.session() as session:
                is_ours = await AllWebhooks(session).put_off(row, now() + _IN_HAND)
            if is_ours:
                await self._deliverer.deliver_again(row)
        except SkepError as error:
            _LOG.warning("delivery put off", extra={"code": error.exact_code})
        except Exception:  # noqa: BLE001  # a mistake of ours with one must not end the others
            _LOG.exception("delivery failed", extra={"delivery_id": row.id})
        finally:
            self._in_hand -= Counter({row.webhook_id: 1})
            self._woken.set()
