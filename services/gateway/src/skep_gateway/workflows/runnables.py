"""What a run needs of an app, kept in memory: no SQL in the way of a request that starts a run."""

import logging
import time
from collections import OrderedDict
from typing import Any, Final

import msgspec

from skep_contracts import subjects
from skep_contracts.form_fields.field import FormField
from skep_contracts.graph import (
    MAX_DOCUMENT_BYTES,
    WorkflowDocument,
    canonical,
    decode_document,
)
from skep_contracts.ids import AppId, BlobKey, TenantId, VersionHash
from skep_contracts.problems import Conflict, InvalidInput, NotFound
from skep_gateway.apps.repository import AppRepository
from skep_gateway.workflows.check_workflow import issues_of
from skep_gateway.workflows.start_form import StartForms
from skep_runtime.bus import Bus
from skep_runtime.database import Database
from skep_runtime.plugins import PluginHost

PUBLISHED: Final = "published"
DRAFT: Final = "draft"
_POINTER_TTL_S: Final = 2.0
_MAX_POINTERS: Final = 10_000
_MAX_CACHED_BYTES: Final = 64 * 1024 * 1024
_log = logging.getLogger(__name__)


class Runnable(msgspec.Struct, frozen=True, kw_only=True):
    """A document that can be run. Its canonical JSON is in the tenant's blobs under `version`."""

    app_id: AppId
    name: str
    version: VersionHash
    document: WorkflowDocument
    is_draft: bool


class _Pointer(msgspec.Struct, frozen=True):
    app_id: AppId
    name: str
    version: VersionHash
    until_s: float


class _Cached(msgspec.Struct, frozen=True):
    document: WorkflowDocument
    size_bytes: int


