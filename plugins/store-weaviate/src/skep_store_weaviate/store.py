"""Keeps chunks in Weaviate over its own async client, connected when first needed."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import msgspec

from skep_contracts.plugins.stores import CollectionRef, Hit, StoredChunk, StoreQuery
from skep_contracts.problems import InvalidInput, NotFound, ProviderFailed, Unavailable
from skep_store_weaviate.chunks import check_vector, chunk_of, object_id, properties_of
from skep_store_weaviate.schema import (
    CHUNK,
    CLASS,
    DOCUMENT,
    READ,
    SEQ,
    VERSION,
    class_config,
    tenant_of,
)
from skep_store_weaviate.searching import Search

logger = logging.getLogger(__name__)

_BATCH: Final = 200
_PAGE: Final = 500
_READ_S: Final = 20.0
"""For one read: the client asks a server that is gone for a minute, and callers do not wait so."""
_WRITE_S: Final = 150.0
_GRPC_PORT: Final = 50_051
_KNOWN_TENANTS: Final = 10_000
_LOGGED: Final = 500
_BUSY: Final = (429, 502, 503, 504)
R = TypeVar("R")


class StoreSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an operator sets for the plugin."""

    url: str
    grpc_url: str = ""
    api_key: str = ""
    index: str = "hnsw"
    replicas: int = 1

    @classmethod
    def read(cls, settings: Mapping[str, Any]) -> "StoreSettings":
        """Return settings as they were configured.

        Raises:
            InvalidInput: They are not what the plugin takes.
        """
        try:
            read = msgspec.convert(dict(settings), cls)
        except msgspec.ValidationError as error:
            raise InvalidInput(
                f"The settings of the plugin store-weaviate are wrong: {error}. It needs the"
                " address of the server, as in"
                ' SKEP_PLUGINS__SETTINGS={"store-weaviate": {"url": …}}.',
                code="store_not_configured",
            ) from None
        for address in (read.url, read.grpc_url):
            parts = urlsplit(address)
            if address and (parts.scheme not in {"http", "https"} or not parts.hostname):
                raise InvalidInput(f"{address[:100]!r} is no address of a Weaviate server.")
        return read


