"""What a source does: it lists its items lazily, and fetches one of them.

The host remembers of every item the version and memo it was given last. What has the same version
again is left alone; what is not listed any more may be removed.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Protocol

import msgspec

from skep_contracts.plugins.manifest import PluginContext, hookspec
from skep_contracts.problems import SkepError


class KnownItem(msgspec.Struct, frozen=True, kw_only=True):
    """What was remembered of an item when it was fetched last."""

    version: str
    memo: str = ""


class FetchedItem(msgspec.Struct, frozen=True, kw_only=True):
    """The content of an item."""

    content: bytes
    media_type: str
    version: str = ""
    """Differs when the content does; an item's own version, where it has one, goes before it."""
    memo: str = ""
    """What the plugin wants to find again, such as an ETag; at most 64 KiB."""


class SourceItem(msgspec.Struct, frozen=True, kw_only=True):
    """Something a document is made of."""

    id: str
    """Unique in its source and lasting, such as an address; at most 2,000 characters."""
    name: str
    """What the document is called."""
    version: str = ""
    """Differs when the content does; empty when only fetching tells."""
    metadata: dict[str, Any] = {}
    """Goes with the document; filters can ask about it."""
    fetched: FetchedItem | None = None
    """The content, where listing had to fetch it anyway."""


class SourceFault(msgspec.Struct, frozen=True, kw_only=True):
    """An item, or a part of the listing, that cannot be had now.

    `NotFound`, `Gone`, `InvalidInput` and `TooLarge` say that it stays so. After any other error
    the listing is incomplete: nothing is removed for not being in it.
    """

    id: str
    error: SkepError


KnownItems = Callable[[str], Awaitable[KnownItem | None]]
"""Finds what is remembered of an item, by its id."""


class Source(Protocol):
    """One source that is set up. It raises only the classes of `skep_contracts.problems`.

    `Unauthenticated` and `Forbidden` end a sync: somebody has to enter other settings.
    `RateLimited` with ``retry_after_s``, `ProviderFailed`, `ProviderTimedOut` and `Unavailable`
    let the host try again later.
    """

    def list_items(self, known: KnownItems) -> AsyncIterator[SourceItem | SourceFault]:
        """Yield what there is, lazily and in bounded memory; nothing twice."""
        ...

    async def fetch(self, item: SourceItem, known: KnownItem | None) -> FetchedItem | None:
        """Return an item's content; None when it is what is known already.

        Raises:
            NotFound: It is not there any more.
            TooLarge: It is larger than any document may be.
        """
        ...


class SourceDescription(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of sources that a plugin offers."""

    name: str
    """The kind, such as ``web``."""
    title: str
    description: str
    """For people."""
    settings_schema: dict[str, Any]
    """JSON Schema of what to enter for one; secret fields carry ``"writeOnly": true``.

    A field that says where secrets are sent has the format ``uri``: when it changes, the secrets
    must be entered again.
    """
    factory: Callable[[PluginContext, dict[str, Any]], Source]
    """Builds a source from a context and its settings, without asking the other side.

    Raises `InvalidInput` for settings that fit the schema and still cannot be used.
    """


class SourceHooks:
    """Hooks of the group ``skep.sources``."""

    @hookspec
    def skep_sources(self) -> list[SourceDescription]:  # type: ignore[empty-body]  # a specification
        """Describe the kinds of sources this plugin offers. Synchronous and cheap."""