class Runnables:
    """Finds what to run. Hears of publications elsewhere over the bus, and forgets in seconds."""

    def __init__(self, database: Database, bus: Bus, plugins: PluginHost) -> None:
        self._database = database
        self._bus = bus
        self._plugins = plugins
        self._forms = StartForms(plugins)
        self._pointers: OrderedDict[tuple[str, str], _Pointer] = OrderedDict()
        self._documents: OrderedDict[tuple[str, str], _Cached] = OrderedDict()
        self._cached_bytes = 0
        self._generation = 0

    async def load(self, tenant: TenantId, app: str, version: str = PUBLISHED) -> Runnable:
        """Return what a run of an app would run.

        Args:
            tenant: Whose app.
            app: Its id or name.
            version: ``published``, ``draft``, or the hash or number of a version.

        Raises:
            NotFound: There is no such app, or it has no such version.
            Conflict: Nothing was published yet.
            InvalidInput: The draft cannot run; pointers are into the document.
            Unavailable: Database or bus cannot be reached.
        """
        if version == DRAFT:
            return await self._draft(tenant, app)
        if version == PUBLISHED:
            pointer = await self._published(tenant, app)
            cached = self._documents.get((tenant, pointer.version))
            if cached is not None:
                return _runnable(pointer, cached.document)
            version = pointer.version
        async with self._database.reading() as session:
            repository = AppRepository(session, tenant)
            row = await repository.get(app)
            found = await repository.version(row.id, version)
        pointer = _Pointer(AppId(row.id), row.name, VersionHash(found.hash), 0.0)
        return _runnable(pointer, await self._keep(tenant, pointer.version, found.content))

    async def recorded(
        self, tenant: TenantId, app_id: str, version: str, *, is_draft: bool
    ) -> Runnable:
        """Return what an earlier run ran, be it a draft that was overwritten since.

        Raises:
            NotFound: The document is not stored any more.
        """
        cached = self._documents.get((tenant, version))
        if cached is None:
            try:
                content = await self._bus.blobs.get(
                    tenant, BlobKey(version), max_bytes=MAX_DOCUMENT_BYTES
                )
            except NotFound:
                raise NotFound(
                    "The document that the run ran is not stored any more; name another version.",
                    code="document_missing",
                ) from None
            document = await self._keep(tenant, VersionHash(version), content)
        else:
            document = cached.document
        pointer = _Pointer(AppId(app_id), document.app.name, VersionHash(version), 0.0)
        return _runnable(pointer, document, is_draft=is_draft)

    def check_inputs(self, runnable: Runnable, inputs: dict[str, Any]) -> None:
        """Pass when a run may begin with these inputs; see `StartForms.check`."""
        self._forms.check(runnable.version, runnable.document, inputs)

    def form(self, runnable: Runnable) -> dict[str, Any]:
        """Return what inputs a run takes, as a JSON Schema; see `StartForms.schema`."""
        return self._forms.schema(runnable.version, runnable.document)

    def fields(self, runnable: Runnable) -> list[FormField]:
        """Return the fields of the form that a run begins with."""
        return self._forms.fields(runnable.version, runnable.document)

    def forget(self, tenant: str | None = None) -> None:
        """Ask the database again for what is published, of one tenant or of all."""
        self._generation += 1
        for key in [k for k in self._pointers if tenant is None or k[0] == tenant]:
            del self._pointers[key]

    async def follow(self) -> None:
        """Hear of publications and deletions in other processes, until cancelled."""
        async with self._bus.subscribe(subjects.events_of(noun="app")) as messages:
            self.forget()
            async for message in messages:
                self.forget(subjects.parse(message.subject).tenant)

    async def _published(self, tenant: TenantId, app: str) -> _Pointer:
        key = (tenant, app)
        pointer = self._pointers.get(key)
        if pointer is not None and pointer.until_s > time.monotonic():
            return pointer
        generation = self._generation
        async with self._database.reading() as session:
            row = await AppRepository(session, tenant).get(app)
        if row.published_hash is None:
            raise Conflict(
                "The app has no published version yet. Publish its draft, or run the draft with "
                "the version `draft`.",
                code="not_published",
            )
        until_s = time.monotonic() + _POINTER_TTL_S
        pointer = _Pointer(AppId(row.id), row.name, VersionHash(row.published_hash), until_s)
        if generation == self._generation:
            self._pointers[key] = pointer
            while len(self._pointers) > _MAX_POINTERS:
                self._pointers.popitem(last=False)
        return pointer

    async def _draft(self, tenant: TenantId, app: str) -> Runnable:
        async with self._database.reading() as session:
            repository = AppRepository(session, tenant)
            row = await repository.get(app)
            draft = await repository.draft(row.id)
        pointer = _Pointer(AppId(row.id), row.name, VersionHash(draft.hash), 0.0)
        document = await self._keep(tenant, pointer.version, draft.content)
        issues = await issues_of(document, self._plugins.nodes)
        if issues:
            raise InvalidInput(
                f"The draft cannot run yet: {issues[0].message}.",
                errors=issues,
                code="draft_has_issues",
            )
        return _runnable(pointer, document, is_draft=True)

    async def _keep(
        self, tenant: TenantId, version: VersionHash, content: bytes
    ) -> WorkflowDocument:
        """Return the decoded document, once its blob is certain to be there for the workers."""
        key = (tenant, version)
        cached = self._documents.get(key)
        if cached is not None:
            self._documents.move_to_end(key)
            return cached.document
        document = decode_document(content)
        if not await self._bus.blobs.exists(tenant, BlobKey(version)):
            await self._bus.blobs.put(tenant, canonical(document))
        self._documents[key] = _Cached(document, len(content))
        self._cached_bytes += len(content)
        while self._cached_bytes > _MAX_CACHED_BYTES and len(self._documents) > 1:
            _, dropped = self._documents.popitem(last=False)
            self._cached_bytes -= dropped.size_bytes
        return document


def _runnable(pointer: _Pointer, document: WorkflowDocument, *, is_draft: bool = False) -> Runnable:
    return Runnable(
        app_id=pointer.app_id,
        name=pointer.name,
        version=pointer.version,
        document=document,
        is_draft=is_draft,
    )