class WeaviateStore:
    """Implements `VectorStore`. All collections are tenants of one class."""

    def __init__(self, settings: StoreSettings) -> None:
        """Prepare; the first call connects."""
        self._settings = settings
        self._client: Any = None
        self._connecting = asyncio.Lock()
        self._ensured: set[str] = set()

    async def ensure(self, collection: CollectionRef) -> None:
        """Create the collection's tenant when it is missing."""
        from weaviate.classes.tenants import Tenant

        name = tenant_of(collection)
        if not await self._has_tenant(name):
            tenants = (await self._class()).tenants
            await self._asked(tenants.create([Tenant(name=name)]))
        self._remember(name)

    async def upsert(self, collection: CollectionRef, chunks: Sequence[StoredChunk]) -> None:
        """Insert or replace chunks; one that cannot be kept keeps all of them out."""
        from weaviate.classes.data import DataObject

        # Asked each time: Weaviate makes up a class, of another kind, for objects of one it lacks.
        self._ensured.discard(tenant_of(collection))
        tenant = await self._existing(collection)
        if tenant is None:
            raise NotFound("The collection does not exist.", code="unknown_collection")
        objects = {
            chunk.id: DataObject(
                uuid=object_id(chunk.id),
                properties=properties_of(chunk),
                vector=check_vector(chunk.vector, collection, "/vector"),
            )
            for chunk in chunks
        }
        made = list(objects.values())
        for at in range(0, len(made), _BATCH):
            result = await self._asked(tenant.data.insert_many(made[at : at + _BATCH]))
            if result.has_errors:
                first = next(iter(result.errors.values()))
                logger.warning("chunks not kept", extra={"cause": first.message[:_LOGGED]})
                raise Unavailable(
                    f"Weaviate did not keep {len(result.errors)} chunks; the log of ingest says"
                    " why.",
                    code="store_failed",
                )

    async def delete_document(
        self, collection: CollectionRef, document_id: str, *, before_version: int | None = None
    ) -> int:
        """Delete a document's chunks, or those of versions before one."""
        from weaviate.classes.query import Filter as By

        where = By.by_property(DOCUMENT).equal(document_id)
        if before_version is not None:
            where &= By.by_property(VERSION).less_than(before_version)
        return await self._delete(collection, where)

    async def delete_chunks(self, collection: CollectionRef, chunk_ids: Sequence[str]) -> int:
        """Delete chunks by id."""
        from weaviate.classes.query import Filter as By

        gone, ids = 0, list(dict.fromkeys(chunk_ids))
        for at in range(0, len(ids), _PAGE):
            where = By.by_property(CHUNK).contains_any(ids[at : at + _PAGE])
            gone += await self._delete(collection, where)
        return gone

    async def _delete(self, collection: CollectionRef, where: Any) -> int:
        gone, is_left = 0, True
        while is_left:
            result = await self._in_tenant(
                collection, lambda to: to.data.delete_many(where=where), _WRITE_S
            )
            if result is None:
                break
            gone += result.successful
            if result.failed:
                raise Unavailable("Weaviate did not delete all chunks.", code="store_failed")
            is_left = bool(await self._counted(collection, where))  # it deletes so many at once
            if is_left and not result.successful:
                raise Unavailable("Weaviate does not delete chunks.", code="store_failed")
        return gone

    async def drop(self, collection: CollectionRef) -> None:
        """Delete the collection's tenant."""
        name = tenant_of(collection)
        self._ensured.discard(name)
        if await self._has_tenant(name):
            await self._asked((await self._class()).tenants.remove([name]))

    async def search(self, collection: CollectionRef, query: StoreQuery) -> list[Hit]:
        """Return the best hits; none of a collection that is missing."""
        Search(None, collection, query)  # refuses what makes no sense, of a missing one too
        found = await self._in_tenant(collection, lambda to: Search(to, collection, query).run())
        return found or []

    async def count(self, collection: CollectionRef, *, document_id: str | None = None) -> int:
        """Count the chunks kept."""
        from weaviate.classes.query import Filter as By

        where = None if document_id is None else By.by_property(DOCUMENT).equal(document_id)
        return await self._counted(collection, where)

    async def _counted(self, collection: CollectionRef, where: Any) -> int:
        answer = await self._in_tenant(
            collection, lambda to: to.aggregate.over_all(total_count=True, filters=where)
        )
        return 0 if answer is None else int(answer.total_count or 0)

    async def scan(
        self, collection: CollectionRef, *, document_id: str | None = None, after_seq: int = -1
    ) -> AsyncIterator[StoredChunk]:
        """Yield chunks by document and position."""
        if document_id is not None:
            documents = [document_id]
        else:
            documents = await self._documents(collection)
        for document in documents:
            async for chunk in self._scan_document(collection, document, after_seq):
                yield chunk

    async def _documents(self, collection: CollectionRef) -> list[str]:
        found: set[str] = set()
        after = None
        while True:
            objects = await self._page(
                collection, limit=_PAGE, after=after, return_properties=[DOCUMENT]
            )
            found.update(each.properties[DOCUMENT] for each in objects)
            if len(objects) < _PAGE:
                return sorted(found)
            after = objects[-1].uuid

    async def _page(self, collection: CollectionRef, **asked: Any) -> list[Any]:
        """Return objects; none of a collection that is missing, or went meanwhile."""
        answer = await self._in_tenant(collection, lambda to: to.query.fetch_objects(**asked))
        return [] if answer is None else list(answer.objects)

    async def _scan_document(
        self, collection: CollectionRef, document: str, after_seq: int
    ) -> AsyncIterator[StoredChunk]:
        from weaviate.classes.query import Filter as By
        from weaviate.classes.query import Sort

        seq, ids_at_seq = after_seq, set[str]()
        while True:
            # Several versions of a document have chunks of one position: those seen are skipped.
            where = By.by_property(DOCUMENT).equal(document)
            where &= By.by_property(SEQ).greater_or_equal(seq if ids_at_seq else seq + 1)
            objects = await self._page(
                collection,
                limit=_PAGE + len(ids_at_seq),
                filters=where,
                sort=Sort.by_property(SEQ).by_property(CHUNK),
                include_vector=True,
                return_properties=READ,
            )
            page = [chunk_of(each.properties, _vector(each)) for each in objects]
            new = [chunk for chunk in page if not (chunk.seq == seq and chunk.id in ids_at_seq)]
            for chunk in new:
                yield chunk
            if len(page) < _PAGE + len(ids_at_seq) or not new:
                return
            if new[-1].seq != seq:
                seq, ids_at_seq = new[-1].seq, set()
            ids_at_seq |= {chunk.id for chunk in new if chunk.seq == seq}

    async def close(self) -> None:
        """Close the connection."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _existing(self, collection: CollectionRef) -> Any:
        """Return the collection's tenant, or None when it is missing."""
        name = tenant_of(collection)
        if name not in self._ensured:
            if not await self._has_tenant(name):
                return None
            self._remember(name)
        return (await self._class()).with_tenant(name)

    async def _in_tenant(
        self,
        collection: CollectionRef,
        ask: Callable[[Any], Awaitable[R]],
        within_s: float = _READ_S,
    ) -> R | None:
        """Return what a collection's tenant answers; None when there is none.

        Another worker may have dropped one that was there before.
        """
        tenant = await self._existing(collection)
        if tenant is None:
            return None
        try:
            return await self._asked(ask(tenant), within_s)
        except (ProviderFailed, Unavailable):
            self._ensured.discard(tenant_of(collection))
            if await self._existing(collection) is None:
                return None
            raise

    async def _has_tenant(self, name: str) -> bool:
        found = await self._class()
        try:
            return await self._asked(found.tenants.exists(name))
        except ProviderFailed:
            # So it answers when the class is gone, with a server that was set up anew.
            if await self._asked(self._client.collections.exists(CLASS)):
                raise
            await self._create(self._client)
            return False

    def _remember(self, name: str) -> None:
        if len(self._ensured) >= _KNOWN_TENANTS:
            self._ensured.clear()
        self._ensured.add(name)

    async def _class(self) -> Any:
        async with self._connecting:
            if self._client is None:
                self._client = await self._connected()
        return self._client.collections.use(CLASS)

    async def _connected(self) -> Any:
        import weaviate
        from weaviate.classes.init import AdditionalConfig, Auth, Timeout

        http = urlsplit(self._settings.url)
        grpc = urlsplit(self._settings.grpc_url or self._settings.url)
        key = self._settings.api_key
        client = weaviate.use_async_with_custom(
            http_host=http.hostname or "",
            http_port=http.port or (443 if http.scheme == "https" else 80),
            http_secure=http.scheme == "https",
            grpc_host=grpc.hostname or "",
            grpc_port=(grpc.port if self._settings.grpc_url else None) or _GRPC_PORT,
            grpc_secure=grpc.scheme == "https",
            auth_credentials=Auth.api_key(key) if key else None,
            additional_config=AdditionalConfig(timeout=Timeout(init=10, query=_READ_S, insert=120)),
        )
        try:
            await self._asked(client.connect())
            if not await self._asked(client.collections.exists(CLASS)):
                await self._create(client)
        except BaseException:
            await client.close()
            raise
        return client

    async def _create(self, client: Any) -> None:
        try:
            await self._asked(
                client.collections.create(
                    **class_config(self._settings.index, self._settings.replicas)
                )
            )
        except (ProviderFailed, Unavailable):
            # Another worker was quicker, perhaps: what counts is that it is there.
            if not await self._asked(client.collections.exists(CLASS)):
                raise

    async def _asked(self, answer: Awaitable[R], within_s: float = _WRITE_S) -> R:
        """Return what the server answers, its failures as problems of ours."""
        from httpx import TransportError
        from weaviate.exceptions import (
            AuthenticationFailedError,
            UnexpectedStatusCodeError,
            WeaviateBaseError,
        )

        try:
            async with asyncio.timeout(within_s):
                return await answer
        except AuthenticationFailedError as error:
            raise Unavailable("Weaviate refuses the API key.", code="store_failed") from error
        except UnexpectedStatusCodeError as error:
            if error.status_code in {401, 403}:
                raise Unavailable("Weaviate refuses the API key.", code="store_failed") from error
            logger.warning(
                "weaviate refused",
                extra={"status": error.status_code, "cause": str(error.message)[:_LOGGED]},
            )
            raise _refusal(error.status_code) from error
        except (WeaviateBaseError, TransportError, TimeoutError) as error:
            logger.warning(
                "weaviate failed",
                extra={"error": type(error).__name__, "cause": str(error)[:_LOGGED]},
            )
            raise Unavailable(
                f"Weaviate at {self._host} cannot be asked; the log of ingest says why. Is it"
                " running, and are its address and its gRPC address those of the settings?",
                code="store_unavailable",
            ) from error

    @property
    def _host(self) -> str:
        return urlsplit(self._settings.url).hostname or ""


def _refusal(status: int) -> ProviderFailed | Unavailable:
    said = f"Weaviate answered with status {status}; the log of ingest says why."
    if status in _BUSY:
        return Unavailable(said, code="store_unavailable")
    return ProviderFailed(said, code="store_failed")


def _vector(each: Any) -> Sequence[float]:
    vector: Any = each.vector
    found: Sequence[float] = vector.get("default", ()) if isinstance(vector, dict) else vector
    return found
