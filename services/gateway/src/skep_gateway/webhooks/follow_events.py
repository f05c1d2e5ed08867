"""Reads the events that somebody subscribed to, and nothing when nobody did.

Each webhook has a durable consumer of its own from the moment of its creation on. So events of
tenants without webhooks never get here, a webhook misses nothing whichever gateway is up, and a
subscriber that does not keep up holds up itself alone.
"""

import asyncio
import contextlib
import logging
from functools import partial
from typing import Final

from skep_contracts import subjects, topology
from skep_contracts.envelope import Envelope
from skep_contracts.problems import SkepError
from skep_contracts.topology import ConsumerSpec
from skep_gateway.events.kinds import KINDS
from skep_gateway.events.public import app_of
from skep_gateway.webhooks.deliver import WebhookDeliverer
from skep_gateway.webhooks.repository import AllWebhooks, Subscriber
from skep_runtime.bus import Bus, Delivery
from skep_runtime.database import Database

_LOG: Final = logging.getLogger(__name__)
_LOOK_S: Final = 5.0
"""How soon a gateway takes its share of a webhook that another one created."""
_AGAIN_S: Final = 1.0
_CONCURRENCY: Final = 8
"""Of one webhook in one gateway."""


def reader_of(subscriber: Subscriber) -> ConsumerSpec:
    """Return the consumer that reads a webhook's events."""
    kind = KINDS.get(next(iter(subscriber.kinds))) if len(subscriber.kinds) == 1 else None
    pattern = subjects.events_of(
        subscriber.tenant, noun=kind.noun() if kind else "*", past=kind.past() if kind else "*"
    )
    return topology.gateway_webhook(subscriber.id, pattern)


class EventFollower:
    """One of any number of processes that read the events of all webhooks."""

    def __init__(self, bus: Bus, database: Database, deliverer: WebhookDeliverer) -> None:
        """Read from `bus`, once `run`, and hand events to `deliverer`."""
        self._bus = bus
        self._database = database
        self._deliverer = deliverer
        self._following: dict[str, tuple[Subscriber, asyncio.Task[None]]] = {}
        self._woken = asyncio.Event()

    async def prepare(self, subscriber: Subscriber) -> None:
        """Keep what comes from now on for a webhook that is about to be created.

        Raises:
            Unavailable: The bus cannot be reached.
        """
        await self._bus.prepare_consumer(reader_of(subscriber))

    async def drop(self, subscriber: Subscriber) -> None:
        """Keep nothing for a webhook any more; it is forgotten later when the bus is away."""
        try:
            await self._bus.drop_consumer(reader_of(subscriber))
        except SkepError as error:
            _LOG.warning("consumer left behind", extra={"code": error.exact_code})

    def look(self) -> None:
        """See now which webhooks there are, as one came or went."""
        self._woken.set()

    async def run(self) -> None:
        """Follow until cancelled; waits out what is unavailable."""
        async with asyncio.TaskGroup() as tasks:
            try:
                while True:
                    self._woken.clear()
                    await self._adjust(tasks)
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(_LOOK_S):
                            await self._woken.wait()
            finally:
                self._following.clear()

    async def _adjust(self, tasks: asyncio.TaskGroup) -> None:
        try:
            async with self._database.reading() as session:
                active = {one.id: one for one in await AllWebhooks(session).active()}
        except SkepError as error:
            _LOG.warning("webhooks not looked up", extra={"code": error.exact_code})
            return
        for webhook_id in self._following.keys() - active.keys():
            subscriber, task = self._following.pop(webhook_id)
            task.cancel()
            await asyncio.wait({task})
            await self.drop(subscriber)
        for webhook_id in active.keys() - self._following.keys():
            subscriber = active[webhook_id]
            task = tasks.create_task(self._follow(subscriber))
            self._following[webhook_id] = subscriber, task

    async def _follow(self, subscriber: Subscriber) -> None:
        handle = partial(self._handle, subscriber)
        while True:
            try:
                await self._bus.consume(reader_of(subscriber), handle, concurrency=_CONCURRENCY)
            except SkepError as error:
                _LOG.warning("webhook not followed", extra={"code": error.exact_code})
            except Exception:  # noqa: BLE001  # logged, and begun again
                _LOG.exception("following a webhook failed")
            await asyncio.sleep(_AGAIN_S)

    async def _handle(self, subscriber: Subscriber, delivery: Delivery) -> None:
        envelope = delivery.envelope
        if _wants(subscriber, envelope):
            await self._deliverer.deliver_new(subscriber, envelope)


def _wants(subscriber: Subscriber, envelope: Envelope) -> bool:
    if subscriber.kinds and envelope.type not in subscriber.kinds:
        return False
    return subscriber.app_id is None or app_of(envelope) == subscriber.app_id
