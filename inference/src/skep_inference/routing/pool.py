"""Provider objects: one per credential and revision, lent to calls, closed when nobody has them."""

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from skep_contracts.plugins.models import Provider, ProviderDescription
from skep_contracts.problems import ProviderFailed, SkepError, Unavailable
from skep_contracts.routing.model_routes import NO_LIMITS, CredentialLimits
from skep_inference.routing.credentials import CredentialBook
from skep_inference.routing.router import Route

if TYPE_CHECKING:
    from skep_runtime.plugins import PluginHost

_LOG: Final = logging.getLogger(__name__)
MAX_IDLE: Final = 1_024
_CLOSE_S: Final = 10.0


class _Pooled:
    """A provider object, how many calls have it, and how many may."""

    def __init__(
        self, provider: Provider, description: ProviderDescription, concurrency: int
    ) -> None:
        self.provider = provider
        self.description = description
        self.concurrency = concurrency
        self.limit = asyncio.Semaphore(concurrency)
        self.lent = 0
        self.is_retired = False


class Lease:
    """A provider for one attempt; waits while too many calls of the credential are under way.

    Raises:
        Unavailable: They still are at the moment `until` of the loop's clock.
    """

    def __init__(self, pool: "ProviderPool", pooled: _Pooled, until: float | None) -> None:
        self._pool = pool
        self._pooled = pooled
        self._limit = pooled.limit
        self._until = until

    async def __aenter__(self) -> Provider:
        """Return the provider."""
        pooled = self._pooled
        pooled.lent += 1
        try:
            if self._limit.locked():
                async with asyncio.timeout_at(self._until):
                    await self._limit.acquire()
            else:
                await self._limit.acquire()
        except TimeoutError:
            await self._pool.give_back(pooled)
            raise Unavailable(
                "Too many calls with this credential are under way.", code="too_many_calls"
            ) from None
        except BaseException:
            await self._pool.give_back(pooled)
            raise
        return pooled.provider

    async def __aexit__(self, *exc_info: object) -> None:
        """Give it back."""
        self._limit.release()
        await self._pool.give_back(self._pooled)


class ProviderPool:
    """Builds providers when they are needed."""

    def __init__(
        self,
        host: "PluginHost",
        credentials: CredentialBook,
        *,
        concurrency: int,
        limits: Callable[[Route], CredentialLimits] = lambda _route: NO_LIMITS,
    ) -> None:
        self._host = host
        self._limits = limits
        self._credentials = credentials
        self._concurrency = concurrency
        self._pooled: dict[tuple[str, str | None, int], _Pooled] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self._unclosed: list[_Pooled] = []

    def start(self, tasks: asyncio.TaskGroup) -> None:
        """Close retired providers in `tasks` from now on."""
        self._tasks = tasks

    def lease(self, route: Route, *, until: float | None) -> Lease:
        """Return a lease of the provider that a route leads to.

        Raises:
            SkepError: The provider cannot be built with this credential.
        """
        credential = route.credential
        key = (
            route.description.name,
            None if credential is None else credential.key,
            0 if credential is None else credential.revision,
        )
        pooled = self._pooled.get(key)
        allowed = min(self._limits(route).concurrent or self._concurrency, self._concurrency)
        if pooled is None or pooled.description is not route.description:
            pooled = _Pooled(self._build(route), route.description, allowed)
            self._make_room()
            self._pooled[key] = pooled
        elif pooled.concurrency != allowed:
            # Those under way end under the limit they began with.
            pooled.concurrency, pooled.limit = allowed, asyncio.Semaphore(allowed)
        return Lease(self, pooled, until)

    def _build(self, route: Route) -> Provider:
        credential = route.credential
        values = {} if credential is None else self._credentials.open(credential)
        return build(self._host, route.description, values)

    def _make_room(self) -> None:
        """Let the longest-held idle provider go when there are very many."""
        if len(self._pooled) < MAX_IDLE:
            return
        for key, pooled in self._pooled.items():
            if not pooled.lent:
                del self._pooled[key]
                self._retire(pooled)
                return

    def forget_credential(self, key: str) -> None:
        """Retire the providers of a credential that changed."""
        self._forget([each for each in self._pooled if each[1] == key])

    def forget_replaced(self) -> None:
        """Retire the providers whose plugin was replaced or removed."""
        current = self._host.providers
        self._forget(
            [key for key, p in self._pooled.items() if current.get(key[0]) is not p.description]
        )

    def _forget(self, keys: list[tuple[str, str | None, int]]) -> None:
        for key in keys:
            self._retire(self._pooled.pop(key))

    def _retire(self, pooled: _Pooled) -> None:
        pooled.is_retired = True
        if not pooled.lent:  # else whoever has it last closes it
            self._dispose(pooled)

    async def give_back(self, pooled: _Pooled) -> None:
        """Count a call that is over; the last one of a retired provider closes it."""
        pooled.lent -= 1
        if pooled.is_retired and not pooled.lent:
            self._dispose(pooled)
            if self._tasks is None:
                await self.close()

    def _dispose(self, pooled: _Pooled) -> None:
        """Close a provider in the background, or where that is over, keep it for `close`."""
        if self._tasks is not None:
            closing = _close(pooled)
            try:
                self._tasks.create_task(closing)
            except RuntimeError:  # the group is ending
                closing.close()
            else:
                return
        self._unclosed.append(pooled)

    async def close(self) -> None:
        """Close every provider that is not in use; the others are closed by who has them."""
        self._tasks = None
        self._forget(list(self._pooled))
        while self._unclosed:
            await _close(self._unclosed.pop())


def build(host: "PluginHost", description: ProviderDescription, values: dict[str, Any]) -> Provider:
    """Build a provider.

    Raises:
        SkepError: The plugin refuses the values, or fails.
    """
    try:
        return description.factory(host.context(description.name), values)
    except SkepError:
        raise
    except Exception as error:
        _LOG.exception("provider cannot be built", extra={"provider": description.name})
        raise plugin_failed(description.name) from error


def plugin_failed(provider: str) -> ProviderFailed:
    """Return the problem that a defect in a plugin is to the user."""
    return ProviderFailed(
        f"The plugin of the model provider {provider} failed. The log says more.",
        code="plugin_failed",
    )


async def _close(pooled: _Pooled) -> None:
    try:
        async with asyncio.timeout(_CLOSE_S):
            await pooled.provider.close()
    except Exception:  # noqa: BLE001  # a plugin that cannot close must not stop the calls of others
        _LOG.warning(
            "provider not closed", exc_info=True, extra={"provider": pooled.description.name}
        )
